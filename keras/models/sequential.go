package models

import (
	"slices"
	"sync"

	"github.com/gokeras/gokeras/keras"
)

// stack is the layers of a Sequential.
type stack struct {
	mu     sync.Mutex        // held while the network is made
	input  *keras.InputLayer // nil until the input shape is known
	called bool              // it is that of a first call: others may differ
	layers []keras.Layer
}

// visible are the layers without the input layer, as Keras shows them.
func (s *stack) visible() []keras.Layer { return slices.Clone(s.layers) }

// Sequential makes a model of layers in a row. Layers may be anything that has
// one input and one output, models too. Without an InputLayer (or a keras.Input)
// in front the weights are made when the first data come, or by Build.
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
		case *keras.Tensor:
			in, err := inputLayer(l)
			rest, bad = append(rest, in), first(bad, err)
		default:
			bad = first(bad, keras.Fault(keras.ErrArgument, "Only instances of keras.Layer can be added to a Sequential model. Received: %v (of type %T)", l, l))
		}
	}
	m := newModel("Sequential", opts)
	m.stack = &stack{}
	m.err = first(m.err, bad)
	for _, l := range rest {
		if m.err == nil {
			m.err = m.push(l)
		}
	}
	if m.err == nil {
		m.err = m.reconnect()
	}
	return m, m.err
}

// first is the first error, nil without any.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// inputLayer is the layer behind a keras.Input.
func inputLayer(t *keras.Tensor) (keras.Layer, error) {
	if err := t.Err(); err != nil {
		return nil, err
	}
	in, ok := t.Node().Layer().(*keras.InputLayer)
	if !ok {
		return nil, keras.Expected(keras.ErrGraph, "a layer or a keras.Input", t)
	}
	return in, nil
}

// Add puts a layer at the end of a Sequential.
func (m *Model) Add(l keras.Layer) error {
	if err := m.sequential(); err != nil {
		return err
	}
	if err := m.push(l); err != nil {
		return err
	}
	if err := m.reconnect(); err != nil {
		s := m.stack
		s.layers = s.layers[:len(s.layers)-1]
		return first(err, m.reconnect())
	}
	return nil
}

// push takes a layer in, without connecting it.
func (m *Model) push(l keras.Layer) error {
	s := m.stack
	if l == nil || l == keras.Layer(m) {
		return m.fault(keras.Expected(keras.ErrArgument, "a layer", l))
	}
	if in, ok := l.(*keras.InputLayer); ok {
		switch {
		case in.LayerBase().Err() != nil:
			return in.LayerBase().Err()
		case s.input != nil:
			return m.fault(keras.Fault(keras.ErrGraph, "Sequential model '%s' has already been configured to use input shape %s. You cannot add a different Input layer to it.", m.Name(), s.input.Output().Shape()))
		case len(s.layers) > 0:
			return m.fault(keras.Fault(keras.ErrGraph, "an Input layer must be the first of a Sequential model, which has %d layers", len(s.layers)))
		}
		s.input = in
		return nil
	}
	for _, other := range s.layers {
		if other.Name() == l.Name() && other != l {
			return m.fault(keras.Fault(keras.ErrGraph, "All layers added to a Sequential model should have unique names. Name '%s' is already the name of a layer in this model. Update the `name` argument to pass a unique name.", l.Name()))
		}
	}
	s.layers = append(s.layers, l)
	return nil
}

// Pop takes the last layer of a Sequential away.
func (m *Model) Pop() error {
	if err := m.sequential(); err != nil {
		return err
	}
	s := m.stack
	if len(s.layers) == 0 {
		return m.fault(keras.Fault(keras.ErrState, "There are no layers in the model."))
	}
	s.layers = s.layers[:len(s.layers)-1]
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

// reconnect draws the network anew, where the input is known: from an input layer,
// or from a model in front that has one.
func (m *Model) reconnect() error {
	s := m.stack
	m.net.Store(nil)
	m.engine.Clear()
	if len(s.layers) == 0 {
		return nil
	}
	if s.input != nil {
		takeNumber()
		return m.chain()
	}
	if front, ok := s.layers[0].(*Model); ok && len(s.layers) > 1 && len(front.Inputs()) == 1 {
		return m.open(false, front.Input().Shape())
	}
	return nil
}

// chain connects the layers.
func (m *Model) chain() error {
	s := m.stack
	x := s.input.Output()
	for _, l := range s.layers {
		l.LayerBase().Within(m.Path())
		y := keras.Apply(l, x)
		if err := y[0].Err(); err != nil {
			return err
		}
		if len(y) != 1 {
			return m.fault(keras.Expected(keras.ErrGraph, "one output of layer "+l.Name(), len(y)))
		}
		x = y[0]
	}
	n, err := newNetwork(s.input.Output(), x)
	if err != nil {
		return err
	}
	n.inputs.free = s.called
	m.install(n)
	return nil
}

// open gives a Sequential its input when the first shape is known: by a call, after which
// others may have other shapes, if the layers take them, or for good.
func (m *Model) open(called bool, in ...keras.Shape) error {
	s := m.stack
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case len(in) != 1:
		return m.fault(keras.Expected(keras.ErrShape, "1 input", len(in)))
	case m.net.Load() != nil: // before, or by another goroutine
		return nil
	case len(s.layers) == 0:
		return m.fault(keras.Fault(keras.ErrState, "Sequential model %s cannot be built because it has no layers. Call `model.Add(layer)`.", m.Name()))
	case len(in[0]) == 0:
		return m.fault(keras.Expected(keras.ErrShape, "a shape with a batch axis", in[0]))
	}
	s.called = called
	takeNumber()
	return m.enter(in[0])
}

// takeNumber counts the functional model that Keras has inside a Sequential.
func takeNumber() { keras.AutoName("Functional") }

// enter gives a Sequential an input layer of a shape.
func (m *Model) enter(shape keras.Shape) error {
	s := m.stack
	s.input = keras.NewInputLayer(nil, keras.WithBatchShape(shape), keras.WithDType(s.layers[0].DType()))
	if err := m.chain(); err != nil {
		s.input = nil
		return err
	}
	return nil
}

// Widen takes sizes that stand in for unknown ones out of the input shape of a Sequential's
// first call.
func (m *Model) Widen(other []keras.Shape) error {
	s := m.stack
	if s == nil || !s.called || s.input == nil || len(other) != 1 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	shape := s.input.Output().Shape()
	for axis, d := range shape {
		if axis < len(other[0]) && d != other[0][axis] {
			shape[axis] = keras.None
		}
	}
	if shape.Equal(s.input.Output().Shape()) {
		return nil
	}
	for _, n := range m.net.Load().nodes {
		if !isEntry(n) {
			n.Forget()
		}
	}
	return m.enter(shape)
}
