// Package layout has the three ways to lay out a model in Keras: a stack of layers, a
// graph of them, and a type of one's own. What its examples print is what Keras prints.
//
//	go test -v ./examples/guide/layout
package layout

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

// Sequential is a stack of layers, one behind the other.
func Sequential() (*models.Model, error) {
	return models.Sequential(
		layers.InputLayer(keras.Shape{28, 28, 1}),
		layers.Conv2D(32, 3, 3).Activation("relu"),
		layers.MaxPooling2D(2, 2),
		layers.Conv2D(64, 3, 3).Activation("relu"),
		layers.MaxPooling2D(2, 2),
		layers.Flatten(),
		layers.Dense(10).Activation("softmax"),
	)
}

// Functional is a graph with two inputs, an image and a text.
func Functional() (*models.Model, error) {
	image := keras.Input(keras.Shape{28, 28, 1}, keras.WithName("image_input"))
	text := keras.Input(keras.Shape{100}, keras.WithName("text_input"))

	conv1 := layers.Conv2D(32, 3, 3).Activation("relu").Apply(image)
	pool1 := layers.MaxPooling2D(2, 2).Apply(conv1)
	conv2 := layers.Conv2D(64, 3, 3).Activation("relu").Apply(pool1)
	pool2 := layers.MaxPooling2D(2, 2).Apply(conv2)
	flatten := layers.Flatten().Apply(pool2)

	dense := layers.Dense(128).Activation("relu").Apply(text)

	merged := layers.Concatenate().Apply(flatten, dense)
	output := layers.Dense(10).Activation("softmax").Apply(merged)
	return models.New(keras.List{image, text}, output)
}

// Custom is a model as a type: its layers are fields, and Call says how they are
// connected, with all that Go can do.
type Custom struct {
	models.Subclassed
	Conv1, Pool1, Conv2, Pool2, Flatten, Dense keras.Layer
}

// NewCustom returns a Custom for a number of classes. Its class is MyCustomModel.
func NewCustom(classes int) *Custom {
	m := &Custom{
		Conv1:   layers.Conv2D(32, 3, 3).Activation("relu"),
		Pool1:   layers.MaxPooling2D(2, 2),
		Conv2:   layers.Conv2D(64, 3, 3).Activation("relu"),
		Pool2:   layers.MaxPooling2D(2, 2),
		Flatten: layers.Flatten(),
		Dense:   layers.Dense(classes).Activation("softmax"),
	}
	m.Init(m, "MyCustomModel")
	return m
}

// Call is the computation.
func (m *Custom) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x := t.Apply(m.Conv1, in[0])
	x = t.Apply(m.Pool1, x)
	x = t.Apply(m.Conv2, x)
	x = t.Apply(m.Pool2, x)
	x = t.Apply(m.Flatten, x)
	return t.Out(t.Apply(m.Dense, x))
}
