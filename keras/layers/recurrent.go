package layers

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

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

func (l *recurrent[Self]) sequence() *sequenceConfig { return l.options }

// cell is the cell that the config has.
func (l *recurrent[Self]) cell() Cell { return l.options.Cell.(Cell) }

// Attributes are the cell.
func (l *recurrent[Self]) Attributes() []keras.Attribute {
	return []keras.Attribute{attribute("cell", l.options.Cell)}
}

// TakesMask says that Keras's call has an argument mask.
func (l *recurrent[Self]) TakesMask() bool { return true }

func (l *recurrent[Self]) stateful() bool { return l.options.Stateful }

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
	_, states, err := stepShapes(l.cell(), stepOf(in[0]))
	if err != nil {
		return err
	}
	l.carried = nil
	for _, shape := range states {
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
		return nil, keras.WrongRank(l.rank, x)
	}
	if x.Rank() < 3 {
		return nil, keras.RankTooLow(3, x)
	}
	out, states, err := stepShapes(l.cell(), stepOf(x))
	if err != nil {
		return nil, err
	}
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
	if !saysShapes(l.cell()) {
		return nil, nil
	}
	if o.ReturnSequences {
		out = slices.Insert(out.Clone(), 1, x[1])
	}
	if !o.ReturnState {
		states = nil
	}
	return append([]keras.Shape{out}, states...), nil
}

// RouteMasks lets the mask of the steps pass where all are outputs.
func (l *recurrent[Self]) RouteMasks(int) []int {
	if l.options.ReturnSequences {
		return []int{0}
	}
	return nil
}

// Call goes through the steps, with each cell of a stack after the one before.
func (l *recurrent[Self]) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	o, x, mask := l.options, in[0], t.Mask(0)
	if mask != nil {
		mask = ops.Cast(mask, tensor.Bool)
	}
	if o.GoBackwards {
		x = ops.Flip(x, 1)
		if mask != nil {
			mask = ops.Flip(mask, 1)
		}
	}
	given := slices.Clone(in[1:])
	if len(given) == 0 {
		for _, v := range l.carried {
			given = append(given, t.Var(v))
		}
	}
	var states []*gorgonia.Node
	cells := links(l.cell())
	for i, c := range cells {
		s := &steps{of: c, cell: asSequenceCell(c), x: ops.Cast(x, c.DType()), mask: mask,
			all: o.ReturnSequences || i < len(cells)-1, zeroMasked: o.ZeroOutputForMask}
		n := min(len(c.StateSizes()), len(given))
		if err := s.begin(t, given[:n]); err != nil {
			return nil, err
		}
		if err := s.run(t); err != nil {
			return nil, err
		}
		x, given, states = s.out, given[n:], append(states, s.states...)
	}
	for i, v := range l.carried {
		t.Carry(v, l.float(states[i]))
	}
	outs := []*gorgonia.Node{x}
	if o.ReturnState {
		outs = append(outs, states...)
	}
	return t.Out(l.floats(outs)...)
}
