package layers

import (
	"math"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*AlphaDropoutLayer)(nil)
	_ keras.ShapeInferer = (*AlphaDropoutLayer)(nil)
)

// AlphaDropout returns a layer that, in training, sets a fraction rate of the input to the
// value that SELU has far below 0, and then scales and shifts all so that mean and variance
// stay 0 and 1. Otherwise its output is its input.
//
//	input  any shape
//	output the same
//
// Defaults: NoiseShape the input's shape; a Seed of its own, from the source that
// keras.SetRandomSeed sets. A mask passes through. Errors: a rate outside [0, 1]; rate 1 in
// training; a noise shape that does not broadcast to the input.
func AlphaDropout(rate float64) *AlphaDropoutLayer {
	l := &AlphaDropoutLayer{cfg: dropoutConfig{Rate: rate}}
	l.PassMask()
	l.NothingToBuild()
	return l.init(l, "AlphaDropout", &l.cfg)
}

// AlphaDropoutLayer is the layer that AlphaDropout returns.
type AlphaDropoutLayer struct {
	base[AlphaDropoutLayer]
	cfg   dropoutConfig
	seeds *keras.SeedGenerator
}

// NoiseShape sets noise_shape, the shape of what is drawn: 1 is one draw for a whole
// axis, keras.None a draw for each of its elements. Default the input's shape.
func (l *AlphaDropoutLayer) NoiseShape(dims ...int) *AlphaDropoutLayer {
	l.cfg.NoiseShape = dims
	return l
}

// Seed sets seed, which makes the draws repeatable. Default a random one.
func (l *AlphaDropoutLayer) Seed(seed int) *AlphaDropoutLayer {
	l.cfg.Seed = &seed
	return l
}

// Build starts the random stream.
func (l *AlphaDropoutLayer) Build(...keras.Shape) error {
	l.seeds = seedsOf(l.cfg.Seed)
	return nil
}

// OutputShapes gives the input's shape.
func (l *AlphaDropoutLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	return l.cfg.outputShapes(in)
}

// seluFloor is what SELU tends to below 0: −scale·alpha.
const seluFloor = -1.0507009873554805 * 1.6732632423543772

// Call drops to seluFloor, in training.
func (l *AlphaDropoutLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x, rate := l.float(in[0]), l.cfg.Rate
	if !t.Training || rate == 0 {
		return t.Out(x)
	}
	if rate == 1 {
		return nil, keras.Expected(keras.ErrArgument, "a rate below 1 in training", rate)
	}
	// a·(kept ? x : floor) + b, as a dropout of x−floor.
	a := 1 / math.Sqrt((1-rate)*(1+rate*seluFloor*seluFloor))
	b := -a * seluFloor * rate
	above := ops.Dropout(t, ops.Scale(x, 1, -seluFloor), rate, keras.Shape(l.cfg.NoiseShape), l.seeds)
	return t.Out(ops.Scale(above, a*(1-rate), a*seluFloor+b))
}
