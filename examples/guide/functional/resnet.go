package functional

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

// ToyResNet is a small residual network for the images of CIFAR-10: its graph is no
// chain, as the sums take the outputs of earlier layers too. The guide drops 0.5 of the
// features of the last hidden layer.
func ToyResNet(dropout float64) (*models.Model, error) {
	inputs := keras.Input(keras.Shape{32, 32, 3}, keras.WithName("img"))
	x := layers.Conv2D(32, 3).Activation("relu").Apply(inputs)
	x = layers.Conv2D(64, 3).Activation("relu").Apply(x)
	block1 := layers.MaxPooling2D(3).Apply(x)

	x = layers.Conv2D(64, 3).Activation("relu").Padding("same").Apply(block1)
	x = layers.Conv2D(64, 3).Activation("relu").Padding("same").Apply(x)
	block2 := layers.Add().Apply(x, block1)

	x = layers.Conv2D(64, 3).Activation("relu").Padding("same").Apply(block2)
	x = layers.Conv2D(64, 3).Activation("relu").Padding("same").Apply(x)
	block3 := layers.Add().Apply(x, block2)

	x = layers.Conv2D(64, 3).Activation("relu").Apply(block3)
	x = layers.GlobalAveragePooling2D().Apply(x)
	x = layers.Dense(256).Activation("relu").Apply(x)
	x = layers.Dropout(dropout).Apply(x)
	outputs := layers.Dense(10).Apply(x)
	return models.New(inputs, outputs, models.WithName("toy_resnet"))
}
