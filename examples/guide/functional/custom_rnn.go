package functional

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
)

// CustomRNN is a recurrent layer written from scratch. What classifies its states can be
// any layer, also a functional model: styles of models mix.
type CustomRNN struct {
	keras.Base
	Units       int         `keras:"units"`
	Projection1 keras.Layer `keras:"projection_1"`
	Projection2 keras.Layer `keras:"projection_2"`
	Classifier  keras.Layer // Dense(1), if there is none
	Verbose     bool        // prints the shape of the states whenever Call runs
}

// NewCustomRNN returns a CustomRNN with states of a number of units.
func NewCustomRNN(units int) *CustomRNN {
	l := &CustomRNN{Units: units}
	l.Init(l, "CustomRNN")
	return l
}

// Build makes the layers inside: now Units is known, also if it comes from a file.
func (l *CustomRNN) Build(...keras.Shape) error {
	l.Projection1 = layers.Dense(l.Units).Activation("tanh")
	l.Projection2 = layers.Dense(l.Units).Activation("tanh")
	if l.Classifier == nil {
		l.Classifier = layers.Dense(1)
	}
	return nil
}

// Call writes the computation into a graph, one step after the other. It runs once for
// each shape of the inputs, which is known here with batch size and number of steps.
func (l *CustomRNN) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	inputs := in[0]
	var outputs []*gorgonia.Node
	state := ops.Zeros(t, inputs.Shape()[0], l.Units)
	for step := range inputs.Shape()[1] {
		x := ops.Take(inputs, 1, step) // inputs[:, step, :]
		h := t.Apply(l.Projection1, x)
		y := ops.Add(h, t.Apply(l.Projection2, state))
		state = y
		outputs = append(outputs, y)
	}
	features := ops.Stack(1, outputs...)
	if l.Verbose {
		fmt.Println(features.Shape())
	}
	return t.Out(t.Apply(l.Classifier, features))
}

// PooledClassifier is the functional model that classifies the states of a CustomRNN:
// sequences of any length become one number.
func PooledClassifier(units int) (*models.Model, error) {
	inputs := keras.Input(keras.Shape{keras.None, units})
	x := layers.GlobalAveragePooling1D().Apply(inputs)
	outputs := layers.Dense(1).Apply(x)
	return models.New(inputs, outputs)
}

// RNNModel is a functional model with a CustomRNN. Its batch size is fixed.
func RNNModel() (*models.Model, error) {
	const batchSize, timesteps, inputDim, units = 16, 10, 5, 32
	inputs := keras.Input(nil, keras.WithBatchShape(keras.Shape{batchSize, timesteps, inputDim}))
	x := layers.Conv1D(32, 3).Apply(inputs)
	outputs := NewCustomRNN(units).Apply(x)
	return models.New(inputs, outputs)
}
