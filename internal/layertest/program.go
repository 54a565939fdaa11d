package layertest

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/engine"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// instance is a layer, built, with the weights and inputs of a case, as a program.
type instance struct {
	layer   keras.Layer
	inputs  []*keras.Variable // those of floats, which get gradients; nil for others
	program *engine.Program
	fed     []*tensor.Dense
	outputs int
	losses  []float64 // scales of the losses
	masked  bool      // the output has a mask, which is output number outputs+len(losses)
}

// setup says how a case is run.
type setup struct {
	dtype    tensor.Dtype
	rows     []int // samples; nil for all
	training bool
	cost     bool // draw Σ(output·cotangent)
	withLoss bool // and add the losses to it
}

// symbolic connects a layer to the symbolic inputs of a case.
func (g *golden) symbolic(layer keras.Layer) (keras.List, error) {
	_, outs, err := g.connect(layer)
	return outs, err
}

// connect is symbolic with the inputs, and behind them those of arguments of the call.
func (g *golden) connect(layer keras.Layer) (ins, outs keras.List, err error) {
	ins = make(keras.List, len(g.SymbolicInputs))
	for i, s := range g.SymbolicInputs {
		dt := layer.DType()
		if a := g.Inputs[i]; !a.isFloat() {
			if dt, err = keras.ParseDType(a.DType); err != nil {
				return nil, nil, err
			}
		}
		ins[i] = keras.Input(nil, keras.WithBatchShape(keras.Shape(s)), keras.WithDType(dt))
	}
	call := named(g.Call, func(a *array) *keras.Tensor {
		t := symbol(a)
		ins = append(ins, t)
		return t
	})
	outs = keras.ApplyArgs(layer, keras.Args{Named: call}, ins[:len(g.SymbolicInputs)]...)
	return ins, outs, outs[0].Err()
}

// symbol is the symbolic tensor of an array of booleans, for any number of samples.
func symbol(a *array) *keras.Tensor {
	return keras.Input(a.Shape[1:], keras.WithDType(tensor.Bool))
}

// known is symbol for as many samples as the array has.
func known(a *array) *keras.Tensor {
	return keras.Input(nil, keras.WithBatchShape(a.Shape), keras.WithDType(tensor.Bool))
}

// build makes the program of a layer, which it builds with the weights of the case.
func (g *golden) build(layer keras.Layer, s setup) (*instance, error) {
	if _, err := g.symbolic(layer); err != nil {
		return nil, err
	}
	weights := layer.Weights()
	if len(weights) != len(g.Weights) {
		return nil, fmt.Errorf("%d weights, want %d", len(weights), len(g.Weights))
	}
	if !g.Initialized {
		for i, w := range g.Weights {
			if err := weights[i].Assign(w.tensor(s.dtype, nil)); err != nil {
				return nil, err
			}
		}
	}
	n := &instance{layer: layer, inputs: make([]*keras.Variable, len(g.Inputs)), outputs: len(g.Outputs)}
	var feeds []op.Output
	feed := func(a *array) {
		d := a.tensor(s.dtype, s.rows)
		feeds, n.fed = append(feeds, op.Output{Shape: d.Shape(), Dtype: d.Dtype()}), append(n.fed, d)
	}
	for i, a := range g.Inputs {
		if a.isFloat() {
			n.inputs[i] = keras.NewVariable("input", fmt.Sprintf("input_%d", i), a.tensor(s.dtype, s.rows), true)
		} else {
			feed(a)
		}
	}
	for _, m := range g.masks() {
		if m != nil {
			feed(m)
		}
	}
	if g.GivenMask != nil {
		feed(g.GivenMask)
	}
	named(g.Call, func(a *array) bool { feed(a); return true })
	var err error
	n.program, err = engine.Build(feeds, s.training, func(t *keras.Trace, fed []*gorgonia.Node) (engine.Drawing, error) {
		return g.draw(n, s, t, fed)
	})
	return n, err
}

// draw calls the layer. The outputs of the program are those of the layer, then its
// losses, then its mask.
func (g *golden) draw(n *instance, s setup, t *keras.Trace, fed []*gorgonia.Node) (d engine.Drawing, err error) {
	nodes := make([]*gorgonia.Node, len(g.Inputs))
	for i, v := range n.inputs {
		if v != nil {
			nodes[i] = t.Var(v)
		} else {
			nodes[i], fed = fed[0], fed[1:]
		}
	}
	for i, m := range g.masks() {
		if m != nil {
			if nodes[i], err = mask(t, s.dtype, nodes[i], fed[0]); err != nil {
				return d, err
			}
			fed = fed[1:]
		}
	}
	var given *gorgonia.Node
	if g.GivenMask != nil {
		given, fed = fed[0], fed[1:]
	}
	call := named(g.Call, func(*array) (n *gorgonia.Node) {
		n, fed = fed[0], fed[1:]
		return n
	})
	outs, err := t.Call(n.layer, keras.Auto, given, call, nodes...)
	if err != nil {
		return d, err
	}
	d.Outputs = slices.Clone(outs)
	add := func(term *gorgonia.Node) {
		if d.Cost == nil {
			d.Cost = term
		} else {
			d.Cost = ops.Add(d.Cost, term)
		}
	}
	for i, o := range outs {
		if c := g.Cotangents[i]; s.cost && c != nil {
			add(ops.Sum(ops.Mul(o, ops.Constant(t, c.tensor(s.dtype, s.rows)))))
		}
	}
	losses := t.Losses()
	for _, v := range n.layer.Weights() {
		if r := v.Regularizer(); r != nil && v.Trainable() {
			losses = append(losses, keras.Loss{Node: r.Penalty(t.Var(v)), Scale: 1})
		}
	}
	for _, l := range losses {
		d.Outputs, n.losses = append(d.Outputs, l.Node), append(n.losses, l.Scale)
		if s.withLoss {
			add(ops.Scale(l.Node, l.Scale, 0))
		}
	}
	if m := t.MaskOf(outs[0]); m != nil {
		d.Outputs, n.masked = append(d.Outputs, m), true
	}
	return d, nil
}

// run computes the program.
func (n *instance) run() error { return n.program.Run(n.fed) }

// output is a copy of an output's value, floats as float64.
func (n *instance) output(i int) (shape []int, values []float64) {
	v := n.program.Output(i)
	return v.Shape(), floats(v.Data())
}

// values are copies of the outputs of the layer.
func (n *instance) values() [][]float64 {
	all := make([][]float64, n.outputs)
	for i := range all {
		_, all[i] = n.output(i)
	}
	return all
}

// loss is the value of a loss.
func (n *instance) loss(i int) float64 {
	return n.losses[i] * engine.Scalar(n.program.Output(n.outputs+i))
}

// mask is the value of the output's mask.
func (n *instance) mask() []bool {
	return n.program.Output(n.outputs + len(n.losses)).Data().([]bool)
}

// gradient is a copy of that of a variable; ok is false where there is none.
func (n *instance) gradient(v *keras.Variable) (values []float64, ok bool) {
	i := slices.Index(n.program.Variables(), v)
	if i < 0 {
		return nil, false
	}
	return floats(n.program.Gradient(i).Data()), true
}

// gradients are copies of all gradients.
func (n *instance) gradients() [][]float64 {
	all := make([][]float64, len(n.program.Variables()))
	for i := range all {
		all[i] = floats(n.program.Gradient(i).Data())
	}
	return all
}

// floats copies elements as float64.
func floats(data any) []float64 {
	switch s := data.(type) {
	case float64:
		return []float64{s}
	case float32:
		return []float64{float64(s)}
	case int64:
		return []float64{float64(s)}
	case []float64:
		return slices.Clone(s)
	case []float32:
		return widen(s)
	case []uint8:
		return widen(s)
	case []int8:
		return widen(s)
	case []int32:
		return widen(s)
	case []int64:
		return widen(s)
	}
	panic(fmt.Sprintf("layertest: elements of type %T", data))
}

func widen[T float32 | uint8 | int8 | int32 | int64](s []T) []float64 {
	out := make([]float64, len(s))
	for i, v := range s {
		out[i] = float64(v)
	}
	return out
}

// masker gives its first input its second one as mask.
type masker struct{ keras.Base }

var _ keras.MaskComputer = (*masker)(nil)

func (*masker) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(in[0])
}

func (*masker) ComputeMasks(_ *keras.Trace, in, _ []*gorgonia.Node) ([]*gorgonia.Node, error) {
	return in[1:], nil
}

func mask(t *keras.Trace, dt tensor.Dtype, x, m *gorgonia.Node) (*gorgonia.Node, error) {
	l := &masker{}
	l.Init(l, "Masker")
	l.WithDType(dt)
	outs, err := t.Call(l, keras.Auto, nil, nil, x, m)
	if err != nil {
		return nil, err
	}
	return outs[0], nil
}

// Computed is what a layer made of data.
type Computed struct {
	Outputs   []*tensor.Dense
	InputGrad *tensor.Dense                     // of Σ outputs by the first input
	Grads     map[*keras.Variable]*tensor.Dense // and by the trainable weights that it depends on
	again     func() error
}

// Compute runs a layer, which it builds, on data of type float32.
func Compute(layer keras.Layer, training bool, data ...*tensor.Dense) (*Computed, error) {
	inputs := make([]*keras.Variable, len(data))
	for i, d := range data {
		inputs[i] = keras.NewVariable("input", fmt.Sprintf("input_%d", i), d, true)
	}
	var outs []*gorgonia.Node
	p, err := engine.Build(nil, training, func(t *keras.Trace, _ []*gorgonia.Node) (d engine.Drawing, err error) {
		in := make([]*gorgonia.Node, len(inputs))
		for i, v := range inputs {
			in[i] = t.Var(v)
		}
		if outs, err = t.Call(layer, keras.Auto, nil, nil, in...); err != nil {
			return d, err
		}
		d.Outputs, d.Cost = outs, ops.Sum(outs[0])
		for _, o := range outs[1:] {
			d.Cost = ops.Add(d.Cost, ops.Sum(o))
		}
		return d, nil
	})
	if err != nil {
		return nil, err
	}
	c := &Computed{Outputs: make([]*tensor.Dense, len(outs))}
	c.again = func() error {
		if err := p.Run(nil); err != nil {
			return err
		}
		for i := range outs {
			c.Outputs[i] = p.Output(i).(*tensor.Dense).Clone().(*tensor.Dense)
		}
		c.Grads = map[*keras.Variable]*tensor.Dense{}
		for i, v := range p.Variables() {
			c.Grads[v] = p.Gradient(i).Clone().(*tensor.Dense)
		}
		c.InputGrad = c.Grads[inputs[0]]
		for _, v := range inputs {
			delete(c.Grads, v)
		}
		return nil
	}
	return c, c.again()
}

// Again runs the layer again.
func (c *Computed) Again() error { return c.again() }
