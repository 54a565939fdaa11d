package models

import (
	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/engine"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/ops"
)

// element brings an element of data into the order of the model's inputs and outputs.
func (m *Model) element(e data.Element, targets bool) (x, y, w []*tensor.Dense, err error) {
	if x, err = m.inputs.leaves("inputs", m.Name(), e.X); err != nil || !targets {
		return x, nil, nil, err
	}
	c, err := m.compiled()
	if err != nil {
		return nil, nil, nil, err
	}
	if e.Y == nil {
		for _, l := range c.losses {
			if l != nil {
				return nil, nil, nil, keras.Expected(keras.ErrData, "targets", "none (y is nil)")
			}
		}
		return x, make([]*tensor.Dense, len(c.outputs)), make([]*tensor.Dense, len(c.outputs)), nil
	}
	if y, err = m.targets(c, e.Y); err != nil {
		return nil, nil, nil, err
	}
	w, err = m.weightsOf(e.SampleWeight)
	return x, y, w, err
}

// targets brings targets into the order of the outputs. Those of an output without
// a loss and metrics may be missing from a dict.
func (m *Model) targets(c *compiled, given any) ([]*tensor.Dense, error) {
	if d, ok := given.(data.Dict); ok {
		y := make([]*tensor.Dense, len(c.outputs))
		for i, k := range c.outputs {
			t, ok := d[k]
			if !ok && (c.losses[i] != nil || len(c.metrics[i]) > 0 || len(c.weighted[i]) > 0) {
				return nil, keras.Fault(keras.ErrData, "Missing targets for output \"%s\". You passed a data dictionary with keys %s. Expected the following keys: %s",
					k, pythonList(sortedKeys(d)), pythonList(c.outputs))
			}
			y[i] = t
		}
		return y, nil
	}
	var list []*tensor.Dense
	switch d := given.(type) {
	case *tensor.Dense:
		list = []*tensor.Dense{d}
	case data.List:
		list = d
	default:
		return nil, keras.Fault(keras.ErrData, "expected a *tensor.Dense, data.List or data.Dict for the targets, received %T", given)
	}
	if len(list) != len(c.outputs) {
		return nil, keras.Fault(keras.ErrData, "y_true and y_pred have different structures: expected targets for the %d outputs %s, received %d",
			len(c.outputs), pythonList(c.outputs), len(list))
	}
	for i, t := range list {
		if t == nil && c.losses[i] != nil {
			return nil, keras.Expected(keras.ErrData, "targets for output \""+c.outputs[i]+"\"", "nil")
		}
	}
	return list, nil
}

// weightsOf spreads sample weights over the outputs: one tensor is for all.
func (m *Model) weightsOf(given any) ([]*tensor.Dense, error) {
	n := len(m.outputs.flat)
	w := make([]*tensor.Dense, n)
	switch d := given.(type) {
	case nil:
	case *tensor.Dense:
		for i := range w {
			w[i] = d
		}
	case data.List:
		if len(d) != n {
			return nil, keras.Expected(keras.ErrData, "sample weights for each output", len(d))
		}
		copy(w, d)
	case data.Dict:
		for i, k := range m.outputs.keys {
			w[i] = d[k]
		}
	default:
		return nil, keras.Fault(keras.ErrData, "expected a *tensor.Dense, data.List or data.Dict for the sample weights, received %T", given)
	}
	return w, nil
}

// prepareFor builds a Sequential for the shape of its first data.
func (m *Model) prepareFor(x any) error {
	if m.err != nil {
		return m.err
	}
	if m.graph != nil {
		return nil
	}
	leaves, _, err := data.Leaves(x)
	if err != nil {
		return &keras.Error{Kind: keras.ErrData, Cause: err}
	}
	shapes := make([]keras.Shape, len(leaves))
	for i, t := range leaves {
		shapes[i] = keras.Shape(t.Shape().Clone())
	}
	m.trainer.mu.Lock()
	defer m.trainer.mu.Unlock()
	return m.prepare(shapes)
}

// program is a lease of the program for a batch, and what to feed it.
type program struct {
	*engine.Lease
	feeds []*tensor.Dense
	spec  []op.Output
}

// kinds of programs.
const (
	training   = "train"
	testing    = "test"
	predicting = "predict"
)

// acquire gets the program of a kind for a batch. c is nil for predicting.
func (m *Model) acquire(kind string, c *compiled, b batch, p *program) error {
	p.feeds, p.spec = p.feeds[:0], p.spec[:0]
	for i, t := range b.x {
		shape, err := m.inputs.accept(i, keras.Shape(t.Shape()))
		if err != nil {
			return m.fault(err.(*keras.Error))
		}
		p.add(t, op.Output{Shape: shape.Tensor(), Dtype: m.inputs.flat[i].DType()})
	}
	var generation int64
	if c != nil {
		generation = c.generation
		for i, t := range b.y {
			if c.losses[i] == nil {
				t = nil
			}
			p.add(t, op.Output{})
			if w := b.w[i]; w != nil {
				p.add(w, op.Output{Shape: w.Shape(), Dtype: tensor.Float32})
			}
		}
	}
	var err error
	p.Lease, err = m.engine.Acquire(m.key(kind, generation, b), p.spec, kind == training, m.drawing(kind, c, b))
	return err
}

// add feeds a tensor in the form of spec; the zero spec is its own form.
func (p *program) add(t *tensor.Dense, spec op.Output) {
	if t == nil {
		return
	}
	if spec.Shape == nil {
		spec = op.Output{Shape: t.Shape(), Dtype: t.Dtype()}
	}
	p.feeds, p.spec = append(p.feeds, t), append(p.spec, spec)
}

// drawing draws the program: the model, the losses of its outputs, and the total.
// Its outputs are the predictions, the losses (of outputs that have one), the total.
func (m *Model) drawing(kind string, c *compiled, b batch) engine.Draw {
	return func(t *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
		outs, err := t.Call(m, keras.Auto, nil, nil, in[:len(m.inputs.flat)]...)
		if err != nil || c == nil {
			return engine.Drawing{Outputs: outs}, err
		}
		d := engine.Drawing{Outputs: outs}
		rest := in[len(m.inputs.flat):]
		take := func(has bool) (n *gorgonia.Node) {
			if has {
				n, rest = rest[0], rest[1:]
			}
			return n
		}
		var total *gorgonia.Node
		add := func(n *gorgonia.Node, scale float64) {
			n = ops.Scale(ops.Cast(n, outs[0].Dtype()), scale, 0)
			if total == nil {
				total = n
			} else {
				total = ops.Add(total, n)
			}
		}
		for i, l := range c.losses {
			y := take(l != nil && b.y[i] != nil)
			w := take(b.w[i] != nil)
			if l == nil {
				continue
			}
			n, err := value(l, t, y, outs[i], w)
			if err != nil {
				return d, keras.Locate(err, m, "")
			}
			d.Outputs = append(d.Outputs, n)
			add(n, c.weights[i])
		}
		for _, l := range t.Losses() {
			add(l.Node, l.Scale)
		}
		for _, v := range m.Weights() {
			if r := v.Regularizer(); r != nil && v.Trainable() {
				add(r.Penalty(t.Var(v)), 1)
			}
		}
		if total == nil {
			return d, m.fault(keras.Fault(keras.ErrState, "No loss to compute. Provide a `loss` argument in `compile()`."))
		}
		d.Outputs = append(d.Outputs, total)
		if kind == training {
			d.Cost = total
		}
		return d, nil
	}
}

// value draws a loss; what panics inside becomes an error.
func value(l lossValue, t *keras.Trace, y, pred, w *gorgonia.Node) (n *gorgonia.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			var ok bool
			if err, ok = r.(error); !ok {
				err = errors.Errorf("%v", r)
			}
		}
	}()
	return l.Value(t, y, pred, w)
}

type lossValue interface {
	Value(t *keras.Trace, yTrue, yPred, sampleWeight *gorgonia.Node) (*gorgonia.Node, error)
}

// prediction is output i of a program after a run.
func (p *program) prediction(i int) *tensor.Dense { return p.Output(i).(*tensor.Dense) }
