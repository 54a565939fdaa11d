package layers

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*GroupNormalizationLayer)(nil)
	_ keras.ShapeInferer = (*GroupNormalizationLayer)(nil)
)

// GroupNormalization returns a layer that shifts and scales each group of channels of a sample
// to mean 0 and deviation 1, and from there on: (x − mean)/√(variance + ε)·gamma + beta.
//
//	input  (batch, …, channels)    gamma, beta (channels)
//	output the same
//
// Defaults: Groups 32, Axis −1, Epsilon 0.001, Center true, Scale true, BetaInitializer Zeros,
// GammaInitializer Ones, no regularizers, no constraints. A mask passes through. Errors: groups
// that are not positive, and not −1; an axis that the input does not have, whose size is unknown
// or not that for which the layer was built; channels that are not a multiple of the groups.
func GroupNormalization() *GroupNormalizationLayer {
	l := &GroupNormalizationLayer{cfg: groupNormalizationConfig{Groups: 32, Axis: -1}}
	l.options = l.cfg.places()
	l.options.defaults()
	l.PassMask()
	return l.init(l, "GroupNormalization", &l.cfg)
}

// GroupNormalizationLayer is the layer that GroupNormalization returns.
type GroupNormalizationLayer struct {
	norm[GroupNormalizationLayer]
	cfg      groupNormalizationConfig
	rank     int // of the input for which the layer was built
	channels int
}

type groupNormalizationConfig struct {
	Groups           int               `keras:"groups"`
	Axis             int               `keras:"axis"`
	Epsilon          float64           `keras:"epsilon"`
	Center           bool              `keras:"center"`
	Scale            bool              `keras:"scale"`
	BetaInitializer  keras.Initializer `keras:"beta_initializer"`
	GammaInitializer keras.Initializer `keras:"gamma_initializer"`
	BetaRegularizer  keras.Regularizer `keras:"beta_regularizer"`
	GammaRegularizer keras.Regularizer `keras:"gamma_regularizer"`
	BetaConstraint   keras.Constraint  `keras:"beta_constraint"`
	GammaConstraint  keras.Constraint  `keras:"gamma_constraint"`
}

// places are those of the options that normalizations share.
func (c *groupNormalizationConfig) places() normOptions {
	return normOptions{
		&c.Epsilon, &c.Center, &c.Scale,
		weightOptions{&c.BetaInitializer, &c.BetaRegularizer, &c.BetaConstraint},
		weightOptions{&c.GammaInitializer, &c.GammaRegularizer, &c.GammaConstraint},
	}
}

// Groups sets groups: into how many the channels are divided; −1: each is a group, as in
// instance normalization. Default 32.
func (l *GroupNormalizationLayer) Groups(n int) *GroupNormalizationLayer {
	l.cfg.Groups = n
	return l
}

// Axis sets axis, that of the channels. Default −1, the last one.
func (l *GroupNormalizationLayer) Axis(axis int) *GroupNormalizationLayer {
	l.cfg.Axis = axis
	return l
}

func (c *groupNormalizationConfig) validate() error {
	var f faults
	f.require(c.Groups > 0 || c.Groups == -1, fmt.Sprintf("Received an invalid value for argument `groups`, expected a positive integer "+
		"(or `-1` for instance normalization). Received: groups=%d", c.Groups))
	options := c.places()
	options.check(&f)
	return f.err()
}

// Build makes gamma and beta.
func (l *GroupNormalizationLayer) Build(in ...keras.Shape) error {
	c := &l.cfg
	axis, err := axisOf(in[0], c.Axis)
	if err != nil {
		return err
	}
	l.rank, l.channels = in[0].Rank(), in[0][axis]
	if c.Groups == -1 {
		c.Groups = l.channels
	}
	l.addWeights(keras.Shape{l.channels}, c.Scale, c.Center)
	return nil
}

// OutputShapes gives the input's shape.
func (l *GroupNormalizationLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	out, err := sameShape(in)
	if err != nil {
		return nil, err
	}
	axis, err := axisOf(in[0], l.cfg.Axis)
	if err != nil {
		return nil, err
	}
	switch channels, groups := in[0][axis], l.cfg.Groups; {
	case l.Built() && l.rank != in[0].Rank():
		return nil, keras.WrongRank(l.rank, in[0])
	case l.Built() && channels != keras.None && channels != l.channels:
		return nil, keras.WrongAxis(l.cfg.Axis, l.channels, in[0])
	case l.Built():
	case channels == keras.None:
		return nil, keras.Fault(keras.ErrShape, "Axis %d of input tensor should have a defined dimension but the layer received an input with shape %s.",
			l.cfg.Axis, in[0])
	case channels < groups:
		return nil, keras.Fault(keras.ErrShape, "Number of groups (%d) cannot be more than the number of channels (%d).", groups, channels)
	case channels%groups != 0:
		return nil, keras.Fault(keras.ErrShape, "Number of groups (%d) must be a multiple of the number of channels (%d).", groups, channels)
	}
	return out, nil
}

// Call normalizes, with an axis for the groups in front of that of a group's channels.
func (l *GroupNormalizationLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x, c := l.float(in[0]), &l.cfg
	shape := x.Shape()
	axis, err := axisOf(keras.Shape(shape), c.Axis)
	if err != nil {
		return nil, err
	}
	grouped := slices.Insert(shape.Clone(), axis, c.Groups)
	grouped[axis+1] /= c.Groups
	var within []int
	for a := 1; a < len(grouped); a++ {
		if a != axis {
			within = append(within, a)
		}
	}
	y := ops.Reshape(ops.LayerNormalization(ops.Reshape(x, grouped...), nil, nil, within, c.Epsilon, false), shape...)
	channels := make([]int, len(shape)-axis)
	for i := range channels {
		channels[i] = 1
	}
	channels[0] = l.channels
	if l.gamma != nil {
		y = ops.Mul(y, ops.Reshape(t.Var(l.gamma), channels...))
	}
	if l.beta != nil {
		y = ops.Add(y, ops.Reshape(t.Var(l.beta), channels...))
	}
	return t.Out(y)
}
