package models

import (
	"fmt"
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/engine"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// kind is what a program is for.
type kind string

const (
	training   kind = "train"
	testing    kind = "test"
	predicting kind = "predict"
)

// program is what a loop over batches runs: it leases the engine's program of a
// batch's shapes, keeps it as long as they stay, and knows where in it the results are.
//
// The outputs of the engine's program are the predictions, the losses of outputs that
// have one, and the total.
type program struct {
	*engine.Lease
	m    *Model
	net  *network
	c    *compiled // nil for predicting
	kind kind

	vars   []*keras.Variable
	key    []byte
	mode   string
	feeds  []*tensor.Dense
	leased []op.Output // the feeds that the lease is for
}

func (m *Model) program(k kind, n *network, c *compiled) *program {
	return &program{m: m, net: n, c: c, kind: k, vars: m.Weights()}
}

// acquire leases the program for a batch. The last one needs a release.
func (p *program) acquire(b batch) error {
	p.feeds = append(p.feeds[:0], b.x...)
	if p.c != nil {
		for i, l := range p.c.losses {
			for _, t := range [2]*tensor.Dense{b.y[i], b.w[i]} {
				if l != nil && t != nil {
					p.feeds = append(p.feeds, t)
				}
			}
		}
	}
	last := p.mode
	if mode := p.modeOf(b); p.Lease != nil && mode == last && p.fits() {
		return nil
	}
	p.release()
	spec := make([]op.Output, len(p.feeds))
	for i, t := range p.feeds {
		p.leased = append(p.leased, op.Output{Shape: t.Shape().Clone(), Dtype: t.Dtype()})
		spec[i] = p.leased[i]
	}
	for i, in := range p.net.inputs.flat {
		shape, err := p.net.inputs.accept(i, keras.Shape(spec[i].Shape))
		if err != nil {
			return p.m.fault(err)
		}
		spec[i] = op.Output{Shape: shape.Tensor(), Dtype: in.DType()}
	}
	var err error
	p.Lease, err = p.m.engine.Acquire(p.mode, spec, p.kind == training, func(t *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
		return p.draw(t, in, b)
	})
	return err
}

// fits reports whether the feeds are such as the lease is for.
func (p *program) fits() bool {
	return slices.EqualFunc(p.feeds, p.leased, func(t *tensor.Dense, as op.Output) bool {
		return t.Dtype() == as.Dtype && slices.Equal(t.Shape(), as.Shape)
	})
}

// release gives back what is leased.
func (p *program) release() {
	if p.Lease != nil {
		p.Release()
	}
	p.Lease, p.leased = nil, p.leased[:0]
}

// modeOf names what a program depends on besides shapes: the kind, the network, the
// compilation, which weights are frozen, and which targets and weights are fed.
func (p *program) modeOf(b batch) string {
	k := append(p.key[:0], p.kind...)
	k = fmt.Appendf(k, " %d ", p.net.serial)
	if p.c != nil {
		k = fmt.Appendf(k, "%d ", p.c.serial)
		for i := range p.c.outputs {
			k = append(k, flag(b.y[i] != nil), flag(b.w[i] != nil))
		}
		k = append(k, ' ')
	}
	if p.kind == training {
		for _, v := range p.vars {
			k = append(k, flag(v.Trainable()))
		}
	}
	p.key = k
	if string(k) != p.mode {
		p.mode = string(k)
	}
	return p.mode
}

func flag(on bool) byte {
	if on {
		return '1'
	}
	return '0'
}

// draw draws the model and, unless it is to predict, its losses.
func (p *program) draw(t *keras.Trace, in []*gorgonia.Node, b batch) (engine.Drawing, error) {
	n := len(p.net.inputs.flat)
	outs, err := t.Call(p.m, keras.Auto, nil, nil, in[:n]...)
	d := engine.Drawing{Outputs: outs}
	for i, o := range outs {
		if err == nil && o.Dims() == 0 {
			err = keras.Locate(keras.Expected(keras.ErrShape, fmt.Sprintf("output %d with a batch axis", i), "a scalar"), p.m, "")
		}
	}
	if err != nil || p.c == nil {
		return d, err
	}
	var total *gorgonia.Node
	add := func(n *gorgonia.Node, scale float64) {
		n = ops.Scale(ops.Cast(n, outs[0].Dtype()), scale, 0)
		if total != nil {
			n = ops.Add(total, n)
		}
		total = n
	}
	for _, o := range outs {
		d.Masks = append(d.Masks, t.MaskOf(o))
	}
	rest := in[n:]
	take := func(has bool) (n *gorgonia.Node) {
		if has {
			n, rest = rest[0], rest[1:]
		}
		return n
	}
	for i, l := range p.c.losses {
		if l == nil {
			continue
		}
		y, w := take(b.y[i] != nil), take(b.w[i] != nil)
		n, err := value(l, t, y, outs[i], w)
		if err != nil {
			return d, keras.Locate(err, p.m, "")
		}
		d.Outputs = append(d.Outputs, n)
		add(n, p.c.weights[i])
	}
	for _, l := range t.Losses() {
		add(l.Node, l.Scale)
	}
	for _, v := range p.vars {
		if r := v.Regularizer(); r != nil && v.Trainable() {
			add(r.Penalty(t.Var(v)), 1)
		}
	}
	if total == nil {
		return d, p.m.fault(keras.Fault(keras.ErrState, "No loss to compute. Provide a `loss` argument in `compile()`."))
	}
	d.Outputs = append(d.Outputs, total)
	if p.kind == training {
		d.Cost = ops.Scale(total, p.c.optimizer.LossScale(), 0)
	}
	return d, nil
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
		if err == nil && (n == nil || n.Dims() != 0) {
			err = keras.Expected(keras.ErrShape, "a loss that is a scalar", fmt.Sprint(n)).WithHint("choose a reduction")
		}
	}()
	return l.Value(t, y, pred, w)
}

type lossValue interface {
	Value(t *keras.Trace, yTrue, yPred, sampleWeight *gorgonia.Node) (*gorgonia.Node, error)
}

// prediction is that of output i after a run: the program's memory.
func (p *program) prediction(i int) *tensor.Dense { return p.Output(i).(*tensor.Dense) }

// loss is the unweighted one of the i-th output that has one, after a run.
func (p *program) loss(i int) float64 { return engine.Scalar(p.Output(len(p.net.outputs.flat) + i)) }

// total is the loss after a run.
func (p *program) total() float64 { return engine.Scalar(p.Output(p.Outputs() - 1)) }
