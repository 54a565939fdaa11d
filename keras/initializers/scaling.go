package initializers

import (
	"fmt"
	"math"
	"strings"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

var (
	_ keras.LazyInitializer = (*VarianceScalingInitializer)(nil)
	_ keras.LazyInitializer = (*FanInitializer)(nil)
)

// Mode says which number of units VarianceScaling divides the variance by.
type Mode string

// The modes.
const (
	FanIn  Mode = "fan_in"  // inputs of the weight
	FanOut Mode = "fan_out" // outputs
	FanAvg Mode = "fan_avg" // the mean of both
)

// Distribution says what VarianceScaling draws from.
type Distribution string

// The distributions, all with mean 0.
const (
	Truncated   Distribution = "truncated_normal" // cut at two standard deviations; "normal" is the same
	Untruncated Distribution = "untruncated_normal"
	Uniform     Distribution = "uniform"
)

// canonical is the name that Keras stores.
func (d Distribution) canonical() Distribution {
	d = Distribution(strings.ToLower(string(d)))
	if d == "normal" {
		return Truncated
	}
	return d
}

// scaling is the rule that VarianceScaling and the classes made of it follow: a
// variance of scale / n, with n by mode. (Keras's max(1, n) changes nothing: sizes
// are not 0.)
type scaling struct {
	scale        float64
	mode         Mode
	distribution Distribution
}

// truncatedStdDev is the standard deviation of the standard normal distribution
// that is cut at ±2, as in Keras: scipy.stats.truncnorm.std(-2, 2).
const truncatedStdDev = 0.87962566103423978

// draw is what the rule means for a weight of some fans.
func (s scaling) draw(key uint64, in, out float64) draw {
	n := (in + out) / 2
	switch s.mode {
	case FanIn:
		n = in
	case FanOut:
		n = out
	}
	variance := s.scale / n
	switch s.distribution {
	case Truncated:
		return draw{Truncated, key, 0, math.Sqrt(variance) / truncatedStdDev}
	case Uniform:
		limit := math.Sqrt(3 * variance)
		return draw{Uniform, key, -limit, limit}
	}
	return draw{Untruncated, key, 0, math.Sqrt(variance)}
}

func (s scaling) later(sd seed, inputAxes, outputAxes []int, shape keras.Shape, dt tensor.Dtype) (*tensor.Dense, func(), error) {
	in, out, err := fans(shape, inputAxes, outputAxes)
	if err != nil {
		return nil, nil, err
	}
	return s.draw(sd.key, in, out).later(shape, dt)
}

// fans is Keras's compute_fans: how many units a weight leads from and to. A
// kernel of rank 3 or more has its receptive field on the first axes, then inputs,
// then outputs; axes of inputs and outputs, where both are given, count instead.
func fans(shape keras.Shape, inputAxes, outputAxes []int) (in, out float64, err error) {
	if inputAxes != nil && outputAxes != nil {
		if in, err = product(shape, inputAxes); err == nil {
			out, err = product(shape, outputAxes)
		}
		return in, out, err
	}
	switch n := len(shape); n {
	case 0:
		return 1, 1, nil
	case 1:
		return float64(shape[0]), float64(shape[0]), nil
	default:
		field := float64(shape[:n-2].Size())
		return float64(shape[n-2]) * field, float64(shape[n-1]) * field, nil
	}
}

func product(shape keras.Shape, axes []int) (float64, error) {
	p := 1.0
	for _, a := range axes {
		if a < -len(shape) || a >= len(shape) {
			return 0, keras.Expected(keras.ErrShape, fmt.Sprintf("a shape that has the axes %v", axes), shape)
		}
		if a < 0 {
			a += len(shape)
		}
		p *= float64(shape[a])
	}
	return p, nil
}

// VarianceScaling draws numbers whose variance is scale / n, with n the
// number of inputs of the weight (fan_in), of its outputs (fan_out), or the mean
// of both (fan_avg), so that the signal neither grows nor fades through the layers.
//
// Defaults: Scale 1, Mode fan_in, Distribution truncated_normal, a seed of its
// own, axes as layers have them. Errors: Scale not above 0; a Mode or
// Distribution that is not known; axes that the shape has not.
func VarianceScaling() *VarianceScalingInitializer {
	return &VarianceScalingInitializer{object[varianceConfig]{"VarianceScaling", varianceConfig{
		Seed: drawSeed(), Scale: 1, Mode: FanIn, Distribution: Truncated,
	}}}
}

// VarianceScalingInitializer is the initializer that VarianceScaling returns.
type VarianceScalingInitializer struct{ object[varianceConfig] }

type varianceConfig struct {
	Seed         seed         `keras:"seed"`
	Scale        float64      `keras:"scale"`
	Mode         Mode         `keras:"mode"`
	Distribution Distribution `keras:"distribution"`
	InputAxes    []int        `keras:"input_axes"`
	OutputAxes   []int        `keras:"output_axes"`
}

func (c varianceConfig) validate() error {
	var f faults
	f.require(finite(c.Scale) && c.Scale > 0, fmt.Sprintf("Argument `scale` must be positive float. Received: scale=%v", c.Scale))
	f.require(c.Mode == FanIn || c.Mode == FanOut || c.Mode == FanAvg,
		fmt.Sprintf("Invalid `mode` argument: %s. Please use one of {'fan_in', 'fan_out', 'fan_avg'}", c.Mode))
	d := c.Distribution.canonical()
	f.require(d == Truncated || d == Untruncated || d == Uniform,
		fmt.Sprintf("Invalid `distribution` argument: %s. Please use one of {'truncated_normal', 'untruncated_normal', 'uniform'}", d))
	return f.err()
}

// Scale sets scale. Default 1.
func (i *VarianceScalingInitializer) Scale(scale float64) *VarianceScalingInitializer {
	i.cfg.Scale = scale
	return i
}

// Mode sets mode. Default fan_in.
func (i *VarianceScalingInitializer) Mode(mode Mode) *VarianceScalingInitializer {
	i.cfg.Mode = mode
	return i
}

// Distribution sets distribution. Default truncated_normal.
func (i *VarianceScalingInitializer) Distribution(d Distribution) *VarianceScalingInitializer {
	i.cfg.Distribution = d.canonical()
	return i
}

// Seed sets seed. Default: drawn when the initializer is made.
func (i *VarianceScalingInitializer) Seed(n int) *VarianceScalingInitializer {
	i.cfg.Seed = givenSeed(n)
	return i
}

// InputAxes sets input_axes, the axes of the weight's inputs. It counts where OutputAxes is set too.
func (i *VarianceScalingInitializer) InputAxes(axes ...int) *VarianceScalingInitializer {
	i.cfg.InputAxes = axes
	return i
}

// OutputAxes sets output_axes, the axes of the weight's outputs. It counts where InputAxes is set too.
func (i *VarianceScalingInitializer) OutputAxes(axes ...int) *VarianceScalingInitializer {
	i.cfg.OutputAxes = axes
	return i
}

// Initialize draws a tensor of type float32 or float64.
func (i *VarianceScalingInitializer) Initialize(shape keras.Shape, dt tensor.Dtype) (*tensor.Dense, error) {
	return now(i.Later(shape, dt))
}

// Later is Initialize for a tensor that may not be needed.
func (i *VarianceScalingInitializer) Later(shape keras.Shape, dt tensor.Dtype) (value *tensor.Dense, fill func(), err error) {
	c := &i.cfg
	if err := c.validate(); err != nil {
		return nil, nil, err
	}
	return scaling{c.Scale, c.Mode, c.Distribution.canonical()}.later(c.Seed, c.InputAxes, c.OutputAxes, shape, dt)
}

// GlorotUniform draws from ±√(6 / (fan_in + fan_out)) (Glorot and Bengio 2010),
// Keras's default for kernels.
//
// Defaults: a seed of its own, axes as layers have them.
func GlorotUniform() *FanInitializer {
	return newFan("GlorotUniform", scaling{1, FanAvg, Uniform})
}

// GlorotNormal draws from a truncated normal distribution of standard deviation
// √(2 / (fan_in + fan_out)).
//
// Defaults: a seed of its own, axes as layers have them.
func GlorotNormal() *FanInitializer {
	return newFan("GlorotNormal", scaling{1, FanAvg, Truncated})
}

// LecunUniform draws from ±√(3 / fan_in) (LeCun et al. 1998).
//
// Defaults: a seed of its own, axes as layers have them.
func LecunUniform() *FanInitializer {
	return newFan("LecunUniform", scaling{1, FanIn, Uniform})
}

// LecunNormal draws from a truncated normal distribution of standard deviation √(1 / fan_in).
//
// Defaults: a seed of its own, axes as layers have them.
func LecunNormal() *FanInitializer {
	return newFan("LecunNormal", scaling{1, FanIn, Truncated})
}

// HeUniform draws from ±√(6 / fan_in) (He et al. 2015).
//
// Defaults: a seed of its own, axes as layers have them.
func HeUniform() *FanInitializer {
	return newFan("HeUniform", scaling{2, FanIn, Uniform})
}

// HeNormal draws from a truncated normal distribution of standard deviation √(2 / fan_in).
//
// Defaults: a seed of its own, axes as layers have them.
func HeNormal() *FanInitializer {
	return newFan("HeNormal", scaling{2, FanIn, Truncated})
}

func newFan(class string, rule scaling) *FanInitializer {
	return &FanInitializer{object[fanConfig]{class, fanConfig{Seed: drawSeed()}}, rule}
}

// FanInitializer is the initializer that the Glorot, Lecun and He functions return:
// VarianceScaling with a fixed scale, mode and distribution.
type FanInitializer struct {
	object[fanConfig]
	rule scaling
}

type fanConfig struct {
	Seed       seed  `keras:"seed"`
	InputAxes  []int `keras:"input_axes"`
	OutputAxes []int `keras:"output_axes"`
}

func (fanConfig) validate() error { return nil }

// Seed sets seed. Default: drawn when the initializer is made.
func (i *FanInitializer) Seed(n int) *FanInitializer {
	i.cfg.Seed = givenSeed(n)
	return i
}

// InputAxes sets input_axes, the axes of the weight's inputs. It counts where OutputAxes is set too.
func (i *FanInitializer) InputAxes(axes ...int) *FanInitializer {
	i.cfg.InputAxes = axes
	return i
}

// OutputAxes sets output_axes, the axes of the weight's outputs. It counts where InputAxes is set too.
func (i *FanInitializer) OutputAxes(axes ...int) *FanInitializer {
	i.cfg.OutputAxes = axes
	return i
}

// Initialize draws a tensor of type float32 or float64.
func (i *FanInitializer) Initialize(shape keras.Shape, dt tensor.Dtype) (*tensor.Dense, error) {
	return now(i.Later(shape, dt))
}

// Later is Initialize for a tensor that may not be needed.
func (i *FanInitializer) Later(shape keras.Shape, dt tensor.Dtype) (value *tensor.Dense, fill func(), err error) {
	return i.rule.later(i.cfg.Seed, i.cfg.InputAxes, i.cfg.OutputAxes, shape, dt)
}

// WithAxes is an initializer for a weight with these axes for inputs and for outputs: of one
// that scales by their sizes, and was not given its own, a copy that knows them.
func WithAxes(i keras.Initializer, in, out []int) keras.Initializer {
	switch i := i.(type) {
	case *FanInitializer:
		if i.cfg.InputAxes == nil || i.cfg.OutputAxes == nil {
			c := *i
			return c.InputAxes(in...).OutputAxes(out...)
		}
	case *VarianceScalingInitializer:
		if i.cfg.InputAxes == nil || i.cfg.OutputAxes == nil {
			c := *i
			return c.InputAxes(in...).OutputAxes(out...)
		}
	}
	return i
}
