package gokeras_test

import (
	"fmt"

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
	keras.SetRandomSeed(42) // the same numbers in each run

	// Draw the graph of layers.
	in := keras.Input(keras.Shape{784}, keras.WithName("digits"))
	x := layers.Dense(64).Activation("relu").Apply(in)
	x = layers.Dense(64).Activation("relu").Apply(x)
	out := layers.Dense(10).Apply(x)
	model, err := models.New(in, out, models.WithName("mnist_model"))
	if err != nil {
		panic(err) // says which layer, at which line, and what it expected
	}
	fmt.Println(model.Summary())

	// 6000 images of digits that the program draws; datasets.MNIST() loads the real ones.
	train, test, err := datasets.Digits()
	if err != nil {
		panic(err)
	}
	flat := func(s datasets.Split) data.Element {
		return data.Element{X: data.Scale(data.Reshape(s.X, -1, 784), 1.0/255), Y: s.Y}
	}
	digits, unseen := flat(train), flat(test)

	err = model.Compile(models.CompileConfig{
		Optimizer: optimizers.RMSprop(),
		Loss:      losses.SparseCategoricalCrossentropy().FromLogits(true),
		Metrics:   metrics.List{metrics.SparseCategoricalAccuracy()},
	})
	if err != nil {
		panic(err)
	}
	history, err := model.Fit(digits.X, digits.Y, models.FitConfig{
		BatchSize: 64, Epochs: 3, ValidationSplit: 0.2, Verbose: models.Silent,
	})
	if err != nil {
		panic(err)
	}
	fmt.Println("epochs:", len(history.History["val_loss"]))

	scores, err := model.Evaluate(unseen.X, unseen.Y, models.EvaluateConfig{Verbose: models.Silent})
	if err != nil {
		panic(err)
	}
	accuracy, _ := scores.Get("sparse_categorical_accuracy")
	fmt.Println("more than half right:", accuracy > 0.5)
	// Output:
	// Model: "mnist_model"
}
