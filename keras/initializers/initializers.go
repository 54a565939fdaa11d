// Package initializers has Keras's initializers: what makes the first value of a
// weight.
//
//	layers.Dense(64).KernelInitializer(initializers.HeNormal())
//	layers.Dense(64).KernelInitializer(initializers.RandomNormal().StdDev(0.01).Seed(1))
//	layers.Dense(64).KernelInitializer(initializers.Named("he_normal"))
//
// An initializer draws its seed when it is made, unless Seed gives one, so that
// the same object makes the same numbers each time, as in Keras. The seed comes
// from the source that keras.SetRandomSeed sets. The numbers follow Keras's
// distributions but are not those of Keras's generators.
//
// They make float32 and float64 tensors, Zeros and Ones tensors of any type. An
// option that is not allowed is an error of Initialize.
package initializers

import (
	"math"
	"strings"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

func init() { keras.Register(keras.KindInitializer, table) }

// table has Keras's classes, then its second names.
var table = map[string]keras.Factory{
	"Constant":        func() any { return Constant(0) },
	"GlorotNormal":    func() any { return GlorotNormal() },
	"GlorotUniform":   func() any { return GlorotUniform() },
	"HeNormal":        func() any { return HeNormal() },
	"HeUniform":       func() any { return HeUniform() },
	"Identity":        func() any { return Identity() },
	"LecunNormal":     func() any { return LecunNormal() },
	"LecunUniform":    func() any { return LecunUniform() },
	"Ones":            func() any { return Ones() },
	"Orthogonal":      func() any { return Orthogonal() },
	"RandomNormal":    func() any { return RandomNormal() },
	"RandomUniform":   func() any { return RandomUniform() },
	"TruncatedNormal": func() any { return TruncatedNormal() },
	"VarianceScaling": func() any { return VarianceScaling() },
	"Zeros":           func() any { return Zeros() },

	"normal":                func() any { return RandomNormal() },
	"one":                   func() any { return Ones() },
	"uniform":               func() any { return RandomUniform() },
	"zero":                  func() any { return Zeros() },
	"IdentityInitializer":   func() any { return Identity() },
	"OrthogonalInitializer": func() any { return Orthogonal() },
}

// Named is the initializer that Keras knows under a name, with default options: a
// class (HeNormal), its snake_case (he_normal), or normal, uniform, one, zero.
// With a name that is not known it is one whose Initialize returns an error.
func Named(name string) keras.Initializer {
	class, _ := keras.ByName(keras.KindInitializer, name)
	o, _ := keras.New(keras.KindInitializer, class) // nil if there is no such class
	if i, ok := o.(keras.Initializer); ok {
		return i
	}
	return unknown(name)
}

// unknown is a name that no initializer has.
type unknown string

func (u unknown) Class() string        { return string(u) }
func (u unknown) Config() keras.Config { return keras.Config{} }
func (u unknown) Initialize(keras.Shape, tensor.Dtype) (*tensor.Dense, error) {
	return nil, keras.UnknownName(keras.KindInitializer, string(u))
}

// object is what classes with options share; O is a struct with keras tags.
type object[O interface{ validate() error }] struct {
	class string
	cfg   O
}

// Class is Keras's name of the type.
func (o *object[O]) Class() string { return o.class }

// Config is Keras's get_config.
func (o *object[O]) Config() keras.Config { return keras.EncodeFields(&o.cfg) }

// String is the initializer in one line: keras.Describe.
func (o *object[O]) String() string { return keras.Describe(o) }

// FromConfig sets the options from what Config writes.
func (o *object[O]) FromConfig(cfg keras.Config) error {
	if err := keras.DecodeFields(&o.cfg, cfg); err != nil {
		return err
	}
	return o.cfg.validate()
}

// faults collects the violations of options.
type faults []string

func (f *faults) require(ok bool, text string) {
	if !ok {
		*f = append(*f, text)
	}
}

func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return keras.Fault(keras.ErrArgument, "%s", strings.Join(f, "; "))
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// maxSize is the number of elements beyond which no machine has the memory: such
// a shape is a mistake, and would end the program.
const maxSize = 1 << 40

// checkShape reports a shape that cannot be filled.
func checkShape(shape keras.Shape) error {
	n := 1
	for _, d := range shape {
		if d < 1 || d > maxSize/n {
			return keras.Expected(keras.ErrShape, "a shape of known, positive sizes that fits into memory", shape)
		}
		n *= d
	}
	return nil
}

// build makes a tensor of type float32 or float64, which one of the functions fills.
func build(shape keras.Shape, dt tensor.Dtype, f32 func(out []float32), f64 func(out []float64)) (*tensor.Dense, error) {
	return now(later(shape, dt, f32, f64))
}

// later makes a tensor of zeros of type float32 or float64; fill applies one of the functions.
func later(shape keras.Shape, dt tensor.Dtype, f32 func(out []float32), f64 func(out []float64)) (value *tensor.Dense, fill func(), err error) {
	if err := checkShape(shape); err != nil {
		return nil, nil, err
	}
	switch dt {
	case tensor.Float32:
		value, fill = unfilled(shape, f32)
	case tensor.Float64:
		value, fill = unfilled(shape, f64)
	default:
		return nil, nil, keras.Expected(keras.ErrArgument, "the type float32 or float64", dt)
	}
	return value, fill, nil
}

func unfilled[T any](shape keras.Shape, f func(out []T)) (value *tensor.Dense, fill func()) {
	out := make([]T, shape.Size())
	if len(shape) == 0 { // such a tensor has a copy of its element
		f(out)
		return tensor.New(tensor.FromScalar(out[0])), func() {}
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(out)), func() { f(out) }
}

// now is the tensor of later, filled.
func now(value *tensor.Dense, fill func(), err error) (*tensor.Dense, error) {
	if err != nil {
		return nil, err
	}
	fill()
	return value, nil
}
