package models

import (
	"github.com/gokeras/gokeras/keras"
)

// stack is the layers of a Sequential.
type stack struct {
	input  *keras.InputLayer // nil until the input shape is known
	layers []keras.Layer
}

// visible are the layers without the input layer, as Keras shows them.
func (s *stack) visible() []keras.Layer { return append([]keras.Layer(nil), s.layers...) }

// Sequential makes a model of layers in a row. Layers may be anything that has
// one input and one output, models too. Without an InputLayer the weights are made
// when the first data come, or by Build.
//
// Options (WithName) may stand among the layers.
// Errors: two layers of one name; what a layer does not accept.
func Sequential(layers ...any) (*Model, error) {
	var opts []Option
	var rest []keras.Layer
	var bad error
	for _, l := range layers {
		switch l := l.(type) {
		case Option:
			opts = append(opts, l)
		case keras.Layer:
			rest = append(rest, l)
		default:
			bad = keras.Fault(keras.ErrArgument, "Only instances of keras.Layer can be added to a Sequential model. Received: %v (of type %T)", l, l)
		}
	}
	m := newModel("Sequential", opts)
	m.stack = &stack{}
	if m.err == nil {
		m.err = bad
	}
	for _, l := range rest {
		if m.err == nil {
			m.err = m.Add(l)
		}
	}
	return m, m.err
}

// Add puts a layer at the end of a Sequential.
func (m *Model) Add(l keras.Layer) error {
	if err := m.sequential(); err != nil {
		return err
	}
	if in, ok := l.(*keras.InputLayer); ok {
		if m.stack.input != nil || len(m.stack.layers) > 0 {
			return m.fault(keras.Fault(keras.ErrGraph, "Sequential model '%s' has already been configured with %d layers. You cannot add a different Input layer to it.", m.Name(), len(m.stack.layers)))
		}
		if err := in.Output().Err(); err != nil {
			return err
		}
		if err := in.LayerBase().Err(); err != nil {
			return err
		}
		m.stack.input = in
		return nil
	}
	for _, other := range m.stack.layers {
		if other.Name() == l.Name() {
			return m.fault(keras.Fault(keras.ErrGraph, "All layers added to a Sequential model should have unique names. Name '%s' is already the name of a layer in this model. Update the `name` argument to pass a unique name.", l.Name()))
		}
	}
	m.stack.layers = append(m.stack.layers, l)
	return m.reconnect()
}

// Pop takes the last layer of a Sequential away.
func (m *Model) Pop() error {
	if err := m.sequential(); err != nil {
		return err
	}
	if len(m.stack.layers) == 0 {
		return m.fault(keras.Fault(keras.ErrState, "There are no layers in the model."))
	}
	m.stack.layers = m.stack.layers[:len(m.stack.layers)-1]
	m.graph = nil
	return m.reconnect()
}

func (m *Model) sequential() error {
	if m.err != nil {
		return m.err
	}
	if m.stack == nil {
		return m.fault(keras.Fault(keras.ErrState, "Add and Pop are for Sequential models"))
	}
	return nil
}

// reconnect draws the graph anew, where the input is known.
func (m *Model) reconnect() error {
	m.engine.Clear()
	s := m.stack
	if s.input == nil || len(s.layers) == 0 {
		return nil
	}
	if m.graph == nil {
		keras.AutoName("Functional") // the inner graph of Keras's Sequential takes a number
	}
	x := s.input.Output()
	for i, l := range s.layers {
		y := keras.Apply(l, x)
		if len(y) != 1 {
			return m.fault(keras.Expected(keras.ErrGraph, "one output of layer "+l.Name(), len(y)))
		}
		if err := y[0].Err(); err != nil {
			s.layers = s.layers[:i]
			return err
		}
		x = y[0]
	}
	return m.connect(s.input.Output(), x)
}

// open gives a Sequential its input when the first shape is known.
func (s *stack) open(model *Model, in []keras.Shape) error {
	if len(in) != 1 {
		return model.fault(keras.Expected(keras.ErrShape, "1 input", len(in)))
	}
	if len(s.layers) == 0 {
		return model.fault(keras.Fault(keras.ErrState, "Sequential model %s cannot be built because it has no layers. Call `model.Add(layer)`.", model.Name()))
	}
	shape := in[0].Clone()
	if len(shape) == 0 {
		return model.fault(keras.Expected(keras.ErrShape, "a shape with a batch axis", shape))
	}
	shape[0] = keras.None
	l := keras.NewInputLayer(nil, keras.WithBatchShape(shape))
	s.input = l
	if err := model.reconnect(); err != nil {
		s.input = nil
		return err
	}
	return nil
}
