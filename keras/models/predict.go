package models

import (
	"context"
	"io"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
)

// PredictConfig has the options of Predict.
type PredictConfig struct {
	BatchSize int // default 32
	Verbose   int // 0 silent (default), 1 bar, 2 one line
	Steps     int // default: all
	Callbacks []callbacks.Callback
	Output    io.Writer       // default os.Stdout
	Context   context.Context // its end ends Predict
}

// Predict computes the output of a model with one output. x is as for Fit; the
// targets of a Dataset are not looked at. The result is the caller's.
func (m *Model) Predict(x any, configs ...PredictConfig) (*tensor.Dense, error) {
	all, err := m.predict(x, configs)
	if err != nil {
		return nil, err
	}
	if len(all) != 1 {
		return nil, m.fault(keras.Fault(keras.ErrArgument, "the model has %d outputs", len(all)).WithHint("use PredictAll"))
	}
	return all[0], nil
}

// PredictAll computes all outputs, in their structure: *tensor.Dense, data.List or data.Dict.
func (m *Model) PredictAll(x any, configs ...PredictConfig) (any, error) {
	all, err := m.predict(x, configs)
	if err != nil {
		return nil, err
	}
	return m.outputs.pack(all), nil
}

func (m *Model) predict(x any, configs []PredictConfig) ([]*tensor.Dense, error) {
	cfg, err := one("PredictConfig", configs)
	if err != nil {
		return nil, err
	}
	cfg.Verbose = max(cfg.Verbose, 0)
	if cfg.Context == nil {
		cfg.Context = context.Background()
	}
	if err := m.prepareFor(firstOf(x)); err != nil {
		return nil, err
	}
	src, err := m.source(x, nil, nil, cfg.BatchSize, false)
	if err != nil {
		return nil, err
	}
	e, err := newEpochs(src, cfg.Steps)
	if err != nil {
		return nil, m.locate(err)
	}
	defer e.close()
	r := m.newRun(nil, cfg.Verbose, cfg.Output)
	r.Steps = e.length()
	list := m.callbackList(cfg.Callbacks, nil, cfg.Verbose)
	if err := each(list, func(cb callbacks.Callback) error { return cb.OnPredictBegin(r, nil) }); err != nil {
		return nil, err
	}
	parts := make([][]*tensor.Dense, len(m.outputs.flat))
	err = e.run(func(i int, b batch) (bool, error) {
		if err := cfg.Context.Err(); err != nil {
			return true, err
		}
		if err := each(list, func(cb callbacks.Callback) error { return cb.OnPredictBatchBegin(r, i, nil) }); err != nil {
			return true, err
		}
		outs, err := m.predictStep(b)
		if err != nil {
			return true, err
		}
		for o, t := range outs {
			parts[o] = append(parts[o], t)
		}
		return false, each(list, func(cb callbacks.Callback) error { return cb.OnPredictBatchEnd(r, i, nil) })
	})
	if err != nil {
		return nil, m.locate(err)
	}
	out := make([]*tensor.Dense, len(parts))
	for i, p := range parts {
		if out[i], err = join(p); err != nil {
			return nil, m.locate(errors.Wrapf(err, "output %s", m.outputs.keys[i]))
		}
	}
	return out, each(list, func(cb callbacks.Callback) error { return cb.OnPredictEnd(r, nil) })
}

// predictStep computes the outputs of a batch, as the caller's own tensors.
func (m *Model) predictStep(b batch) ([]*tensor.Dense, error) {
	var p program
	if err := m.acquire(predicting, nil, b, &p); err != nil {
		return nil, err
	}
	defer p.Release()
	if err := p.Run(p.feeds); err != nil {
		return nil, err
	}
	outs := make([]*tensor.Dense, len(m.outputs.flat))
	for i := range outs {
		outs[i] = p.prediction(i).Clone().(*tensor.Dense)
	}
	return outs, nil
}

// join puts the batches of an output one after the other.
func join(parts []*tensor.Dense) (*tensor.Dense, error) {
	if len(parts) == 1 {
		return parts[0], nil
	}
	return parts[0].Concat(0, parts[1:]...)
}
