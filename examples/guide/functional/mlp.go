package functional

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

// MLP is the guide's first model, a graph of three layers: vectors of 784 numbers, as
// many as an image of MNIST has pixels, become the scores (logits) of ten classes.
func MLP() (*models.Model, error) {
	inputs := keras.Input(keras.Shape{784})
	x := layers.Dense(64).Activation("relu").Apply(inputs)
	x = layers.Dense(64).Activation("relu").Apply(x)
	outputs := layers.Dense(10).Apply(x)
	return models.New(inputs, outputs, models.WithName("mnist_model"))
}
