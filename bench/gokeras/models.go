package main

import (
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/applications"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// task is a compiled model with data that it can be trained on. keras_side.py has the
// same tasks.
type task struct {
	model *models.Model
	x, y  any // tensors, or structures of them
}

// batch is the data of a model with one input.
func (t *task) batch() *tensor.Dense { return t.x.(*tensor.Dense) }

// builder makes a task with a number of samples.
type builder func(samples int) (*task, error)

// compiled is a task of a model that is judged by its loss and accuracy.
func compiled(m *models.Model, o optimizers.Optimizer, l losses.Loss, x, y *tensor.Dense) (*task, error) {
	err := m.Compile(models.CompileConfig{Optimizer: o, Loss: l, Metrics: metrics.List{metrics.Named("accuracy")}})
	return &task{m, x, y}, err
}

// mnist is the convolutional network of Keras's guide on packaging models.
func mnist(samples int) (*task, error) {
	images := data.Cast(data.RandomInt(256, []int{samples, 28, 28, 1}), tensor.Uint8)
	return compiled(applications.MnistModel(), optimizers.Adam(), losses.SparseCategoricalCrossentropy(),
		images, data.RandomInt(10, []int{samples}))
}

// resnet is the toy ResNet of Keras's guide on the functional API.
func resnet(samples int) (*task, error) {
	conv := func(filters int, padding layers.Padding, x *keras.Tensor) *keras.Tensor {
		return layers.Conv2D(filters, 3).Activation("relu").Padding(padding).Apply(x)
	}
	in := keras.Input(keras.Shape{32, 32, 3})
	x := conv(64, "valid", conv(32, "valid", in))
	block := layers.MaxPooling2D(3).Apply(x)
	for range 2 {
		x = conv(64, "same", conv(64, "same", block))
		block = layers.Add().Apply(x, block)
	}
	x = conv(64, "valid", block)
	x = layers.GlobalAveragePooling2D().Apply(x)
	x = layers.Dense(256).Activation("relu").Apply(x)
	x = layers.Dropout(0.5).Apply(x)
	m, err := models.New(in, layers.Dense(10).Apply(x))
	if err != nil {
		return nil, err
	}
	labels, err := data.ToCategorical(data.RandomInt(10, []int{samples}), 10)
	if err != nil {
		return nil, err
	}
	return compiled(m, optimizers.RMSprop(1e-3), losses.CategoricalCrossentropy().FromLogits(true),
		data.RandomUniform([]int{samples, 32, 32, 3}), labels)
}

// tickets is the model of Keras's guide on the functional API that has several inputs and
// outputs: two texts, of 12 and of 100 words, and a vector.
func tickets(samples int) (*task, error) {
	title := keras.Input(keras.Shape{keras.None}, keras.WithName("title"))
	body := keras.Input(keras.Shape{keras.None}, keras.WithName("body"))
	tags := keras.Input(keras.Shape{12}, keras.WithName("tags"))
	titles := layers.LSTM(128).Apply(layers.Embedding(10000, 64).Apply(title))
	bodies := layers.LSTM(32).Apply(layers.Embedding(10000, 64).Apply(body))
	x := layers.Concatenate().Apply(titles, bodies, tags)
	m, err := models.New(keras.List{title, body, tags}, keras.Dict{
		"priority":   layers.Dense(1).WithName("priority").Apply(x),
		"department": layers.Dense(4).WithName("department").Apply(x),
	})
	if err != nil {
		return nil, err
	}
	departments, err := data.ToCategorical(data.RandomInt(4, []int{samples}), 4)
	if err != nil {
		return nil, err
	}
	err = m.Compile(models.CompileConfig{
		Optimizer: optimizers.RMSprop(1e-3),
		Loss: losses.ByOutput{
			"priority":   losses.BinaryCrossentropy().FromLogits(true),
			"department": losses.CategoricalCrossentropy().FromLogits(true),
		},
		LossWeights: losses.WeightsByOutput{"priority": 1, "department": 0.2},
	})
	return &task{m,
		data.Dict{
			"title": data.RandomInt(10000, []int{samples, 12}),
			"body":  data.RandomInt(10000, []int{samples, 100}),
			"tags":  data.RandomUniform([]int{samples, 12}),
		},
		data.Dict{"priority": data.RandomUniform([]int{samples, 1}), "department": departments},
	}, err
}

// mlp is three Dense layers: so little work that overhead shows.
func mlp(samples int) (*task, error) { return stack(samples, 784, 2) }

// vgg is VGG19 with fresh weights, which nobody trains here.
func vgg(samples int) (*task, error) {
	m := applications.VGG19()
	return &task{model: m, x: data.RandomUniform([]int{samples, 224, 224, 3})}, m.Err()
}

// stack is a number of Dense layers of 64 units and a classifier.
func stack(samples, features, depth int) (*task, error) {
	in := keras.Input(keras.Shape{features})
	x := in
	for range depth {
		x = layers.Dense(64).Activation("relu").Apply(x)
	}
	m, err := models.New(in, layers.Dense(10).Apply(x))
	if err != nil {
		return nil, err
	}
	return compiled(m, optimizers.RMSprop(), losses.SparseCategoricalCrossentropy().FromLogits(true),
		data.RandomUniform([]int{samples, features}), data.RandomInt(10, []int{samples}))
}
