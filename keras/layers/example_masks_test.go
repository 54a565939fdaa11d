package layers_test

import (
	"fmt"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

func ExampleEmbedding() {
	words := keras.Input(keras.Shape{keras.None}, keras.WithDType(tensor.Int32))
	x := layers.Embedding(10000, 64).MaskZero(true).Apply(words)
	fmt.Println(x.Shape())
	fmt.Println(layers.LSTM(32).Apply(x).Shape()) // leaves out the steps of words 0
	// Output:
	// (None, None, 64)
	// (None, 32)
}

func ExampleMasking() {
	steps := tensor.New(tensor.WithShape(1, 3, 1), tensor.WithBacking([]float32{1, -1, 2}))
	in := keras.Input(keras.Shape{keras.None, 1})
	x := layers.Masking().MaskValue(-1).Apply(in)
	mean, err := models.Must(models.New(in, layers.GlobalAveragePooling1D().Apply(x))).Predict(steps)
	fmt.Println(mean, err) // of two steps
	// Output: [[1.5]] <nil>
}

func ExampleTimeDistributed() {
	video := keras.Input(keras.Shape{keras.None, 32, 32, 3})
	x := layers.TimeDistributed(layers.Conv2D(8, 3)).Apply(video)
	fmt.Println(x.Shape())
	// Output: (None, None, 30, 30, 8)
}
