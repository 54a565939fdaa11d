package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*Cropping2DLayer)(nil)
	_ keras.ShapeInferer = (*Cropping2DLayer)(nil)
	_ keras.DTypeInferer = (*Cropping2DLayer)(nil)
)

// Cropping2D returns a layer that cuts off the edges of images.
//
//	input  (batch, rows, cols, channels)
//	output (batch, rows′, cols′, channels) with n′ = n − before − after
//
// With channels_first the channels are axis 1 of input and output.
//
// cropping is one number for all sides, or one for top and bottom and one for left and right;
// Cropping sets all four.
// Defaults: cropping 0, DataFormat channels_last. Integers stay integers. A mask ends here.
// Errors: cropping < 0, or of all that there is; an input of a rank other than 4.
func Cropping2D(cropping ...int) *Cropping2DLayer {
	l := &Cropping2DLayer{}
	l.cfg = newCroppingConfig(2, 0, cropping)
	return l.init(l, "Cropping2D", &l.cfg)
}

// Cropping2DLayer is the layer that Cropping2D returns.
type Cropping2DLayer struct{ cropping[Cropping2DLayer] }

// DataFormat sets data_format. Default channels_last.
func (l *Cropping2DLayer) DataFormat(d DataFormat) *Cropping2DLayer {
	l.cfg.DataFormat = lower(d)
	return l
}
