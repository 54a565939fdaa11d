package layers

import (
	"fmt"

	"github.com/gokeras/gokeras/keras"
)

var (
	_ keras.Layer        = (*RNNLayer)(nil)
	_ keras.ShapeInferer = (*RNNLayer)(nil)
	_ keras.MaskRouter   = (*RNNLayer)(nil)
	_ keras.Wrapper      = (*RNNLayer)(nil)
	_ keras.StateTaker   = (*RNNLayer)(nil)
	_ keras.StateNester  = (*RNNLayer)(nil)
	_ keras.MaskTaker    = (*RNNLayer)(nil)
)

// RNN returns a layer that goes through the steps of sequences with a cell: LSTMCell, GRUCell,
// SimpleRNNCell, StackedRNNCells or one of your own. Several cells are a stack of them.
//
//	input  (batch, steps, …), and optionally the initial states of the cell
//	output that of the cell after the last step, or with ReturnSequences (batch, steps, …)
//	       with ReturnState also the last states
//
// Defaults: those of LSTM for sequences. Masks are those of LSTM too.
// Errors: no cell, or a layer that is none; an input of a rank below 3, or that the cell does
// not take; states of other shapes; Stateful with an unknown or another batch size; Unroll with
// an unknown number of steps.
func RNN(cells ...Cell) *RNNLayer {
	l := &RNNLayer{}
	l.options = &sequenceConfig{}
	if len(cells) > 1 {
		l.options.Cell = StackedRNNCells(cells...)
	} else if len(cells) == 1 {
		l.options.Cell = cells[0]
	}
	return l.init(l, "RNN", l.options)
}

// RNNLayer is the layer that RNN returns.
type RNNLayer struct{ recurrent[RNNLayer] }

// NestStates groups the states of a stack: those of a cell that has several are a list.
func (l *RNNLayer) NestStates(states []any) []any {
	if stack, ok := l.cell().(*StackedRNNCellsLayer); ok {
		states, _ = nested(stack, states)
	}
	return states
}

// nested are the states of a stack's cells, and those that are left.
func nested(stack *StackedRNNCellsLayer, states []any) (own, rest []any) {
	for _, c := range stack.cells() {
		var of any
		if inner, ok := c.(*StackedRNNCellsLayer); ok {
			of, states = nested(inner, states)
		} else if n := len(c.StateSizes()); n == 1 {
			of, states = states[0], states[1:]
		} else {
			of, states = states[:n], states[n:]
		}
		own = append(own, of)
	}
	return own, states
}

func (c *sequenceConfig) validate() error {
	var f faults
	f.cell(c.Cell)
	if cell, ok := c.Cell.(Cell); ok && c.Stateful {
		for _, link := range links(cell) {
			_, starts := link.(InitialStater)
			f.require(!starts, "expected a cell whose states begin with zeros, as Stateful is set, received one with InitialStates")
		}
	}
	return f.err()
}

// cell adds a violation unless a layer is a cell.
func (f *faults) cell(l keras.Layer) {
	if l == nil {
		f.require(false, "Argument `cell` should have a `call` method. Received: cell=None")
		return
	}
	c, ok := l.(Cell)
	f.require(ok && (len(links(c)) == 0 || len(c.StateSizes()) > 0), fmt.Sprintf(
		"The RNN cell should have a `state_size` attribute (single integer or list of integers, one integer per RNN state). Received: cell=<%s name=%s>",
		l.Class(), l.Name()))
}
