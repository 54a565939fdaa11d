package functional_test

import (
	"fmt"
	"log"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/examples/guide/functional"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

// A model of three lines.
func Example_lessVerbose() {
	keras.ClearSession()
	inputs := keras.Input(keras.Shape{32})
	x := layers.Dense(64).Activation("relu").Apply(inputs)
	outputs := layers.Dense(10).Apply(x)
	mlp := models.Must(models.New(inputs, outputs))
	fmt.Println(mlp.Summary())
	// Output:
}

// The same as a type. It has no weights until it is called.
func ExampleSubclassedMLP() {
	keras.ClearSession()
	mlp := functional.NewSubclassedMLP()
	zeros := tensor.New(tensor.WithShape(1, 32), tensor.Of(tensor.Float32))
	if _, err := mlp.Predict(zeros); err != nil {
		log.Fatal(err)
	}
	fmt.Println(mlp.Summary())
	// Output:
}
