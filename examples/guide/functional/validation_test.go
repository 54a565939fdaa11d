package functional_test

import (
	"fmt"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

// A model is checked while it is defined: each layer looks at what it is applied to.
// The error comes once, from New; Err of a tensor has it earlier.
func Example_validation() {
	keras.ClearSession()
	inputs := keras.Input(keras.Shape{784})
	x := layers.Conv2D(16, 3).Apply(inputs)
	x = layers.Dense(10).Apply(x)
	_, err := models.New(inputs, x)
	fmt.Println(err)
	// Output:
	// conv2d (Conv2D) at validation_test.go:16: Input 0 is incompatible with the layer: expected min_ndim=4, found ndim=2. Full shape received: (None, 784)
}
