package layers

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*DropoutLayer)(nil)
	_ keras.ShapeInferer = (*DropoutLayer)(nil)
	_ keras.ConfigValue  = (*noiseShape)(nil)
)

// Dropout returns a layer that, in training, sets a fraction rate of the input to
// 0 and multiplies the rest by 1/(1−rate). Otherwise its output is its input.
//
//	input  any shape
//	output the same
//
// Defaults: NoiseShape the input's shape; a Seed of its own, from the source that
// keras.SetRandomSeed sets. A mask passes through. Errors: a rate outside [0, 1]; a
// noise shape that does not broadcast to the input.
func Dropout(rate float64) *DropoutLayer {
	l := &DropoutLayer{cfg: dropoutConfig{Rate: rate}}
	l.PassMask()
	l.NothingToBuild()
	return l.init(l, "Dropout", &l.cfg)
}

// DropoutLayer is the layer that Dropout returns.
type DropoutLayer struct {
	base[DropoutLayer]
	cfg   dropoutConfig
	seeds *keras.SeedGenerator
}

type dropoutConfig struct {
	Rate       float64    `keras:"rate"`
	Seed       *int       `keras:"seed"`
	NoiseShape noiseShape `keras:"noise_shape"`
}

// NoiseShape sets noise_shape, the shape of what is drawn: 1 is one draw for a whole
// axis, keras.None a draw for each of its elements. Default the input's shape.
func (l *DropoutLayer) NoiseShape(dims ...int) *DropoutLayer {
	l.cfg.NoiseShape = dims
	return l
}

// Seed sets seed, which makes the draws repeatable. Default a random one.
func (l *DropoutLayer) Seed(seed int) *DropoutLayer {
	l.cfg.Seed = &seed
	return l
}

func (c *dropoutConfig) validate() error {
	var f faults
	f.requireRate("rate", c.Rate)
	for i, d := range c.NoiseShape {
		f.require(d == keras.None || d > 0, fmt.Sprintf("Invalid value received for argument `noise_shape`. Expected all dimensions to be "+
			"positive integers or None. Received negative or zero value at index %d: %d", i, d))
	}
	return f.err()
}

// requireRate adds a violation unless the rate that an argument gives is in [0, 1].
func (f *faults) requireRate(argument string, rate float64) {
	f.require(rate >= 0 && rate <= 1, fmt.Sprintf("Invalid value received for argument `%s`. Expected a float value between 0 and 1. Received: %s=%s",
		argument, argument, keras.FormatFloat(rate)))
}

// Build starts the random stream.
func (l *DropoutLayer) Build(...keras.Shape) error {
	l.seeds = seedsOf(l.cfg.Seed)
	return nil
}

// seedsOf starts the random stream of a seed, of a random one for nil.
func seedsOf(seed *int) *keras.SeedGenerator {
	if seed == nil {
		return keras.NewSeedGenerator(keras.NextSeed())
	}
	return keras.NewSeedGenerator(uint64(*seed))
}

// OutputShapes gives the input's shape.
func (l *DropoutLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	return l.cfg.outputShapes(in)
}

// outputShapes is the input's shape, which the noise shape must broadcast to.
func (c *dropoutConfig) outputShapes(in []keras.Shape) ([]keras.Shape, error) {
	out, err := sameShape(in)
	if err != nil || c.NoiseShape == nil {
		return out, err
	}
	fits := len(c.NoiseShape) == len(in[0])
	for i, d := range c.NoiseShape {
		fits = fits && (d == keras.None || d == 1 || in[0][i] == keras.None || d == in[0][i])
	}
	if !fits {
		return nil, keras.Expected(keras.ErrShape, "an input that the noise shape "+keras.Shape(c.NoiseShape).String()+" broadcasts to", in[0])
	}
	return out, nil
}

// Call drops, in training.
func (l *DropoutLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.Dropout(t, l.float(in[0]), l.cfg.Rate, keras.Shape(l.cfg.NoiseShape), l.seeds))
}

// noiseShape is a shape that may be missing: null in a config.
type noiseShape keras.Shape

// EncodeConfig is null, or a list with null for None.
func (n noiseShape) EncodeConfig() any {
	if n == nil {
		return nil
	}
	list := make([]any, len(n))
	for i, d := range n {
		if d != keras.None {
			list[i] = d
		}
	}
	return list
}

// DecodeConfig reads what EncodeConfig writes.
func (n *noiseShape) DecodeConfig(v any) error {
	if v == nil {
		*n = nil
		return nil
	}
	s, err := keras.ParseShape(v)
	*n = noiseShape(s)
	return err
}
