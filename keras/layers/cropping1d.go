package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*Cropping1DLayer)(nil)
	_ keras.ShapeInferer = (*Cropping1DLayer)(nil)
	_ keras.DTypeInferer = (*Cropping1DLayer)(nil)
)

// Cropping1D returns a layer that cuts off the ends of a sequence.
//
//	input  (batch, steps, features)
//	output (batch, steps′, features) with n′ = n − before − after
//
// cropping is one number for both ends or one each; Cropping sets the same.
// Default: cropping 1. Integers stay integers. A mask ends here.
// Errors: cropping < 0, or of all that there is; an input of a rank other than 3.
func Cropping1D(cropping ...int) *Cropping1DLayer {
	l := &Cropping1DLayer{}
	l.cfg = newCroppingConfig(1, 1, cropping)
	return l.init(l, "Cropping1D", &l.cfg.croppingSides)
}

// Cropping1DLayer is the layer that Cropping1D returns.
type Cropping1DLayer struct{ cropping[Cropping1DLayer] }
