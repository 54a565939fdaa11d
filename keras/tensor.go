package keras

import (
	"fmt"
	"slices"

	"gorgonia.org/tensor"
)

// Tensor is a symbolic tensor: an arrow of the layer graph, with a shape and a
// dtype but without values. One that carries an error hands it on to whatever is
// made of it.
type Tensor struct {
	shape Shape
	dtype tensor.Dtype
	name  string
	node  *Node
	index int
	mask  *Tensor // that travels with it, as Keras draws it; nil for none
	err   error
}

// Shape is the sizes of the axes, None where unknown.
func (t *Tensor) Shape() Shape { return t.shape.Clone() }

// DType is the type of the elements.
func (t *Tensor) DType() tensor.Dtype { return t.dtype }

// Name is the automatic name, or that of a named Input.
func (t *Tensor) Name() string { return t.name }

// Err is the error of the calls that made the tensor, nil without one.
func (t *Tensor) Err() error {
	if t == nil {
		return Expected(ErrArgument, "a tensor", "nil")
	}
	return t.err
}

// Node is the call that made the tensor.
func (t *Tensor) Node() *Node { return t.node }

// Index is the tensor's place among the outputs of that call.
func (t *Tensor) Index() int { return t.index }

// String writes the tensor as Keras does.
func (t *Tensor) String() string {
	if err := t.Err(); err != nil {
		return fmt.Sprintf("<KerasTensor error: %v>", err)
	}
	return fmt.Sprintf("<KerasTensor shape=%s, dtype=%s, sparse=False, ragged=False, name=%s>", t.shape, dtypeName(t.dtype), t.name)
}

// Node is one call of a layer. Calling a layer twice makes two nodes: that is how
// layers are shared.
type Node struct {
	layer   Layer
	index   int
	inputs  List
	args    Args
	masks   List // that Keras draws as arguments because they came with the inputs; nil for none
	outputs List
}

// Layer is the layer that was called.
func (n *Node) Layer() Layer { return n.layer }

// Index is the number of the call among those of its layer.
func (n *Node) Index() int { return n.index }

// Inputs are the tensors that the layer was called on.
func (n *Node) Inputs() List { return slices.Clone(n.inputs) }

// Args are the call's arguments.
func (n *Node) Args() Args { return n.args }

// Outputs are the tensors that the call made.
func (n *Node) Outputs() List { return slices.Clone(n.outputs) }

// Masks are those that the call shows as its argument mask because they came with the inputs, one
// for each; nil where none did. When the call is computed they come with them again.
func (n *Node) Masks() List { return slices.Clone(n.masks) }

// Operands are all tensors that the call is computed from: the inputs, a mask, named arguments.
func (n *Node) Operands() List {
	return append(n.Inputs(), n.args.Tensors()...)
}

// Parents are all tensors that Keras draws the call behind: Operands and Masks.
func (n *Node) Parents() List {
	return append(n.Operands(), slices.DeleteFunc(n.Masks(), func(t *Tensor) bool { return t == nil })...)
}

// Forget takes the call back: it is none of its layer's any more.
func (n *Node) Forget() {
	b := n.layer.LayerBase()
	b.calls.Lock()
	defer b.calls.Unlock()
	b.nodes = slices.DeleteFunc(slices.Clone(b.nodes), func(other *Node) bool { return other == n })
	for i, other := range b.nodes {
		other.index = i
	}
}

// Broken is a tensor that carries an error.
func Broken(err error) *Tensor { return &Tensor{err: err} }

// Symbol is a symbolic tensor that no call made and that has no name: of an input or
// output that stands for itself.
func Symbol(shape Shape, dtype tensor.Dtype) *Tensor {
	return &Tensor{shape: shape.Clone(), dtype: dtype}
}

// Fail is what a call of a layer gives that an error prevents: a tensor that carries the error.
func Fail(l Layer, err error) List { return failed(Locate(err, l, callSite()), 1) }

// failed makes n tensors that carry an error.
func failed(err error, n int) List {
	out := make(List, n)
	for i := range out {
		out[i] = &Tensor{err: err}
	}
	return out
}
