package models

import (
	"sync/atomic"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// network is what lies between a model's inputs and outputs. It does not change: a
// Sequential that gets another layer gets another network.
type network struct {
	*graph
	inputs, outputs structure
	serial          int64 // tells the programs of two networks apart
}

// networks numbers them.
var networks atomic.Int64

func newNetwork(inputs, outputs any) (*network, error) {
	in, err := newStructure("inputs", inputs)
	if err != nil {
		return nil, err
	}
	out, err := newStructure("outputs", outputs)
	if err != nil {
		return nil, err
	}
	if in, out, err = cutIntermediate(in, out); err != nil {
		return nil, err
	}
	g, err := newGraph(in.flat, out)
	if err != nil {
		return nil, err
	}
	return &network{g, in, out, networks.Add(1)}, nil
}

// shapes are those of the outputs for inputs of other shapes.
func (n *network) shapes(in []keras.Shape) ([]keras.Shape, error) {
	known := map[*keras.Tensor]keras.Shape{}
	for i, t := range n.inputs.flat {
		s, err := n.inputs.accept(i, in[i])
		if err != nil {
			return nil, err
		}
		known[t] = s
	}
	for _, node := range n.calls {
		outs, _, err := node.OutputsFor(func(t *keras.Tensor) keras.Shape { return known[t] })
		if err != nil {
			return nil, keras.Locate(err, node.Layer(), "")
		}
		for i, t := range node.Outputs() {
			known[t] = outs[i]
		}
	}
	out := make([]keras.Shape, len(n.outputs.flat))
	for i, t := range n.outputs.flat {
		out[i] = known[t]
	}
	return out, nil
}

// run draws the layers' maths.
func (n *network) run(t *keras.Trace, in []*gorgonia.Node) ([]*gorgonia.Node, error) {
	values := map[*keras.Tensor]*gorgonia.Node{}
	for i, x := range n.inputs.flat {
		given := keras.Shape(in[i].Shape())
		shape, err := n.inputs.accept(i, given)
		if err != nil {
			return nil, err
		}
		values[x] = ops.Cast(in[i], x.DType())
		if !shape.Equal(given) { // an axis of size 1 was added or taken away
			values[x] = ops.Reshape(values[x], shape...)
		}
	}
	for _, node := range n.calls {
		outs, err := t.CallNode(node, values)
		if err != nil {
			return nil, err
		}
		for i, o := range node.Outputs() {
			values[o] = outs[i]
		}
	}
	out := make([]*gorgonia.Node, len(n.outputs.flat))
	for i, o := range n.outputs.flat {
		out[i] = values[o]
	}
	return out, nil
}
