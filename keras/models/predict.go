package models

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
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
	_, all, err := m.predict(x, configs)
	if err != nil {
		return nil, err
	}
	return m.single(all)
}

// PredictAll computes all outputs, in their structure: *tensor.Dense, data.List or data.Dict.
func (m *Model) PredictAll(x any, configs ...PredictConfig) (any, error) {
	n, all, err := m.predict(x, configs)
	if err != nil {
		return nil, err
	}
	return pack[*tensor.Dense, data.List, data.Dict](n.outputs, all), nil
}

// single is the only output.
func (m *Model) single(outs []*tensor.Dense) (*tensor.Dense, error) {
	if len(outs) != 1 {
		return nil, m.fault(keras.Fault(keras.ErrArgument, "the model has %d outputs", len(outs)).WithHint("use PredictAll"))
	}
	return outs[0], nil
}

func (m *Model) predict(x any, configs []PredictConfig) (*network, []*tensor.Dense, error) {
	cfg, err := one("PredictConfig", configs)
	if err != nil {
		return nil, nil, err
	}
	cfg.Verbose = max(cfg.Verbose, 0)
	if cfg.Context == nil {
		cfg.Context = context.Background()
	}
	if err := notNegative(count{"BatchSize", cfg.BatchSize}, count{"Steps", cfg.Steps}); err != nil {
		return nil, nil, m.fault(err)
	}
	n, err := m.networkFor(x, or(cfg.BatchSize, 32))
	if err != nil {
		return nil, nil, err
	}
	src, err := (&reader{m, n, nil}).source(data.Element{X: x}, cfg.BatchSize)
	if err != nil {
		return nil, nil, m.locate(err)
	}
	e, err := newEpochs(src, cfg.Steps)
	if err != nil {
		return nil, nil, m.locate(err)
	}
	defer e.close()
	r := m.newRun(nil, cfg.Verbose, cfg.Output)
	r.Steps = e.length()
	list := callbackList(cfg.Callbacks, nil, cfg.Verbose)
	if err := list.each(func(cb callbacks.Callback) error { return cb.OnPredictBegin(r, nil) }); err != nil {
		return nil, nil, err
	}
	p := m.program(predicting, n, nil)
	defer p.release()
	parts := make([]collected, len(n.outputs.flat))
	err = e.run(func(i int, b batch) (bool, error) {
		if err := cfg.Context.Err(); err != nil {
			return true, err
		}
		if err := list.each(func(cb callbacks.Callback) error { return cb.OnPredictBatchBegin(r, i, nil) }); err != nil {
			return true, err
		}
		if err := p.predict(b, parts, r.Steps); err != nil {
			return true, err
		}
		return false, list.each(func(cb callbacks.Callback) error { return cb.OnPredictBatchEnd(r, i, nil) })
	})
	if err != nil {
		return nil, nil, m.locate(err)
	}
	return n, tensors(parts), list.each(func(cb callbacks.Callback) error { return cb.OnPredictEnd(r, nil) })
}

// predict computes the outputs of a batch, one of about so many, and adds them to parts.
func (p *program) predict(b batch, parts []collected, batches int) error {
	if err := p.acquire(b); err != nil {
		return err
	}
	if err := p.Run(p.feeds); err != nil {
		return err
	}
	for i := range parts {
		if err := parts[i].add(p.prediction(i), batches); err != nil {
			return errors.WithMessage(err, "output "+p.net.outputs.keys[i])
		}
	}
	return p.Commit()
}

// collected is the batches of an output, one after the other.
type collected struct {
	elements reflect.Value // a slice
	shape    tensor.Shape
}

// add copies a batch, one of about so many.
func (c *collected) add(t *tensor.Dense, batches int) error {
	elements := reflect.ValueOf(t.Data())
	switch {
	case c.shape == nil:
		c.elements = reflect.MakeSlice(elements.Type(), 0, elements.Len()*max(batches, 1))
		c.shape = t.Shape().Clone()
		c.shape[0] = 0
	case !slices.Equal(c.shape[1:], t.Shape()[1:]):
		return keras.Expected(keras.ErrShape, "batches that agree but in their size", fmt.Sprint(keras.Shape(c.shape[1:]), " and ", keras.Shape(t.Shape()[1:])))
	}
	c.elements = reflect.AppendSlice(c.elements, elements)
	c.shape[0] += t.Shape()[0]
	return nil
}

func tensors(parts []collected) []*tensor.Dense {
	list := make([]*tensor.Dense, len(parts))
	for i, c := range parts {
		list[i] = tensor.New(tensor.WithShape(c.shape...), tensor.WithBacking(c.elements.Interface()))
	}
	return list
}
