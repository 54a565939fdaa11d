package layers

import (
	"math"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*UnitNormalizationLayer)(nil)
	_ keras.ShapeInferer = (*UnitNormalizationLayer)(nil)
)

// UnitNormalization returns a layer that divides what lies along one or several axes by its
// Euclidean norm, which is 1 then.
//
//	input  any shape
//	output the same
//
// Default: Axis −1. A mask passes through. Errors: an axis that the input does not have, or
// has twice.
func UnitNormalization() *UnitNormalizationLayer {
	l := &UnitNormalizationLayer{cfg: axisConfig{Axis: intList{-1}}}
	l.PassMask()
	l.NothingToBuild()
	return l.init(l, "UnitNormalization", &l.cfg)
}

// UnitNormalizationLayer is the layer that UnitNormalization returns.
type UnitNormalizationLayer struct {
	base[UnitNormalizationLayer]
	cfg axisConfig
}

// Axis sets axis, one or several. Default −1, the last one.
func (l *UnitNormalizationLayer) Axis(axes ...int) *UnitNormalizationLayer {
	l.cfg.Axis = axes
	return l
}

// OutputShapes gives the input's shape.
func (l *UnitNormalizationLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	out, err := sameShape(in)
	if err == nil {
		_, err = l.cfg.Axis.axes(in[0])
	}
	return out, err
}

// Call divides by the norm, or by 1e-12 where that is larger.
func (l *UnitNormalizationLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x := l.float(in[0])
	squares := ops.Clip(ops.Sum(ops.Square(x), l.cfg.Axis...), 1e-24, math.Inf(1))
	axes, err := l.cfg.Axis.axes(keras.Shape(x.Shape()))
	if err != nil {
		return nil, err
	}
	return t.Out(ops.Mul(x, ops.ExpandDims(ops.Rsqrt(squares), axes...)))
}
