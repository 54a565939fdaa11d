package initializers

import (
	"fmt"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
)

var (
	_ keras.LazyInitializer = (*NormalInitializer)(nil)
	_ keras.LazyInitializer = (*UniformInitializer)(nil)
)

// seed is the argument seed: given, or drawn once for each initializer.
type seed struct {
	given *int
	key   uint64 // what the generators take
}

var _ keras.ConfigValue = (*seed)(nil)

func drawSeed() seed { return seed{key: keras.NextSeed()} }

func givenSeed(n int) seed { return seed{&n, uint64(n)} }

// EncodeConfig is the given seed, None for one that was drawn.
func (s seed) EncodeConfig() any {
	if s.given == nil {
		return nil
	}
	return *s.given
}

// DecodeConfig takes an int, None, which keeps the drawn seed, or a SeedGenerator
// of Keras, of which the first seed counts.
func (s *seed) DecodeConfig(v any) error {
	if c, ok := v.(keras.Config); ok {
		_, inner, err := keras.ClassOf(c)
		if err != nil {
			return err
		}
		v, _ = inner.Get("seed")
	}
	switch v := v.(type) {
	case nil:
		return nil
	case int:
		*s = givenSeed(v)
		return nil
	}
	return keras.Expected(keras.ErrConfig, "a seed: an int or null", v)
}

// RandomNormal draws from the normal distribution.
//
// Defaults: Mean 0, StdDev 0.05, a seed of its own. Errors: a negative StdDev.
func RandomNormal() *NormalInitializer { return newNormal("RandomNormal") }

// TruncatedNormal draws from the normal distribution, and draws again what is
// farther than 2·stddev from the mean.
//
// Defaults: Mean 0, StdDev 0.05 (of the distribution before it is cut), a seed of
// its own. Errors: a negative StdDev.
func TruncatedNormal() *NormalInitializer { return newNormal("TruncatedNormal") }

func newNormal(class string) *NormalInitializer {
	return &NormalInitializer{object[normalConfig]{class, normalConfig{Seed: drawSeed(), StdDev: 0.05}}}
}

// NormalInitializer is the initializer that RandomNormal and TruncatedNormal return.
type NormalInitializer struct{ object[normalConfig] }

type normalConfig struct {
	Seed   seed    `keras:"seed"`
	Mean   float64 `keras:"mean"`
	StdDev float64 `keras:"stddev"`
}

func (c normalConfig) validate() error {
	var f faults
	f.require(finite(c.Mean), fmt.Sprintf("Argument `mean` must be a finite float. Received: mean=%v", c.Mean))
	f.require(finite(c.StdDev) && c.StdDev >= 0,
		fmt.Sprintf("Argument `stddev` must be a non-negative float. Received: stddev=%v", c.StdDev))
	return f.err()
}

// Mean sets mean. Default 0.
func (i *NormalInitializer) Mean(mean float64) *NormalInitializer {
	i.cfg.Mean = mean
	return i
}

// StdDev sets stddev. Default 0.05.
func (i *NormalInitializer) StdDev(stddev float64) *NormalInitializer {
	i.cfg.StdDev = stddev
	return i
}

// Seed sets seed. Default: drawn when the initializer is made.
func (i *NormalInitializer) Seed(n int) *NormalInitializer {
	i.cfg.Seed = givenSeed(n)
	return i
}

// Initialize draws a tensor of type float32 or float64.
func (i *NormalInitializer) Initialize(shape keras.Shape, dt tensor.Dtype) (*tensor.Dense, error) {
	return now(i.Later(shape, dt))
}

// Later is Initialize for a tensor that may not be needed.
func (i *NormalInitializer) Later(shape keras.Shape, dt tensor.Dtype) (value *tensor.Dense, fill func(), err error) {
	c := &i.cfg
	if err := c.validate(); err != nil {
		return nil, nil, err
	}
	d := draw{Untruncated, c.Seed.key, c.Mean, c.StdDev}
	if i.class == "TruncatedNormal" {
		d.kind = Truncated
	}
	return d.later(shape, dt)
}

// RandomUniform draws from [minval, maxval), every number with the same probability.
//
// Defaults: MinVal −0.05, MaxVal 0.05, a seed of its own. Errors: MinVal above MaxVal.
func RandomUniform() *UniformInitializer {
	return &UniformInitializer{object[uniformConfig]{"RandomUniform", uniformConfig{drawSeed(), -0.05, 0.05}}}
}

// UniformInitializer is the initializer that RandomUniform returns.
type UniformInitializer struct{ object[uniformConfig] }

type uniformConfig struct {
	Seed   seed    `keras:"seed"`
	MinVal float64 `keras:"minval"`
	MaxVal float64 `keras:"maxval"`
}

func (c uniformConfig) validate() error {
	var f faults
	f.require(finite(c.MinVal) && finite(c.MaxVal) && c.MinVal <= c.MaxVal, fmt.Sprintf(
		"Arguments `minval` and `maxval` must be finite floats, minval <= maxval. Received: minval=%v, maxval=%v", c.MinVal, c.MaxVal))
	return f.err()
}

// MinVal sets minval. Default −0.05.
func (i *UniformInitializer) MinVal(v float64) *UniformInitializer {
	i.cfg.MinVal = v
	return i
}

// MaxVal sets maxval. Default 0.05.
func (i *UniformInitializer) MaxVal(v float64) *UniformInitializer {
	i.cfg.MaxVal = v
	return i
}

// Seed sets seed. Default: drawn when the initializer is made.
func (i *UniformInitializer) Seed(n int) *UniformInitializer {
	i.cfg.Seed = givenSeed(n)
	return i
}

// Initialize draws a tensor of type float32 or float64.
func (i *UniformInitializer) Initialize(shape keras.Shape, dt tensor.Dtype) (*tensor.Dense, error) {
	return now(i.Later(shape, dt))
}

// Later is Initialize for a tensor that may not be needed.
func (i *UniformInitializer) Later(shape keras.Shape, dt tensor.Dtype) (value *tensor.Dense, fill func(), err error) {
	if err := i.cfg.validate(); err != nil {
		return nil, nil, err
	}
	return draw{Uniform, i.cfg.Seed.key, i.cfg.MinVal, i.cfg.MaxVal}.later(shape, dt)
}

// draw is a distribution with its parameters: mean and standard deviation, or the
// bounds of a uniform one.
type draw struct {
	kind Distribution
	key  uint64
	a, b float64
}

func (d draw) later(shape keras.Shape, dt tensor.Dtype) (*tensor.Dense, func(), error) {
	return later(shape, dt, filler[float32](d), filler[float64](d))
}

func filler[T kernels.Float](d draw) func([]T) {
	fill := kernels.Normal[T]
	switch d.kind {
	case Truncated:
		fill = kernels.TruncatedNormal[T]
	case Uniform:
		fill = kernels.Uniform[T]
	}
	return func(out []T) { fill(d.key, d.a, d.b, out) }
}
