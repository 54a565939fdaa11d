package layers

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*RMSNormalizationLayer)(nil)
	_ keras.ShapeInferer = (*RMSNormalizationLayer)(nil)
)

// RMSNormalization returns a layer that divides what lies along one or several axes by the
// root of its mean square: x/√(mean of x² + ε)·scale.
//
//	input  any shape    scale (the sizes of the axes), which must be the last ones
//	output the same
//
// Defaults: Axis −1, Epsilon 1e-6. A mask ends here. Errors: an axis that the input does not
// have, has twice, or whose size is unknown or not that for which the layer was built.
func RMSNormalization() *RMSNormalizationLayer {
	l := &RMSNormalizationLayer{cfg: rmsNormalizationConfig{Axis: normAxes{axes: intList{-1}}, Epsilon: 1e-6}}
	return l.init(l, "RMSNormalization", &l.cfg)
}

// RMSNormalizationLayer is the layer that RMSNormalization returns.
type RMSNormalizationLayer struct {
	base[RMSNormalizationLayer]
	cfg   rmsNormalizationConfig
	scale *keras.Variable
}

type rmsNormalizationConfig struct {
	Axis    normAxes `keras:"axis"`
	Epsilon float64  `keras:"epsilon"`
}

// Axis sets axis, one or several. Default −1, the last one.
func (l *RMSNormalizationLayer) Axis(axes ...int) *RMSNormalizationLayer {
	l.cfg.Axis = normAxes{axes: axes}
	return l
}

// Epsilon sets epsilon, which is added to the mean square. Default 1e-6.
func (l *RMSNormalizationLayer) Epsilon(e float64) *RMSNormalizationLayer {
	l.cfg.Epsilon = e
	return l
}

func (c *rmsNormalizationConfig) validate() error {
	var f faults
	f.require(len(c.Axis.axes) > 0, "Expected an int or a list/tuple of ints for the argument 'axis', but received none")
	return f.err()
}

// Build makes scale.
func (l *RMSNormalizationLayer) Build(in ...keras.Shape) error {
	c := &l.cfg
	c.Axis = c.Axis.sorted()
	sizes, err := c.Axis.sizes(in[0])
	if err != nil {
		return err
	}
	l.scale = l.AddWeight("scale", sizes, initializers.Ones())
	return nil
}

// OutputShapes gives the input's shape.
func (l *RMSNormalizationLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	out, err := sameShape(in)
	if err != nil {
		return nil, err
	}
	sizes, err := l.cfg.Axis.sorted().sizes(in[0])
	if err != nil {
		return nil, err
	}
	if !broadcastsTo(sizes, in[0]) {
		return nil, keras.Expected(keras.ErrShape, "an input whose last axes have the sizes "+sizes.String()+" of scale", in[0])
	}
	for i, d := range sizes {
		if l.Built() && d != keras.None && d != l.scale.Shape()[i] {
			return nil, keras.WrongAxis(l.cfg.Axis.axes[i], l.scale.Shape()[i], in[0])
		}
	}
	return out, nil
}

// Call normalizes.
func (l *RMSNormalizationLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x := l.float(in[0])
	axes, err := l.cfg.Axis.axes.axes(keras.Shape(x.Shape()))
	if err != nil {
		return nil, err
	}
	mean := ops.ExpandDims(ops.Mean(ops.Square(x), axes...), axes...)
	y := ops.Mul(x, ops.Rsqrt(ops.Scale(mean, 1, l.cfg.Epsilon)))
	return t.Out(ops.Mul(y, t.Var(l.scale)))
}
