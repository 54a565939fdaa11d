package layers

import (
	"slices"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*ELULayer)(nil)
	_ keras.ShapeInferer = (*ELULayer)(nil)
)

// ELU returns a layer that computes x where it is positive, and alpha·(eˣ−1) elsewhere.
//
//	input  any shape
//	output the same
//
// Default: Alpha 1. A mask passes through.
func ELU() *ELULayer {
	l := &ELULayer{cfg: eluConfig{Alpha: 1}}
	l.PassMask()
	l.NothingToBuild()
	return l.init(l, "ELU", &l.cfg)
}

// ELULayer is the layer that ELU returns.
type ELULayer struct {
	base[ELULayer]
	cfg eluConfig
}

type eluConfig struct {
	Alpha float64 `keras:"alpha"`
}

// Alpha sets alpha. Default 1.
func (l *ELULayer) Alpha(a float64) *ELULayer {
	l.cfg.Alpha = a
	return l
}

func (c *eluConfig) validate() error { return nil }

// Config is Keras's get_config, in which alpha stands behind the name.
func (l *ELULayer) Config() keras.Config {
	cfg := l.Base.Config()
	return slices.Insert(cfg.Without("alpha"), 1, keras.Entry{Key: "alpha", Value: l.cfg.Alpha})
}

// OutputShapes gives the input's shape.
func (l *ELULayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) { return sameShape(in) }

// Call applies the function.
func (l *ELULayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.ELU(l.float(in[0]), l.cfg.Alpha))
}
