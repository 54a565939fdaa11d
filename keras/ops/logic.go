package ops

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
)

// Equal is a = b.
func Equal(a, b *gorgonia.Node) *gorgonia.Node { return compare("equal", equal, a, b) }

// NotEqual is a ≠ b, true where one is NaN.
func NotEqual(a, b *gorgonia.Node) *gorgonia.Node { return compare("not_equal", notEqual, a, b) }

// Less is a < b.
func Less(a, b *gorgonia.Node) *gorgonia.Node { return compare("less", less, a, b) }

// LessEqual is a ≤ b.
func LessEqual(a, b *gorgonia.Node) *gorgonia.Node { return compare("less_equal", lessEqual, a, b) }

// Greater is a > b.
func Greater(a, b *gorgonia.Node) *gorgonia.Node { return compare("greater", less, b, a) }

// GreaterEqual is a ≥ b.
func GreaterEqual(a, b *gorgonia.Node) *gorgonia.Node {
	return compare("greater_equal", lessEqual, b, a)
}

func compare(name string, c comparison, a, b *gorgonia.Node) *gorgonia.Node {
	dt, shape := typeOf(a, b), broadcast(a, b)
	check(dt != tensor.Bool || c <= notEqual, "numbers", dt)
	m, aShape, bShape := elementsOf(dt), a.Shape(), b.Shape()
	return op.Apply(op.Spec{
		Name:    name,
		Outputs: []op.Output{{Shape: shape, Dtype: tensor.Bool}},
		Run: func(in, out []any) error {
			m.compare(c, in[0], in[1], out[0].([]bool), aShape, bShape, shape)
			return nil
		},
	}, a, b)
}

// LogicalAnd is a ∧ b, of nodes of type bool.
func LogicalAnd(a, b *gorgonia.Node) *gorgonia.Node {
	return logical("logical_and", func(a, b bool) bool { return a && b }, a, b)
}

// LogicalOr is a ∨ b, of nodes of type bool.
func LogicalOr(a, b *gorgonia.Node) *gorgonia.Node {
	return logical("logical_or", func(a, b bool) bool { return a || b }, a, b)
}

// LogicalNot is ¬a, of a node of type bool.
func LogicalNot(a *gorgonia.Node) *gorgonia.Node {
	return logical("logical_not", func(a, _ bool) bool { return !a }, a, a)
}

func logical(name string, f func(a, b bool) bool, a, b *gorgonia.Node) *gorgonia.Node {
	dt, shape := typeOf(a, b), broadcast(a, b)
	check(dt == tensor.Bool, "operands of type bool", dt)
	aShape, bShape := a.Shape(), b.Shape()
	return op.Apply(op.Spec{
		Name:    name,
		Outputs: []op.Output{{Shape: shape, Dtype: tensor.Bool}},
		Run: func(in, out []any) error {
			kernels.Compare(f, in[0].([]bool), aShape, in[1].([]bool), bShape, out[0].([]bool), shape)
			return nil
		},
	}, a, b)
}

// Where is a where cond, of type bool, holds, else b. a and b have one type, any;
// all three broadcast. The gradient goes to what was taken.
func Where(cond, a, b *gorgonia.Node) *gorgonia.Node {
	check(cond.Dtype() == tensor.Bool, "a condition of type bool", cond.Dtype())
	dt, shape := typeOf(a, b), broadcast(cond, a, b)
	m := elementsOf(dt)
	shapes := [3]tensor.Shape{cond.Shape(), a.Shape(), b.Shape()}
	spec := op.Spec{
		Name:    "where",
		Outputs: []op.Output{{Shape: shape, Dtype: dt}},
		Run: func(in, out []any) error {
			m.choose(in[0].([]bool), in[1], in[2], out[0], shapes[0], shapes[1], shapes[2], shape)
			return nil
		},
		Constant: []int{0},
	}
	if op.IsFloat(dt) {
		spec.Grad = func(in gorgonia.Nodes, _, grad *gorgonia.Node, wants []bool) gorgonia.Nodes {
			return append(gorgonia.Nodes{nil}, op.ApplyAll(op.Spec{
				Name:    "where gradient",
				Outputs: wanted(in[1:], wants[1:]),
				Run: op.ByType(dt, runWhereGradient[float32](shapes, shape, wants),
					runWhereGradient[float64](shapes, shape, wants)),
			}, in[0], grad)...)
		}
	}
	return op.Apply(spec, cond, a, b)
}

func runWhereGradient[T kernels.Float](shapes [3]tensor.Shape, shape tensor.Shape, wants []bool) op.Run {
	zero, full := make([]T, 1), make([]T, volume(shape))
	return func(in, out []any) error {
		cond, dy := in[0].([]bool), in[1].([]T)
		if wants[1] {
			kernels.Select(cond, shapes[0], dy, shape, zero, nil, full, shape)
			kernels.ReduceTo(full, shape, out[0].([]T), shapes[1])
		}
		if wants[2] {
			kernels.Select(cond, shapes[0], zero, nil, dy, shape, full, shape)
			kernels.ReduceTo(full, shape, out[1].([]T), shapes[2])
		}
		return nil
	}
}

// AnyDiffers drops the last axis of x: it is true where an element along it is not v.
func AnyDiffers(x *gorgonia.Node, v float64) *gorgonia.Node {
	last := axisOf(x, -1)
	shape, n, dt := x.Shape()[:last], x.Shape()[last], x.Dtype()
	return op.Apply(op.Spec{
		Name:    "any_differs",
		Outputs: []op.Output{{Shape: append(tensor.Shape{}, shape...), Dtype: tensor.Bool}},
		Run:     op.ByType(dt, runAnyDiffers(float32(v), n), runAnyDiffers(v, n)),
	}, x)
}

func runAnyDiffers[T kernels.Float](v T, n int) op.Run {
	return func(in, out []any) error {
		kernels.AnyDiffers(in[0].([]T), v, out[0].([]bool), n)
		return nil
	}
}
