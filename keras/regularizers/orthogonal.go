package regularizers

import (
	"math"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
)

// Mode says which vectors of a matrix OrthogonalRegularizer compares.
type Mode string

// The modes.
const (
	Rows    Mode = "rows"
	Columns Mode = "columns"
)

// OrthogonalRegularizer is factor times the mean of |cos| of the angles between any
// two rows, or columns, of a matrix.
//
// Defaults: Factor 0.01, Mode rows. Errors: a negative Factor; a Mode that is not
// known; an input that has not two axes, or fewer than two rows (columns).
func OrthogonalRegularizer() *OrthogonalityRegularizer {
	return &OrthogonalityRegularizer{orthogonalConfig{0.01, Rows}}
}

// OrthogonalityRegularizer is the regularizer that OrthogonalRegularizer returns.
type OrthogonalityRegularizer struct{ cfg orthogonalConfig }

type orthogonalConfig struct {
	Factor float64 `keras:"factor"`
	Mode   Mode    `keras:"mode"`
}

// Factor sets factor. Default 0.01.
func (r *OrthogonalityRegularizer) Factor(factor float64) *OrthogonalityRegularizer {
	r.cfg.Factor = factor
	return r
}

// Mode sets mode. Default rows.
func (r *OrthogonalityRegularizer) Mode(mode Mode) *OrthogonalityRegularizer {
	r.cfg.Mode = mode
	return r
}

// Class is Keras's name of the type.
func (r *OrthogonalityRegularizer) Class() string { return "OrthogonalRegularizer" }

// Config is Keras's get_config.
func (r *OrthogonalityRegularizer) Config() keras.Config { return keras.EncodeFields(&r.cfg) }

// String is the regularizer in one line: keras.Describe.
func (r *OrthogonalityRegularizer) String() string { return keras.Describe(r) }

// FromConfig sets the options from what Config writes.
func (r *OrthogonalityRegularizer) FromConfig(cfg keras.Config) error {
	if err := keras.DecodeFields(&r.cfg, cfg); err != nil {
		return err
	}
	return r.Validate()
}

// Validate reports options that are not allowed.
func (r *OrthogonalityRegularizer) Validate() error {
	if err := nonNegative("factor", r.cfg.Factor); err != nil {
		return err
	}
	if m := r.cfg.Mode; m != Rows && m != Columns {
		return keras.Fault(keras.ErrArgument,
			"Invalid value for argument `mode`. Expected one of {\"rows\", \"columns\"}. Received: mode=%s", m)
	}
	return nil
}

// Penalty is a scalar node. x must have two axes.
func (r *OrthogonalityRegularizer) Penalty(x *gorgonia.Node) *gorgonia.Node {
	if err := r.Validate(); err != nil {
		panic(err)
	}
	if x.Dims() != 2 {
		panic(keras.Fault(keras.ErrShape, "Inputs to OrthogonalRegularizer must have rank 2. Received: inputs.shape=%s", keras.Shape(x.Shape())))
	}
	rows, cols := x.Shape()[0], x.Shape()[1]
	a := angles{n: rows, d: cols, across: cols, along: 1}
	if r.cfg.Mode == Columns {
		a = angles{n: cols, d: rows, across: 1, along: cols}
	}
	if a.n < 2 {
		panic(keras.Expected(keras.ErrShape, "at least two "+string(r.cfg.Mode)+" to compare", keras.Shape(x.Shape())))
	}
	a.weight = r.cfg.Factor / (float64(a.n) * float64(a.n-1) / 2)
	dt := x.Dtype()
	return op.Apply(op.Spec{
		Name:    "orthogonal_regularizer",
		Outputs: []op.Output{{Dtype: dt}},
		Run:     op.ByType(dt, runAngles[float32](a), runAngles[float64](a)),
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{op.Apply(op.Spec{
				Name:    "orthogonal_regularizer gradient",
				Outputs: []op.Output{op.Like(in[0])},
				Run:     op.ByType(dt, runAnglesGradient[float32](a), runAnglesGradient[float64](a)),
			}, in[0], grad)}
		},
	}, x)
}

// angles sees a matrix as n vectors of d elements: element k of vector i is
// x[i·across + k·along]. weight is factor over the number of pairs.
type angles struct {
	n, d          int
	across, along int
	weight        float64
}

// compare computes u, the vectors over their lengths, and p = u·uᵀ. lengths are as
// Keras's normalize has them, at least 1e-7.
func compare[T kernels.Float](a angles, x, u, lengths, p []T) {
	for i := range a.n {
		squares := 0.0
		for k := range a.d {
			v := float64(x[i*a.across+k*a.along])
			squares += v * v
		}
		lengths[i] = T(math.Max(math.Sqrt(squares), 1e-7))
		for k := range a.d {
			u[i*a.d+k] = x[i*a.across+k*a.along] / lengths[i]
		}
	}
	kernels.Gemm(false, true, a.n, a.n, a.d, u, a.d, u, a.d, false, p, a.n)
}

// runAngles is weight·Σ|p[i,j]| over i < j.
func runAngles[T kernels.Float](a angles) op.Run {
	var u, lengths, p []T
	return func(in, out []any) error {
		if u == nil {
			u, lengths, p = make([]T, a.n*a.d), make([]T, a.n), make([]T, a.n*a.n)
		}
		compare(a, in[0].([]T), u, lengths, p)
		sum := 0.0
		for i := range a.n {
			for _, v := range p[i*a.n+i+1 : (i+1)*a.n] {
				sum += math.Abs(float64(v))
			}
		}
		out[0].([]T)[0] = T(a.weight * sum)
		return nil
	}
}

// runAnglesGradient is, with s = sign(p) but 0 on the diagonal and g = s·u,
//
//	dx[i] = dy·weight·(g[i] − (g[i]·u[i])·u[i]) / |x[i]|
func runAnglesGradient[T kernels.Float](a angles) op.Run {
	var u, lengths, p, g []T
	return func(in, out []any) error {
		if u == nil {
			u, lengths, p, g = make([]T, a.n*a.d), make([]T, a.n), make([]T, a.n*a.n), make([]T, a.n*a.d)
		}
		dy, dx := in[1].([]T)[0], out[0].([]T)
		compare(a, in[0].([]T), u, lengths, p)
		for i, v := range p {
			switch {
			case i/a.n == i%a.n || v == 0:
				p[i] = 0
			case v > 0:
				p[i] = 1
			default:
				p[i] = -1
			}
		}
		kernels.Gemm(false, false, a.n, a.d, a.n, p, a.n, u, a.d, false, g, a.d)
		for i := range a.n {
			ui, gi := u[i*a.d:(i+1)*a.d], g[i*a.d:(i+1)*a.d]
			var dot T
			for k, v := range ui {
				dot += v * gi[k]
			}
			scale := dy * T(a.weight) / lengths[i]
			for k, v := range ui {
				dx[i*a.across+k*a.along] = scale * (gi[k] - dot*v)
			}
		}
		return nil
	}
}
