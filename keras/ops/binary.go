package ops

import (
	"slices"

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

// Leak is x > 0 ? x : alpha·x. Its gradient at 0 is 0.
func Leak(x, alpha *gorgonia.Node) *gorgonia.Node { return binary("leak", kernels.Leak, x, alpha) }

// binary applies a function of two operands, which broadcast.
func binary(name string, f kernels.Binary, a, b *gorgonia.Node) *gorgonia.Node {
	dt, shape := typeOf(a, b), broadcast(a, b)
	shapes := [2]tensor.Shape{a.Shape(), b.Shape()}
	return op.Apply(op.Spec{
		Name:    name,
		Outputs: []op.Output{{Shape: shape, Dtype: dt}},
		Run:     op.ByType(dt, runBinary[float32](f, shapes, shape), runBinary[float64](f, shapes, shape)),
		InPlace: slices.Equal(shapes[0], shape),
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, wants []bool) gorgonia.Nodes {
			if f == kernels.Add || f == kernels.Sub {
				return sumGradients(name, f, shapes, grad, wants)
			}
			return op.ApplyAll(op.Spec{
				Name:    name + " gradient",
				Outputs: wanted(in, wants),
				Run: op.ByType(dt, runBinaryGradient[float32](f, shapes, shape, wants),
					runBinaryGradient[float64](f, shapes, shape, wants)),
			}, in[0], in[1], grad)
		},
	}, a, b)
}

// sumGradients are those of a sum or difference: its own, added up for an operand that
// was repeated.
func sumGradients(name string, f kernels.Binary, shapes [2]tensor.Shape, grad *gorgonia.Node, wants []bool) gorgonia.Nodes {
	grads := gorgonia.Nodes{grad, grad}
	for i, shape := range shapes {
		if wants[i] && !slices.Equal(shape, grad.Shape()) {
			grads[i] = sumOfRepeated(name+" gradient", grad, shape, shape, grad.Shape())
		}
	}
	if f == kernels.Sub && wants[1] {
		grads[1] = Neg(grads[1])
	}
	return grads
}

func runBinary[T kernels.Float](f kernels.Binary, shapes [2]tensor.Shape, shape tensor.Shape) op.Run {
	return func(in, out []any) error {
		kernels.Broadcast(f, in[0].([]T), shapes[0], in[1].([]T), shapes[1], out[0].([]T), shape)
		return nil
	}
}

func runBinaryGradient[T kernels.Float](f kernels.Binary, shapes [2]tensor.Shape, shape tensor.Shape, wants []bool) op.Run {
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

// Scale is factor·x + offset.
func Scale(x *gorgonia.Node, factor, offset float64) *gorgonia.Node {
	return op.Apply(op.Spec{
		Name:    "scale",
		Outputs: []op.Output{op.Like(x)},
		Run:     op.ByType(x.Dtype(), runScale[float32](factor, offset), runScale[float64](factor, offset)),
		InPlace: true,
		Grad: func(_ gorgonia.Nodes, _, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{Scale(grad, factor, 0)}
		},
	}, x)
}

func runScale[T kernels.Float](factor, offset float64) op.Run {
	return func(in, out []any) error {
		kernels.Scale(in[0].([]T), out[0].([]T), factor, offset)
		return nil
	}
}

// Clip is min(max(x, lo), hi). Its gradient is 0 outside [lo, hi].
func Clip(x *gorgonia.Node, lo, hi float64) *gorgonia.Node {
	check(lo <= hi, "bounds in ascending order", lo, hi)
	return op.Apply(op.Spec{
		Name:    "clip",
		Outputs: []op.Output{op.Like(x)},
		Run:     op.ByType(x.Dtype(), runClip[float32](lo, hi), runClip[float64](lo, hi)),
		InPlace: true,
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{op.Apply(op.Spec{
				Name:    "clip gradient",
				Outputs: []op.Output{op.Like(grad)},
				Run:     op.ByType(grad.Dtype(), runClipGradient[float32](lo, hi), runClipGradient[float64](lo, hi)),
				InPlace: true,
			}, grad, in[0])}
		},
	}, x)
}

func runClip[T kernels.Float](lo, hi float64) op.Run {
	return func(in, out []any) error {
		kernels.Clip(in[0].([]T), out[0].([]T), T(lo), T(hi))
		return nil
	}
}

func runClipGradient[T kernels.Float](lo, hi float64) op.Run {
	return func(in, out []any) error {
		kernels.ClipGradient(in[1].([]T), in[0].([]T), out[0].([]T), T(lo), T(hi))
		return nil
	}
}
