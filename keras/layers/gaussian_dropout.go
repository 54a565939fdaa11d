package layers

import (
	"math"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*GaussianDropoutLayer)(nil)
	_ keras.ShapeInferer = (*GaussianDropoutLayer)(nil)
)

// GaussianDropout returns a layer that, in training, multiplies by normal noise with mean
// 1 and the variance that Dropout's factors have, rate/(1−rate). Otherwise its output is
// its input.
//
//	input  any shape
//	output the same
//
// Default: a Seed of its own, from the source that keras.SetRandomSeed sets. A mask passes
// through. Errors: a rate outside [0, 1]; rate 1 in training.
func GaussianDropout(rate float64) *GaussianDropoutLayer {
	l := &GaussianDropoutLayer{cfg: gaussianDropoutConfig{Rate: rate}}
	l.PassMask()
	l.NothingToBuild()
	return l.init(l, "GaussianDropout", &l.cfg)
}

// GaussianDropoutLayer is the layer that GaussianDropout returns.
type GaussianDropoutLayer struct {
	base[GaussianDropoutLayer]
	cfg   gaussianDropoutConfig
	seeds *keras.SeedGenerator
}

type gaussianDropoutConfig struct {
	Rate float64 `keras:"rate"`
	Seed *int    `keras:"seed"`
}

// Seed sets seed, which makes the draws repeatable. Default a random one.
func (l *GaussianDropoutLayer) Seed(seed int) *GaussianDropoutLayer {
	l.cfg.Seed = &seed
	return l
}

func (c *gaussianDropoutConfig) validate() error {
	var f faults
	f.requireRate("rate", c.Rate)
	return f.err()
}

// Build starts the random stream.
func (l *GaussianDropoutLayer) Build(...keras.Shape) error {
	l.seeds = seedsOf(l.cfg.Seed)
	return nil
}

// OutputShapes gives the input's shape.
func (l *GaussianDropoutLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	return sameShape(in)
}

// Call multiplies by noise, in training.
func (l *GaussianDropoutLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x, rate := l.float(in[0]), l.cfg.Rate
	if !t.Training || rate == 0 {
		return t.Out(x)
	}
	if rate == 1 {
		return nil, keras.Expected(keras.ErrArgument, "a rate below 1 in training", rate)
	}
	noise := l.float(ops.RandomNormal(t, l.seeds, x.Shape()...))
	return t.Out(ops.Mul(x, ops.Scale(noise, math.Sqrt(rate/(1-rate)), 1)))
}
