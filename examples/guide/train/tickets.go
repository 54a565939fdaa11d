package main

import (
	"context"
	"fmt"

	"github.com/gokeras/gokeras/examples/guide/functional"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// tickets trains the model of three inputs and two outputs, by their names, on random
// data, from which there is nothing to learn.
func tickets(ctx context.Context, o options) error {
	samples := 1280
	if o.drawn {
		samples = 64
	}
	titles := data.RandomInt(functional.NumWords, keras.Shape{samples, 12})
	bodies := data.RandomInt(functional.NumWords, keras.Shape{samples, 100})
	tags := data.RandomInt(2, keras.Shape{samples, functional.NumTags})
	priorities := data.RandomUniform(keras.Shape{samples, 1})
	departments := data.RandomInt(2, keras.Shape{samples, functional.NumDepartments})

	model, err := functional.Tickets()
	if err != nil {
		return err
	}
	fmt.Println(model.Summary())
	err = model.Compile(models.CompileConfig{
		Optimizer: optimizers.RMSprop(1e-3),
		Loss: losses.ByOutput{
			"priority":   losses.BinaryCrossentropy().FromLogits(true),
			"department": losses.CategoricalCrossentropy().FromLogits(true),
		},
		LossWeights: losses.WeightsByOutput{"priority": 1, "department": 0.2},
	})
	if err != nil {
		return err
	}
	_, err = model.Fit(
		data.Dict{"title": titles, "body": bodies, "tags": tags},
		data.Dict{"priority": priorities, "department": departments},
		models.FitConfig{Epochs: 2, BatchSize: 32, Context: ctx},
	)
	return err
}
