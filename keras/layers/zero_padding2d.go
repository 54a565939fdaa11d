package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*ZeroPadding2DLayer)(nil)
	_ keras.ShapeInferer = (*ZeroPadding2DLayer)(nil)
	_ keras.DTypeInferer = (*ZeroPadding2DLayer)(nil)
)

// ZeroPadding2D returns a layer that puts zeros around images.
//
//	input  (batch, rows, cols, channels)
//	output (batch, rows′, cols′, channels) with n′ = n + before + after
//
// With channels_first the channels are axis 1 of input and output.
//
// padding is one number for all sides, or one for top and bottom and one for left and right;
// Padding sets all four.
// Defaults: padding 1, DataFormat channels_last. Integers stay integers. A mask ends here.
// Errors: padding < 0; an input of a rank other than 4.
func ZeroPadding2D(padding ...int) *ZeroPadding2DLayer {
	l := &ZeroPadding2DLayer{}
	l.cfg = newZeroPaddingConfig(2, padding)
	return l.init(l, "ZeroPadding2D", &l.cfg)
}

// ZeroPadding2DLayer is the layer that ZeroPadding2D returns.
type ZeroPadding2DLayer struct {
	zeroPadding[ZeroPadding2DLayer]
}
