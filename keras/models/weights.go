package models

import (
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

// CountParams is the number of elements of all weights.
func (m *Model) CountParams() int {
	n := 0
	for _, v := range m.Weights() {
		n += v.Size()
	}
	return n
}

// Weights are all weights, in the order of Layers.
func (m *Model) Weights() []*keras.Variable {
	if m.err != nil {
		return nil
	}
	return m.Base.Weights()
}

// GetWeights are copies of the values of Weights.
func (m *Model) GetWeights() []*tensor.Dense {
	ws := m.Weights()
	values := make([]*tensor.Dense, len(ws))
	for i, w := range ws {
		values[i] = w.Value()
	}
	return values
}

// SetWeights sets the values of Weights; on an error none is changed.
func (m *Model) SetWeights(values []*tensor.Dense) error {
	if m.err != nil {
		return m.err
	}
	ws := m.Weights()
	if len(ws) != len(values) {
		return m.fault(keras.Fault(keras.ErrShape,
			"You called `set_weights(weights)` on layer '%s' with a weight list of length %d, but the layer was expecting %d weights.",
			m.Name(), len(values), len(ws)))
	}
	for i, w := range ws {
		if hollow(values[i]) {
			return m.fault(keras.Expected(keras.ErrArgument, "a tensor for "+w.Path(), nothing(values[i])))
		}
	}
	values = contiguous(values)
	cast := make([]*tensor.Dense, len(values))
	for i, w := range ws {
		if got := keras.Shape(values[i].Shape()); !w.Shape().Equal(got) {
			return m.fault(keras.Fault(keras.ErrShape, "Layer %s weight shape %s is not compatible with provided weight shape %s.",
				m.Name(), w.Shape(), got))
		}
		var err error
		if cast[i], err = castTo(values[i], w.DType()); err != nil {
			return err
		}
	}
	for i, w := range ws {
		if err := w.Assign(cast[i]); err != nil {
			return err
		}
	}
	return nil
}
