package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*ZeroPadding1DLayer)(nil)
	_ keras.ShapeInferer = (*ZeroPadding1DLayer)(nil)
	_ keras.DTypeInferer = (*ZeroPadding1DLayer)(nil)
)

// ZeroPadding1D returns a layer that puts zeros before and after a sequence.
//
//	input  (batch, steps, features)
//	output (batch, steps′, features) with n′ = n + before + after
//
// With channels_first the features are axis 1 of input and output.
//
// padding is one number for both ends or one each; Padding sets the same.
// Defaults: padding 1, DataFormat channels_last. Integers stay integers. A mask ends here.
// Errors: padding < 0; an input of a rank other than 3.
func ZeroPadding1D(padding ...int) *ZeroPadding1DLayer {
	l := &ZeroPadding1DLayer{}
	l.cfg = newZeroPaddingConfig(1, padding)
	return l.init(l, "ZeroPadding1D", &l.cfg)
}

// ZeroPadding1DLayer is the layer that ZeroPadding1D returns.
type ZeroPadding1DLayer struct {
	zeroPadding[ZeroPadding1DLayer]
}
