package ops

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
)

// Sum is Σx over axes.
func Sum(x *gorgonia.Node, axes ...int) *gorgonia.Node {
	return reduce("sum", x, axes, sumOver[float32](), sumOver[float64]())
}

func sumOver[T kernels.Float]() overAxis[T] {
	return overAxis[T]{kernels.Sum[T], func(_, _, dy, dx []T, outer, n, inner int) {
		kernels.SumGradient(dy, dx, outer, n, inner, 1)
	}}
}

// Mean is the mean of x over axes.
func Mean(x *gorgonia.Node, axes ...int) *gorgonia.Node {
	return reduce("mean", x, axes, meanOver[float32](), meanOver[float64]())
}

func meanOver[T kernels.Float]() overAxis[T] {
	return overAxis[T]{kernels.Mean[T], func(_, _, dy, dx []T, outer, n, inner int) {
		kernels.SumGradient(dy, dx, outer, n, inner, 1/float64(n))
	}}
}

// Max is the largest x over axes, NaN if one is NaN. Elements that tie share the gradient.
func Max(x *gorgonia.Node, axes ...int) *gorgonia.Node {
	return reduce("max", x, axes,
		overAxis[float32]{kernels.Max[float32], kernels.ExtremumGradient[float32]},
		overAxis[float64]{kernels.Max[float64], kernels.ExtremumGradient[float64]})
}

// Min is the smallest x over axes, NaN if one is NaN. Elements that tie share the gradient.
func Min(x *gorgonia.Node, axes ...int) *gorgonia.Node {
	return reduce("min", x, axes,
		overAxis[float32]{kernels.Min[float32], kernels.ExtremumGradient[float32]},
		overAxis[float64]{kernels.Min[float64], kernels.ExtremumGradient[float64]})
}

// Prod is Πx over axes. Its gradient does not divide: zeros are no exception.
func Prod(x *gorgonia.Node, axes ...int) *gorgonia.Node {
	return reduce("prod", x, axes,
		overAxis[float32]{kernels.Prod[float32], fromInput(kernels.ProdGradient[float32])},
		overAxis[float64]{kernels.Prod[float64], fromInput(kernels.ProdGradient[float64])})
}

// reduce applies a reduction over axes. Axes that do not lie side by side are
// brought together first.
func reduce(name string, x *gorgonia.Node, axes []int, f32 overAxis[float32], f64 overAxis[float64]) *gorgonia.Node {
	axes = axesOf(x, axes)
	if apart(x.Shape(), axes) {
		kept := others(x.Dims(), axes)
		x = Transpose(x, append(kept, axes...)...)
		for i := range axes {
			axes[i] = len(kept) + i
		}
	}
	outer, n, inner, shape := group(x.Shape(), axes)
	return along(name, x, outer, n, inner, shape, f32, f64)
}

// apart reports whether an axis of size over 1 lies between some axes.
func apart(shape tensor.Shape, axes []int) bool {
	for i := 1; i < len(axes); i++ {
		if volume(shape[axes[i-1]+1:axes[i]]) != 1 {
			return true
		}
	}
	return false
}

// others are the axes of a rank that are not among some.
func others(rank int, axes []int) []int {
	var rest []int
	for a := range rank {
		if len(axes) > 0 && axes[0] == a {
			axes = axes[1:]
			continue
		}
		rest = append(rest, a)
	}
	return rest
}

// group sees a shape as (outer, n, inner) around neighbouring axes, and gives the
// shape of what is left without them.
func group(shape tensor.Shape, axes []int) (outer, n, inner int, rest tensor.Shape) {
	outer, n, inner = 1, 1, 1
	for _, a := range axes {
		n *= shape[a]
	}
	rest = tensor.Shape{}
	for _, a := range others(len(shape), axes) {
		rest = append(rest, shape[a])
		if len(axes) > 0 && a > axes[0] {
			inner *= shape[a]
		} else {
			outer *= shape[a]
		}
	}
	return outer, n, inner, rest
}

// ArgMax is the index, an int32, of the largest x on an axis, which it drops: the
// first one if several are. No gradient flows through it.
func ArgMax(x *gorgonia.Node, axis int) *gorgonia.Node {
	dt := x.Dtype()
	outer, n, inner, shape := group(x.Shape(), []int{axisOf(x, axis)})
	check(n > 0, "an axis that is not empty", shapeOf(x))
	return op.Apply(op.Spec{
		Name:    "argmax",
		Outputs: []op.Output{{Shape: shape, Dtype: tensor.Int32}},
		Run:     op.ByType(dt, runArgMax[float32](outer, n, inner), runArgMax[float64](outer, n, inner)),
	}, x)
}

func runArgMax[T kernels.Float](outer, n, inner int) op.Run {
	index := make([]int, outer*inner)
	return func(in, out []any) error {
		kernels.ArgMax(in[0].([]T), index, outer, n, inner)
		y := out[0].([]int32)
		for i, k := range index {
			y[i] = int32(k)
		}
		return nil
	}
}
