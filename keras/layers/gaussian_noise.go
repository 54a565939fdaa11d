package layers

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*GaussianNoiseLayer)(nil)
	_ keras.ShapeInferer = (*GaussianNoiseLayer)(nil)
)

// GaussianNoise returns a layer that, in training, adds normal noise with mean 0.
// Otherwise its output is its input.
//
//	input  any shape
//	output the same
//
// Default: a Seed of its own, from the source that keras.SetRandomSeed sets. A mask passes
// through. Errors: a standard deviation outside [0, 1].
func GaussianNoise(stddev float64) *GaussianNoiseLayer {
	l := &GaussianNoiseLayer{cfg: gaussianNoiseConfig{StdDev: stddev}}
	l.PassMask()
	l.NothingToBuild()
	return l.init(l, "GaussianNoise", &l.cfg)
}

// GaussianNoiseLayer is the layer that GaussianNoise returns.
type GaussianNoiseLayer struct {
	base[GaussianNoiseLayer]
	cfg   gaussianNoiseConfig
	seeds *keras.SeedGenerator
}

type gaussianNoiseConfig struct {
	StdDev float64 `keras:"stddev"`
	Seed   *int    `keras:"seed"`
}

// Seed sets seed, which makes the draws repeatable. Default a random one.
func (l *GaussianNoiseLayer) Seed(seed int) *GaussianNoiseLayer {
	l.cfg.Seed = &seed
	return l
}

func (c *gaussianNoiseConfig) validate() error {
	var f faults
	f.require(c.StdDev >= 0 && c.StdDev <= 1,
		"Invalid value received for argument `stddev`. Expected a float value between 0 and 1. Received: stddev="+keras.FormatFloat(c.StdDev))
	return f.err()
}

// Build starts the random stream.
func (l *GaussianNoiseLayer) Build(...keras.Shape) error {
	l.seeds = seedsOf(l.cfg.Seed)
	return nil
}

// OutputShapes gives the input's shape.
func (l *GaussianNoiseLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	return sameShape(in)
}

// Call adds noise, in training.
func (l *GaussianNoiseLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x := l.float(in[0])
	if t.Training && l.cfg.StdDev > 0 {
		noise := l.float(ops.RandomNormal(t, l.seeds, x.Shape()...))
		x = ops.Add(x, ops.Scale(noise, l.cfg.StdDev, 0))
	}
	return t.Out(x)
}
