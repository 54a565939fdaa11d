package ops

import (
	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
)

// Zeros is a constant of a shape, float32, all 0. Without sizes it is a scalar.
func Zeros(t *keras.Trace, dims ...int) *gorgonia.Node { return Full(t, 0, dims...) }

// Ones is a constant of a shape, float32, all 1. Without sizes it is a scalar.
func Ones(t *keras.Trace, dims ...int) *gorgonia.Node { return Full(t, 1, dims...) }

// Full is a constant of a shape, float32, with one value. Without sizes it is a scalar.
func Full(t *keras.Trace, value float32, dims ...int) *gorgonia.Node {
	checkSizes(dims)
	if len(dims) == 0 {
		return fixed(t, tensor.Float32, nil, value)
	}
	v := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(dims...))
	data := v.Data().([]float32)
	for i := range data {
		data[i] = value
	}
	return fixed(t, tensor.Float32, v.Shape(), v)
}

// checkSizes checks the sizes of a tensor that is made of nothing.
func checkSizes(dims []int) {
	size := 1.0 // a product of ints may overflow
	for _, d := range dims {
		check(d > 0, "positive sizes", keras.Shape(dims))
		size *= float64(d)
	}
	check(size <= 1<<34, "at most 2^34 elements", keras.Shape(dims))
}

// Constant is a constant with a copy of a value, of its type. No gradient flows through it.
func Constant(t *keras.Trace, value *tensor.Dense) *gorgonia.Node {
	if value.IsScalar() {
		return fixed(t, value.Dtype(), nil, value.ScalarValue())
	}
	return fixed(t, value.Dtype(), value.Shape(), value.Clone().(*tensor.Dense))
}

// fixed is a node of its own, which Gorgonia merges with no other, with a
// value: a tensor, or the number of a scalar.
func fixed(t *keras.Trace, dt tensor.Dtype, shape tensor.Shape, value any) *gorgonia.Node {
	n := t.Input("constant", shape, dt)
	if err := gorgonia.Let(n, value); err != nil {
		panic(errors.Wrap(err, "constant"))
	}
	return op.Detach(n)
}
