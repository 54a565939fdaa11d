package layers

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*LeakyReLULayer)(nil)
	_ keras.ShapeInferer = (*LeakyReLULayer)(nil)
)

// LeakyReLU returns a layer that computes x where it is positive, and negative slope·x
// elsewhere.
//
//	input  any shape
//	output the same
//
// Default: NegativeSlope 0.3. A mask passes through. Errors: a negative slope.
func LeakyReLU() *LeakyReLULayer {
	l := &LeakyReLULayer{cfg: leakyReLUConfig{NegativeSlope: 0.3}}
	l.PassMask()
	l.NothingToBuild()
	return l.init(l, "LeakyReLU", &l.cfg)
}

// LeakyReLULayer is the layer that LeakyReLU returns.
type LeakyReLULayer struct {
	base[LeakyReLULayer]
	cfg leakyReLUConfig
}

type leakyReLUConfig struct {
	NegativeSlope float64 `keras:"negative_slope"`
}

// NegativeSlope sets negative_slope. Default 0.3.
func (l *LeakyReLULayer) NegativeSlope(s float64) *LeakyReLULayer {
	l.cfg.NegativeSlope = s
	return l
}

func (c *leakyReLUConfig) validate() error {
	var f faults
	f.require(c.NegativeSlope >= 0, "The negative_slope value of a Leaky ReLU layer cannot be None or negative value. Expected a float. "+
		"Received: negative_slope="+keras.FormatFloat(c.NegativeSlope))
	return f.err()
}

// OutputShapes gives the input's shape.
func (l *LeakyReLULayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) { return sameShape(in) }

// Call applies the function.
func (l *LeakyReLULayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.LeakyReLU(l.float(in[0]), l.cfg.NegativeSlope))
}
