package layers_test

import (
	"fmt"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func ExampleMaxPooling1D() {
	fmt.Println(layers.MaxPooling1D(3).Strides(2).Apply(keras.Input(keras.Shape{10, 64})).Shape())
	// Output: (None, 4, 64)
}

func ExampleAveragePooling3D() {
	fmt.Println(layers.AveragePooling3D(1, 2, 2).Apply(keras.Input(keras.Shape{16, 32, 32, 3})).Shape())
	// Output: (None, 16, 16, 16, 3)
}

func ExampleGlobalAveragePooling1D() {
	fmt.Println(layers.GlobalAveragePooling1D().Apply(keras.Input(keras.Shape{keras.None, 64})).Shape())
	// Output: (None, 64)
}

func ExampleUpSampling1D() {
	fmt.Println(layers.UpSampling1D(3).Apply(keras.Input(keras.Shape{10, 64})).Shape())
	// Output: (None, 30, 64)
}

func ExampleUpSampling2D() {
	x := keras.Input(keras.Shape{8, 8, 32})
	fmt.Println(layers.UpSampling2D(3).Apply(x).Shape())
	fmt.Println(layers.UpSampling2D(2, 4).Interpolation("bilinear").Apply(x).Shape())
	// Output:
	// (None, 24, 24, 32)
	// (None, 16, 32, 32)
}

func ExampleZeroPadding2D() {
	x := keras.Input(keras.Shape{28, 28, 3})
	fmt.Println(layers.ZeroPadding2D(1).Apply(x).Shape())
	fmt.Println(layers.ZeroPadding2D(1, 2).Apply(x).Shape())
	fmt.Println(layers.ZeroPadding2D().Padding([2]int{0, 1}, [2]int{2, 3}).Apply(x).Shape()) // top, bottom; left, right
	// Output:
	// (None, 30, 30, 3)
	// (None, 30, 32, 3)
	// (None, 29, 33, 3)
}

func ExampleCropping1D() {
	x := keras.Input(keras.Shape{10, 64})
	fmt.Println(layers.Cropping1D(1).Apply(x).Shape())
	fmt.Println(layers.Cropping1D(0, 3).Apply(x).Shape()) // only at the end
	// Output:
	// (None, 8, 64)
	// (None, 7, 64)
}

func ExamplePermute() {
	fmt.Println(layers.Permute(2, 1).Apply(keras.Input(keras.Shape{10, 64})).Shape())
	// Output: (None, 64, 10)
}

func ExampleRepeatVector() {
	fmt.Println(layers.RepeatVector(3).Apply(keras.Input(keras.Shape{32})).Shape())
	// Output: (None, 3, 32)
}

func ExamplePReLU() {
	l := layers.PReLU().SharedAxes(1, 2) // an alpha for each channel
	l.Apply(keras.Input(keras.Shape{28, 28, 16}))
	fmt.Println(l.Weights()[0].Shape())
	// Output: (1, 1, 16)
}

func ExampleDot() {
	a, b := keras.Input(keras.Shape{64}), keras.Input(keras.Shape{64})
	fmt.Println(layers.Dot(1).Normalize(true).Apply(a, b).Shape()) // cosines
	x, y := keras.Input(keras.Shape{7, 64}), keras.Input(keras.Shape{5, 64})
	fmt.Println(layers.Dot(2).Apply(x, y).Shape())
	// Output:
	// (None, 1)
	// (None, 7, 5)
}
