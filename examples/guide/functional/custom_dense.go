package functional

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
)

// CustomDense is a layer of one's own: what layers.Dense does, without its options.
type CustomDense struct {
	keras.Base
	Units int `keras:"units"` // the key in the config
	w, b  *keras.Variable
}

// NewCustomDense returns a CustomDense with outputs of a number of units.
func NewCustomDense(units int) *CustomDense {
	l := &CustomDense{Units: units}
	l.Init(l, "CustomDense")
	return l
}

// Build makes the weights, when the shape of the inputs is known.
func (l *CustomDense) Build(in ...keras.Shape) error {
	l.w = l.AddWeight("kernel", keras.Shape{in[0].Last(), l.Units}, initializers.RandomNormal())
	l.b = l.AddWeight("bias", keras.Shape{l.Units}, initializers.RandomNormal())
	return nil
}

// Call is the computation.
func (l *CustomDense) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.Add(ops.MatMul(in[0], t.Var(l.w)), t.Var(l.b)))
}

// CustomModel is a model with a CustomDense.
func CustomModel() (*models.Model, error) {
	inputs := keras.Input(keras.Shape{4})
	outputs := NewCustomDense(10).Apply(inputs)
	return models.New(inputs, outputs)
}
