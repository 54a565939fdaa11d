package functional_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/datasets"
	"github.com/gokeras/gokeras/examples/guide/functional"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
	"github.com/gokeras/gokeras/keras/plot"
)

// An input says what data looks like, but for the batch size. Applying a layer draws an
// arrow in the graph.
func Example_input() {
	inputs := keras.Input(keras.Shape{784})
	images := keras.Input(keras.Shape{32, 32, 3})
	fmt.Println(inputs.Shape(), inputs.DType())
	fmt.Println(images.Shape())

	dense := layers.Dense(64).Activation("relu")
	x := dense.Apply(inputs)
	fmt.Println(x.Shape())
	// Output:
	// (None, 784) float32
	// (None, 32, 32, 3)
	// (None, 64)
}

func ExampleMLP() {
	keras.ClearSession() // names count from the start
	model := models.Must(functional.MLP())
	fmt.Println(model.Summary())
	// Output:
	// Model: "mnist_model"
	// ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
	// │ input_layer (InputLayer)        │ (None, 784)            │             0 │
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
}

// Pictures of the model: without and with shapes.
func ExampleMLP_plot() {
	model := models.Must(functional.MLP())
	dir, err := os.MkdirTemp("", "guide")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	fmt.Println(plot.Model(model, filepath.Join(dir, "my_first_model.png")))
	fmt.Println(plot.Model(model, filepath.Join(dir, "my_first_model_with_shape_info.png"), plot.ShowShapes()))
	// Output:
	// <nil>
	// <nil>
}

// Training and evaluation, here on a few drawn digits. With datasets.MNIST the model
// reaches the guide's accuracy: go run ./examples/guide/train mlp.
func ExampleMLP_fit() {
	keras.ClearSession()
	train, test, err := datasets.Digits(datasets.WithCount(1000, 200))
	if err != nil {
		log.Fatal(err)
	}
	xTrain := data.Scale(data.Reshape(train.X, -1, 784), 1.0/255)
	xTest := data.Scale(data.Reshape(test.X, -1, 784), 1.0/255)

	model := models.Must(functional.MLP())
	err = model.Compile(models.CompileConfig{
		Loss:      losses.SparseCategoricalCrossentropy().FromLogits(true),
		Optimizer: optimizers.RMSprop(),
		Metrics:   metrics.List{metrics.Named("accuracy")},
	})
	if err != nil {
		log.Fatal(err)
	}
	history, err := model.Fit(xTrain, train.Y, models.FitConfig{BatchSize: 64, Epochs: 2, ValidationSplit: 0.2, Verbose: models.Silent})
	if err != nil {
		log.Fatal(err)
	}
	loss := history.History["loss"]
	fmt.Println(loss[0] > loss[1])

	scores, err := model.Evaluate(xTest, test.Y, models.EvaluateConfig{Verbose: models.Silent})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(scores.Names())
	fmt.Println(model.Summary())
	// Output:
	// true
	// [loss accuracy]
	// Model: "mnist_model"
	// ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
	// │ input_layer (InputLayer)        │ (None, 784)            │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dense (Dense)                   │ (None, 64)             │        50,240 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dense_1 (Dense)                 │ (None, 64)             │         4,160 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dense_2 (Dense)                 │ (None, 10)             │           650 │
	// └─────────────────────────────────┴────────────────────────┴───────────────┘
	//  Total params: 110,102 (430.09 KB)
	//  Trainable params: 55,050 (215.04 KB)
	//  Non-trainable params: 0 (0.00 B)
	//  Optimizer params: 55,052 (215.05 KB)
}

// A file has the whole model: its architecture, its weights, and how its training goes on.
func ExampleMLP_save() {
	keras.ClearSession()
	digits, _, err := datasets.Digits(datasets.WithCount(100, 1))
	if err != nil {
		log.Fatal(err)
	}
	x := data.Scale(data.Reshape(digits.X, -1, 784), 1.0/255)
	model := models.Must(functional.MLP())
	err = model.Compile(models.CompileConfig{
		Loss:      losses.SparseCategoricalCrossentropy().FromLogits(true),
		Optimizer: optimizers.RMSprop(),
		Metrics:   metrics.List{metrics.Named("accuracy")},
	})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := model.Fit(x, digits.Y, models.FitConfig{Verbose: models.Silent}); err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "guide")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	path := filepath.Join(dir, "my_model.keras")
	if err := model.Save(path); err != nil {
		log.Fatal(err)
	}
	again, err := models.Load(path)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(again.Name(), len(again.Layers()))
	fmt.Println("the same predictions:", slices.Equal(predictions(again, x), predictions(model, x)))
	for _, m := range []*models.Model{model, again} {
		if _, err := m.TrainOnBatch(x, digits.Y); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println("after another step too:", slices.Equal(predictions(again, x), predictions(model, x)))

	fmt.Println(model.Save(filepath.Join(dir, "path_to_my_model")) != nil) // the ending says which format
	// Output:
	// mnist_model 4
	// the same predictions: true
	// after another step too: true
	// true
}

func predictions(m *models.Model, x *tensor.Dense) []float32 {
	y, err := m.Predict(x, models.PredictConfig{Verbose: models.Silent})
	if err != nil {
		log.Fatal(err)
	}
	return y.Float32s()
}
