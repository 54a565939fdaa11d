package models

import (
	"context"
	"io"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
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
	if err := notNegative(count{"BatchSize", cfg.BatchSize}, count{"Steps", cfg.Steps}); err != nil {
		return nil, m.fault(err)
	}
	n, err := m.networkFor(x, keras.None)
	if err != nil {
		return nil, err
	}
	c, err := m.compiled(n)
	if err != nil {
		return nil, err
	}
	r := &reader{m, n, c}
	src, err := r.source(data.Element{X: x, Y: y, SampleWeight: cfg.SampleWeight}, cfg.BatchSize)
	if err != nil {
		return nil, m.locate(err)
	}
	e, err := newEpochs(src, cfg.Steps)
	if err != nil {
		return nil, m.locate(err)
	}
	told := m.newRun(c, cfg.Verbose, cfg.Output)
	told.Steps = e.length()
	t, err := m.evaluate(cfg.Context, n, c, e, callbackList(cfg.Callbacks, nil, cfg.Verbose), told)
	if err != nil {
		return nil, err
	}
	return t.scores(), nil
}

// evaluate runs an epoch of data through the model, with metrics of its own.
func (m *Model) evaluate(ctx context.Context, n *network, c *compiled, e *epochs, list callbackRow, r *callbacks.Run) (*tally, error) {
	defer e.close()
	t := newTally(c)
	if err := list.each(func(cb callbacks.Callback) error { return cb.OnTestBegin(r, nil) }); err != nil {
		return nil, err
	}
	p := m.program(testing, n, c)
	defer p.release()
	err := e.run(func(i int, b batch) (bool, error) {
		if err := ctx.Err(); err != nil {
			return true, err
		}
		if err := list.each(func(cb callbacks.Callback) error { return cb.OnTestBatchBegin(r, i, nil) }); err != nil {
			return true, err
		}
		if err := p.test(b, t); err != nil {
			return true, err
		}
		logs := t.result()
		r.Vectors = t.vectors
		return false, list.each(func(cb callbacks.Callback) error { return cb.OnTestBatchEnd(r, i, logs) })
	})
	if err != nil {
		return nil, m.locate(err)
	}
	logs := t.result()
	r.Vectors = t.vectors
	return t, list.each(func(cb callbacks.Callback) error { return cb.OnTestEnd(r, logs) })
}

// test adds the results of a batch to a tally.
func (p *program) test(b batch, t *tally) error {
	if err := p.acquire(b); err != nil {
		return err
	}
	if err := p.Run(p.feeds); err != nil {
		return err
	}
	if err := t.add(p, b); err != nil {
		return err
	}
	return p.Commit()
}
