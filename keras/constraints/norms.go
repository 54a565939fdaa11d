package constraints

import (
	"math"

	"github.com/gokeras/gokeras/keras"
)

// clip is the norm, brought between min and max. NaN stays NaN.
func clip(norm, lo, hi float64) float64 { return math.Min(math.Max(norm, lo), hi) }

// MaxNorm makes norms above a maximum as large as that:
// w · clip(norm, 0, max) / (1e-7 + norm).
//
// Defaults: maxValue 2, Axis 0. Errors: a negative maxValue, more than one; axes
// that the weight has not.
func MaxNorm(maxValue ...float64) *MaxNormConstraint {
	c := &MaxNormConstraint{object[maxNormConfig]{"MaxNorm", maxNormConfig{MaxValue: 2, Axis: axes{0}}}}
	if len(maxValue) > 0 {
		c.cfg.MaxValue = maxValue[0]
	}
	c.cfg.given = len(maxValue)
	return c
}

// MaxNormConstraint is the constraint that MaxNorm returns.
type MaxNormConstraint struct{ object[maxNormConfig] }

type maxNormConfig struct {
	MaxValue float64 `keras:"max_value"`
	Axis     axes    `keras:"axis"`
	given    int
}

func (c maxNormConfig) validate() error {
	if c.given > 1 {
		return keras.Fault(keras.ErrArgument, "MaxNorm takes one max_value, received %d", c.given).
			WithHint("set the axes with Axis")
	}
	return limits(0, c.MaxValue)
}

func (c maxNormConfig) scale(norm float64) float64 { return clip(norm, 0, c.MaxValue) }
func (c maxNormConfig) over() axes                 { return c.Axis }

// Axis sets axis, one or more that the norms are taken over, all if none is given. Default 0.
func (c *MaxNormConstraint) Axis(axis ...int) *MaxNormConstraint {
	c.cfg.Axis = axis
	return c
}

// UnitNorm makes each norm 1: w / (1e-7 + norm).
//
// Defaults: Axis 0. Errors: axes that the weight has not.
func UnitNorm() *UnitNormConstraint {
	return &UnitNormConstraint{object[unitNormConfig]{"UnitNorm", unitNormConfig{axes{0}}}}
}

// UnitNormConstraint is the constraint that UnitNorm returns.
type UnitNormConstraint struct{ object[unitNormConfig] }

type unitNormConfig struct {
	Axis axes `keras:"axis"`
}

func (unitNormConfig) validate() error       { return nil }
func (unitNormConfig) scale(float64) float64 { return 1 }
func (c unitNormConfig) over() axes          { return c.Axis }

// Axis sets axis, one or more that the norms are taken over, all if none is given. Default 0.
func (c *UnitNormConstraint) Axis(axis ...int) *UnitNormConstraint {
	c.cfg.Axis = axis
	return c
}

// MinMaxNorm brings norms between two bounds, at a rate:
// w · (rate·clip(norm, min, max) + (1−rate)·norm) / (1e-7 + norm).
//
// Defaults: MinValue 0, MaxValue 1, Rate 1 (at once), Axis 0. Errors: a negative
// MinValue, a MaxValue below it; axes that the weight has not.
func MinMaxNorm() *MinMaxNormConstraint {
	return &MinMaxNormConstraint{object[minMaxNormConfig]{"MinMaxNorm", minMaxNormConfig{0, 1, 1, axes{0}}}}
}

// MinMaxNormConstraint is the constraint that MinMaxNorm returns.
type MinMaxNormConstraint struct{ object[minMaxNormConfig] }

type minMaxNormConfig struct {
	MinValue float64 `keras:"min_value"`
	MaxValue float64 `keras:"max_value"`
	Rate     float64 `keras:"rate"`
	Axis     axes    `keras:"axis"`
}

func (c minMaxNormConfig) validate() error {
	if math.IsNaN(c.Rate) || math.IsInf(c.Rate, 0) {
		return keras.Fault(keras.ErrArgument, "Argument `rate` must be a finite float. Received: rate=%v", c.Rate)
	}
	return limits(c.MinValue, c.MaxValue)
}

func (c minMaxNormConfig) scale(norm float64) float64 {
	return c.Rate*clip(norm, c.MinValue, c.MaxValue) + (1-c.Rate)*norm
}

func (c minMaxNormConfig) over() axes { return c.Axis }

// MinValue sets min_value. Default 0.
func (c *MinMaxNormConstraint) MinValue(v float64) *MinMaxNormConstraint {
	c.cfg.MinValue = v
	return c
}

// MaxValue sets max_value. Default 1.
func (c *MinMaxNormConstraint) MaxValue(v float64) *MinMaxNormConstraint {
	c.cfg.MaxValue = v
	return c
}

// Rate sets rate. Default 1: the norms are within the bounds after each step.
func (c *MinMaxNormConstraint) Rate(v float64) *MinMaxNormConstraint {
	c.cfg.Rate = v
	return c
}

// Axis sets axis, one or more that the norms are taken over, all if none is given. Default 0.
func (c *MinMaxNormConstraint) Axis(axis ...int) *MinMaxNormConstraint {
	c.cfg.Axis = axis
	return c
}

// limits reports bounds that no norm can have.
func limits(lo, hi float64) error {
	if !(lo >= 0 && lo <= hi) { // NaN too
		return keras.Fault(keras.ErrArgument,
			"Arguments `min_value` and `max_value` must satisfy 0 <= min_value <= max_value. Received: min_value=%v, max_value=%v", lo, hi)
	}
	return nil
}
