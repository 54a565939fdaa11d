package layers

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
)

var (
	_ Cell               = (*StackedRNNCellsLayer)(nil)
	_ keras.ShapeInferer = (*StackedRNNCellsLayer)(nil)
	_ keras.Wrapper      = (*StackedRNNCellsLayer)(nil)
)

// StackedRNNCells returns a cell that consists of others: the output of each is the input of
// the next. Its states are those of the first, then those of the second, and so on.
//
//	input  (batch, …), states of all cells
//	output that of the last cell, then the new states
//
// Errors: no cells, or layers that are none; an input or states that the cells do not take.
func StackedRNNCells(cells ...Cell) *StackedRNNCellsLayer {
	l := &StackedRNNCellsLayer{}
	for _, c := range cells {
		l.cfg.Cells = append(l.cfg.Cells, c)
	}
	return l.init(l, "StackedRNNCells", &l.cfg)
}

// StackedRNNCellsLayer is the layer that StackedRNNCells returns.
type StackedRNNCellsLayer struct {
	base[StackedRNNCellsLayer]
	cfg stackConfig
}

type stackConfig struct {
	Cells []keras.Layer `keras:"cells"`
}

func (c *stackConfig) validate() error {
	var f faults
	f.require(len(c.Cells) > 0, "expected at least one cell, received none")
	for _, l := range c.Cells {
		f.cell(l)
	}
	return f.err()
}

// cells are the cells of the stack.
func (l *StackedRNNCellsLayer) cells() []Cell {
	var all []Cell
	for _, c := range l.cfg.Cells {
		if c, ok := c.(Cell); ok {
			all = append(all, c)
		}
	}
	return all
}

// Attributes are the cells.
func (l *StackedRNNCellsLayer) Attributes() []keras.Attribute {
	var all []keras.Layer
	for _, c := range l.cells() {
		all = append(all, c)
	}
	return []keras.Attribute{{Name: "cells", Layers: all, List: true}}
}

// StateSizes are those of all cells.
func (l *StackedRNNCellsLayer) StateSizes() []keras.Shape {
	var sizes []keras.Shape
	for _, c := range l.cells() {
		sizes = append(sizes, c.StateSizes()...)
	}
	return sizes
}

// Build makes the weights of the cells.
func (l *StackedRNNCellsLayer) Build(in ...keras.Shape) error {
	x := in[0]
	for _, c := range l.cells() {
		if err := l.BuildInside(c, x); err != nil {
			return err
		}
		var err error
		if x, _, err = stepShapes(c, x); err != nil {
			return err
		}
	}
	return nil
}

// OutputShapes gives the shape of the last cell's output, then those of the states.
func (l *StackedRNNCellsLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	out, states, err := stepShapes(l, in[0])
	if err != nil {
		return nil, err
	}
	if len(in) != 1+len(states) {
		return nil, keras.Expected(keras.ErrShape, fmt.Sprintf("an input and %d states", len(states)), len(in))
	}
	if !saysShapes(l) {
		return nil, nil
	}
	return append([]keras.Shape{out}, states...), nil
}

// Call computes a step of each cell.
func (l *StackedRNNCellsLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x, given := in[0], in[1:]
	var states []*gorgonia.Node
	for _, c := range l.cells() {
		n := len(c.StateSizes())
		outs := t.ApplyAll(c, append([]*gorgonia.Node{x}, given[:n]...)...)
		x, given, states = outs[0], given[n:], append(states, outs[1:]...)
	}
	return t.Out(append([]*gorgonia.Node{x}, states...)...)
}
