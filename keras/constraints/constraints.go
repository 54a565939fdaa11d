// Package constraints has Keras's constraints: what is done to a weight after each
// step of the optimizer.
//
//	layers.Dense(64).KernelConstraint(constraints.MaxNorm(3))
//	layers.Conv2D(16, 3).KernelConstraint(constraints.UnitNorm().Axis(0, 1, 2))
//	layers.Dense(64).KernelConstraint(constraints.Named("non_neg"))
//
// The norms are Euclidean and taken over axes of the weight: over axis 0 of a
// Dense kernel (inputs, units), one norm for each unit. An option that is not
// allowed is an error of Validate and of Constrain.
package constraints

import (
	"fmt"
	"math"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
)

func init() {
	keras.Register(keras.KindConstraint, map[string]keras.Factory{
		"MaxNorm":    func() any { return MaxNorm() },
		"MinMaxNorm": func() any { return MinMaxNorm() },
		"NonNeg":     func() any { return NonNeg() },
		"UnitNorm":   func() any { return UnitNorm() },
	})
}

var (
	_ keras.Constraint = (*MaxNormConstraint)(nil)
	_ keras.Constraint = (*UnitNormConstraint)(nil)
	_ keras.Constraint = (*MinMaxNormConstraint)(nil)
	_ keras.Constraint = nonNeg{}
	_ keras.Constraint = unknown("")
)

// Named is the constraint that Keras knows under a name, with default options: a
// class (MaxNorm) or its snake_case (max_norm). With a name that is not known it is
// one whose Constrain returns an error.
func Named(name string) keras.Constraint {
	class, _ := keras.ByName(keras.KindConstraint, name)
	o, _ := keras.New(keras.KindConstraint, class) // nil if there is no such class
	if c, ok := o.(keras.Constraint); ok {
		return c
	}
	return unknown(name)
}

// unknown is a name that no constraint has.
type unknown string

func (u unknown) Class() string                   { return string(u) }
func (u unknown) Config() keras.Config            { return keras.Config{} }
func (u unknown) Constrain(w *tensor.Dense) error { return u.Validate() }
func (u unknown) Validate() error                 { return keras.UnknownName(keras.KindConstraint, string(u)) }

// axes are the axes of a norm: an int or a list in a config, nil (None) is all.
type axes []int

var _ keras.ConfigValue = (*axes)(nil)

// EncodeConfig is the one axis, or the list.
func (a axes) EncodeConfig() any {
	if a == nil {
		return nil
	}
	if len(a) == 1 {
		return a[0]
	}
	list := make([]any, len(a))
	for i, axis := range a {
		list[i] = axis
	}
	return list
}

// DecodeConfig takes what EncodeConfig gives.
func (a *axes) DecodeConfig(v any) error {
	var list []any
	switch v := v.(type) {
	case nil:
		*a = nil
		return nil
	case []any:
		list = v
	default:
		list = []any{v}
	}
	decoded := make(axes, len(list))
	for i, e := range list {
		n, ok := e.(int)
		if !ok {
			return keras.Expected(keras.ErrConfig, "an axis or a list of axes", v)
		}
		decoded[i] = n
	}
	*a = decoded
	return nil
}

// object is what the classes share; O is a struct with keras tags.
type object[O interface {
	validate() error
	scale(norm float64) float64
	over() axes
}] struct {
	class string
	cfg   O
}

// Class is Keras's name of the type.
func (o *object[O]) Class() string { return o.class }

// Config is Keras's get_config.
func (o *object[O]) Config() keras.Config { return keras.EncodeFields(&o.cfg) }

// String is the constraint in one line: keras.Describe.
func (o *object[O]) String() string { return keras.Describe(o) }

// FromConfig sets the options from what Config writes.
func (o *object[O]) FromConfig(cfg keras.Config) error {
	if err := keras.DecodeFields(&o.cfg, cfg); err != nil {
		return err
	}
	return o.Validate()
}

// Validate reports options that are not allowed.
func (o *object[O]) Validate() error { return o.cfg.validate() }

// Constrain changes w, float32 or float64, in place.
func (o *object[O]) Constrain(w *tensor.Dense) error {
	if err := o.Validate(); err != nil {
		return err
	}
	return inPlace(w, rescale[float32](o.cfg.over(), o.cfg.scale), rescale[float64](o.cfg.over(), o.cfg.scale))
}

// inPlace gives the elements of w to one of the functions.
func inPlace(w *tensor.Dense, f32 func(keras.Shape, []float32) error, f64 func(keras.Shape, []float64) error) error {
	if w == nil || w.RequiresIterator() {
		return keras.Expected(keras.ErrArgument, "a weight that is contiguous in memory", w)
	}
	shape := keras.Shape(w.Shape())
	switch w.Dtype() {
	case tensor.Float32:
		return f32(shape, w.Float32s())
	case tensor.Float64:
		return f64(shape, w.Float64s())
	}
	return keras.Expected(keras.ErrArgument, "the type float32 or float64", w.Dtype())
}

// epsilon is keras.config.epsilon(), which keeps a weight of norm 0 as it is.
const epsilon = 1e-7

// rescale multiplies w by scale(norm)/(epsilon+norm), with the norms over some axes.
func rescale[T kernels.Float](over axes, scale func(norm float64) float64) func(keras.Shape, []T) error {
	return func(shape keras.Shape, w []T) error {
		strides, groups, err := grouping(shape, over)
		if err != nil {
			return err
		}
		factors := make([]float64, groups)
		eachLine(shape, strides, func(at, group, n, step int) {
			for _, v := range w[at : at+n] {
				factors[group] += float64(v) * float64(v)
				group += step
			}
		})
		for i, squares := range factors {
			norm := math.Sqrt(squares)
			factors[i] = scale(norm) / (epsilon + norm)
		}
		eachLine(shape, strides, func(at, group, n, step int) {
			for i, v := range w[at : at+n] {
				w[at+i] = T(float64(v) * factors[group])
				group += step
			}
		})
		return nil
	}
}

// grouping numbers the norms: element (i, j, …) is part of norm i·strides[0] +
// j·strides[1] + …; the axes that a norm is taken over have stride 0.
func grouping(shape keras.Shape, over axes) (strides []int, groups int, err error) {
	reduced := make([]bool, len(shape))
	for i := range reduced {
		reduced[i] = over == nil
	}
	for _, a := range over {
		if a < -len(shape) || a >= len(shape) {
			return nil, 0, keras.Expected(keras.ErrShape, fmt.Sprintf("a weight that has the axes %v", []int(over)), shape)
		}
		reduced[(a+len(shape))%len(shape)] = true
	}
	strides, groups = make([]int, len(shape)), 1
	for i := len(shape) - 1; i >= 0; i-- {
		if !reduced[i] {
			strides[i] = groups
			groups *= shape[i]
		}
	}
	return strides, groups, nil
}

// eachLine calls f for each run of elements along the last axis: where it begins, the
// norm of its first element, its length, and how the number of the norm goes on.
func eachLine(shape keras.Shape, strides []int, f func(at, group, n, step int)) {
	if len(shape) == 0 {
		f(0, 0, 1, 0)
		return
	}
	last := len(shape) - 1
	n, index := shape[last], make([]int, last)
	group := 0
	for at := 0; at < shape.Size(); at += n {
		f(at, group, n, strides[last])
		for i := last - 1; i >= 0; i-- {
			index[i]++
			group += strides[i]
			if index[i] < shape[i] {
				break
			}
			group -= index[i] * strides[i]
			index[i] = 0
		}
	}
}

// NonNeg makes negative elements 0.
func NonNeg() keras.Constraint { return nonNeg{} }

type nonNeg struct{}

func (nonNeg) Class() string                       { return "NonNeg" }
func (nonNeg) Config() keras.Config                { return keras.Config{} }
func (n nonNeg) String() string                    { return keras.Describe(n) }
func (n nonNeg) FromConfig(cfg keras.Config) error { return keras.DecodeFields(&n, cfg) }
func (nonNeg) Constrain(w *tensor.Dense) error {
	return inPlace(w, dropNegative[float32], dropNegative[float64])
}

func dropNegative[T kernels.Float](_ keras.Shape, w []T) error {
	for i, v := range w {
		if v < 0 {
			w[i] = 0
		}
	}
	return nil
}
