package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*UpSampling2DLayer)(nil)
	_ keras.ShapeInferer = (*UpSampling2DLayer)(nil)
	_ keras.DTypeInferer = (*UpSampling2DLayer)(nil)
)

// UpSampling2D returns a layer that makes images larger.
//
//	input  (batch, rows, cols, channels)
//	output (batch, rows·size₁, cols·size₂, channels)
//
// With channels_first the channels are axis 1 of input and output.
//
// size is one factor for both axes or one each. Defaults: size 2, DataFormat
// channels_last, Interpolation nearest, which repeats pixels. Integers stay integers,
// rounded. A mask ends here.
// Errors: a size < 1; an input of a rank other than 4.
func UpSampling2D(size ...int) *UpSampling2DLayer {
	l := &UpSampling2DLayer{}
	l.cfg = newUpSamplingConfig(2, size)
	return l.init(l, "UpSampling2D", &l.cfg)
}

// UpSampling2DLayer is the layer that UpSampling2D returns.
type UpSampling2DLayer struct{ upSampling[UpSampling2DLayer] }

// DataFormat sets data_format. Default channels_last.
func (l *UpSampling2DLayer) DataFormat(d DataFormat) *UpSampling2DLayer {
	l.cfg.DataFormat = lower(d)
	return l
}

// Interpolation sets interpolation. Default nearest.
func (l *UpSampling2DLayer) Interpolation(i Interpolation) *UpSampling2DLayer {
	l.cfg.Interpolation = lower(i)
	return l
}
