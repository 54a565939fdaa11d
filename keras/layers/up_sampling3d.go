package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*UpSampling3DLayer)(nil)
	_ keras.ShapeInferer = (*UpSampling3DLayer)(nil)
	_ keras.DTypeInferer = (*UpSampling3DLayer)(nil)
)

// UpSampling3D returns a layer that repeats the elements of volumes.
//
//	input  (batch, d₁, d₂, d₃, channels)
//	output (batch, d₁·size₁, d₂·size₂, d₃·size₃, channels)
//
// With channels_first the channels are axis 1 of input and output.
//
// size is one factor for all axes or one each. Defaults: size 2, DataFormat
// channels_last. Integers stay integers. A mask ends here.
// Errors: a size < 1; an input of a rank other than 5.
func UpSampling3D(size ...int) *UpSampling3DLayer {
	l := &UpSampling3DLayer{}
	l.cfg = newUpSamplingConfig(3, size)
	return l.init(l, "UpSampling3D", &l.cfg.upSamplingFormat)
}

// UpSampling3DLayer is the layer that UpSampling3D returns.
type UpSampling3DLayer struct{ upSampling[UpSampling3DLayer] }

// DataFormat sets data_format. Default channels_last.
func (l *UpSampling3DLayer) DataFormat(d DataFormat) *UpSampling3DLayer {
	l.cfg.DataFormat = lower(d)
	return l
}
