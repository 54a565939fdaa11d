package layers

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

// Cell is one step of a recurrence, for RNN: a layer whose Call takes the input of the step
// and the states, and gives the output and the new value of each state. It must not add
// losses or moving averages.
type Cell interface {
	keras.Layer
	// StateSizes are the shapes of the states of one sample, at least one.
	StateSizes() []keras.Shape
}

// InitialStater is a Cell whose states do not begin with zeros.
type InitialStater interface {
	Cell
	// InitialStates are the states of a batch before the first step.
	InitialStates(t *keras.Trace, batch int) ([]*gorgonia.Node, error)
}

// sequenceCell is a Cell as a recurrence uses it. What dropout leaves out stays the same
// in all steps of a sequence.
type sequenceCell interface {
	Cell
	// masks draws what dropout multiplies by, for an input of one step and a state of these shapes.
	masks(t *keras.Trace, x, h keras.Shape) []*gorgonia.Node
	// step is Call with these masks.
	step(t *keras.Trace, masks, in []*gorgonia.Node) []*gorgonia.Node
	// whole reports whether sequence can be used.
	whole(t *keras.Trace) bool
	// sequence computes all steps of a time-major sequence at once. Where the mask leaves a
	// step out, its output is a state.
	sequence(t *keras.Trace, x, mask *gorgonia.Node, states []*gorgonia.Node) (all, last *gorgonia.Node, next []*gorgonia.Node)
}

// asSequenceCell is a cell that may be of a user's own type.
func asSequenceCell(c Cell) sequenceCell {
	if s, ok := c.(sequenceCell); ok {
		return s
	}
	return plainCell{c}
}

// plainCell is a Cell that knows nothing of sequences.
type plainCell struct{ Cell }

func (plainCell) masks(_ *keras.Trace, _, _ keras.Shape) []*gorgonia.Node { return nil }

func (c plainCell) step(t *keras.Trace, _, in []*gorgonia.Node) []*gorgonia.Node {
	return t.ApplyAll(c.Cell, in...)
}

func (plainCell) whole(*keras.Trace) bool { return false }

func (plainCell) sequence(*keras.Trace, *gorgonia.Node, *gorgonia.Node, []*gorgonia.Node) (all, last *gorgonia.Node, next []*gorgonia.Node) {
	return nil, nil, nil
}

// links are the cells that a cell is made of: those of a stack, or it alone.
func links(c Cell) []Cell {
	stack, ok := c.(*StackedRNNCellsLayer)
	if !ok {
		return []Cell{c}
	}
	var all []Cell
	for _, inner := range stack.cells() {
		all = append(all, links(inner)...)
	}
	return all
}

// stepShapes are the shapes of a cell's output and states for an input of one step.
func stepShapes(c Cell, x keras.Shape) (out keras.Shape, states []keras.Shape, err error) {
	out = x
	for _, link := range links(c) {
		own, err := stateShapes(link, out)
		if err != nil {
			return nil, nil, err
		}
		if out, err = stepOutput(link, append([]keras.Shape{out}, own...)); err != nil {
			return nil, nil, err
		}
		states = append(states, own...)
	}
	return out, states, nil
}

// stepOutput is the shape of one cell's output for an input of one step and states. Of a cell
// that does not say it, and is not built yet, it is that of the first state.
func stepOutput(c Cell, in []keras.Shape) (keras.Shape, error) {
	var shapes []keras.Shape
	var err error
	if s, ok := c.(keras.ShapeInferer); ok {
		shapes, err = s.OutputShapes(in...)
	} else if c.LayerBase().Built() {
		shapes, _, err = keras.Infer(c, in, slices.Repeat([]tensor.Dtype{c.DType()}, len(in)))
	}
	if err != nil || len(shapes) == 0 {
		return in[1], err
	}
	return shapes[0], nil
}

// stepStater is a cell whose states have shapes that depend on the input.
type stepStater interface {
	// statesFor are the shapes of the states for an input of one step.
	statesFor(step keras.Shape) ([]keras.Shape, error)
}

// stateShapes are the shapes of the states of one cell for an input of one step.
func stateShapes(c Cell, step keras.Shape) ([]keras.Shape, error) {
	if s, ok := c.(stepStater); ok {
		return s.statesFor(step)
	}
	var shapes []keras.Shape
	for _, size := range c.StateSizes() {
		shapes = append(shapes, append(keras.Shape{step[0]}, size...))
	}
	return shapes, nil
}

// saysShapes reports whether all links of a cell say their output shapes.
func saysShapes(c Cell) bool {
	for _, link := range links(c) {
		if _, ok := link.(keras.ShapeInferer); !ok {
			return false
		}
	}
	return true
}

// gatedCell is what the cells of LSTM, GRU and SimpleRNN share.
type gatedCell[Self any] struct {
	base[Self]
	gatedSetters[Self]
	gates                   int
	kernel, recurrent, bias *keras.Variable
	seeds                   *keras.SeedGenerator
}

// init makes self a cell of a class with a config, of which it shows some keys.
func (l *gatedCell[Self]) init(self *Self, class string, cfg *gatedConfig, gates int, keys []string) *Self {
	l.gates = gates
	l.gatedSetters = newGatedSetters(self, cfg)
	return l.base.init(self, class, &gatedCellConfig{cfg, keys})
}

// StateSizes are (units) for each state.
func (l *gatedCell[Self]) StateSizes() []keras.Shape { return []keras.Shape{{l.cfg.Units}} }

// build makes the weights for inputs of a shape.
func (l *gatedCell[Self]) build(x, bias keras.Shape, biasInitializer keras.Initializer) {
	width := l.gates * l.cfg.Units
	l.weights(keras.Shape{x.Last(), width}, keras.Shape{l.cfg.Units, width}, bias, biasInitializer)
}

// weights makes the weights, of given shapes.
func (l *gatedCell[Self]) weights(kernel, recurrent, bias keras.Shape, biasInitializer keras.Initializer) {
	l.kernel = l.kernelOptions.add(&l.Base, "kernel", kernel)
	l.recurrent = l.cfg.recurrent().add(&l.Base, "recurrent_kernel", recurrent)
	if l.cfg.UseBias {
		l.bias = l.biasOptions.with(biasInitializer).add(&l.Base, "bias", bias)
	}
	l.seeds = seedsOf(l.cfg.Seed)
}

// shapes are the output and the new states for an input and states.
func (l *gatedCell[Self]) shapes(in, states []keras.Shape) ([]keras.Shape, error) {
	if len(in) != 1+len(states) {
		return nil, keras.Expected(keras.ErrShape, fmt.Sprintf("an input and %d states", len(states)), len(in))
	}
	x := in[0]
	if x.Rank() != 2 {
		return nil, keras.Expected(keras.ErrShape, "a step of rank 2", x)
	}
	if d := x.Last(); l.Built() && d != keras.None && d != l.kernel.Shape()[0] {
		return nil, keras.WrongAxis(-1, l.kernel.Shape()[0], x)
	}
	shape := keras.Shape{x[0], l.cfg.Units}
	out := []keras.Shape{shape}
	for i, s := range in[1:] {
		if s.Rank() != 2 || s[1] != states[i][0] {
			return nil, keras.Expected(keras.ErrShape, "a state of shape "+shape.String(), s)
		}
		out = append(out, shape)
	}
	return out, nil
}

// drops reports whether dropout does something. Where there are gates, Keras takes a rate
// of 1 for none.
func (l *gatedCell[Self]) drops(t *keras.Trace, rate float64) bool {
	return t.Training && rate > 0 && (rate < 1 || l.gates == 1)
}

// draws is how many masks there are of each kind: with recurrent dropout one for each gate.
func (l *gatedCell[Self]) draws() int {
	if l.cfg.RecurrentDropout > 0 {
		return l.gates
	}
	return 1
}

// masks are those of inputs, then those of states.
func (l *gatedCell[Self]) masks(t *keras.Trace, x, h keras.Shape) []*gorgonia.Node {
	var masks []*gorgonia.Node
	draw := func(rate float64, features int) {
		for range l.draws() {
			if l.drops(t, rate) {
				masks = append(masks, ops.Dropout(t, l.float(ops.Ones(t, x[0], features)), rate, nil, l.seeds))
			}
		}
	}
	draw(l.cfg.Dropout, x.Last())
	draw(l.cfg.RecurrentDropout, h.Last())
	return masks
}

// split are the masks of inputs and those of states.
func (l *gatedCell[Self]) split(t *keras.Trace, masks []*gorgonia.Node) (x, h []*gorgonia.Node) {
	if !l.drops(t, l.cfg.Dropout) {
		return nil, masks
	}
	return masks[:l.draws()], masks[l.draws():]
}

// times is x·w. Several masks are one for each gate, side by side in w.
func times(x, w *gorgonia.Node, masks []*gorgonia.Node) *gorgonia.Node {
	switch len(masks) {
	case 0:
		return ops.MatMul(x, w)
	case 1:
		return ops.MatMul(ops.Mul(x, masks[0]), w)
	}
	units := w.Shape()[1] / len(masks)
	parts := make([]*gorgonia.Node, len(masks))
	for i, m := range masks {
		parts[i] = ops.MatMul(ops.Mul(x, m), ops.Slice(w, 1, i*units, (i+1)*units))
	}
	return ops.Concat(1, parts...)
}

// plus is x + b, where there is a b.
func plus(x, b *gorgonia.Node) *gorgonia.Node {
	if b == nil {
		return x
	}
	return ops.Add(x, b)
}

// parts cuts the last axis into n equal parts.
func parts(x *gorgonia.Node, n int) []*gorgonia.Node {
	width := x.Shape()[x.Dims()-1] / n
	all := make([]*gorgonia.Node, n)
	for i := range all {
		all[i] = ops.Slice(x, -1, i*width, (i+1)*width)
	}
	return all
}

// call is a step by itself, with masks of its own.
func call(t *keras.Trace, c sequenceCell, in []*gorgonia.Node) ([]*gorgonia.Node, error) {
	in = slices.Clone(in)
	for i, x := range in {
		in[i] = ops.Cast(x, c.DType())
	}
	return t.Out(c.step(t, c.masks(t, keras.Shape(in[0].Shape()), keras.Shape(in[1].Shape())), in)...)
}

// whole: all steps at once, with the functions that the Op has, unless dropout changes the
// states in between.
func (l *gatedCell[Self]) whole(t *keras.Trace) bool {
	return l.recurrence(nil).Fused() && !l.drops(t, l.cfg.RecurrentDropout)
}

func (l *gatedCell[Self]) recurrence(mask *gorgonia.Node) ops.Recurrence {
	return ops.Recurrence{Activation: l.cfg.Activation, RecurrentActivation: l.cfg.RecurrentActivation, Mask: mask}
}

// project is x·kernel + bias, of all steps of a time-major sequence, with dropout.
func (l *gatedCell[Self]) project(t *keras.Trace, x, bias *gorgonia.Node) *gorgonia.Node {
	if l.drops(t, l.cfg.Dropout) {
		x = ops.Dropout(t, x, l.cfg.Dropout, keras.Shape{1, keras.None, keras.None}, l.seeds)
	}
	return ops.Dense(x, t.Var(l.kernel), bias, activations.Linear)
}
