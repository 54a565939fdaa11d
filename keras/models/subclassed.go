package models

import (
	"fmt"
	"slices"
	"sync"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

// Subclassed is what a type embeds to be a model whose maths is written in Call, with
// layers in exported fields (also slices of them):
//
//	type MyModel struct {
//		models.Subclassed
//		Hidden, Head keras.Layer
//	}
//
//	func NewMyModel(classes int) *MyModel {
//		m := &MyModel{Hidden: layers.Dense(64).Activation("relu"), Head: layers.Dense(classes)}
//		m.Init(m, "MyModel")
//		return m
//	}
//
//	func (m *MyModel) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
//		return t.Out(t.Apply(m.Head, t.Apply(m.Hidden, in[0])))
//	}
//
// It has all that a Model has, and is a layer for other models. Its layers get their weights
// from Build, from the first data or from the first call on a symbolic tensor. Options that a
// config shows are fields with keras tags, as in a layer; layers that depend on one are made in
// a Build of the type, which then calls that of Subclassed. Weights of its own are those that
// AddWeight makes in the constructor.
//
// Several inputs come to Call in the order of a list, or of a dict's sorted keys. Several
// outputs are called output_1, output_2 and so on in losses, metrics and logs.
type Subclassed struct {
	Model
}

// Init makes self, which embeds the Subclassed, a model of a class. It must come first.
func (s *Subclassed) Init(self keras.Layer, class string) {
	s.Model.Init(self, class)
	s.calls = &calls{}
}

// calls is what a Subclassed has in the place of a graph of layers.
type calls struct {
	mu sync.Mutex // held while the network is made
}

// define gives a Subclassed its network when the first inputs are known, by shapes and
// types. keys are those of a dict, nil for others.
func (m *Model) define(shapes []keras.Shape, types []tensor.Dtype, keys []string) error {
	m.calls.mu.Lock()
	defer m.calls.mu.Unlock()
	switch {
	case m.net.Load() != nil: // before, or by another goroutine
		return nil
	case len(shapes) == 0:
		return m.fault(keras.Expected(keras.ErrShape, "at least one input", "none"))
	}
	types = slices.Clone(types)
	for i, dt := range types {
		if dt == tensor.Float32 || dt == tensor.Float64 {
			types[i] = m.DType()
		}
	}
	outShapes, outTypes, err := keras.Infer(m.Self(), shapes, types)
	if err != nil {
		return m.locate(err)
	}
	// The layers are built for the first batch, and the summary shows its size. Others may follow.
	in := newLeaves("input", anyBatch(shapes), types)
	in.free = true
	if keys != nil {
		dict := keras.Dict{}
		for i, k := range keys {
			dict[k] = in.flat[i]
		}
		in.given, in.keys = dict, keys
	}
	m.net.Store(&network{nil, in, newLeaves("output", anyBatch(outShapes), outTypes), networks.Add(1)})
	return nil
}

// newLeaves is the structure of a Subclassed's inputs or outputs: one tensor, or a list of
// several, which are called what_1 and so on.
func newLeaves(what string, shapes []keras.Shape, types []tensor.Dtype) structure {
	var s structure
	for i, shape := range shapes {
		s.flat = append(s.flat, keras.Symbol(shape, types[i]))
		s.keys = append(s.keys, fmt.Sprintf("%s_%d", what, i+1))
	}
	if s.given = s.flat; len(s.flat) == 1 {
		s.given = s.flat[0]
	}
	return s
}
