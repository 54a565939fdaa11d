package functional

import (
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

// SharedEmbedding is one layer, an embedding of 1000 words, on two texts: a word that
// is seen in one of them helps to understand the other.
func SharedEmbedding() (*models.Model, error) {
	embedding := layers.Embedding(1000, 128)

	// texts of any length
	textA := keras.Input(keras.Shape{keras.None}, keras.WithDType(tensor.Int32))
	textB := keras.Input(keras.Shape{keras.None}, keras.WithDType(tensor.Int32))

	encodedA := embedding.Apply(textA)
	encodedB := embedding.Apply(textB)
	return models.New(keras.List{textA, textB}, keras.List{encodedA, encodedB})
}
