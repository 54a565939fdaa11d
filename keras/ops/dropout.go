package ops

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
)

// Dropout sets a fraction rate of x to 0 and scales the rest by 1/(1−rate), anew
// in each run of a trace that trains; in other traces, and at rate 0, it is x itself.
//
// noiseShape is the shape of what is drawn, which broadcasts to that of x; None is
// a size as in x, nil is all of x. seeds gives each run its key.
func Dropout(t *keras.Trace, x *gorgonia.Node, rate float64, noiseShape keras.Shape, seeds *keras.SeedGenerator) *gorgonia.Node {
	check(rate >= 0 && rate <= 1, "a rate in [0, 1]", rate)
	noise := noiseOf(x, noiseShape)
	if !t.Training || rate == 0 {
		return x
	}
	dt, shape, next := x.Dtype(), x.Shape(), t.Keys(seeds)
	var mask *gorgonia.Node
	outs := op.ApplyAll(op.Spec{
		Name:    "dropout",
		Outputs: []op.Output{op.Like(x), {Shape: noise, Dtype: dt}},
		Run:     op.ByType(dt, runDropout[float32](rate, noise, shape, next), runDropout[float64](rate, noise, shape, next)),
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{op.Apply(op.Spec{
				Name:    "dropout gradient",
				Outputs: []op.Output{op.Like(in[0])},
				Run:     op.ByType(dt, runMask[float32](noise, shape), runMask[float64](noise, shape)),
			}, grad, mask)}
		},
	}, x)
	mask = outs[1]
	return outs[0]
}

// noiseOf completes a noise shape.
func noiseOf(x *gorgonia.Node, noiseShape keras.Shape) tensor.Shape {
	shape := x.Shape()
	if noiseShape == nil {
		return shape
	}
	check(len(noiseShape) == len(shape), "a noise shape of the rank of "+shapeOf(x).String(), noiseShape)
	noise := tensor.Shape(noiseShape.Clone())
	for i, d := range noise {
		if d == keras.None {
			noise[i] = shape[i]
		}
		check(noise[i] == shape[i] || d == 1, "a noise shape that broadcasts to "+shapeOf(x).String(), noiseShape)
	}
	return noise
}

func runDropout[T kernels.Float](rate float64, noise, shape tensor.Shape, next func() uint64) op.Run {
	if noise.Eq(shape) {
		return func(in, out []any) error {
			kernels.Dropout(next(), rate, in[0].([]T), out[1].([]T), out[0].([]T))
			return nil
		}
	}
	multiply := runMask[T](noise, shape)
	operands := make([]any, 2)
	return func(in, out []any) error {
		kernels.DropoutMask(next(), rate, out[1].([]T))
		operands[0], operands[1] = in[0], out[1]
		return multiply(operands, out)
	}
}

// runMask multiplies by a mask.
func runMask[T kernels.Float](noise, shape tensor.Shape) op.Run {
	return func(in, out []any) error {
		kernels.Broadcast(kernels.Mul, in[0].([]T), shape, in[1].([]T), noise, out[0].([]T), shape)
		return nil
	}
}
