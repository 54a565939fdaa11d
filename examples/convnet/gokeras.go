package main

import (
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

func network() (*models.Model, error) {
	images := keras.Input(keras.Shape{28, 28, 1}, keras.WithDType(tensor.Uint8))
	x := layers.Rescaling(1.0 / 255).Apply(images)
	for _, filters := range []int{32, 64, 128} {
		x = layers.Conv2D(filters, 3).Padding("same").Activation("relu").Apply(x)
		x = layers.MaxPooling2D().Apply(x)
	}
	x = layers.Flatten().Apply(x)
	x = layers.Dense(625).Activation("relu").Apply(x)
	x = layers.Dropout(0.5).Apply(x)
	x = layers.Dense(10).Activation("softmax").Apply(x)
	model, err := models.New(images, x)
	if err != nil {
		return nil, err
	}
	return model, model.Compile(models.CompileConfig{
		Optimizer: optimizers.RMSprop(),
		Loss:      losses.SparseCategoricalCrossentropy(),
		Metrics:   metrics.Named("accuracy"),
	})
}

// withGoKeras trains the network and gives its accuracy on the test images.
func withGoKeras(train, test datasets.Split, batch, epochs int) (float64, error) {
	model, err := network()
	if err != nil {
		return 0, err
	}
	_, err = model.Fit(data.ExpandDims(train.X, -1), train.Y, models.FitConfig{BatchSize: batch, Epochs: epochs})
	if err != nil {
		return 0, err
	}
	scores, err := model.Evaluate(data.ExpandDims(test.X, -1), test.Y)
	if err != nil {
		return 0, err
	}
	accuracy, _ := scores.Get("accuracy")
	return accuracy, nil
}
