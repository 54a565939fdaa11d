package layers_test

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/ops"
)

func Example() {
	x := keras.Input(keras.Shape{28, 28, 1}, keras.WithDType(tensor.Uint8))
	y := layers.Rescaling(1.0 / 255).Apply(x)
	y = layers.Conv2D(16, 3).Padding("same").Activation("relu").Apply(y)
	y = layers.MaxPooling2D().Apply(y)
	y = layers.Flatten().Apply(y)
	y = layers.Dropout(0.4).Apply(y)
	y = layers.Dense(10).Activation(activations.Softmax).Apply(y)
	fmt.Println(y.Shape(), y.DType(), y.Err())
	// Output: (None, 10) float32 <nil>
}

func ExampleInputLayer() {
	l := layers.InputLayer(keras.Shape{28, 28, 1}, keras.WithBatchSize(32))
	fmt.Println(l.Output().Shape())
	// Output: (32, 28, 28, 1)
}

func ExampleDense() {
	l := layers.Dense(64).Activation("relu").KernelInitializer(initializers.HeNormal())
	fmt.Println(l.Apply(keras.Input(keras.Shape{100})).Shape())
	for _, w := range l.Weights() {
		fmt.Println(w.Name(), w.Shape())
	}
	// Output:
	// (None, 64)
	// kernel (100, 64)
	// bias (64,)
}

func ExampleActivation() {
	y := layers.Activation("tanh").Apply(keras.Input(keras.Shape{3}))
	fmt.Println(y.Shape())
	// Output: (None, 3)
}

func ExampleConv2D() {
	l := layers.Conv2D(32, 6).Strides(2).Padding("same").Activation("relu")
	fmt.Println(l.Apply(keras.Input(keras.Shape{27, 28, 3})).Shape())
	fmt.Println(l.Apply(keras.Input(keras.Shape{keras.None, keras.None, 3})).Shape())
	// Output:
	// (None, 14, 14, 32)
	// (None, None, None, 32)
}

func ExampleConv2DTranspose() {
	l := layers.Conv2DTranspose(32, 3).Strides(2).Padding("same").Activation("relu")
	fmt.Println(l.Apply(keras.Input(keras.Shape{7, 7, 64})).Shape())
	// Output: (None, 14, 14, 32)
}

func ExampleSeparableConv2D() {
	l := layers.SeparableConv2D(128, 3).Padding("same")
	fmt.Println(l.Apply(keras.Input(keras.Shape{56, 56, 64})).Shape())
	for _, w := range l.Weights() {
		fmt.Println(w.Name(), w.Shape())
	}
	// Output:
	// (None, 56, 56, 128)
	// depthwise_kernel (3, 3, 64, 1)
	// pointwise_kernel (1, 1, 64, 128)
	// bias (128,)
}

func ExampleMaxPooling2D() {
	x := keras.Input(keras.Shape{28, 27, 16})
	fmt.Println(layers.MaxPooling2D().Apply(x).Shape())
	fmt.Println(layers.MaxPooling2D(3, 2).Strides(2).Padding("same").Apply(x).Shape())
	// Output:
	// (None, 14, 13, 16)
	// (None, 14, 14, 16)
}

func ExampleGlobalAveragePooling2D() {
	x := keras.Input(keras.Shape{keras.None, keras.None, 16})
	fmt.Println(layers.GlobalAveragePooling2D().Apply(x).Shape())
	fmt.Println(layers.GlobalAveragePooling2D().KeepDims(true).Apply(x).Shape())
	// Output:
	// (None, 16)
	// (None, 1, 1, 16)
}

func ExampleReshape() {
	x := keras.Input(keras.Shape{16})
	fmt.Println(layers.Reshape(4, 4, 1).Apply(x).Shape())
	fmt.Println(layers.Reshape(-1, 8).Apply(x).Shape())
	// Output:
	// (None, 4, 4, 1)
	// (None, 2, 8)
}

func ExampleAdd() {
	image, channels := keras.Input(keras.Shape{8, 8, 3}), keras.Input(keras.Shape{3})
	fmt.Println(layers.Add().Apply(image, channels).Shape())
	// Output: (None, 8, 8, 3)
}

func ExampleConcatenate() {
	x, y := keras.Input(keras.Shape{10, 3}), keras.Input(keras.Shape{10, 5})
	fmt.Println(layers.Concatenate().Apply(x, y).Shape())
	// Output: (None, 10, 8)
}

func ExampleLambda() {
	l := layers.Lambda("square", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		return t.Out(gorgonia.Must(gorgonia.Square(in[0])))
	})
	fmt.Println(l.Apply(keras.Input(keras.Shape{3})).Shape())
	// Output: (None, 3)
}

func ExampleCustom() {
	antirectifier := layers.Custom(layers.CustomSpec{
		Name: "Antirectifier",
		Build: func(l *keras.Base, in ...keras.Shape) error {
			d := in[0].Last()
			l.AddWeight("kernel", keras.Shape{2 * d, d}, initializers.HeNormal())
			return nil
		},
		Call: func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			positive, negative := ops.ReLU(in[0]), ops.ReLU(ops.Neg(in[0]))
			return t.Out(ops.MatMul(ops.Concat(-1, positive, negative), t.Weight("kernel")))
		},
	})
	fmt.Println(antirectifier.Apply(keras.Input(keras.Shape{64})).Shape())
	fmt.Println(antirectifier.Name(), antirectifier.Weights()[0].Shape())
	// Output:
	// (None, 64)
	// antirectifier (128, 64)
}
