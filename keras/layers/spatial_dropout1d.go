package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*SpatialDropout1DLayer)(nil)
	_ keras.ShapeInferer = (*SpatialDropout1DLayer)(nil)
)

// SpatialDropout1D returns a layer that, in training, sets a fraction rate of the channels
// of sequences to 0, each as a whole, and multiplies the rest by 1/(1−rate). Otherwise its
// output is its input.
//
//	input  (batch, steps, channels)
//	output the same
//
// Default: a Seed of its own, from the source that keras.SetRandomSeed sets. A mask passes
// through. Errors: a rate outside [0, 1]; an input of a rank other than 3.
func SpatialDropout1D(rate float64) *SpatialDropout1DLayer {
	l := &SpatialDropout1DLayer{}
	l.take(1, rate)
	return l.init(l, "SpatialDropout1D", &l.cfg)
}

// SpatialDropout1DLayer is the layer that SpatialDropout1D returns.
type SpatialDropout1DLayer struct {
	spatialDropout[SpatialDropout1DLayer]
}
