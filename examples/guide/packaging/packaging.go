// Package packaging is Keras's guide to packaging models for wide distribution, by
// functional subclassing, in Go. What its examples print is what Keras prints.
//
//	go test -v ./examples/guide/packaging
//	go run ./examples/mnist                  # the trainings, on MNIST
package packaging

import (
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

// MnistModel tells digits apart. It is a functional model with a type of its own:
// everything that can be done with a model can be done with it, and its layers can be
// looked at and cut.
type MnistModel struct{ *models.Model }

// NewMnistModel returns a MnistModel. Any size of images will do.
func NewMnistModel(opts ...models.Option) (*MnistModel, error) {
	image := keras.Input(keras.Shape{keras.None, keras.None, 1}, keras.WithDType(tensor.Uint8))
	model, err := models.New(image, Classify(image, 0.4), append(opts, models.WithClass("MnistModel"))...)
	return &MnistModel{model}, err
}

// MnistDictModel is MnistModel with its input in a dictionary, as models of many inputs have them.
type MnistDictModel struct{ *models.Model }

// NewMnistDictModel returns a MnistDictModel.
func NewMnistDictModel(opts ...models.Option) (*MnistDictModel, error) {
	inputs := keras.Dict{
		"image": keras.Input(keras.Shape{keras.None, keras.None, 1}, keras.WithDType(tensor.Uint8), keras.WithName("image")),
	}
	model, err := models.New(inputs, Classify(inputs["image"], 0.4), append(opts, models.WithClass("MnistDictModel"))...)
	return &MnistDictModel{model}, err
}

// Classify gives the probabilities of the ten digits in images.
func Classify(image *keras.Tensor, dropout float64) *keras.Tensor {
	// from the format of pixels to numbers
	y := layers.Rescaling(1.0 / 255).Apply(image)

	// three convolutional layers
	y = layers.Conv2D(16, 3).Padding("same").Activation("relu").Apply(y)
	y = layers.Conv2D(32, 6).Padding("same").Activation("relu").Strides(2).Apply(y)
	y = layers.Conv2D(48, 6).Padding("same").Activation("relu").Strides(2).Apply(y)

	// two dense layers
	y = layers.GlobalAveragePooling2D().Apply(y)
	y = layers.Dense(48).Activation("relu").Apply(y)
	y = layers.Dropout(dropout).Apply(y)
	return layers.Dense(10).Activation("softmax").WithName("classification_head").Apply(y)
}

// IsZero is model surgery: it cuts a MnistModel before its head and gives it another,
// which tells zeros from other digits. All layers but the head are those of the model.
func IsZero(model *models.Model) (*models.Model, error) {
	head, err := model.GetLayer("classification_head")
	if err != nil {
		return nil, err
	}
	y := head.Input()
	output := layers.Dense(1).Activation("sigmoid").WithName("binary_classification_head").Apply(y)
	return models.New(model.Input(), output)
}
