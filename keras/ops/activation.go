package ops

import (
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
)

// elementwise are the activations without an axis.
var elementwise = map[activations.Activation]kernels.Unary{
	activations.ReLU: kernels.ReLU, activations.Sigmoid: kernels.Sigmoid, activations.Tanh: kernels.Tanh,
	activations.Exponential: kernels.Exponential, activations.Softplus: kernels.Softplus,
	activations.Softsign: kernels.Softsign, activations.ELU: kernels.ELU, activations.SELU: kernels.SELU,
	activations.GELU: kernels.GELU, activations.SiLU: kernels.SiLU, activations.LeakyReLU: kernels.LeakyReLU,
	activations.ReLU6: kernels.ReLU6, activations.HardSigmoid: kernels.HardSigmoid,
	activations.HardSiLU: kernels.HardSiLU, activations.Mish: kernels.Mish,
	activations.LogSigmoid: kernels.LogSigmoid, activations.CELU: kernels.CELU,
	activations.HardTanh: kernels.HardTanh, activations.HardShrink: kernels.HardShrink,
	activations.SoftShrink: kernels.SoftShrink, activations.TanhShrink: kernels.TanhShrink,
	activations.Threshold: kernels.Threshold, activations.Squareplus: kernels.Squareplus,
	activations.SparsePlus: kernels.SparsePlus, activations.SparseSigmoid: kernels.SparseSigmoid,
}

// Activate applies an activation function with Keras's default parameters, those
// with an axis over the last one.
func Activate(x *gorgonia.Node, a activations.Activation) *gorgonia.Node {
	if f, ok := a.Registered(); ok {
		check(f != nil, "the function of the activation "+string(a), "nil")
		y := f(x)
		check(y != nil, "a result of the activation "+string(a), "nil")
		return y
	}
	a = a.Canonical()
	if f, ok := elementwise[a]; ok {
		return plain(string(a), f, x)
	}
	switch a {
	case activations.Linear:
		return x
	case activations.Softmax:
		return Softmax(x, -1)
	case activations.LogSoftmax:
		return LogSoftmax(x, -1)
	case activations.Sparsemax:
		return Sparsemax(x, -1)
	case activations.GLU:
		return GLU(x, -1)
	case activations.LegacyHardSigmoid: // x/5 is 1.2x/6
		return Activate(Scale(x, 1.2, 0), activations.HardSigmoid)
	}
	panic(&keras.Error{Kind: keras.ErrArgument, Cause: a.Validate()})
}

// fused reports whether products and convolutions apply an activation as they write.
func fused(a activations.Activation) bool {
	_, registered := a.Registered()
	return !registered && a.Canonical() == activations.ReLU
}

// fusedGradient is the gradient before a fused activation, from the one after it.
func fusedGradient(out, grad *gorgonia.Node, relu bool) *gorgonia.Node {
	if !relu {
		return grad
	}
	return unaryGradient("relu", kernels.ReLU, kernels.DefaultParams(kernels.ReLU), out, out, grad)
}

// ReLU is max(x, 0).
func ReLU(x *gorgonia.Node) *gorgonia.Node { return Activate(x, activations.ReLU) }

// Sigmoid is 1/(1+e^−x).
func Sigmoid(x *gorgonia.Node) *gorgonia.Node { return Activate(x, activations.Sigmoid) }

// Tanh is the hyperbolic tangent.
func Tanh(x *gorgonia.Node) *gorgonia.Node { return Activate(x, activations.Tanh) }

// Softplus is ln(1+e^x).
func Softplus(x *gorgonia.Node) *gorgonia.Node { return Activate(x, activations.Softplus) }

// ReLUWith is Keras's relu with its arguments: x above threshold, negativeSlope·(x−threshold)
// at or below; a maxValue (math.Inf(1) for none) clips what is above to [0, maxValue].
func ReLUWith(x *gorgonia.Node, negativeSlope, maxValue, threshold float64) *gorgonia.Node {
	return unary("relu", kernels.ReLU, kernels.Params{Alpha: negativeSlope, Max: maxValue, Threshold: threshold}, x)
}

// LeakyReLU is x > 0 ? x : negativeSlope·x.
func LeakyReLU(x *gorgonia.Node, negativeSlope float64) *gorgonia.Node {
	return unary("leaky_relu", kernels.LeakyReLU, kernels.Params{Alpha: negativeSlope, Max: math.Inf(1)}, x)
}

// ELU is x > 0 ? x : alpha·(e^x−1).
func ELU(x *gorgonia.Node, alpha float64) *gorgonia.Node {
	return unary("elu", kernels.ELU, kernels.Params{Alpha: alpha}, x)
}

// CELU is max(x, 0) + alpha·(e^(min(x, 0)/alpha)−1).
func CELU(x *gorgonia.Node, alpha float64) *gorgonia.Node {
	return unary("celu", kernels.CELU, kernels.Params{Alpha: alpha}, x)
}

// GELU is x·½(1+erf(x/√2)), or with approximate its form with tanh.
func GELU(x *gorgonia.Node, approximate bool) *gorgonia.Node {
	if approximate {
		return plain("gelu", kernels.GELUTanh, x)
	}
	return plain("gelu", kernels.GELU, x)
}

// HardShrink is |x| > threshold ? x : 0.
func HardShrink(x *gorgonia.Node, threshold float64) *gorgonia.Node {
	return unary("hard_shrink", kernels.HardShrink, kernels.Params{Threshold: threshold}, x)
}

// SoftShrink is sign(x)·max(|x|−threshold, 0).
func SoftShrink(x *gorgonia.Node, threshold float64) *gorgonia.Node {
	return unary("soft_shrink", kernels.SoftShrink, kernels.Params{Threshold: threshold}, x)
}

// Threshold is x > threshold ? x : value.
func Threshold(x *gorgonia.Node, threshold, value float64) *gorgonia.Node {
	return unary("threshold", kernels.Threshold, kernels.Params{Threshold: threshold, Alpha: value}, x)
}

// Squareplus is ½(x+√(x²+b)).
func Squareplus(x *gorgonia.Node, b float64) *gorgonia.Node {
	return unary("squareplus", kernels.Squareplus, kernels.Params{Alpha: b}, x)
}

// overAxis is a function over one axis of (outer, n, inner), and its gradient from
// the input, the output and dy.
type overAxis[T kernels.Float] struct {
	forward  func(x, y []T, outer, n, inner int)
	gradient func(x, y, dy, dx []T, outer, n, inner int)
}

func (f overAxis[T]) run(outer, n, inner int) op.Run {
	return func(in, out []any) error {
		f.forward(in[0].([]T), out[0].([]T), outer, n, inner)
		return nil
	}
}

func (f overAxis[T]) runGradient(outer, n, inner int) op.Run {
	return func(in, out []any) error {
		f.gradient(in[0].([]T), in[1].([]T), in[2].([]T), out[0].([]T), outer, n, inner)
		return nil
	}
}

// along applies a function over an axis to x, which it sees as (outer, n, inner).
func along(name string, x *gorgonia.Node, outer, n, inner int, shape tensor.Shape, f32 overAxis[float32], f64 overAxis[float64]) *gorgonia.Node {
	dt := x.Dtype()
	return op.Apply(op.Spec{
		Name:    name,
		Outputs: []op.Output{{Shape: shape, Dtype: dt}},
		Run:     op.ByType(dt, f32.run(outer, n, inner), f64.run(outer, n, inner)),
		Grad: func(in gorgonia.Nodes, out, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{op.Apply(op.Spec{
				Name:    name + " gradient",
				Outputs: []op.Output{op.Like(in[0])},
				Run:     op.ByType(dt, f32.runGradient(outer, n, inner), f64.runGradient(outer, n, inner)),
			}, in[0], out, grad)}
		},
	}, x)
}

// alongAxis is along for one axis of x, which keeps its size.
func alongAxis(name string, x *gorgonia.Node, axis int, f32 overAxis[float32], f64 overAxis[float64]) *gorgonia.Node {
	outer, n, inner := split(x.Shape(), axisOf(x, axis))
	return along(name, x, outer, n, inner, x.Shape(), f32, f64)
}

// fromOutput is a gradient that needs the output, not the input.
func fromOutput[T kernels.Float](f func(y, dy, dx []T, outer, n, inner int)) func(x, y, dy, dx []T, outer, n, inner int) {
	return func(_, y, dy, dx []T, outer, n, inner int) { f(y, dy, dx, outer, n, inner) }
}

// fromInput is a gradient that needs the input, not the output.
func fromInput[T kernels.Float](f func(x, dy, dx []T, outer, n, inner int)) func(x, y, dy, dx []T, outer, n, inner int) {
	return func(x, _, dy, dx []T, outer, n, inner int) { f(x, dy, dx, outer, n, inner) }
}

// Softmax is e^x / Σe^x over an axis.
func Softmax(x *gorgonia.Node, axis int) *gorgonia.Node {
	return alongAxis("softmax", x, axis,
		overAxis[float32]{kernels.Softmax[float32], fromOutput(kernels.SoftmaxGradient[float32])},
		overAxis[float64]{kernels.Softmax[float64], fromOutput(kernels.SoftmaxGradient[float64])})
}

// LogSoftmax is x − ln Σe^x over an axis.
func LogSoftmax(x *gorgonia.Node, axis int) *gorgonia.Node {
	return alongAxis("log_softmax", x, axis,
		overAxis[float32]{kernels.LogSoftmax[float32], fromOutput(kernels.LogSoftmaxGradient[float32])},
		overAxis[float64]{kernels.LogSoftmax[float64], fromOutput(kernels.LogSoftmaxGradient[float64])})
}

// Sparsemax is Keras's sparsemax over an axis (its numbers are those of Martins and
// Astudillo 2016 where the support is one element: kernels.Sparsemax has the formula).
func Sparsemax(x *gorgonia.Node, axis int) *gorgonia.Node {
	return alongAxis("sparsemax", x, axis,
		overAxis[float32]{kernels.Sparsemax[float32], fromInput(kernels.SparsemaxGradient[float32])},
		overAxis[float64]{kernels.Sparsemax[float64], fromInput(kernels.SparsemaxGradient[float64])})
}

// GLU is a·sigmoid(b), with a and b the halves of x on an axis.
func GLU(x *gorgonia.Node, axis int) *gorgonia.Node {
	axis = axisOf(x, axis)
	outer, n, inner := split(x.Shape(), axis)
	check(n%2 == 0, "an even size on the axis to halve", shapeOf(x))
	shape := x.Shape()
	shape[axis] = n / 2
	return along("glu", x, outer, n/2, inner, shape, // the kernels count halves
		overAxis[float32]{kernels.GLU[float32], fromInput(kernels.GLUGradient[float32])},
		overAxis[float64]{kernels.GLU[float64], fromInput(kernels.GLUGradient[float64])})
}

// Logits gives what a softmax over the last axis, or a sigmoid, was made of, so
// that a cross-entropy of its result can be computed from there, without loss of
// digits (as Keras does on TensorFlow).
func Logits(probabilities *gorgonia.Node, function activations.Activation) (logits *gorgonia.Node, ok bool) {
	spec, in, ok := op.SpecOf(probabilities)
	if !ok || spec.Name != string(function) {
		return nil, false
	}
	return in[0], true
}
