package symbolic

import (
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// Reductions run over all axes, the batch too, without the option Axis. KeepDims leaves axes of size 1.

// Sum is Σx. Options: Axis, KeepDims.
func Sum(x *keras.Tensor, options ...Option) *keras.Tensor { return apply("Sum", options, x) }

// Prod is Πx. Options: Axis, KeepDims.
func Prod(x *keras.Tensor, options ...Option) *keras.Tensor { return apply("Prod", options, x) }

// Max is the largest x. Options: Axis, KeepDims.
func Max(x *keras.Tensor, options ...Option) *keras.Tensor { return apply("Max", options, x) }

// Min is the smallest x. Options: Axis, KeepDims.
func Min(x *keras.Tensor, options ...Option) *keras.Tensor { return apply("Min", options, x) }

// Mean is the mean of x. Options: Axis, KeepDims.
func Mean(x *keras.Tensor, options ...Option) *keras.Tensor { return apply("Mean", options, x) }

// Var is the variance of x. Options: Axis, KeepDims.
func Var(x *keras.Tensor, options ...Option) *keras.Tensor { return apply("Var", options, x) }

// Std is the standard deviation of x. Options: Axis, KeepDims.
func Std(x *keras.Tensor, options ...Option) *keras.Tensor { return apply("Std", options, x) }

// LogSumExp is ln Σe^x. Options: Axis, KeepDims.
func LogSumExp(x *keras.Tensor, options ...Option) *keras.Tensor {
	return apply("Logsumexp", options, x)
}

// Any is true where one x is. Options: Axis, KeepDims.
func Any(x *keras.Tensor, options ...Option) *keras.Tensor { return apply("Any", options, x) }

// All is true where every x is. Options: Axis, KeepDims.
func All(x *keras.Tensor, options ...Option) *keras.Tensor { return apply("All", options, x) }

// ArgMax is the index, an int32, of the largest x: the first one if several are. Options:
// Axis, KeepDims; without an axis it is one of all elements in a row.
func ArgMax(x *keras.Tensor, options ...Option) *keras.Tensor { return apply("Argmax", options, x) }

// reduction runs over axes in a type for computing, and gives a result of another.
func reduction(types func(dt tensor.Dtype) (in, out tensor.Dtype), f func(x *gorgonia.Node, axes ...int) *gorgonia.Node) func(*call) []*gorgonia.Node {
	return one(func(c *call) *gorgonia.Node {
		x := c.only()
		for _, key := range []string{"initial", "dtype"} {
			check(c.option(key) == nil, "no "+key, c.option(key))
		}
		in, out := types(x.Dtype())
		axes := axesOf(x, c.integers("axis"))
		y := cast(f(cast(x, in), axes...), out)
		if c.isSet("keepdims") && len(axes) > 0 {
			y = ops.ExpandDims(y, axes...)
		}
		return y
	})
}

// axesOf are axes counted from the front; all where none is named.
func axesOf(x *gorgonia.Node, named []int) []int {
	var axes []int
	for _, a := range named {
		if a < 0 {
			a += x.Dims()
		}
		axes = append(axes, a)
	}
	for a := range x.Dims() {
		if len(named) == 0 {
			axes = append(axes, a)
		}
	}
	return axes
}

// floats are the types of a reduction whose result is a float.
func floats(dt tensor.Dtype) (in, out tensor.Dtype) {
	if isFloat(dt) {
		return dt, dt
	}
	return tensor.Float32, tensor.Float32
}

// same are those of one that keeps its operand's type.
func same(dt tensor.Dtype) (in, out tensor.Dtype) {
	if isFloat(dt) {
		return dt, dt
	}
	return tensor.Float64, dt
}

// widened are those of one whose result needs more room than its operand.
func widened(dt tensor.Dtype) (in, out tensor.Dtype) {
	in, out = same(dt)
	switch dt {
	case tensor.Bool, tensor.Int8, tensor.Int16:
		out = tensor.Int32
	case tensor.Uint8, tensor.Uint16:
		out = tensor.Uint32
	}
	return in, out
}

// truth are those of one whose result is a bool.
func truth(dt tensor.Dtype) (in, out tensor.Dtype) { return dt, tensor.Bool }

// oneOrZero is 1 where x is not 0.
func oneOrZero(x *gorgonia.Node) *gorgonia.Node { return cast(cast(x, tensor.Bool), tensor.Float32) }

func anyOf(x *gorgonia.Node, axes ...int) *gorgonia.Node { return ops.Max(oneOrZero(x), axes...) }

func allOf(x *gorgonia.Node, axes ...int) *gorgonia.Node { return ops.Min(oneOrZero(x), axes...) }

func variance(x *gorgonia.Node, axes ...int) *gorgonia.Node {
	mean := ops.ExpandDims(ops.Mean(x, axes...), axes...)
	return ops.Mean(ops.Square(ops.Sub(x, mean)), axes...)
}

func deviation(x *gorgonia.Node, axes ...int) *gorgonia.Node { return ops.Sqrt(variance(x, axes...)) }

func logSumExp(x *gorgonia.Node, axes ...int) *gorgonia.Node {
	most := ops.StopGradient(ops.Max(x, axes...))
	return ops.Add(ops.Log(ops.Sum(ops.Exp(ops.Sub(x, ops.ExpandDims(most, axes...))), axes...)), most)
}

func argMax(c *call) *gorgonia.Node {
	x := asFloat(c.only())
	if c.option("axis") != nil {
		y := ops.ArgMax(x, c.integer("axis"))
		if c.isSet("keepdims") {
			y = ops.ExpandDims(y, axesOf(x, c.integers("axis"))...)
		}
		return y
	}
	y := ops.ArgMax(ops.Reshape(x, -1), 0)
	if c.isSet("keepdims") {
		y = ops.Reshape(y, slices.Repeat([]int{1}, x.Dims())...)
	}
	return y
}
