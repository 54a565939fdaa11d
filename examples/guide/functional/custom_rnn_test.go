package functional_test

import (
	"fmt"
	"log"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/examples/guide/functional"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/models"
)

// A functional model as part of a custom layer, which is called on data at once.
func ExampleCustomRNN() {
	const units, timesteps, inputDim = 32, 10, 5
	rnn := functional.NewCustomRNN(units)
	rnn.Classifier = models.Must(functional.PooledClassifier(units))
	rnn.Verbose = true
	y, err := models.Call(rnn, tensor.New(tensor.WithShape(1, timesteps, inputDim), tensor.Of(tensor.Float32)))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(y.Shape())
	// Output:
	// (1, 10, 32)
	// (1, 1)
}

// A custom layer in a functional model.
func ExampleRNNModel() {
	keras.ClearSession()
	fmt.Println(models.Must(functional.RNNModel()).Summary())
	// Output:
	// Model: "functional"
	// ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
	// │ input_layer (InputLayer)        │ (16, 10, 5)            │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ conv1d (Conv1D)                 │ (16, 8, 32)            │           512 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ custom_rnn (CustomRNN)          │ (16, 8, 1)             │         2,145 │
	// └─────────────────────────────────┴────────────────────────┴───────────────┘
	//  Total params: 2,657 (10.38 KB)
	//  Trainable params: 2,657 (10.38 KB)
	//  Non-trainable params: 0 (0.00 B)
}

// The config says how many units; the factory need not know.
func ExampleNewCustomRNN() {
	config, err := models.Must(functional.RNNModel()).ToJSON()
	if err != nil {
		log.Fatal(err)
	}
	model, err := models.FromJSON(config, models.WithCustomLayers(map[string]func() keras.Layer{
		"CustomRNN": func() keras.Layer { return functional.NewCustomRNN(1) },
	}))
	if err != nil {
		log.Fatal(err)
	}
	for _, w := range model.Layers()[2].Weights() {
		fmt.Println(w.Shape())
	}
	// Output:
	// (32, 32)
	// (32,)
	// (32, 32)
	// (32,)
	// (32, 1)
	// (1,)
}
