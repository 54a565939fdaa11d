package layers

import (
	"math"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*ReLULayer)(nil)
	_ keras.ShapeInferer = (*ReLULayer)(nil)
)

// ReLU returns a layer that computes, for each element,
//
//	min(x, max value)               where x > threshold
//	negative slope·(x − threshold)  elsewhere
//
//	input  any shape
//	output the same
//
// Defaults: MaxValue none, NegativeSlope 0, Threshold 0. A mask passes through.
// Errors: a negative option.
func ReLU() *ReLULayer {
	l := &ReLULayer{}
	l.PassMask()
	l.NothingToBuild()
	return l.init(l, "ReLU", &l.cfg)
}

// ReLULayer is the layer that ReLU returns.
type ReLULayer struct {
	base[ReLULayer]
	cfg reluConfig
}

type reluConfig struct {
	MaxValue      *float64 `keras:"max_value"`
	NegativeSlope float64  `keras:"negative_slope"`
	Threshold     float64  `keras:"threshold"`
}

// MaxValue sets max_value. Default none.
func (l *ReLULayer) MaxValue(v float64) *ReLULayer {
	l.cfg.MaxValue = &v
	return l
}

// NegativeSlope sets negative_slope. Default 0.
func (l *ReLULayer) NegativeSlope(s float64) *ReLULayer {
	l.cfg.NegativeSlope = s
	return l
}

// Threshold sets threshold. Default 0.
func (l *ReLULayer) Threshold(t float64) *ReLULayer {
	l.cfg.Threshold = t
	return l
}

func (c *reluConfig) validate() error {
	var f faults
	f.require(c.maxValue() >= 0, "max_value of a ReLU layer cannot be a negative value. Received: max_value="+keras.FormatFloat(c.maxValue()))
	f.require(c.NegativeSlope >= 0, "negative_slope of a ReLU layer cannot be None or a negative value. Received: negative_slope="+keras.FormatFloat(c.NegativeSlope))
	f.require(c.Threshold >= 0, "threshold of a ReLU layer cannot be None or a negative value. Received: threshold="+keras.FormatFloat(c.Threshold))
	return f.err()
}

// maxValue is max_value, infinite for none.
func (c *reluConfig) maxValue() float64 {
	if c.MaxValue == nil {
		return math.Inf(1)
	}
	return *c.MaxValue
}

// OutputShapes gives the input's shape.
func (l *ReLULayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) { return sameShape(in) }

// Call applies the function.
func (l *ReLULayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.ReLUWith(l.float(in[0]), l.cfg.NegativeSlope, l.cfg.maxValue(), l.cfg.Threshold))
}
