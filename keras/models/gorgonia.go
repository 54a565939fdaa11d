package models

import (
	"slices"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/internal/engine"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
)

// GorgoniaGraph is a model as an expression graph of Gorgonia's.
type GorgoniaGraph struct {
	Graph *gorgonia.ExprGraph
	// Inputs are fed with gorgonia.Let, in the order of the model's inputs.
	Inputs gorgonia.Nodes
	// Weights are those that are trainable and that the outputs depend on, in the order of
	// Model.Weights. They have the memory of the model: what a solver changes, the model has.
	Weights gorgonia.Nodes
	// Outputs are in the order of the model's outputs.
	Outputs gorgonia.Nodes
}

// Graph hands out a model as a graph of Gorgonia's, for inference on inputs of these shapes,
// batch axis included: to be extended, differentiated and run with Gorgonia. The graph and the
// model must not run at the same time while one of them changes the weights.
//
// Errors: shapes that the model does not take, or with a size that is not known.
func Graph(m *Model, shapes ...keras.Shape) (*GorgoniaGraph, error) {
	if m == nil {
		return nil, keras.Expected(keras.ErrArgument, "a model", "nil")
	}
	for _, s := range shapes {
		if !s.Known() || len(s) == 0 {
			return nil, m.fault(keras.Expected(keras.ErrShape, "shapes of known sizes, with a batch axis", s))
		}
	}
	n, err := m.networkOf(shapes)
	if err != nil {
		return nil, m.locate(err)
	}
	feeds := make([]op.Output, len(shapes))
	for i, s := range shapes {
		feeds[i] = op.Output{Shape: s.Tensor(), Dtype: n.inputs.flat[i].DType()}
	}
	t, in, d, err := engine.Graph(feeds, func(t *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
		outs, err := t.Call(m, keras.Auto, nil, nil, in...)
		return engine.Drawing{Outputs: outs}, err
	})
	if err != nil {
		return nil, m.locate(err)
	}
	g := &GorgoniaGraph{Graph: t.Graph(), Inputs: in, Outputs: d.Outputs}
	for _, v := range m.Weights() {
		if v.Trainable() && slices.Contains(t.Variables(), v) {
			g.Weights = append(g.Weights, t.Leaf(v))
		}
	}
	return g, nil
}

// networkOf is the network for inputs of shapes.
func (m *Model) networkOf(shapes []keras.Shape) (*network, error) {
	if m.calls != nil && m.net.Load() == nil {
		if err := m.Build(anyBatch(shapes)...); err != nil {
			return nil, err
		}
	}
	return m.prepare(shapes)
}
