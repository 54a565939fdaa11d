package keras

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// connect is one call of a layer on symbolic tensors: it builds the layer if need
// be, infers the output shapes and adds a Node to the layer graph.
func connect(l Layer, args Args, in List, site string) List {
	if l == nil {
		return failed(&Error{Kind: ErrArgument, Site: site, Text: "expected a layer, received nil"}, 1)
	}
	b := l.LayerBase()
	if b.self == nil {
		return failed(&Error{Kind: ErrState, Site: site, Text: "expected a layer whose constructor calls Init, received " + fmt.Sprintf("%T", l)}, 1)
	}
	node := &Node{layer: l, inputs: in, args: args}
	outs, err := node.infer()
	if err != nil {
		n := 1
		if nodes := b.Nodes(); len(nodes) > 0 {
			n = len(nodes[0].outputs)
		}
		return failed(Locate(err, l, site), n)
	}
	for i, t := range outs {
		t.name, t.node, t.index = AutoName("keras_tensor"), node, i
	}
	node.outputs = outs
	b.mu.Lock()
	defer b.mu.Unlock()
	node.index = len(b.nodes)
	b.nodes = append(b.nodes, node)
	return outs
}

// infer gives the outputs of a call, without names.
func (n *Node) infer() (List, error) {
	for i, t := range n.Parents() {
		if t == nil {
			return nil, Expected(ErrArgument, "a tensor", fmt.Sprintf("nil as input %d", i))
		}
		if t.err != nil {
			return nil, t.err
		}
	}
	if len(n.inputs) == 0 {
		return nil, Expected(ErrShape, "at least one input", "none")
	}
	shapes, types, err := n.OutputsFor(func(t *Tensor) Shape { return t.shape })
	outs := make(List, len(shapes))
	for i, shape := range shapes {
		outs[i] = &Tensor{shape: shape, dtype: types[i]}
	}
	return outs, err
}

// OutputsFor gives the shapes and types of the outputs if the inputs had other
// shapes. It builds the layer if it has not been built.
func (n *Node) OutputsFor(shapeOf func(*Tensor) Shape) (shapes []Shape, types []tensor.Dtype, err error) {
	defer func() {
		if r := recover(); r != nil {
			shapes, types, err = nil, nil, asError(r)
		}
	}()
	in, inTypes := make([]Shape, len(n.inputs)), make([]tensor.Dtype, len(n.inputs))
	for i, t := range n.inputs {
		in[i], inTypes[i] = shapeOf(t), t.dtype
	}
	l, b := n.layer, n.layer.LayerBase()
	s, says := l.(ShapeInferer)
	if !says {
		if err := b.ensureBuilt(l.Name(), in); err != nil {
			return nil, nil, err
		}
		return n.trace(shapeOf)
	}
	if err := b.check(); err != nil {
		return nil, nil, err
	}
	// The shapes before the weights: a wrong input must not make any.
	if shapes, err = s.OutputShapes(in...); err != nil {
		return nil, nil, err
	}
	if err := b.ensureBuilt(l.Name(), in); err != nil {
		return nil, nil, err
	}
	if shapes == nil {
		return n.trace(shapeOf)
	}
	if d, ok := l.(DTypeInferer); ok {
		return shapes, d.OutputDTypes(inTypes...), nil
	}
	for range shapes {
		types = append(types, l.DType())
	}
	return shapes, types, nil
}

// standIns are sizes to put in the place of None while a Call is traced: two runs
// tell which output axes move with which unknown size. Large and odd enough not
// to be somebody's kernel or filter count.
var standIns = [2]int{47, 59}

// trace finds the output shapes of a layer that does not say them, by writing its
// maths into two scratch graphs; nothing is computed.
func (n *Node) trace(shapeOf func(*Tensor) Shape) (shapes []Shape, types []tensor.Dtype, err error) {
	var runs [2][]*gorgonia.Node
	var made []*Base
	defer func() {
		if err != nil { // weights inside may have taken a stand-in for a size
			for _, b := range made {
				b.unbuild()
			}
		}
	}()
	for r, size := range standIns {
		t := NewTrace(gorgonia.NewGraph(), false)
		values := map[*Tensor]*gorgonia.Node{}
		for i, p := range n.Parents() {
			values[p] = t.Input(fmt.Sprintf("input_%d", i), shapeOf(p).with(size).Tensor(), p.dtype)
		}
		runs[r], err = t.CallNode(n, values)
		made = append(made, t.built...)
		if err != nil {
			return nil, nil, err
		}
	}
	if a, b := len(runs[0]), len(runs[1]); a != b {
		return nil, nil, Expected(ErrShape, "a number of outputs that does not depend on sizes", a, b)
	}
	for i, first := range runs[0] {
		second := runs[1][i]
		if first.Dims() != second.Dims() {
			return nil, nil, Expected(ErrShape, "an output whose rank does not depend on sizes", first.Shape(), second.Shape())
		}
		shape := Shape(first.Shape().Clone())
		for axis, d := range second.Shape() {
			if d != shape[axis] {
				shape[axis] = None
			}
		}
		shapes, types = append(shapes, shape), append(types, first.Dtype())
	}
	return shapes, types, nil
}

// with is the shape with a size in the place of each None.
func (s Shape) with(size int) Shape {
	out := s.Clone()
	for i, d := range out {
		if d == None {
			out[i] = size
		}
	}
	return out
}
