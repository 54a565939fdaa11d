package layers

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/symbolic"
)

var (
	_ keras.Layer        = (*MaskingLayer)(nil)
	_ keras.ShapeInferer = (*MaskingLayer)(nil)
	_ keras.DTypeInferer = (*MaskingLayer)(nil)
	_ keras.MaskComputer = (*MaskingLayer)(nil)
	_ keras.MaskDrawer   = (*MaskingLayer)(nil)
)

// Masking returns a layer that masks steps of sequences: those whose features all are
// MaskValue. Layers behind it that know masks leave them out. In the output they are 0.
//
//	input  (…, features)
//	output the same       mask (…)
//
// Integers stay integers. A mask of the input gives way to the new one.
//
// Defaults: MaskValue 0. Errors: an input without axes.
func Masking() *MaskingLayer {
	l := &MaskingLayer{}
	l.NothingToBuild()
	return l.init(l, "Masking", &l.cfg)
}

// MaskingLayer is the layer that Masking returns.
type MaskingLayer struct {
	base[MaskingLayer]
	cfg maskingConfig
}

type maskingConfig struct {
	MaskValue float64 `keras:"mask_value"`
}

func (*maskingConfig) validate() error { return nil }

// MaskValue sets mask_value. Default 0.
func (l *MaskingLayer) MaskValue(v float64) *MaskingLayer {
	l.cfg.MaskValue = v
	return l
}

// OutputShapes gives the input's shape.
func (l *MaskingLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	out, err := sameShape(in)
	if err == nil && in[0].Rank() == 0 {
		err = keras.Expected(keras.ErrShape, "an input of rank 1 or more", in[0])
	}
	return out, err
}

// OutputDTypes gives the input's type.
func (l *MaskingLayer) OutputDTypes(in ...tensor.Dtype) []tensor.Dtype { return l.keepTypes(in) }

// Call makes masked steps 0.
func (l *MaskingLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	zero := ops.Constant(t, tensor.New(tensor.Of(in[0].Dtype()), tensor.WithShape(1)))
	return t.Out(ops.Where(ops.ExpandDims(l.mask(in[0]), -1), in[0], zero))
}

// ComputeMasks leaves out the steps that are masked.
func (l *MaskingLayer) ComputeMasks(t *keras.Trace, in, _ []*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(l.mask(in[0]))
}

// DrawMasks does it with Keras's operations.
func (l *MaskingLayer) DrawMasks(in, _ keras.List) keras.List {
	return keras.List{symbolic.Any(symbolic.NotEqual(in[0], l.cfg.MaskValue), symbolic.Axis(-1))}
}

// mask is true for steps with a feature that is not MaskValue.
func (l *MaskingLayer) mask(x *gorgonia.Node) *gorgonia.Node {
	return ops.AnyDiffers(l.float(x), l.cfg.MaskValue)
}
