package main

import (
	"context"
	"fmt"

	"github.com/gokeras/gokeras/datasets"
	"github.com/gokeras/gokeras/examples/guide/functional"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// mlp trains the first model on images of digits as vectors, and asks how well it does on new ones.
func mlp(ctx context.Context, o options) error {
	train, test, err := digits(ctx, o)
	if err != nil {
		return err
	}
	xTrain := data.Scale(data.Reshape(train.X, -1, 784), 1.0/255)
	xTest := data.Scale(data.Reshape(test.X, -1, 784), 1.0/255)

	model, err := functional.MLP()
	if err != nil {
		return err
	}
	err = model.Compile(models.CompileConfig{
		Loss:      losses.SparseCategoricalCrossentropy().FromLogits(true),
		Optimizer: optimizers.RMSprop(),
		Metrics:   metrics.List{metrics.Named("accuracy")},
	})
	if err != nil {
		return err
	}
	_, err = model.Fit(xTrain, train.Y, models.FitConfig{BatchSize: 64, Epochs: 2, ValidationSplit: 0.2, Context: ctx})
	if err != nil {
		return err
	}

	scores, err := model.Evaluate(xTest, test.Y, models.EvaluateConfig{Verbose: 2, Context: ctx})
	if err != nil {
		return err
	}
	accuracy, _ := scores.Get("accuracy")
	fmt.Println("Test loss:", scores.Loss())
	fmt.Println("Test accuracy:", accuracy)
	return nil
}

func digits(ctx context.Context, o options) (train, test datasets.Split, err error) {
	if o.drawn {
		return datasets.Digits(datasets.WithCount(1000, 200))
	}
	return datasets.MNIST(datasets.WithDir(o.data), datasets.WithContext(ctx))
}
