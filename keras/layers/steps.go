package layers

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/internal/engine"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// steps are those of one call of one cell: sequences (batch, time, …), their mask (batch,
// time), nil for none, and the states. run changes the states to the last ones, and makes
// the output.
type steps struct {
	of         Cell
	cell       sequenceCell // the same
	x, mask    *gorgonia.Node
	states     []*gorgonia.Node
	zeros      bool // the states begin with zeros
	all        bool // steps are the output, not the last one alone
	zeroMasked bool // the output of a step that the mask leaves out is zeros
	out        *gorgonia.Node
}

// begin takes the states that are given, else those of the cell, else zeros.
func (s *steps) begin(t *keras.Trace, given []*gorgonia.Node) error {
	step := stepOf(keras.Shape(s.x.Shape()))
	if c, ok := s.of.(InitialStater); ok && len(given) == 0 {
		var err error
		if given, err = c.InitialStates(t, step[0]); err != nil {
			return err
		}
	}
	for _, n := range given {
		s.states = append(s.states, ops.Cast(n, s.cell.DType()))
	}
	if s.zeros = len(given) == 0; !s.zeros {
		return nil
	}
	shapes, err := stateShapes(s.of, step)
	for _, shape := range shapes {
		s.states = append(s.states, s.zero(t, shape))
	}
	return err
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
	if s.all {
		s.out = swap(all)
	}
	if s.mask == nil || s.zeros && !s.zeroMasked {
		return
	}
	kept := s.mask
	if !s.zeroMasked {
		kept = started(kept)
	}
	if !s.all {
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
	output, _, err := stepShapes(s.of, shape)
	if err != nil {
		return err
	}
	sequences := []*gorgonia.Node{s.x}
	if s.mask != nil {
		sequences = append(sequences, s.mask)
	}
	n := len(s.states)
	carried := append(slices.Clone(s.states), s.zero(t, output))
	carried = append(carried, s.cell.masks(t, shape, keras.Shape(s.states[0].Shape()))...)
	outs, last, err := engine.Scan(t, sequences, carried, func(t *keras.Trace, in, carried []*gorgonia.Node) (outs, next []*gorgonia.Node, err error) {
		states, before, masks := carried[:n], carried[n], carried[n+1:]
		made := s.cell.step(t, masks, append([]*gorgonia.Node{in[0]}, states...))
		if len(made) != 1+n {
			return nil, nil, keras.Expected(keras.ErrShape, fmt.Sprintf("a cell that gives an output and %d states", n), len(made))
		}
		out, next := made[0], made[1:]
		if s.mask != nil {
			if s.zeroMasked {
				before = s.zero(t, nil)
			}
			out = choose(in[1], out, before)
			for i, old := range states {
				next[i] = choose(in[1], next[i], old)
			}
		}
		next = append(append(slices.Clone(next), out), masks...)
		if s.all {
			outs = next[n : n+1]
		}
		return outs, next, nil
	})
	if err != nil {
		return err
	}
	s.states, s.out = last[:n], last[n]
	if s.all {
		s.out = outs[0]
	}
	return nil
}
