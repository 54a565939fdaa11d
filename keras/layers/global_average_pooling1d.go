package layers

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*GlobalAveragePooling1DLayer)(nil)
	_ keras.ShapeInferer = (*GlobalAveragePooling1DLayer)(nil)
	_ keras.MaskTaker    = (*GlobalAveragePooling1DLayer)(nil)
	_ keras.MaskRouter   = (*GlobalAveragePooling1DLayer)(nil)
)

// GlobalAveragePooling1D returns a layer that takes the mean of each feature of a
// sequence, over those steps that a mask lets through.
//
//	input  (batch, steps, features), or with channels_first (batch, features, steps)
//	output (batch, features), or with KeepDims (batch, 1, features) or (batch, features, 1)
//
// Defaults: DataFormat channels_last, KeepDims false. A mask (batch, steps) ends here; a
// sequence without a step that it lets through gives NaN, as in Keras.
// Errors: an input of a rank other than 3.
func GlobalAveragePooling1D() *GlobalAveragePooling1DLayer {
	l := &GlobalAveragePooling1DLayer{}
	l.cfg, l.reduce = newGlobalPoolConfig(1), ops.Mean
	l.NothingToBuild()
	return l.init(l, "GlobalAveragePooling1D", &l.cfg)
}

// GlobalAveragePooling1DLayer is the layer that GlobalAveragePooling1D returns.
type GlobalAveragePooling1DLayer struct {
	globalPool[GlobalAveragePooling1DLayer]
}

// TakesMask says that Keras's call has an argument mask.
func (l *GlobalAveragePooling1DLayer) TakesMask() bool { return true }

// Call takes the mean over the steps that the mask lets through, all if there is none.
func (l *GlobalAveragePooling1DLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	mask := t.Mask(0)
	if mask == nil {
		return l.globalPool.Call(t, in...)
	}
	x, features := l.float(in[0]), l.cfg.DataFormat.channels(3)
	steps := ops.ExpandDims(ops.Cast(mask, tensor.Bool), features)
	kept := ops.Where(steps, x, l.float(ops.Zeros(t)))
	axes := l.cfg.DataFormat.spatial(3)
	return t.Out(l.shaped(ops.Div(ops.Sum(kept, axes...), ops.Sum(l.float(steps), axes...)), axes))
}

// RouteMasks gives none: there are no steps any more.
func (l *GlobalAveragePooling1DLayer) RouteMasks(int) []int { return nil }
