package ops

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
)

// unary applies an elementwise function.
func unary(name string, f kernels.Unary, p kernels.Params, x *gorgonia.Node) *gorgonia.Node {
	dt := x.Dtype()
	return op.Apply(op.Spec{
		Name:    name,
		Outputs: []op.Output{op.Like(x)},
		Run:     op.ByType(dt, runUnary[float32](f, p), runUnary[float64](f, p)),
		InPlace: true,
		Grad: func(in gorgonia.Nodes, out, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			from := in[0]
			if outputSuffices(f, p) {
				from = out
			}
			return gorgonia.Nodes{unaryGradient(name, f, p, from, out, grad)}
		},
	}, x)
}

// unaryGradient is the gradient of an elementwise function's input x, from x, the output
// and the output's gradient.
func unaryGradient(name string, f kernels.Unary, p kernels.Params, x, out, grad *gorgonia.Node) *gorgonia.Node {
	return op.Apply(op.Spec{
		Name:    name + " gradient",
		Outputs: []op.Output{op.Like(grad)},
		Run:     op.ByType(grad.Dtype(), runUnaryGradient[float32](f, p), runUnaryGradient[float64](f, p)),
		InPlace: true,
	}, grad, x, out)
}

// outputSuffices reports whether the gradient of a function can do without its input, so
// that the output may be written over it.
func outputSuffices(f kernels.Unary, p kernels.Params) bool {
	switch f {
	case kernels.Sigmoid, kernels.Tanh, kernels.Exponential:
		return true
	case kernels.ReLU: // what is positive is so before and after
		return p == kernels.DefaultParams(f)
	}
	return false
}

func runUnary[T kernels.Float](f kernels.Unary, p kernels.Params) op.Run {
	return func(in, out []any) error {
		kernels.Apply(f, p, in[0].([]T), out[0].([]T))
		return nil
	}
}

func runUnaryGradient[T kernels.Float](f kernels.Unary, p kernels.Params) op.Run {
	return func(in, out []any) error {
		kernels.Gradient(f, p, in[1].([]T), in[2].([]T), in[0].([]T), out[0].([]T))
		return nil
	}
}

// plain applies a function without parameters of its own.
func plain(name string, f kernels.Unary, x *gorgonia.Node) *gorgonia.Node {
	return unary(name, f, kernels.DefaultParams(f), x)
}

// Exp is e^x.
func Exp(x *gorgonia.Node) *gorgonia.Node { return plain("exp", kernels.Exponential, x) }

// Expm1 is e^x−1, exact for small x.
func Expm1(x *gorgonia.Node) *gorgonia.Node { return plain("expm1", kernels.Expm1, x) }

// Log is the natural logarithm.
func Log(x *gorgonia.Node) *gorgonia.Node { return plain("log", kernels.Log, x) }

// Log1p is ln(1+x), exact for small x.
func Log1p(x *gorgonia.Node) *gorgonia.Node { return plain("log1p", kernels.Log1p, x) }

// Sqrt is the square root.
func Sqrt(x *gorgonia.Node) *gorgonia.Node { return plain("sqrt", kernels.Sqrt, x) }

// Rsqrt is 1/√x.
func Rsqrt(x *gorgonia.Node) *gorgonia.Node { return plain("rsqrt", kernels.Rsqrt, x) }

// Square is x².
func Square(x *gorgonia.Node) *gorgonia.Node { return plain("square", kernels.Square, x) }

// Abs is |x|. Its gradient at 0 is 0.
func Abs(x *gorgonia.Node) *gorgonia.Node { return plain("absolute", kernels.Abs, x) }

// Neg is −x.
func Neg(x *gorgonia.Node) *gorgonia.Node { return plain("negative", kernels.Neg, x) }

// Sign is −1, 0 or 1; its gradient is 0.
func Sign(x *gorgonia.Node) *gorgonia.Node { return plain("sign", kernels.Sign, x) }

// Reciprocal is 1/x.
func Reciprocal(x *gorgonia.Node) *gorgonia.Node { return plain("reciprocal", kernels.Reciprocal, x) }

// Sin is the sine.
func Sin(x *gorgonia.Node) *gorgonia.Node { return plain("sin", kernels.Sin, x) }

// Cos is the cosine.
func Cos(x *gorgonia.Node) *gorgonia.Node { return plain("cos", kernels.Cos, x) }

// Erf is the error function.
func Erf(x *gorgonia.Node) *gorgonia.Node { return plain("erf", kernels.Erf, x) }

// Floor is the next integer below; its gradient is 0.
func Floor(x *gorgonia.Node) *gorgonia.Node { return plain("floor", kernels.Floor, x) }

// Ceil is the next integer above; its gradient is 0.
func Ceil(x *gorgonia.Node) *gorgonia.Node { return plain("ceil", kernels.Ceil, x) }

// Round is the nearest integer, ties to even; its gradient is 0.
func Round(x *gorgonia.Node) *gorgonia.Node { return plain("round", kernels.Round, x) }
