package layers

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*PReLULayer)(nil)
	_ keras.ShapeInferer = (*PReLULayer)(nil)
)

// PReLU returns a layer that computes x where it is positive, and alpha·x elsewhere,
// with an alpha that is learned for each element of a sample.
//
//	input  (batch, …)   alpha (…), with 1 on the axes that share it
//	output the same
//
// Defaults: AlphaInitializer Zeros, no regularizer, no constraint, no SharedAxes. A mask
// passes through. Errors: an axis that is unknown and not shared; a shared axis that
// the input does not have.
func PReLU() *PReLULayer {
	l := &PReLULayer{cfg: preluConfig{AlphaInitializer: initializers.Zeros()}}
	l.PassMask()
	return l.init(l, "PReLU", &l.cfg)
}

// PReLULayer is the layer that PReLU returns.
type PReLULayer struct {
	base[PReLULayer]
	cfg   preluConfig
	alpha *keras.Variable
}

type preluConfig struct {
	AlphaInitializer keras.Initializer `keras:"alpha_initializer"`
	AlphaRegularizer keras.Regularizer `keras:"alpha_regularizer"`
	AlphaConstraint  keras.Constraint  `keras:"alpha_constraint"`
	SharedAxes       []int             `keras:"shared_axes"`
}

// AlphaInitializer sets alpha_initializer. Default Zeros.
func (l *PReLULayer) AlphaInitializer(i keras.Initializer) *PReLULayer {
	l.cfg.AlphaInitializer = i
	return l
}

// AlphaRegularizer sets alpha_regularizer. Default none.
func (l *PReLULayer) AlphaRegularizer(r keras.Regularizer) *PReLULayer {
	l.cfg.AlphaRegularizer = r
	return l
}

// AlphaConstraint sets alpha_constraint. Default none.
func (l *PReLULayer) AlphaConstraint(c keras.Constraint) *PReLULayer {
	l.cfg.AlphaConstraint = c
	return l
}

// SharedAxes sets shared_axes: all elements along these axes have one alpha. After a
// convolution SharedAxes(1, 2) leaves one for each channel. Default none.
func (l *PReLULayer) SharedAxes(axes ...int) *PReLULayer {
	l.cfg.SharedAxes = axes
	return l
}

func (c *preluConfig) validate() error {
	var f faults
	f.valid(c.AlphaInitializer, c.AlphaRegularizer, c.AlphaConstraint)
	return f.err()
}

// shared is the shape of alpha for an input.
func (c *preluConfig) shared(in keras.Shape) (keras.Shape, error) {
	shape := in[1:].Clone()
	for _, a := range c.SharedAxes {
		if a < 1 || a >= len(in) {
			return nil, keras.Expected(keras.ErrShape, fmt.Sprintf("an input with the axis %d beside the batch", a), in)
		}
		shape[a-1] = 1
	}
	return shape, nil
}

// Build makes alpha.
func (l *PReLULayer) Build(in ...keras.Shape) error {
	c := &l.cfg
	shape, err := c.shared(in[0])
	if err != nil {
		return err
	}
	l.alpha = l.AddWeight("alpha", shape, c.AlphaInitializer,
		keras.WithRegularizer(c.AlphaRegularizer), keras.WithConstraint(c.AlphaConstraint))
	return nil
}

// OutputShapes gives the input's shape.
func (l *PReLULayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	out, err := sameShape(in)
	if err != nil {
		return nil, err
	}
	shape, err := l.cfg.shared(in[0])
	if err == nil && l.Built() && !l.alpha.Shape().Accepts(shape) {
		err = keras.Expected(keras.ErrShape, fmt.Sprintf("an input for an alpha of shape %s", l.alpha.Shape()), in[0])
	}
	return out, err
}

// Call applies the function.
func (l *PReLULayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.Leak(l.float(in[0]), t.Var(l.alpha)))
}
