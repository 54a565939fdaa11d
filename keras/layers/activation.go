package layers

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*ActivationLayer)(nil)
	_ keras.ShapeInferer = (*ActivationLayer)(nil)
)

// Activation returns a layer that applies an activation function.
//
//	input  any shape
//	output the same (glu halves the last axis)
//
// A mask passes through. Errors: a name that no function has.
func Activation(a activations.Activation) *ActivationLayer {
	l := &ActivationLayer{cfg: activationConfig{Activation: a}}
	l.PassMask()
	l.NothingToBuild()
	return l.init(l, "Activation", &l.cfg)
}

// ActivationLayer is the layer that Activation returns.
type ActivationLayer struct {
	base[ActivationLayer]
	cfg activationConfig
}

type activationConfig struct {
	Activation activations.Activation `keras:"activation"`
}

func (c *activationConfig) validate() error {
	var f faults
	f.accept(c.Activation.Validate())
	return f.err()
}

// OutputShapes gives the input's shape.
func (l *ActivationLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	out, err := sameShape(in)
	if err != nil || l.cfg.Activation.Canonical() != activations.GLU {
		return out, err
	}
	s := out[0].Clone()
	if d := s.Last(); d != keras.None {
		s[len(s)-1] = d / 2
	}
	return []keras.Shape{s}, nil
}

// Call applies the function.
func (l *ActivationLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.Activate(l.float(in[0]), l.cfg.Activation))
}
