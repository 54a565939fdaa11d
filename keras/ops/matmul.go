package ops

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras/activations"
)

// Dense is activation(x·kernel + bias) over the last axis.
//
//	x (…, d)   kernel (d, units)   bias (units), or nil   result (…, units)
func Dense(x, kernel, bias *gorgonia.Node, activation activations.Activation) *gorgonia.Node {
	if fused(activation) {
		return linear("dense", x, kernel, bias, true)
	}
	return Activate(linear("dense", x, kernel, bias, false), activation)
}

// linear is x·kernel + bias over the last axis, or relu of that.
func linear(name string, x, kernel, bias *gorgonia.Node, relu bool) *gorgonia.Node {
	check(kernel.Dims() == 2 && x.Dims() >= 1 && x.Shape()[x.Dims()-1] == kernel.Shape()[0],
		"a kernel whose first axis is the input's last one", shapeOf(x), shapeOf(kernel))
	dt := typeOf(x, kernel)
	d, units := kernel.Shape()[0], kernel.Shape()[1]
	rows := volume(x.Shape()[:x.Dims()-1])
	inputs := gorgonia.Nodes{x, kernel}
	if bias != nil {
		check(bias.Dims() == 1 && bias.Shape()[0] == units, "a bias for each unit", shapeOf(bias))
		typeOf(x, bias)
		inputs = append(inputs, bias)
	}
	shape := x.Shape()
	shape[len(shape)-1] = units
	return op.Apply(op.Spec{
		Name:    name,
		Outputs: []op.Output{{Shape: shape, Dtype: dt}},
		Run:     op.ByType(dt, runDense[float32](rows, units, d, relu), runDense[float64](rows, units, d, relu)),
		Grad: func(in gorgonia.Nodes, out, grad *gorgonia.Node, wants []bool) gorgonia.Nodes {
			return op.ApplyAll(op.Spec{
				Name:    name + " gradient",
				Outputs: wanted(in, wants),
				Run: op.ByType(dt, runDenseGradient[float32](rows, units, d, wants),
					runDenseGradient[float64](rows, units, d, wants)),
			}, in[0], in[1], fusedGradient(out, grad, relu))
		},
	}, inputs...)
}

func runDense[T kernels.Float](rows, units, d int, relu bool) op.Run {
	return func(in, out []any) error {
		kernels.Dense(rows, units, d, in[0].([]T), in[1].([]T), biasOf[T](in), relu, out[0].([]T))
		return nil
	}
}

// biasOf is the third of an Op's inputs, nil if there is none.
func biasOf[T kernels.Float](in []any) []T {
	if len(in) < 3 {
		return nil
	}
	return in[2].([]T)
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

// MatMul is the product of matrices a (…, m, k) and b (…, k, n): (…, m, n), as in
// numpy. The axes in front of the matrices broadcast. An operand of rank 1 is a
// row as a, a column as b, and its axis of size 1 is dropped from the result.
func MatMul(a, b *gorgonia.Node) *gorgonia.Node {
	check(a.Dims() > 0 && b.Dims() > 0, "matrices or vectors", shapeOf(a), shapeOf(b))
	switch {
	case a.Dims() == 1 && b.Dims() == 1:
		return Squeeze(MatMul(ExpandDims(a, 0), ExpandDims(b, 1)))
	case a.Dims() == 1:
		return Squeeze(MatMul(ExpandDims(a, 0), b), -2)
	case b.Dims() == 1:
		return Squeeze(MatMul(a, ExpandDims(b, 1)), -1)
	}
	la, lb, lo, shape := matrices(a.Shape(), b.Shape())
	if b.Dims() == 2 {
		return linear("matmul", a, b, nil, false)
	}
	return contract("matmul", a, b, la, lb, lo, shape)
}
