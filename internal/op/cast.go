package op

import (
	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
)

// IsFloat reports whether values of a type can have gradients.
func IsFloat(dt tensor.Dtype) bool { return dt == tensor.Float32 || dt == tensor.Float64 }

// ByType gives the instance of a generic Run for a floating type. It panics for others.
func ByType(dt tensor.Dtype, f32, f64 Run) Run {
	switch dt {
	case tensor.Float32:
		return f32
	case tensor.Float64:
		return f64
	}
	panic(errors.Errorf("expected float32 or float64, received %s", dt))
}

// Cast converts x to a type, truncating as C does; x itself where it has the
// type already. The gradient is cast back, where both types are floating.
func Cast(x *gorgonia.Node, dt tensor.Dtype) *gorgonia.Node {
	from := x.Dtype()
	if from == dt {
		return x
	}
	spec := Spec{
		Name:    "cast",
		Outputs: []Output{{x.Shape(), dt}},
		Run:     func(in, out []any) error { return kernels.Cast(in[0], out[0]) },
	}
	if IsFloat(from) && IsFloat(dt) {
		spec.Grad = func(_ gorgonia.Nodes, _, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{Cast(grad, from)}
		}
	}
	return Apply(spec, x)
}

// Reshape is x with another shape of as many elements.
func Reshape(x *gorgonia.Node, shape tensor.Shape) *gorgonia.Node {
	spec := Spec{
		Name:    "reshape",
		Outputs: []Output{{shape, x.Dtype()}},
		Run:     func(in, out []any) error { return kernels.Cast(in[0], out[0]) },
	}
	if IsFloat(x.Dtype()) {
		spec.Grad = func(_ gorgonia.Nodes, _, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{Reshape(grad, x.Shape())}
		}
	}
	return Apply(spec, x)
}

// Assign is value in the place of old. The gradient passes old by unchanged, as if the
// value had always been there, and value gets none.
func Assign(old, value *gorgonia.Node) *gorgonia.Node {
	return Apply(Spec{
		Name:     "assign",
		Outputs:  []Output{Like(value)},
		Run:      func(in, out []any) error { return kernels.Cast(in[0], out[0]) },
		Constant: []int{0},
		InPlace:  true,
		Grad: func(_ gorgonia.Nodes, _, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{nil, grad}
		},
	}, value, old)
}
