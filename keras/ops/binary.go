package ops

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
)

// Add is a + b.
func Add(a, b *gorgonia.Node) *gorgonia.Node { return binary("add", kernels.Add, a, b) }

// Sub is a − b.
func Sub(a, b *gorgonia.Node) *gorgonia.Node { return binary("subtract", kernels.Sub, a, b) }

// Mul is a·b, element by element.
func Mul(a, b *gorgonia.Node) *gorgonia.Node { return binary("multiply", kernels.Mul, a, b) }

// Div is a/b.
func Div(a, b *gorgonia.Node) *gorgonia.Node { return binary("divide", kernels.Div, a, b) }

// Maximum is the larger of a and b, NaN if one is. Of equal operands a gets the gradient.
func Maximum(a, b *gorgonia.Node) *gorgonia.Node { return binary("maximum", kernels.Maximum, a, b) }

// Minimum is the smaller of a and b, NaN if one is. Of equal operands a gets the gradient.
func Minimum(a, b *gorgonia.Node) *gorgonia.Node { return binary("minimum", kernels.Minimum, a, b) }

// Pow is a^b. The gradient of b is 0 where a ≤ 0.
func Pow(a, b *gorgonia.Node) *gorgonia.Node { return binary("power", kernels.Pow, a, b) }

// binary applies a function of two operands, which broadcast.
func binary(name string, f kernels.Binary, a, b *gorgonia.Node) *gorgonia.Node {
	dt, shape := typeOf(a, b), broadcast(a, b)
	shapes := [2]tensor.Shape{a.Shape(), b.Shape()}
	return op.Apply(op.Spec{
		Name:    name,
		Outputs: []op.Output{{Shape: shape, Dtype: dt}},
		Run:     op.ByType(dt, runBinary[float32](f, shapes, shape), runBinary[float64](f, shapes, shape)),
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, wants []bool) gorgonia.Nodes {
			return op.ApplyAll(op.Spec{
				Name:    name + " gradient",
				Outputs: wanted(in, wants),
				Run: op.ByType(dt, runBinaryGradient[float32](f, shapes, shape, wants),
					runBinaryGradient[float64](f, shapes, shape, wants)),
			}, in[0], in[1], grad)
		},
	}, a, b)
}

func runBinary[T kernels.Float](f kernels.Binary, shapes [2]tensor.Shape, shape tensor.Shape) op.Run {
	return func(in, out []any) error {
		kernels.Broadcast(f, in[0].([]T), shapes[0], in[1].([]T), shapes[1], out[0].([]T), shape)
		return nil
	}
}

func runBinaryGradient[T kernels.Float](f kernels.Binary, shapes [2]tensor.Shape, shape tensor.Shape, wants []bool) op.Run {
	if f == kernels.Add || f == kernels.Sub {
		return runSumGradient[T](f, shapes, shape, wants)
	}
	var scratch [2][]T // gradients of repeated operands, before they are summed
	for i, s := range shapes {
		if wants[i] && volume(s) != volume(shape) {
			scratch[i] = make([]T, volume(shape))
		}
	}
	return func(in, out []any) error {
		full := scratch
		for i, w := range wants {
			if w && full[i] == nil {
				full[i] = out[i].([]T)
			}
		}
		kernels.BroadcastGradient(f, in[0].([]T), shapes[0], in[1].([]T), shapes[1], in[2].([]T), full[0], full[1], shape)
		for i, s := range scratch {
			if s != nil {
				kernels.ReduceTo(s, shape, out[i].([]T), shapes[i])
			}
		}
		return nil
	}
}

// runSumGradient is the gradient of a sum or difference, which needs no operands.
func runSumGradient[T kernels.Float](f kernels.Binary, shapes [2]tensor.Shape, shape tensor.Shape, wants []bool) op.Run {
	return func(in, out []any) error {
		for i, w := range wants {
			if w {
				kernels.ReduceTo(in[2].([]T), shape, out[i].([]T), shapes[i])
			}
		}
		if f == kernels.Sub && wants[1] {
			kernels.ScaleInPlace(out[1].([]T), -1)
		}
		return nil
	}
}

// Scale is factor·x + offset.
func Scale(x *gorgonia.Node, factor, offset float64) *gorgonia.Node {
	return withConstants("scale", x, [2]float64{factor, offset},
		floats{scaleRun[float32], scaleRun[float64]}, floats{scaleGradientRun[float32], scaleGradientRun[float64]})
}

func scaleRun[T kernels.Float](c [2]float64, _ tensor.Shape) op.Run {
	return func(in, out []any) error {
		kernels.Scale(in[0].([]T), out[0].([]T), c[0], c[1])
		return nil
	}
}

func scaleGradientRun[T kernels.Float](c [2]float64, shape tensor.Shape) op.Run {
	factor := []T{T(c[0])}
	return func(in, out []any) error {
		kernels.Broadcast(kernels.Mul, in[1].([]T), shape, factor, nil, out[0].([]T), shape)
		return nil
	}
}

// Clip is min(max(x, lo), hi). Its gradient is 0 outside [lo, hi].
func Clip(x *gorgonia.Node, lo, hi float64) *gorgonia.Node {
	check(lo <= hi, "bounds in ascending order", lo, hi)
	return withConstants("clip", x, [2]float64{lo, hi},
		floats{clipRun[float32], clipRun[float64]}, floats{clipGradientRun[float32], clipGradientRun[float64]})
}

func clipRun[T kernels.Float](c [2]float64, _ tensor.Shape) op.Run {
	return func(in, out []any) error {
		kernels.Clip(in[0].([]T), out[0].([]T), T(c[0]), T(c[1]))
		return nil
	}
}

func clipGradientRun[T kernels.Float](c [2]float64, _ tensor.Shape) op.Run {
	return func(in, out []any) error {
		kernels.ClipGradient(in[0].([]T), in[1].([]T), out[0].([]T), T(c[0]), T(c[1]))
		return nil
	}
}

// floats are the instances of a Run that depends on two constants and the shape of x.
type floats struct {
	f32, f64 func(c [2]float64, shape tensor.Shape) op.Run
}

func (f floats) run(dt tensor.Dtype, c [2]float64, shape tensor.Shape) op.Run {
	return op.ByType(dt, f.f32(c, shape), f.f64(c, shape))
}

// withConstants applies an elementwise function with two constants.
func withConstants(name string, x *gorgonia.Node, c [2]float64, forward, gradient floats) *gorgonia.Node {
	return op.Apply(op.Spec{
		Name:    name,
		Outputs: []op.Output{op.Like(x)},
		Run:     forward.run(x.Dtype(), c, x.Shape()),
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{op.Apply(op.Spec{
				Name:    name + " gradient",
				Outputs: []op.Output{op.Like(in[0])},
				Run:     gradient.run(in[0].Dtype(), c, in[0].Shape()),
			}, in[0], grad)}
		},
	}, x)
}
