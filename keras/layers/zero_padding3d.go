package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*ZeroPadding3DLayer)(nil)
	_ keras.ShapeInferer = (*ZeroPadding3DLayer)(nil)
	_ keras.DTypeInferer = (*ZeroPadding3DLayer)(nil)
)

// ZeroPadding3D returns a layer that puts zeros around volumes.
//
//	input  (batch, d₁, d₂, d₃, channels)
//	output (batch, d₁′, d₂′, d₃′, channels) with n′ = n + before + after
//
// With channels_first the channels are axis 1 of input and output.
//
// padding is one number for all sides, or one for both sides of each axis; Padding sets
// all six.
// Defaults: padding 1, DataFormat channels_last. Integers stay integers. A mask ends here.
// Errors: padding < 0; an input of a rank other than 5.
func ZeroPadding3D(padding ...int) *ZeroPadding3DLayer {
	l := &ZeroPadding3DLayer{}
	l.cfg = newZeroPaddingConfig(3, padding)
	return l.init(l, "ZeroPadding3D", &l.cfg)
}

// ZeroPadding3DLayer is the layer that ZeroPadding3D returns.
type ZeroPadding3DLayer struct {
	zeroPadding[ZeroPadding3DLayer]
}
