package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*SpatialDropout3DLayer)(nil)
	_ keras.ShapeInferer = (*SpatialDropout3DLayer)(nil)
)

// SpatialDropout3D returns a layer that, in training, sets a fraction rate of the channels
// of volumes to 0, each as a whole, and multiplies the rest by 1/(1−rate). Otherwise its
// output is its input.
//
//	input  (batch, dim1, dim2, dim3, channels)
//	output the same
//
// With channels_first the channels are axis 1.
//
// Defaults: DataFormat channels_last; a Seed of its own, from the source that
// keras.SetRandomSeed sets. A mask passes through. Errors: a rate outside [0, 1]; an input
// of a rank other than 5.
func SpatialDropout3D(rate float64) *SpatialDropout3DLayer {
	l := &SpatialDropout3DLayer{}
	l.take(3, rate)
	return l.init(l, "SpatialDropout3D", &l.cfg)
}

// SpatialDropout3DLayer is the layer that SpatialDropout3D returns.
type SpatialDropout3DLayer struct {
	spatialDropout[SpatialDropout3DLayer]
}

// DataFormat sets data_format. Default channels_last.
func (l *SpatialDropout3DLayer) DataFormat(d DataFormat) *SpatialDropout3DLayer {
	l.cfg.DataFormat = lower(d)
	return l
}
