package ops

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
)

// Dense is activation(x·kernel + bias) over the last axis.
//
//	x (…, d)   kernel (d, units)   bias (units), or nil   result (…, units)
func Dense(x, kernel, bias *gorgonia.Node, activation activations.Activation) *gorgonia.Node {
	check(kernel.Dims() == 2 && x.Dims() >= 1 && x.Shape()[x.Dims()-1] == kernel.Shape()[0],
		"a kernel whose first axis is the input's last one", keras.Shape(x.Shape()), keras.Shape(kernel.Shape()))
	dt := x.Dtype()
	d, units := kernel.Shape()[0], kernel.Shape()[1]
	rows := x.Shape().TotalSize() / d
	inputs := gorgonia.Nodes{x, kernel}
	if bias != nil {
		check(bias.Dims() == 1 && bias.Shape()[0] == units, "a bias for each unit", keras.Shape(bias.Shape()))
		inputs = append(inputs, bias)
	}
	shape := x.Shape().Clone()
	shape[len(shape)-1] = units
	y := op.Apply(op.Spec{
		Name:    "dense",
		Outputs: []op.Output{{Shape: shape, Dtype: dt}},
		Run:     op.ByType(dt, runDense[float32](rows, units, d), runDense[float64](rows, units, d)),
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, wants []bool) gorgonia.Nodes {
			outs := []op.Output{dummy(dt), op.Like(in[1])}
			if wants[0] {
				outs[0] = op.Like(in[0])
			}
			if len(in) == 3 {
				outs = append(outs, op.Like(in[2]))
			}
			return op.ApplyAll(op.Spec{
				Name:    "dense gradient",
				Outputs: outs,
				Run: op.ByType(dt, runDenseGradient[float32](rows, units, d, wants),
					runDenseGradient[float64](rows, units, d, wants)),
			}, in[0], in[1], grad)
		},
	}, inputs...)
	return Activate(y, activation)
}

// dummy is the output of a gradient Op for an input that wants no gradient.
func dummy(dt tensor.Dtype) op.Output { return op.Output{Shape: tensor.Shape{1}, Dtype: dt} }

func runDense[T kernels.Float](rows, units, d int) op.Run {
	return func(in, out []any) error {
		y := out[0].([]T)
		if len(in) == 3 {
			bias := in[2].([]T)
			for r := range rows {
				copy(y[r*units:], bias)
			}
		}
		kernels.Gemm(false, false, rows, units, d, in[0].([]T), d, in[1].([]T), units, len(in) == 3, y, units)
		return nil
	}
}

func runDenseGradient[T kernels.Float](rows, units, d int, wants []bool) op.Run {
	return func(in, out []any) error {
		x, kernel, dy := in[0].([]T), in[1].([]T), in[2].([]T)
		if wants[0] {
			kernels.Gemm(false, true, rows, d, units, dy, units, kernel, units, false, out[0].([]T), d)
		}
		if wants[1] {
			kernels.Gemm(true, false, d, units, rows, x, d, dy, units, false, out[1].([]T), units)
		}
		if len(wants) == 3 && wants[2] {
			kernels.SumRows(rows, units, dy, out[2].([]T))
		}
		return nil
	}
}
