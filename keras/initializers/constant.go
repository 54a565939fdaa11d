package initializers

import (
	"fmt"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
)

var (
	_ keras.Initializer = same("")
	_ keras.Initializer = (*constant)(nil)
	_ keras.Initializer = (*IdentityInitializer)(nil)
)

// Zeros fills a tensor of any type with 0, or false.
func Zeros() keras.Initializer { return same("Zeros") }

// Ones fills a tensor of any type with 1, or true.
func Ones() keras.Initializer { return same("Ones") }

// same is Zeros or Ones.
type same string

func (s same) Class() string        { return string(s) }
func (s same) Config() keras.Config { return keras.Config{} }

// FromConfig takes an empty config.
func (s same) FromConfig(cfg keras.Config) error { return keras.DecodeFields(&struct{}{}, cfg) }

func (s same) Initialize(shape keras.Shape, dt tensor.Dtype) (*tensor.Dense, error) {
	if _, err := keras.ParseDType(dt.String()); err != nil {
		return nil, err
	}
	if err := checkShape(shape); err != nil {
		return nil, err
	}
	if s == "Ones" {
		return tensor.Ones(dt, shape...), nil
	}
	return tensor.New(tensor.Of(dt), tensor.WithShape(shape...)), nil
}

// Constant fills a tensor with a value; Keras's default is 0.
func Constant(value float64) keras.Initializer {
	return &constant{object[constantConfig]{"Constant", constantConfig{value}}}
}

type constant struct{ object[constantConfig] }

type constantConfig struct {
	Value float64 `keras:"value"`
}

func (constantConfig) validate() error { return nil }

func (c *constant) Initialize(shape keras.Shape, dt tensor.Dtype) (*tensor.Dense, error) {
	v := c.cfg.Value
	return build(shape, dt, setAll(float32(v)), setAll(v))
}

func setAll[T kernels.Float](v T) func([]T) {
	return func(out []T) {
		for i := range out {
			out[i] = v
		}
	}
}

// Identity fills a matrix with gain on the diagonal and 0 elsewhere. It need not be square.
//
// Defaults: Gain 1. Errors: a shape that has not two axes.
func Identity() *IdentityInitializer {
	return &IdentityInitializer{object[identityConfig]{"Identity", identityConfig{Gain: 1}}}
}

// IdentityInitializer is the initializer that Identity returns.
type IdentityInitializer struct{ object[identityConfig] }

type identityConfig struct {
	Gain float64 `keras:"gain"`
}

func (c identityConfig) validate() error {
	var f faults
	f.require(finite(c.Gain), fmt.Sprintf("Argument `gain` must be a finite float. Received: gain=%v", c.Gain))
	return f.err()
}

// Gain sets gain. Default 1.
func (i *IdentityInitializer) Gain(gain float64) *IdentityInitializer {
	i.cfg.Gain = gain
	return i
}

// Config is empty for the default gain. Keras forgets every gain (its Identity has
// no get_config); one that is written is read by its from_config.
func (i *IdentityInitializer) Config() keras.Config {
	if i.cfg.Gain == 1 {
		return keras.Config{}
	}
	return i.object.Config()
}

// Initialize makes gain·eye of a shape with two axes.
func (i *IdentityInitializer) Initialize(shape keras.Shape, dt tensor.Dtype) (*tensor.Dense, error) {
	if err := i.cfg.validate(); err != nil {
		return nil, err
	}
	if len(shape) != 2 {
		return nil, keras.Fault(keras.ErrShape,
			"Identity matrix initializer can only be used for 2D matrices. Received: shape=%s of rank %d.", shape, len(shape))
	}
	return build(shape, dt, eye[float32](shape, i.cfg.Gain), eye[float64](shape, i.cfg.Gain))
}

func eye[T kernels.Float](shape keras.Shape, gain float64) func([]T) {
	return func(out []T) {
		for i := range min(shape[0], shape[1]) {
			out[i*shape[1]+i] = T(gain)
		}
	}
}
