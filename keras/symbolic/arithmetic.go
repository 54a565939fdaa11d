package symbolic

import (
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

// Add is x1 + x2.
func Add(x1, x2 any) *keras.Tensor { return apply("Add", nil, x1, x2) }

// Subtract is x1 − x2.
func Subtract(x1, x2 any) *keras.Tensor { return apply("Subtract", nil, x1, x2) }

// Multiply is x1·x2, element by element.
func Multiply(x1, x2 any) *keras.Tensor { return apply("Multiply", nil, x1, x2) }

// Divide is x1/x2, as keras.ops.divide writes it.
func Divide(x1, x2 any) *keras.Tensor { return apply("Divide", nil, x1, x2) }

// TrueDivide is x1/x2, as Python's operator / writes it.
func TrueDivide(x1, x2 any) *keras.Tensor { return apply("TrueDivide", nil, x1, x2) }

// FloorDivide is ⌊x1/x2⌋.
func FloorDivide(x1, x2 any) *keras.Tensor { return apply("FloorDivide", nil, x1, x2) }

// Mod is what is left of x1 after division by x2. It has the sign of x2.
func Mod(x1, x2 any) *keras.Tensor { return apply("Mod", nil, x1, x2) }

// Power is x1^x2.
func Power(x1, x2 any) *keras.Tensor { return apply("Power", nil, x1, x2) }

// Maximum is the larger of x1 and x2.
func Maximum(x1, x2 any) *keras.Tensor { return apply("Maximum", nil, x1, x2) }

// Minimum is the smaller of x1 and x2.
func Minimum(x1, x2 any) *keras.Tensor { return apply("Minimum", nil, x1, x2) }

// MatMul is the product of matrices, Python's operator @.
func MatMul(x1, x2 any) *keras.Tensor { return apply("Matmul", nil, x1, x2) }

// Dot is the product over the last axis of x1 and the one before the last of x2, a matrix or vector.
func Dot(x1, x2 any) *keras.Tensor { return apply("Dot", nil, x1, x2) }

// Negative is −x.
func Negative(x *keras.Tensor) *keras.Tensor { return apply("Negative", nil, x) }

// Absolute is |x|.
func Absolute(x *keras.Tensor) *keras.Tensor { return apply("Absolute", nil, x) }

// Square is x².
func Square(x *keras.Tensor) *keras.Tensor { return apply("Square", nil, x) }

// Sign is −1, 0 or 1.
func Sign(x *keras.Tensor) *keras.Tensor { return apply("Sign", nil, x) }

// Clip is x between lo and hi, numbers.
func Clip(x *keras.Tensor, lo, hi any) *keras.Tensor {
	return apply("Clip", []Option{{"x_min", lo}, {"x_max", hi}}, x)
}

// Cast is x as another type.
func Cast(x *keras.Tensor, dt tensor.Dtype) *keras.Tensor {
	return apply("Cast", []Option{DType(dt)}, x)
}

// Exp is e^x.
func Exp(x *keras.Tensor) *keras.Tensor { return apply("Exp", nil, x) }

// Expm1 is e^x−1, exact for small x.
func Expm1(x *keras.Tensor) *keras.Tensor { return apply("Expm1", nil, x) }

// Log is the natural logarithm.
func Log(x *keras.Tensor) *keras.Tensor { return apply("Log", nil, x) }

// Log1p is ln(1+x), exact for small x.
func Log1p(x *keras.Tensor) *keras.Tensor { return apply("Log1p", nil, x) }

// Sqrt is the square root.
func Sqrt(x *keras.Tensor) *keras.Tensor { return apply("Sqrt", nil, x) }

// Rsqrt is 1/√x.
func Rsqrt(x *keras.Tensor) *keras.Tensor { return apply("Rsqrt", nil, x) }

// Reciprocal is 1/x.
func Reciprocal(x *keras.Tensor) *keras.Tensor { return apply("Reciprocal", nil, x) }

// Sin is the sine.
func Sin(x *keras.Tensor) *keras.Tensor { return apply("Sin", nil, x) }

// Cos is the cosine.
func Cos(x *keras.Tensor) *keras.Tensor { return apply("Cos", nil, x) }

// Erf is the error function.
func Erf(x *keras.Tensor) *keras.Tensor { return apply("Erf", nil, x) }

// Floor is the largest integer that is not above x.
func Floor(x *keras.Tensor) *keras.Tensor { return apply("Floor", nil, x) }

// Ceil is the smallest integer that is not below x.
func Ceil(x *keras.Tensor) *keras.Tensor { return apply("Ceil", nil, x) }

// Round is x to so many decimals; halves go to the even digit.
func Round(x *keras.Tensor, decimals int) *keras.Tensor {
	return apply("Round", []Option{{"decimals", decimals}}, x)
}

// ConvertToTensor is x. Keras's attention layers have it behind the mask of the queries.
func ConvertToTensor(x *keras.Tensor) *keras.Tensor { return apply("ConvertToTensor", nil, x) }

// StopGradient is x as a constant: no gradient flows through it.
func StopGradient(x *keras.Tensor) *keras.Tensor { return apply("StopGradient", nil, x) }

// ReLU is max(x, 0).
func ReLU(x *keras.Tensor) *keras.Tensor { return apply("Relu", nil, x) }

// ReLU6 is x between 0 and 6.
func ReLU6(x *keras.Tensor) *keras.Tensor { return apply("Relu6", nil, x) }

// Sigmoid is 1/(1+e^−x).
func Sigmoid(x *keras.Tensor) *keras.Tensor { return apply("Sigmoid", nil, x) }

// Tanh is the hyperbolic tangent.
func Tanh(x *keras.Tensor) *keras.Tensor { return apply("Tanh", nil, x) }

// Softplus is ln(1+e^x).
func Softplus(x *keras.Tensor) *keras.Tensor { return apply("Softplus", nil, x) }

// Softsign is x/(1+|x|).
func Softsign(x *keras.Tensor) *keras.Tensor { return apply("Softsign", nil, x) }

// SiLU is x·sigmoid(x).
func SiLU(x *keras.Tensor) *keras.Tensor { return apply("Silu", nil, x) }

// LogSigmoid is ln sigmoid(x).
func LogSigmoid(x *keras.Tensor) *keras.Tensor { return apply("LogSigmoid", nil, x) }

// SELU is 1.0507·(x > 0 ? x : 1.6733·(e^x−1)).
func SELU(x *keras.Tensor) *keras.Tensor { return apply("Selu", nil, x) }

// ELU is x > 0 ? x : α(e^x−1). Option: Alpha, default 1.
func ELU(x *keras.Tensor, options ...Option) *keras.Tensor { return apply("Elu", options, x) }

// CELU is max(x, 0) + min(α(e^(x/α)−1), 0). Option: Alpha, default 1.
func CELU(x *keras.Tensor, options ...Option) *keras.Tensor { return apply("Celu", options, x) }

// LeakyReLU is x > 0 ? x : slope·x. Option: NegativeSlope, default 0.2.
func LeakyReLU(x *keras.Tensor, options ...Option) *keras.Tensor {
	return apply("LeakyRelu", options, x)
}

// GELU is x·½(1+erf(x/√2)). Option: Approximate, default true.
func GELU(x *keras.Tensor, options ...Option) *keras.Tensor { return apply("Gelu", options, x) }

// Softmax is e^x/Σe^x. Option: Axis, default −1.
func Softmax(x *keras.Tensor, options ...Option) *keras.Tensor { return apply("Softmax", options, x) }

// LogSoftmax is x − ln Σe^x. Option: Axis, default −1.
func LogSoftmax(x *keras.Tensor, options ...Option) *keras.Tensor {
	return apply("LogSoftmax", options, x)
}

func floorDivide(a, b *gorgonia.Node) *gorgonia.Node { return ops.Floor(ops.Div(a, b)) }

func mod(a, b *gorgonia.Node) *gorgonia.Node { return ops.Sub(a, ops.Mul(b, floorDivide(a, b))) }

func dot(a, b *gorgonia.Node) *gorgonia.Node {
	if a.Dims() == 0 || b.Dims() == 0 {
		return ops.Mul(a, b)
	}
	check(b.Dims() <= 2, "a matrix or vector as the second operand", keras.Shape(b.Shape()))
	return ops.MatMul(a, b)
}

func clip(c *call) *gorgonia.Node {
	lo, hi := c.number("x_min"), c.number("x_max")
	x := c.only()
	dt := typeWith(typeWith(x.Dtype(), c.option("x_min")), c.option("x_max"))
	return throughFloat(func(in []*gorgonia.Node) *gorgonia.Node { return ops.Clip(in[0], lo, hi) }, []*gorgonia.Node{cast(x, dt)})
}

func round(c *call) *gorgonia.Node {
	x, decimals := asFloat(c.only()), c.integer("decimals")
	if decimals == 0 {
		return ops.Round(x)
	}
	factor := math.Pow(10, float64(decimals))
	return ops.Scale(ops.Round(ops.Scale(x, factor, 0)), 1/factor, 0)
}

func relu(c *call) *gorgonia.Node {
	most := math.Inf(1)
	if c.option("max_value") != nil {
		most = c.number("max_value")
	}
	return ops.ReLUWith(asFloat(c.only()), c.number("negative_slope"), most, c.number("threshold"))
}

// activated is an activation function with Keras's defaults.
func activated(a activations.Activation) func(*call) []*gorgonia.Node {
	return floating(func(x *gorgonia.Node) *gorgonia.Node { return ops.Activate(x, a) })
}
