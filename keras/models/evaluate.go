package models

import (
	"context"
	"io"
	"math"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/metrics"
)

// EvaluateConfig has the options of Evaluate. A zero field means Keras's default.
type EvaluateConfig struct {
	BatchSize    int // default 32
	Verbose      int // 1 bar (default), 2 one line, Silent
	SampleWeight any
	Steps        int // default: all
	Callbacks    []callbacks.Callback
	Output       io.Writer       // default os.Stdout
	Context      context.Context // its end ends Evaluate
}

// Evaluate computes the losses and metrics on data, which are as for Fit.
func (m *Model) Evaluate(x, y any, configs ...EvaluateConfig) (*Scores, error) {
	cfg, err := one("EvaluateConfig", configs)
	if err != nil {
		return nil, err
	}
	cfg.Verbose = verbosity(cfg.Verbose, 1)
	if cfg.Context == nil {
		cfg.Context = context.Background()
	}
	if err := m.prepareFor(firstOf(x)); err != nil {
		return nil, err
	}
	c, err := m.compiled()
	if err != nil {
		return nil, err
	}
	src, err := m.source(x, y, cfg.SampleWeight, cfg.BatchSize, true)
	if err != nil {
		return nil, err
	}
	e, err := newEpochs(src, cfg.Steps)
	if err != nil {
		return nil, m.locate(err)
	}
	defer e.close()
	r := m.newRun(c, cfg.Verbose, cfg.Output)
	r.Steps = e.length()
	t, err := m.evaluate(c, e, m.callbackList(cfg.Callbacks, nil, cfg.Verbose), r, cfg.Context)
	if err != nil {
		return nil, err
	}
	return t.scores(), nil
}

// source makes what Evaluate and Predict read.
func (m *Model) source(x, y, w any, batchSize int, targets bool) (source, error) {
	ds, ok := x.(*data.Dataset)
	if !ok {
		return m.arraySource(data.Element{X: x, Y: y, SampleWeight: w}, or(batchSize, 32), targets)
	}
	if ds == nil || y != nil || w != nil {
		return nil, m.fault(keras.Fault(keras.ErrData, "When providing `x` as a data.Dataset, `y` should not be passed. Instead, the targets should be included as part of the data.Dataset."))
	}
	return &stream{m, ds, targets}, nil
}

// evaluate runs an epoch of data through the model, with metrics of its own.
func (m *Model) evaluate(c *compiled, e *epochs, list []callbacks.Callback, r *callbacks.Run, ctx context.Context) (*tally, error) {
	t := newTally(c)
	if err := each(list, func(cb callbacks.Callback) error { return cb.OnTestBegin(r, nil) }); err != nil {
		return nil, err
	}
	var p program
	err := e.run(func(i int, b batch) (bool, error) {
		if err := ctx.Err(); err != nil {
			return true, err
		}
		if err := each(list, func(cb callbacks.Callback) error { return cb.OnTestBatchBegin(r, i, nil) }); err != nil {
			return true, err
		}
		if err := m.testStep(c, b, t, &p); err != nil {
			return true, err
		}
		logs := t.result()
		r.Vectors = t.vectors
		return false, each(list, func(cb callbacks.Callback) error { return cb.OnTestBatchEnd(r, i, logs) })
	})
	if err != nil {
		return nil, m.locate(err)
	}
	logs := t.result()
	r.Vectors = t.vectors
	return t, each(list, func(cb callbacks.Callback) error { return cb.OnTestEnd(r, logs) })
}

func (m *Model) testStep(c *compiled, b batch, t *tally, p *program) error {
	if err := m.acquire(testing, c, b, p); err != nil {
		return err
	}
	defer p.Release()
	if err := p.Run(p.feeds); err != nil {
		return err
	}
	return t.add(p, b)
}

// namedMetric is what monitoring callbacks need of a metric.
type namedMetric interface{ Name() string }

func named(list []metrics.Metric) []namedMetric {
	out := make([]namedMetric, len(list))
	for i, m := range list {
		out[i] = m
	}
	return out
}

// rises reports whether more of a metric is better.
func rises(m namedMetric) bool {
	d, ok := m.(interface{ Rises() bool })
	return ok && d.Rises()
}

// kindOf is the class of an error.
func kindOf(err error) error {
	var e *keras.Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return keras.ErrRun
}

var _ = math.NaN
