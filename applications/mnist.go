// Package applications has models that are ready to be trained: MnistModel, packaged as
// Keras recommends, a function that returns a functional model with a class of its own,
// and networks of Keras's own package of that name.
//
//	model := applications.MnistModel()
//	if err := model.Err(); err != nil { … }
//
// A model that could not be made carries the error: Err, and everything that is
// done with the model, returns it.
package applications

import (
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

// MnistModel returns a small convolutional network for images of digits, with fresh
// weights: 76,810 of them. It is the model of Keras's guide on packaging models.
//
//	input  (batch, rows, cols, 1) uint8    any size; 0 is background, 255 ink
//	output (batch, 10)            float32  the probability of each digit
//
// The class is MnistModel, the name mnist_model, then mnist_model_1 and so on;
// models.WithName gives another. The last layer is called classification_head, for
// those who cut it off.
func MnistModel(opts ...models.Option) *models.Model {
	image := keras.Input(monochrome, keras.WithDType(tensor.Uint8))
	return packaged("MnistModel", image, classifier(image), opts)
}

// MnistDictModel is MnistModel with inputs by name: it takes data.Dict{"image": …}.
// The class is MnistDictModel, the name mnist_dict_model.
func MnistDictModel(opts ...models.Option) *models.Model {
	image := keras.Input(monochrome, keras.WithDType(tensor.Uint8), keras.WithName("image"))
	return packaged("MnistDictModel", keras.Dict{"image": image}, classifier(image), opts)
}

// monochrome is an image of any size with one channel.
var monochrome = keras.Shape{keras.None, keras.None, 1}

// classifier draws the layers of MnistModel on an image.
func classifier(image *keras.Tensor) *keras.Tensor {
	y := layers.Rescaling(1.0 / 255).Apply(image)

	y = layers.Conv2D(16, 3).Padding("same").Activation("relu").Apply(y)
	y = layers.Conv2D(32, 6).Padding("same").Activation("relu").Strides(2).Apply(y)
	y = layers.Conv2D(48, 6).Padding("same").Activation("relu").Strides(2).Apply(y)

	y = layers.GlobalAveragePooling2D().Apply(y)
	y = layers.Dense(48).Activation("relu").Apply(y)
	y = layers.Dropout(0.4).Apply(y)
	return layers.Dense(10).Activation("softmax").WithName("classification_head").Apply(y)
}

// packaged is a model with a class of its own. It carries the error that New returns.
func packaged(class string, inputs, outputs any, opts []models.Option) *models.Model {
	model, _ := models.New(inputs, outputs, append([]models.Option{models.WithClass(class)}, opts...)...)
	return model
}
