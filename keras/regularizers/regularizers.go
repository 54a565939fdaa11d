// Package regularizers has Keras's regularizers: penalties on a weight, or on the
// output of a layer, that are added to the loss.
//
//	layers.Dense(64).KernelRegularizer(regularizers.L2(0.001))
//	layers.Dense(64).KernelRegularizer(regularizers.L1L2(1e-5, 1e-4))
//	layers.Dense(64).KernelRegularizer(regularizers.Named("l2"))
//
// A penalty is a scalar node of the type of its input, float32 or float64. An
// option that is not allowed is an error of Validate; Penalty, which is made to run
// while a layer is traced, panics with it.
package regularizers

import (
	"math"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
)

func init() {
	keras.Register(keras.KindRegularizer, map[string]keras.Factory{
		"L1":                    func() any { return L1() },
		"L1L2":                  func() any { return L1L2(0, 0) },
		"L2":                    func() any { return L2() },
		"OrthogonalRegularizer": func() any { return OrthogonalRegularizer() },
	})
}

var (
	_ keras.Regularizer = (*sums)(nil)
	_ keras.Regularizer = (*OrthogonalityRegularizer)(nil)
	_ keras.Regularizer = unknown("")
)

// Named is the regularizer that Keras knows under a name, with default options: a
// class (L2) or its snake_case (l2, l1l2). With a name that is not known it is one
// that Validate and Penalty report.
func Named(name string) keras.Regularizer {
	class, _ := keras.ByName(keras.KindRegularizer, name)
	o, _ := keras.New(keras.KindRegularizer, class) // nil if there is no such class
	if r, ok := o.(keras.Regularizer); ok {
		return r
	}
	return unknown(name)
}

// unknown is a name that no regularizer has.
type unknown string

func (u unknown) Class() string                         { return string(u) }
func (u unknown) Config() keras.Config                  { return keras.Config{} }
func (u unknown) Penalty(*gorgonia.Node) *gorgonia.Node { panic(u.Validate()) }
func (u unknown) Validate() error                       { return keras.UnknownName(keras.KindRegularizer, string(u)) }

// nonNegative reports a factor that is not allowed.
func nonNegative(name string, v float64) error {
	if v < 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return keras.Fault(keras.ErrArgument,
			"Invalid value for argument %s: expected a non-negative float. Received: %s=%v", name, name, v)
	}
	return nil
}

// L1 is l1·Σ|x|.
//
// Default: l1 0.01. Errors: a negative l1, more than one.
func L1(l1 ...float64) keras.Regularizer {
	return &sums{"L1", len(l1), &l1Config{orDefault(l1)}}
}

// L2 is l2·Σx².
//
// Default: l2 0.01. Errors: a negative l2, more than one.
func L2(l2 ...float64) keras.Regularizer {
	return &sums{"L2", len(l2), &l2Config{orDefault(l2)}}
}

// L1L2 is l1·Σ|x| + l2·Σx². In Keras both are 0 by default.
//
// Errors: a negative l1 or l2.
func L1L2(l1, l2 float64) keras.Regularizer {
	return &sums{"L1L2", 1, &l1l2Config{l1, l2}}
}

func orDefault(factor []float64) float64 {
	if len(factor) == 0 {
		return 0.01
	}
	return factor[0]
}

// sums is L1, L2 and L1L2.
type sums struct {
	class string
	given int // how many factors
	cfg   interface{ factors() (l1, l2 float64) }
}

type l1Config struct {
	L1 float64 `keras:"l1"`
}

type l2Config struct {
	L2 float64 `keras:"l2"`
}

type l1l2Config struct {
	L1 float64 `keras:"l1"`
	L2 float64 `keras:"l2"`
}

func (c *l1Config) factors() (l1, l2 float64)   { return c.L1, 0 }
func (c *l2Config) factors() (l1, l2 float64)   { return 0, c.L2 }
func (c *l1l2Config) factors() (l1, l2 float64) { return c.L1, c.L2 }

// Class is Keras's name of the type.
func (s *sums) Class() string { return s.class }

// Config is Keras's get_config.
func (s *sums) Config() keras.Config { return keras.EncodeFields(s.cfg) }

// String is the regularizer in one line: keras.Describe.
func (s *sums) String() string { return keras.Describe(s) }

// FromConfig sets the options from what Config writes.
func (s *sums) FromConfig(cfg keras.Config) error {
	if err := keras.DecodeFields(s.cfg, cfg); err != nil {
		return err
	}
	return s.Validate()
}

// Validate reports factors that are not allowed.
func (s *sums) Validate() error {
	if s.given > 1 {
		return keras.Fault(keras.ErrArgument, "%s takes one factor, received %d", s.class, s.given)
	}
	l1, l2 := s.cfg.factors()
	if err := nonNegative("l1", l1); err != nil {
		return err
	}
	return nonNegative("l2", l2)
}

// Penalty is the scalar node l1·Σ|x| + l2·Σx².
func (s *sums) Penalty(x *gorgonia.Node) *gorgonia.Node {
	if err := s.Validate(); err != nil {
		panic(err)
	}
	l1, l2 := s.cfg.factors()
	dt := x.Dtype()
	return op.Apply(op.Spec{
		Name:    keras.SnakeCase(s.class),
		Outputs: []op.Output{{Dtype: dt}},
		Run:     op.ByType(dt, runSums[float32](l1, l2), runSums[float64](l1, l2)),
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{op.Apply(op.Spec{
				Name:    keras.SnakeCase(s.class) + " gradient",
				Outputs: []op.Output{op.Like(in[0])},
				Run:     op.ByType(dt, runSumsGradient[float32](l1, l2), runSumsGradient[float64](l1, l2)),
			}, in[0], grad)}
		},
	}, x)
}

// piece is how many elements are summed at once. The sums of the pieces are added
// in order, so that a penalty does not depend on the number of workers.
const piece = 1 << 14

func runSums[T kernels.Float](l1, l2 float64) op.Run {
	var partial []float64
	return func(in, out []any) error {
		x := in[0].([]T)
		if partial == nil {
			partial = make([]float64, (len(x)+piece-1)/piece)
		}
		kernels.Parallel(len(x), piece, func(lo, hi int) {
			var absolute, squares float64
			for _, v := range x[lo:hi] {
				absolute += math.Abs(float64(v))
				squares += float64(v) * float64(v)
			}
			partial[lo/piece] = l1*absolute + l2*squares
		})
		total := 0.0
		for _, p := range partial {
			total += p
		}
		out[0].([]T)[0] = T(total)
		return nil
	}
}

// runSumsGradient is dy·(l1·sign(x) + 2·l2·x), with sign(0) = 0.
func runSumsGradient[T kernels.Float](l1, l2 float64) op.Run {
	return func(in, out []any) error {
		x, dy, dx := in[0].([]T), in[1].([]T)[0], out[0].([]T)
		slope, curve := T(l1)*dy, T(2*l2)*dy
		kernels.Parallel(len(x), piece, func(lo, hi int) {
			for i, v := range x[lo:hi] {
				d := curve * v
				if v > 0 {
					d += slope
				} else if v < 0 {
					d -= slope
				}
				dx[lo+i] = d
			}
		})
		return nil
	}
}
