package main

import (
	"context"
	"fmt"

	"github.com/gokeras/gokeras/datasets"
	"github.com/gokeras/gokeras/examples/guide/functional"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// resnet trains the residual network for an epoch on the first 1000 images, as the guide
// does to save time. On all of them, and for longer, it learns more.
func resnet(ctx context.Context, o options) error {
	train, err := images(ctx, o)
	if err != nil {
		return err
	}
	x := data.Scale(train.X, 1.0/255)
	y, err := data.ToCategorical(train.Y, 10)
	if err != nil {
		return err
	}

	model, err := functional.ToyResNet(0.5)
	if err != nil {
		return err
	}
	fmt.Println(model.Summary())
	err = model.Compile(models.CompileConfig{
		Optimizer: optimizers.RMSprop(1e-3),
		Loss:      losses.CategoricalCrossentropy().FromLogits(true),
		Metrics:   metrics.List{metrics.Named("acc")},
	})
	if err != nil {
		return err
	}
	first := min(1000, x.Shape()[0])
	_, err = model.Fit(data.Slice(x, 0, first), data.Slice(y, 0, first),
		models.FitConfig{BatchSize: 64, Epochs: 1, ValidationSplit: 0.2, Context: ctx})
	return err
}

func images(ctx context.Context, o options) (datasets.Split, error) {
	if o.drawn {
		const samples = 80
		return datasets.Split{
			X: data.RandomInt(256, keras.Shape{samples, 32, 32, 3}),
			Y: data.RandomInt(10, keras.Shape{samples, 1}),
		}, nil
	}
	train, _, err := datasets.CIFAR10(datasets.WithDir(o.data), datasets.WithContext(ctx))
	return train, err
}
