package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*UpSampling1DLayer)(nil)
	_ keras.ShapeInferer = (*UpSampling1DLayer)(nil)
	_ keras.DTypeInferer = (*UpSampling1DLayer)(nil)
)

// UpSampling1D returns a layer that repeats each step of a sequence.
//
//	input  (batch, steps, features)
//	output (batch, steps·size, features)
//
// Default: size 2. Integers stay integers. A mask ends here.
// Errors: a size < 1, or more than one; an input of a rank other than 3.
func UpSampling1D(size ...int) *UpSampling1DLayer {
	l := &UpSampling1DLayer{}
	l.cfg = newUpSamplingConfig(1, size)
	return l.init(l, "UpSampling1D", &l.cfg.upSamplingSize)
}

// UpSampling1DLayer is the layer that UpSampling1D returns.
type UpSampling1DLayer struct{ upSampling[UpSampling1DLayer] }
