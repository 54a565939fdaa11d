package models

import (
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

// OutputShapes gives the shapes of the outputs for inputs of other shapes; nil for a
// Subclassed, whose Call tells.
func (m *Model) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	if m.calls != nil {
		return nil, nil
	}
	n, err := m.prepare(in)
	if err != nil {
		return nil, err
	}
	return n.shapes(in)
}

// OutputDTypes gives the types of the outputs.
func (m *Model) OutputDTypes(...tensor.Dtype) []tensor.Dtype {
	outs := m.structures().outputs.flat
	types := make([]tensor.Dtype, len(outs))
	for i, t := range outs {
		types[i] = t.DType()
	}
	return types
}

// Build makes the layers of a Sequential or Subclassed for input shapes, batch axis
// included. A functional model is built from the start. Errors: another shape than that of a
// Sequential's input; what a layer does not accept.
func (m *Model) Build(in ...keras.Shape) error {
	if m.calls != nil {
		if m.Building() { // the call that has begun builds the layers inside
			return nil
		}
		return m.define(in, slices.Repeat([]tensor.Dtype{m.DType()}, len(in)), nil)
	}
	if m.err != nil || m.stack == nil {
		_, err := m.prepare(in)
		return err
	}
	if err := m.open(false, in...); err != nil {
		return err
	}
	if known := m.Input().Shape(); !known.Equal(in[0]) {
		return m.fault(keras.Fault(keras.ErrState, "Sequential model '%s' has already been configured to use input shape %s. You cannot build it with input_shape %s",
			m.Name(), known, in[0]))
	}
	return nil
}

// prepare is the network for inputs of these shapes: a Sequential that has none yet
// gets it here.
func (m *Model) prepare(in []keras.Shape) (*network, error) {
	n := m.net.Load()
	if m.err == nil && n == nil && m.stack != nil {
		if err := m.open(true, in...); err != nil {
			return nil, err
		}
	}
	n, err := m.network()
	if err != nil {
		return nil, err
	}
	if len(in) != len(n.inputs.flat) {
		return nil, n.inputs.wrongCount(m.Name(), len(in))
	}
	return n, nil
}

// anyBatch are the shapes of inputs for batches of any size.
func anyBatch(in []keras.Shape) []keras.Shape {
	out := make([]keras.Shape, len(in))
	for i, s := range in {
		if out[i] = s.Clone(); len(s) > 0 {
			out[i][0] = keras.None
		}
	}
	return out
}

// Call runs the model's layers on nodes.
func (m *Model) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	if m.calls != nil {
		return nil, keras.Fault(keras.ErrState, "Model %s does not have a `Call` method implemented.", m.Class())
	}
	shapes := make([]keras.Shape, len(in))
	for i, n := range in {
		shapes[i] = keras.Shape(n.Shape().Clone())
	}
	n, err := m.prepare(shapes)
	if err != nil {
		return nil, err
	}
	return n.run(t, in)
}

// TakesMask says that Keras's call has an argument mask. A Subclassed whose call has one
// says so itself.
func (m *Model) TakesMask() bool { return m.calls == nil }

// FlattenInputs brings symbolic inputs into the order of Inputs: a list or tensor by
// place, a dict by key, or by the names of the inputs.
func (m *Model) FlattenInputs(given any) (keras.List, error) {
	if m.calls != nil || m.net.Load() == nil && m.stack != nil && m.err == nil {
		return keras.Flatten(given) // the first call makes a Sequential's network
	}
	n, err := m.network()
	if err != nil {
		return nil, err
	}
	if d, ok := given.(keras.Dict); ok {
		return pickKeys(n.inputs.keys, d)
	}
	list, err := keras.Flatten(given)
	if err == nil && len(list) != len(n.inputs.flat) {
		err = n.inputs.wrongCount(m.Name(), len(list))
	}
	return list, err
}

// PackOutputs gives symbolic outputs the structure of the model's.
func (m *Model) PackOutputs(outs keras.List) any {
	if m.calls != nil && len(outs) > 1 {
		return outs
	}
	return pack[*keras.Tensor, keras.List, keras.Dict](m.structures().outputs, outs)
}
