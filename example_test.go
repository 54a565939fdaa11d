package gokeras_test

import (
	"fmt"
	"log"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/datasets"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

func Example() {
	keras.ClearSession()    // automatic names start anew: dense, dense_1, …
	keras.SetRandomSeed(42) // the same numbers in each run

	// Draw the graph of layers.
	in := keras.Input(keras.Shape{784}, keras.WithName("digits"))
	x := layers.Dense(64).Activation("relu").Apply(in)
	x = layers.Dense(64).Activation("relu").Apply(x)
	out := layers.Dense(10).Apply(x)
	model, err := models.New(in, out, models.WithName("mnist_model"))
	if err != nil {
		log.Fatal(err) // names the layer, the line of the call, and what was expected
	}
	fmt.Println(model.Summary())

	// Images that the program draws; datasets.MNIST() loads the real ones.
	train, test, err := datasets.Digits()
	if err != nil {
		log.Fatal(err)
	}
	flat := func(images *tensor.Dense) *tensor.Dense {
		return data.Scale(data.Reshape(images, -1, 784), 1.0/255)
	}

	err = model.Compile(models.CompileConfig{
		Optimizer: optimizers.RMSprop(),
		Loss:      losses.SparseCategoricalCrossentropy().FromLogits(true),
		Metrics:   metrics.List{metrics.SparseCategoricalAccuracy()},
	})
	if err != nil {
		log.Fatal(err)
	}
	history, err := model.Fit(flat(train.X), train.Y, models.FitConfig{
		BatchSize: 64, Epochs: 5, ValidationSplit: 0.2,
		Verbose: models.Silent, // without this line: Keras's progress bar
	})
	if err != nil {
		log.Fatal(err)
	}
	valLoss := history.History["val_loss"]
	fmt.Println("learned:", valLoss[4] < valLoss[0])

	scores, err := model.Evaluate(flat(test.X), test.Y, models.EvaluateConfig{Verbose: models.Silent})
	if err != nil {
		log.Fatal(err)
	}
	accuracy, _ := scores.Get("sparse_categorical_accuracy")
	fmt.Println("most of the test images right:", accuracy > 0.8)
	// Output:
	// Model: "mnist_model"
	// ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
	// │ digits (InputLayer)             │ (None, 784)            │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dense (Dense)                   │ (None, 64)             │        50,240 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dense_1 (Dense)                 │ (None, 64)             │         4,160 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dense_2 (Dense)                 │ (None, 10)             │           650 │
	// └─────────────────────────────────┴────────────────────────┴───────────────┘
	//  Total params: 55,050 (215.04 KB)
	//  Trainable params: 55,050 (215.04 KB)
	//  Non-trainable params: 0 (0.00 B)
	// learned: true
	// most of the test images right: true
}
