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
		return failed(locate(err, l, site), n)
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
func (n *Node) infer() (outs List, err error) {
	defer func() {
		if r := recover(); r != nil {
			outs, err = nil, asError(r)
		}
	}()
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
	shapes, types := make([]Shape, len(n.inputs)), make([]tensor.Dtype, len(n.inputs))
	for i, t := range n.inputs {
		shapes[i], types[i] = t.shape, t.dtype
	}
	l, b := n.layer, n.layer.LayerBase()
	s, says := l.(ShapeInferer)
	if !says {
		return n.trace(shapes)
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	// Before the weights are made: a wrong input must not leave a half-built layer.
	if b.built {
		if _, err := s.OutputShapes(shapes...); err != nil {
			return nil, err
		}
	}
	if err := b.ensureBuilt(l.Name(), shapes); err != nil {
		return nil, err
	}
	outShapes, err := s.OutputShapes(shapes...)
	if err != nil {
		return nil, err
	}
	outTypes := make([]tensor.Dtype, len(outShapes))
	for i := range outTypes {
		outTypes[i] = l.DType()
	}
	if d, ok := l.(DTypeInferer); ok {
		outTypes = d.OutputDTypes(types...)
	}
	for i, shape := range outShapes {
		outs = append(outs, &Tensor{shape: shape, dtype: outTypes[i]})
	}
	return outs, nil
}

// standIns are sizes to put in the place of None while a Call is traced: two runs
// tell which output axes move with which unknown size. Large and odd enough not
// to be somebody's kernel or filter count.
var standIns = [2]int{47, 59}

// trace finds the output shapes of a layer that does not say them, by writing its
// maths into two scratch graphs; nothing is computed.
func (n *Node) trace(shapes []Shape) (List, error) {
	if err := n.layer.LayerBase().ensureBuilt(n.layer.Name(), shapes); err != nil {
		return nil, err
	}
	var runs [2][]*gorgonia.Node
	var made []*Base
	for r, size := range standIns {
		t := NewTrace(gorgonia.NewGraph(), false)
		values := map[*Tensor]*gorgonia.Node{}
		for i, p := range n.Parents() {
			values[p] = t.Input(fmt.Sprintf("input_%d", i), p.shape.with(size).Tensor(), p.dtype)
		}
		outs, err := t.CallNode(n, values)
		made = append(made, t.built...)
		if err != nil || r == 1 && len(outs) != len(runs[0]) {
			for _, b := range made {
				b.unbuild()
			}
			if err == nil {
				err = Expected(ErrShape, "a number of outputs that does not depend on sizes", fmt.Sprintf("%d and %d", len(runs[0]), len(outs)))
			}
			return nil, err
		}
		runs[r] = outs
	}
	outs := make(List, len(runs[0]))
	for i, first := range runs[0] {
		second := runs[1][i]
		if first.Dims() != second.Dims() {
			return nil, Expected(ErrShape, "an output whose rank does not depend on sizes", first.Shape(), second.Shape())
		}
		shape := make(Shape, first.Dims())
		for axis := range shape {
			shape[axis] = first.Shape()[axis]
			if second.Shape()[axis] != shape[axis] {
				shape[axis] = None
			}
		}
		outs[i] = &Tensor{shape: shape, dtype: first.Dtype()}
	}
	return outs, nil
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
