package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*Cropping3DLayer)(nil)
	_ keras.ShapeInferer = (*Cropping3DLayer)(nil)
	_ keras.DTypeInferer = (*Cropping3DLayer)(nil)
)

// Cropping3D returns a layer that cuts off the edges of volumes.
//
//	input  (batch, d₁, d₂, d₃, channels)
//	output (batch, d₁′, d₂′, d₃′, channels) with n′ = n − before − after
//
// With channels_first the channels are axis 1 of input and output.
//
// cropping is one number for all sides, or one for both sides of each axis; Cropping sets
// all six.
// Defaults: cropping 1, DataFormat channels_last. Integers stay integers. A mask ends here.
// Errors: cropping < 0, or of all that there is; an input of a rank other than 5.
func Cropping3D(cropping ...int) *Cropping3DLayer {
	l := &Cropping3DLayer{}
	l.cfg = newCroppingConfig(3, 1, cropping)
	return l.init(l, "Cropping3D", &l.cfg)
}

// Cropping3DLayer is the layer that Cropping3D returns.
type Cropping3DLayer struct{ cropping[Cropping3DLayer] }

// DataFormat sets data_format. Default channels_last.
func (l *Cropping3DLayer) DataFormat(d DataFormat) *Cropping3DLayer {
	l.cfg.DataFormat = lower(d)
	return l
}
