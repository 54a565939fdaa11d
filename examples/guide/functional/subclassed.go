package functional

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

// SubclassedMLP is a model as a type: its layers are fields, and Call says how they are
// connected.
type SubclassedMLP struct {
	models.Subclassed
	Dense1 keras.Layer `keras:"dense_1"`
	Dense2 keras.Layer `keras:"dense_2"`
}

// NewSubclassedMLP returns a SubclassedMLP, whose class is MLP.
func NewSubclassedMLP() *SubclassedMLP {
	m := &SubclassedMLP{
		Dense1: layers.Dense(64).Activation("relu"),
		Dense2: layers.Dense(10),
	}
	m.Init(m, "MLP")
	return m
}

// Call is the computation.
func (m *SubclassedMLP) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x := t.Apply(m.Dense1, in[0])
	return t.Out(t.Apply(m.Dense2, x))
}
