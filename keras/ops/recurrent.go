package ops

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
)

// Recurrence are the functions of a recurrent layer, and what it leaves out. Its
// sequences are time-major: (time, batch, features).
type Recurrence struct {
	Activation, RecurrentActivation activations.Activation
	Mask                            *gorgonia.Node // (time, batch) of bools: false keeps a sample's states; nil for all true
}

// Fused reports whether SimpleRNN, LSTM and GRU have the functions: linear, relu, sigmoid
// and tanh. Others need a step drawn by itself.
func (r Recurrence) Fused() bool {
	for _, a := range []activations.Activation{r.Activation, r.RecurrentActivation} {
		if f, ok := recurrentFunction(a); !ok || !kernels.FromOutput(f) {
			return false
		}
	}
	return true
}

func recurrentFunction(a activations.Activation) (f kernels.Unary, ok bool) {
	if _, registered := a.Registered(); registered {
		return 0, false
	}
	a = a.Canonical()
	if a == activations.Linear {
		return kernels.Linear, true
	}
	f, ok = elementwise[a]
	return f, ok
}

// SimpleRNN is the states activation(x + h·recurrent) after each step.
//
//	x (time, batch, units)   recurrent (units, units)   h (batch, units)
//	states (time, batch, units)   last (batch, units)
func SimpleRNN(r Recurrence, x, recurrent, h *gorgonia.Node) (states, last *gorgonia.Node) {
	outs := recur(&recurrence{name: "simple rnn", gates: 1}, r, x, recurrent, nil, h, nil)
	return outs[0], outs[1]
}

// LSTM is the states h after each step of a long short-term memory, and the last of both
// states. x has the gates input, forget, candidate and output side by side, without what
// comes of h·recurrent.
//
//	x (time, batch, 4·units)   recurrent (units, 4·units)   h, c (batch, units)
//	states (time, batch, units)   lastH, lastC (batch, units)
func LSTM(r Recurrence, x, recurrent, h, c *gorgonia.Node) (states, lastH, lastC *gorgonia.Node) {
	outs := recur(&recurrence{name: "lstm", gates: 4}, r, x, recurrent, nil, h, c)
	return outs[0], outs[1], outs[2]
}

// GRU is the states after each step of a gated recurrent unit. x has the gates update,
// reset and candidate side by side.
//
//	x (time, batch, 3·units)   recurrent (units, 3·units)   h (batch, units)
//	states (time, batch, units)   last (batch, units)
func GRU(r Recurrence, x, recurrent, h *gorgonia.Node) (states, last *gorgonia.Node) {
	outs := recur(&recurrence{name: "gru", gates: 3, beside: 1}, r, x, recurrent, nil, h, nil)
	return outs[0], outs[1]
}

// GRUResetAfter is GRU with the reset gate after the product h·recurrent+bias. bias
// (3·units) may be nil.
func GRUResetAfter(r Recurrence, x, recurrent, bias, h *gorgonia.Node) (states, last *gorgonia.Node) {
	outs := recur(&recurrence{name: "gru", gates: 3, beside: 3, after: true}, r, x, recurrent, bias, h, nil)
	return outs[0], outs[1]
}

// ConvLSTM is LSTM over images, with a convolution of padding same in the place of the
// product.
//
//	x (time, batch, spatial…, 4·filters)   recurrent (spatial…, filters, 4·filters)
//	h, c (batch, spatial…, filters)
//	states (time, batch, spatial…, filters)   lastH, lastC (batch, spatial…, filters)
func ConvLSTM(r Recurrence, x, recurrent, h, c *gorgonia.Node) (states, lastH, lastC *gorgonia.Node) {
	rank := recurrent.Dims() - 2
	check(rank >= 1 && rank <= 3 && x.Dims() == rank+3, "a recurrent kernel of rank 3 to 5 and an input of rank one higher", shapeOf(recurrent), shapeOf(x))
	time, batch, spatial, filters := x.Shape()[0], x.Shape()[1], x.Shape()[2:2+rank], recurrent.Shape()[rank]
	w := windowsOf(spatial, recurrent.Shape()[:rank], ones(rank), ones(rank), "same")
	g := &kernels.ConvGeometry{
		Batch: batch, In: spatial, Out: spatial, Kernel: recurrent.Shape()[:rank], Stride: ones(rank), Dilation: ones(rank),
		PadBefore: w.before, PadAfter: w.after, InChannels: filters, OutChannels: 4 * filters, Groups: 1,
	}
	image := append(append([]int{batch}, spatial...), filters)
	check(h.Shape().Eq(tensor.Shape(image)) && c.Shape().Eq(tensor.Shape(image)), "states of shape "+keras.Shape(image).String(), shapeOf(h), shapeOf(c))
	pixels := tensor.Shape(spatial).TotalSize()
	if r.Mask != nil {
		check(r.Mask.Shape().Eq(tensor.Shape{time, batch}), "a mask (time, batch)", shapeOf(r.Mask))
		r.Mask = Reshape(Repeat(r.Mask, 1, pixels), time, batch*pixels)
	}
	rows := func(n *gorgonia.Node) *gorgonia.Node { return Reshape(n, batch*pixels, filters) }
	outs := recur(&recurrence{name: "conv lstm", gates: 4, conv: g}, r, Reshape(x, time, batch*pixels, 4*filters), recurrent, nil, rows(h), rows(c))
	return Reshape(outs[0], append([]int{time}, image...)...), Reshape(outs[1], image...), Reshape(outs[2], image...)
}

// recurrence is an Op in the making. Its inputs are x, recurrent and h, then bias, c and
// the mask, those that there are; its outputs the states after each step, the last h and
// c, then what the gradient reads: the gates, h and c before the first and after each
// step, and what a kernel keeps beside them.
type recurrence struct {
	name   string
	gates  int
	beside int                   // units of what is kept beside the gates; 0 for nothing
	after  bool                  // GRU: the reset gate comes after the product
	conv   *kernels.ConvGeometry // LSTM: in the place of the product; nil for none

	kernels.Recurrence
	bias, c, mask int // places among the inputs; 0 for none
	outputs       int // without what the gradient reads
}

func recur(o *recurrence, r Recurrence, x, recurrent, bias, h, c *gorgonia.Node) gorgonia.Nodes {
	check(r.Fused(), "functions of linear, relu, sigmoid and tanh", r.Activation, r.RecurrentActivation)
	o.Activation, _ = recurrentFunction(r.Activation)
	o.Gate, _ = recurrentFunction(r.RecurrentActivation)
	u := recurrent.Shape()
	check(u.Dims() == 2 || o.conv != nil, "recurrent weights of rank 2", shapeOf(recurrent))
	n := u[u.Dims()-2]
	check(u[u.Dims()-1] == o.gates*n, "recurrent weights with a square for each gate", shapeOf(recurrent))
	check(x.Dims() == 3 && x.Shape()[2] == o.gates*n, "an input (time, batch, gates·units)", shapeOf(x))
	o.Time, o.Batch, o.Units = x.Shape()[0], x.Shape()[1], n
	state := tensor.Shape{o.Batch, n}
	dt := typeOf(x, recurrent)
	inputs := gorgonia.Nodes{x, recurrent, h}
	add := func(place *int, n *gorgonia.Node, shape tensor.Shape, dt tensor.Dtype) {
		if n != nil {
			check(n.Shape().Eq(shape) && n.Dtype() == dt, "an input of shape "+keras.Shape(shape).String()+" and type "+dt.String(), shapeOf(n), n.Dtype())
			*place = len(inputs)
			inputs = append(inputs, n)
		}
	}
	check(h.Shape().Eq(state) && h.Dtype() == dt, "a state of shape "+keras.Shape(state).String()+" and type "+dt.String(), shapeOf(h), h.Dtype())
	add(&o.bias, bias, tensor.Shape{o.gates * n}, dt)
	add(&o.c, c, state, dt)
	add(&o.mask, r.Mask, tensor.Shape{o.Time, o.Batch}, tensor.Bool)

	sequence := func(steps, width int) op.Output {
		return op.Output{Shape: tensor.Shape{steps, o.Batch, width}, Dtype: dt}
	}
	outs := []op.Output{sequence(o.Time, n), op.Like(h)}
	if c != nil {
		outs = append(outs, op.Like(c))
	}
	o.outputs = len(outs)
	outs = append(outs, sequence(o.Time, o.gates*n), sequence(o.Time+1, n))
	if c != nil {
		outs = append(outs, sequence(o.Time+1, n))
	}
	if o.beside > 0 {
		outs = append(outs, sequence(o.Time, o.beside*n))
	}
	spec := op.Spec{
		Name: o.name, Outputs: outs,
		Run:   op.ByType(dt, runRecurrence[float32](o), runRecurrence[float64](o)),
		Grads: o.gradient,
	}
	if o.mask > 0 {
		spec.Constant = []int{o.mask}
	}
	return op.ApplyAll(spec, inputs...)[:o.outputs]
}

// masked is the recurrence with the mask of a run.
func (o *recurrence) masked(in []any) kernels.Recurrence {
	r := o.Recurrence
	if o.mask > 0 {
		r.Mask = in[o.mask].([]bool)
	}
	return r
}

// kept is what the gradient reads of the outputs.
type kept[T kernels.Float] struct{ gates, h, c, beside []T }

func keptOf[T kernels.Float](o *recurrence, from []any) (k kept[T]) {
	k.gates, k.h = from[0].([]T), from[1].([]T)
	from = from[2:]
	if o.c > 0 {
		k.c, from = from[0].([]T), from[1:]
	}
	if o.beside > 0 {
		k.beside = from[0].([]T)
	}
	return k
}

// optional has the elements of an input that may be missing: place 0, and then nil.
func optional[T any](in []any, place int) []T {
	if place == 0 {
		return nil
	}
	return in[place].([]T)
}

func runRecurrence[T kernels.Float](o *recurrence) op.Run {
	return func(in, out []any) error {
		k, u, state := keptOf[T](o, out[o.outputs:]), in[1].([]T), o.Batch*o.Units
		copy(k.gates, in[0].([]T))
		copy(k.h, in[2].([]T))
		switch r := o.masked(in); {
		case o.c > 0:
			copy(k.c, in[o.c].([]T))
			if o.conv != nil {
				kernels.ConvLSTM(r, *o.conv, u, k.gates, k.h, k.c)
			} else {
				kernels.LSTM(r, u, k.gates, k.h, k.c)
			}
			copy(out[2].([]T), k.c[len(k.c)-state:])
		case o.after:
			kernels.GRUResetAfter(r, u, optional[T](in, o.bias), k.gates, k.beside, k.h)
		case o.gates == 3:
			kernels.GRU(r, u, k.gates, k.h, k.beside)
		default:
			kernels.SimpleRNN(r, u, k.gates, k.h)
		}
		copy(out[0].([]T), k.h[state:])
		copy(out[1].([]T), k.h[len(k.h)-state:])
		return nil
	}
}

// gradient draws the Op that goes back through the steps.
func (o *recurrence) gradient(in, outs, grads gorgonia.Nodes, wants []bool) gorgonia.Nodes {
	inputs := append(append(gorgonia.Nodes{}, in...), outs[o.outputs:]...)
	arrived := make([]int, len(grads)) // places of gradients among the inputs
	for i, g := range grads {
		if g != nil {
			arrived[i] = len(inputs)
			inputs = append(inputs, g)
		}
	}
	results := wanted(in, wants)
	for _, i := range []int{0, 2, o.c} { // what the kernels work with, wanted or not
		results[i] = op.Like(in[i])
	}
	if o.after {
		results = append(results, op.Like(in[0])) // the gradient by the product
	}
	dt := in[0].Dtype()
	return op.ApplyAll(op.Spec{
		Name: o.name + " gradient", Outputs: results,
		Run: op.ByType(dt, runRecurrenceGradient[float32](o, len(in), arrived, wants), runRecurrenceGradient[float64](o, len(in), arrived, wants)),
	}, inputs...)[:len(in)]
}

func runRecurrenceGradient[T kernels.Float](o *recurrence, inputs int, arrived []int, wants []bool) op.Run {
	start := func(in []any, place int, d []T) {
		if place > 0 {
			copy(d, in[place].([]T))
		} else {
			clear(d)
		}
	}
	return func(in, out []any) error {
		k, u := keptOf[T](o, in[inputs:]), in[1].([]T)
		dOut, dx, dh := optional[T](in, arrived[0]), out[0].([]T), out[2].([]T)
		start(in, arrived[1], dh)
		n, rows := o.Units, o.Time*o.Batch
		product := func(h, dz []T, from, width int) { // by recurrent, from a column on
			if wants[1] {
				kernels.Gemm(true, false, n, width, rows, h, n, dz[from:], o.gates*n, false, out[1].([]T)[from:], o.gates*n)
			}
		}
		switch r := o.masked(in); {
		case o.c > 0:
			dc := out[o.c].([]T)
			start(in, arrived[2], dc)
			if o.conv == nil {
				kernels.LSTMGradient(r, u, k.gates, k.c, dOut, dh, dc, dx)
				product(k.h, dx, 0, 4*n)
				break
			}
			kernels.ConvLSTMGradient(r, *o.conv, u, k.gates, k.c, dOut, dh, dc, dx)
			if wants[1] {
				all := *o.conv
				all.Batch *= o.Time
				kernels.ConvGradKernel(all, k.h[:rows*n], dx, out[1].([]T))
			}
		case o.after:
			da := out[inputs].([]T)
			kernels.GRUResetAfterGradient(r, u, k.gates, k.beside, k.h, dOut, dh, dx, da)
			product(k.h, da, 0, 3*n)
			if o.bias > 0 && wants[o.bias] {
				kernels.SumRows(rows, 3*n, da, out[o.bias].([]T))
			}
		case o.gates == 3:
			kernels.GRUGradient(r, u, k.gates, k.h, dOut, dh, dx)
			product(k.h, dx, 0, 2*n)
			product(k.beside, dx, 2*n, n)
		default:
			kernels.SimpleRNNGradient(r, u, k.h, dOut, dh, dx)
			product(k.h, dx, 0, n)
		}
		return nil
	}
}
