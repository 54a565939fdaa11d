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
	// Model: "functional"
	// ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
	// │ input_layer (InputLayer)        │ (None, 32)             │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dense (Dense)                   │ (None, 64)             │         2,112 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dense_1 (Dense)                 │ (None, 10)             │           650 │
	// └─────────────────────────────────┴────────────────────────┴───────────────┘
	//  Total params: 2,762 (10.79 KB)
	//  Trainable params: 2,762 (10.79 KB)
	//  Non-trainable params: 0 (0.00 B)
}

// The same as a type. It has no weights until it is called, here on one sample.
func ExampleSubclassedMLP() {
	keras.ClearSession()
	mlp := functional.NewSubclassedMLP()
	zeros := tensor.New(tensor.WithShape(1, 32), tensor.Of(tensor.Float32))
	if _, err := models.Call(mlp, zeros); err != nil {
		log.Fatal(err)
	}
	fmt.Println(mlp.Summary())
	// Output:
	// Model: "mlp"
	// ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
	// │ dense (Dense)                   │ (1, 64)                │         2,112 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dense_1 (Dense)                 │ (1, 10)                │           650 │
	// └─────────────────────────────────┴────────────────────────┴───────────────┘
	//  Total params: 2,762 (10.79 KB)
	//  Trainable params: 2,762 (10.79 KB)
	//  Non-trainable params: 0 (0.00 B)
}
