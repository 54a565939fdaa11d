package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*SpatialDropout2DLayer)(nil)
	_ keras.ShapeInferer = (*SpatialDropout2DLayer)(nil)
)

// SpatialDropout2D returns a layer that, in training, sets a fraction rate of the channels
// of images to 0, each as a whole, and multiplies the rest by 1/(1−rate). Otherwise its
// output is its input.
//
//	input  (batch, rows, cols, channels)
//	output the same
//
// With channels_first the channels are axis 1.
//
// Defaults: DataFormat channels_last; a Seed of its own, from the source that
// keras.SetRandomSeed sets. A mask passes through. Errors: a rate outside [0, 1]; an input
// of a rank other than 4.
func SpatialDropout2D(rate float64) *SpatialDropout2DLayer {
	l := &SpatialDropout2DLayer{}
	l.take(2, rate)
	return l.init(l, "SpatialDropout2D", &l.cfg)
}

// SpatialDropout2DLayer is the layer that SpatialDropout2D returns.
type SpatialDropout2DLayer struct {
	spatialDropout[SpatialDropout2DLayer]
}

// DataFormat sets data_format. Default channels_last.
func (l *SpatialDropout2DLayer) DataFormat(d DataFormat) *SpatialDropout2DLayer {
	l.cfg.DataFormat = lower(d)
	return l
}
