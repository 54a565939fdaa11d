package layers

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/engine"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/ops"
)

// recurrent is what RNN, LSTM, GRU and SimpleRNN share: a cell goes through the steps
// of sequences.
type recurrent[Self any] struct {
	base[Self]
	options *sequenceConfig
	rank    int               // of the input
	carried []*keras.Variable // the states that a stateful layer goes on with
}

type sequenceConfig struct {
	ReturnSequences   bool        `keras:"return_sequences"`
	ReturnState       bool        `keras:"return_state"`
	GoBackwards       bool        `keras:"go_backwards"`
	Stateful          bool        `keras:"stateful"`
	Unroll            bool        `keras:"unroll"`
	ZeroOutputForMask bool        `keras:"zero_output_for_mask"`
	Cell              keras.Layer `keras:"cell"`
}

// sequenceKeys are those of the layers that have a cell of their own.
const sequenceKeys = "return_sequences return_state go_backwards stateful unroll zero_output_for_mask "

// ReturnSequences sets return_sequences: the outputs of all steps, not the last one alone.
// Default false.
func (l *recurrent[Self]) ReturnSequences(on bool) *Self {
	l.options.ReturnSequences = on
	return l.self
}

// ReturnState sets return_state: the last states are further outputs. Default false.
func (l *recurrent[Self]) ReturnState(on bool) *Self {
	l.options.ReturnState = on
	return l.self
}

// GoBackwards sets go_backwards: the last step comes first, also among the outputs.
// Default false.
func (l *recurrent[Self]) GoBackwards(on bool) *Self {
	l.options.GoBackwards = on
	return l.self
}

// Stateful sets stateful: each sample of a batch goes on with the states that the sample
// in its place of the batch before ended with. The batch size must be known. Default false.
func (l *recurrent[Self]) Stateful(on bool) *Self {
	l.options.Stateful = on
	return l.self
}

// Unroll sets unroll, which changes no number and, here, no speed. The number of steps
// must be known. Default false.
func (l *recurrent[Self]) Unroll(on bool) *Self {
	l.options.Unroll = on
	return l.self
}

// ZeroOutputForMask sets zero_output_for_mask: a step that the mask leaves out has zeros
// as output, not the output of the step before. Default false.
func (l *recurrent[Self]) ZeroOutputForMask(on bool) *Self {
	l.options.ZeroOutputForMask = on
	return l.self
}

// cell is the cell that the config has.
func (l *recurrent[Self]) cell() Cell { return l.options.Cell.(Cell) }

// Wrapped is the cell.
func (l *recurrent[Self]) Wrapped() []keras.Layer { return []keras.Layer{l.options.Cell} }

// TakesMask says that Keras's call has an argument mask.
func (l *recurrent[Self]) TakesMask() {}

// TakesStates says that the inputs after the first are Keras's initial_state.
func (l *recurrent[Self]) TakesStates() {}

// Build makes the cell's weights, and the states of a stateful layer.
func (l *recurrent[Self]) Build(in ...keras.Shape) error {
	if err := l.BuildInside(l.cell(), stepOf(in[0])); err != nil {
		return err
	}
	if !l.options.Stateful {
		return nil
	}
	l.carried = nil
	for _, shape := range stateShapes(l.cell(), in[0][0]) {
		zeros, err := initializers.Zeros().Initialize(shape, l.DType())
		if err != nil {
			return err
		}
		l.carried = append(l.carried, keras.NewVariable("rnn_state", l.Name()+"/rnn_state", zeros, false))
	}
	return nil
}

// ResetStates makes the states of a stateful layer zeros, as for the first batch.
func (l *recurrent[Self]) ResetStates() {
	keras.Lock(l.carried)
	defer keras.Unlock(l.carried)
	for _, v := range l.carried {
		v.Memory().Zero()
	}
}

// stepOf is the shape of one step of sequences.
func stepOf(sequence keras.Shape) keras.Shape { return slices.Delete(sequence.Clone(), 1, 2) }

// OutputShapes gives the shape of the cell's output, with the steps as second axis if
// all are wanted, then those of the states, if they are wanted.
func (l *recurrent[Self]) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	o := l.options
	x := in[0]
	if l.rank > 0 && x.Rank() != l.rank {
		return nil, keras.Expected(keras.ErrShape, fmt.Sprintf("an input of rank %d", l.rank), x)
	}
	if x.Rank() < 3 {
		return nil, keras.Expected(keras.ErrShape, "an input of rank 3 or more", x)
	}
	states := stateShapes(l.cell(), x[0])
	if len(in) > 1 && len(in) != 1+len(states) {
		return nil, keras.Expected(keras.ErrShape, fmt.Sprintf("%d initial states", len(states)), len(in)-1)
	}
	for i, s := range in[1:] {
		if !s[min(1, s.Rank()):].Equal(states[i][1:]) {
			return nil, keras.Expected(keras.ErrShape, "an initial state of shape "+states[i].String(), s)
		}
	}
	switch {
	case o.Unroll && x[1] == keras.None:
		return nil, keras.Fault(keras.ErrShape, "Cannot unroll a RNN if the time dimension is undefined. \n"+
			"- If using a Sequential model, specify the time dimension by passing an `Input()` as your first layer.\n"+
			"- If using the functional API, specify the time dimension by passing a `shape` or `batch_shape` argument to your `Input()`.")
	case o.Stateful && !l.Built() && x[0] == keras.None:
		return nil, keras.Fault(keras.ErrShape, "When using `stateful=True` in a RNN, the batch size must be static. "+
			"Found dynamic batch size: sequence.shape=%s", x)
	case o.Stateful && l.Built() && x[0] != keras.None && x[0] != l.carried[0].Shape()[0]:
		return nil, keras.Fault(keras.ErrShape, "If an RNN is stateful, the batch size of the input sequences must be the same as the "+
			"batch size of the initial state. \n- Expected batch size: %d\n- Received batch size: %d", l.carried[0].Shape()[0], x[0])
	}
	shapes, err := stepShapes(l.cell(), stepOf(x))
	if err != nil {
		return nil, err
	}
	if o.ReturnSequences {
		shapes[0] = slices.Insert(shapes[0].Clone(), 1, x[1])
	}
	if !o.ReturnState {
		shapes = shapes[:1]
	}
	return shapes, nil
}

// ComputeMasks lets the mask of the steps pass where all are outputs.
func (l *recurrent[Self]) ComputeMasks(_ *keras.Trace, _, masks []*gorgonia.Node) ([]*gorgonia.Node, error) {
	if l.options.ReturnSequences {
		return masks[:1], nil
	}
	return nil, nil
}

// Call goes through the steps.
func (l *recurrent[Self]) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	cell := asSequenceCell(l.cell())
	s := &steps{sequenceConfig: l.options, cell: cell, x: ops.Cast(in[0], cell.DType()), mask: t.Mask(0)}
	if s.mask != nil {
		s.mask = ops.Cast(s.mask, tensor.Bool)
	}
	if s.GoBackwards {
		s.x = ops.Flip(s.x, 1)
		if s.mask != nil {
			s.mask = ops.Flip(s.mask, 1)
		}
	}
	s.begin(t, in[1:], l.carried)
	if err := s.run(t); err != nil {
		return nil, err
	}
	for i, v := range l.carried {
		t.Carry(v, l.float(s.states[i]))
	}
	outs := []*gorgonia.Node{s.out}
	if s.ReturnState {
		outs = append(outs, s.states...)
	}
	return t.Out(l.floats(outs)...)
}

// steps are those of one call: sequences (batch, time, …), their mask (batch, time), nil
// for none, and the states. run changes the states to the last ones, and makes the output.
type steps struct {
	*sequenceConfig
	cell    sequenceCell
	x, mask *gorgonia.Node
	states  []*gorgonia.Node
	zeros   bool // the states begin with zeros
	out     *gorgonia.Node
}

// begin takes the states that are given, else those that are carried, else zeros.
func (s *steps) begin(t *keras.Trace, given []*gorgonia.Node, carried []*keras.Variable) {
	for _, n := range given {
		s.states = append(s.states, ops.Cast(n, s.cell.DType()))
	}
	if len(s.states) > 0 {
		return
	}
	for _, v := range carried {
		s.states = append(s.states, ops.Cast(t.Var(v), s.cell.DType()))
	}
	if len(s.states) > 0 {
		return
	}
	s.zeros = true
	for _, shape := range stateShapes(s.cell, s.x.Shape()[0]) {
		s.states = append(s.states, s.zero(t, shape))
	}
}

func (s *steps) zero(t *keras.Trace, shape []int) *gorgonia.Node {
	return ops.Cast(ops.Zeros(t, shape...), s.cell.DType())
}

func (s *steps) run(t *keras.Trace) error {
	if s.cell.whole(t) {
		s.atOnce(t)
		return nil
	}
	return s.oneByOne(t)
}

// atOnce runs the Op that the cell has for whole sequences. It takes the state for the
// output where the mask leaves a step out.
func (s *steps) atOnce(t *keras.Trace) {
	swap := func(x *gorgonia.Node) *gorgonia.Node { return ops.MoveAxis(x, 1, 0) }
	mask := s.mask
	if mask != nil {
		mask = swap(mask)
	}
	all, last, states := s.cell.sequence(t, swap(s.x), mask, s.states)
	s.states, s.out = states, last
	if s.ReturnSequences {
		s.out = swap(all)
	}
	if s.mask == nil || s.zeros && !s.ZeroOutputForMask {
		return
	}
	kept := s.mask
	if !s.ZeroOutputForMask {
		kept = started(kept)
	}
	if !s.ReturnSequences {
		kept = ops.Take(kept, 1, -1)
	}
	s.out = choose(kept, s.out, s.zero(t, nil))
}

// started is true from the first step on that a mask (batch, time) does not leave out.
func started(mask *gorgonia.Node) *gorgonia.Node {
	n := mask.Shape()[1]
	for by := 1; by < n; by *= 2 {
		earlier := ops.Slice(ops.Pad(mask, []int{0, by}, []int{0, 0}, 0), 1, 0, n)
		mask = ops.LogicalOr(mask, earlier)
	}
	return mask
}

// choose is a where a mask, of the first axes of a, is true, else b.
func choose(mask, a, b *gorgonia.Node) *gorgonia.Node {
	var axes []int
	for i := mask.Dims(); i < a.Dims(); i++ {
		axes = append(axes, i)
	}
	return ops.Where(ops.ExpandDims(mask, axes...), a, b)
}

// oneByOne draws a step, and scans the sequences with it. What the scan carries is the
// states, the output before, and the masks of dropout, which stay as they are.
func (s *steps) oneByOne(t *keras.Trace) error {
	shape := stepOf(keras.Shape(s.x.Shape()))
	outputs, err := stepShapes(s.cell, shape)
	if err != nil {
		return err
	}
	sequences := []*gorgonia.Node{s.x}
	if s.mask != nil {
		sequences = append(sequences, s.mask)
	}
	n := len(s.states)
	carried := append(slices.Clone(s.states), s.zero(t, outputs[0]))
	carried = append(carried, s.cell.masks(t, shape)...)
	outs, last, err := engine.Scan(t, sequences, carried, func(t *keras.Trace, in, carried []*gorgonia.Node) (outs, next []*gorgonia.Node, err error) {
		states, before, masks := carried[:n], carried[n], carried[n+1:]
		made := s.cell.step(t, masks, append([]*gorgonia.Node{in[0]}, states...))
		if len(made) != 1+n {
			return nil, nil, keras.Expected(keras.ErrShape, fmt.Sprintf("a cell that gives an output and %d states", n), len(made))
		}
		out, next := made[0], made[1:]
		if s.mask != nil {
			if s.ZeroOutputForMask {
				before = s.zero(t, nil)
			}
			out = choose(in[1], out, before)
			for i, old := range states {
				next[i] = choose(in[1], next[i], old)
			}
		}
		next = append(append(slices.Clone(next), out), masks...)
		if s.ReturnSequences {
			outs = next[n : n+1]
		}
		return outs, next, nil
	})
	if err != nil {
		return err
	}
	s.states, s.out = last[:n], last[n]
	if s.ReturnSequences {
		s.out = outs[0]
	}
	return nil
}
