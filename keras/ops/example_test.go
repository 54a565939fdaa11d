package ops_test

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// A function of keras/ops takes and gives nodes of a Gorgonia graph. Inside a
// layer's Call the Trace is there; here it is made by hand.
func Example() {
	t := keras.NewTrace(gorgonia.NewGraph(), true)
	x := gorgonia.NewMatrix(t.Graph(), tensor.Float32, gorgonia.WithShape(2, 3), gorgonia.WithName("x"),
		gorgonia.WithValue(tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float32{1, 2, 3, 4, 5, 9}))))

	centred := ops.Sub(x, ops.ExpandDims(ops.Mean(x, 1), 1)) // (2, 3) − (2, 1)
	variance := ops.Mean(ops.Square(centred), 1)
	grads, err := gorgonia.Grad(ops.Sum(variance), x)
	if err != nil {
		fmt.Println(err)
		return
	}

	machine := gorgonia.NewTapeMachine(t.Graph())
	defer func() { _ = machine.Close() }()
	if err := machine.RunAll(); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("centred", centred.Value().Data())
	fmt.Println("variance", variance.Value().Data())
	fmt.Println("gradient", grads[0].Shape())
	// Output:
	// centred [-1 0 1 -2 -1 3]
	// variance [0.6666667 4.6666665]
	// gradient (2, 3)
}

// The sizes of a convolution are known before there is data; so is that there is none.
func ExampleConvShape() {
	in := keras.Shape{keras.None, 28, 28, 1}
	fmt.Println(ops.ConvShape(in, []int{6, 6}, 32, ops.ConvConfig{Strides: []int{2, 2}, Padding: "same"}))
	_, err := ops.ConvShape(keras.Shape{keras.None, 2, 2, 1}, []int{3, 3}, 16, ops.ConvConfig{})
	fmt.Println(err)
	// Output:
	// (None, 14, 14, 32) <nil>
	// Computed output size would be zero or negative. Received `inputs shape=(None, 2, 2, 1)`, `kernel shape=(3, 3, 1, 16)`, `dilation_rate=[1 1]`, `strides=(1, 1)`, `padding=valid`.
}
