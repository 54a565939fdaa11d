package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*DepthwiseConv2DLayer)(nil)
	_ keras.ShapeInferer = (*DepthwiseConv2DLayer)(nil)
)

// DepthwiseConv2D returns a layer that slides filters over each channel of an image for
// itself: activation(x∗kernel + bias), where output c·depth_multiplier + i is that of
// filter i on channel c.
//
//	input  (batch, rows, cols, channels)                       kernel (kernel rows, kernel cols, channels, depth_multiplier)
//	output (batch, rows′, cols′, channels·depth_multiplier)    bias   (channels·depth_multiplier)
//
// Sizes are those of Conv2D. With channels_first the channels are axis 1 of input and
// output.
//
// kernelSize is one size for both axes or one each. Defaults: Strides 1, Padding valid,
// DepthMultiplier 1, DataFormat channels_last, DilationRate 1, Activation linear, UseBias
// true, DepthwiseInitializer GlorotUniform, BiasInitializer Zeros, no regularizers, no
// constraints. A mask ends here.
//
// Errors: a depth multiplier, size, stride or dilation < 1; an input of a rank other than
// 4, with an unknown number of channels, or smaller than the kernel.
func DepthwiseConv2D(kernelSize ...int) *DepthwiseConv2DLayer {
	l := &DepthwiseConv2DLayer{}
	return l.init(l, "DepthwiseConv2D", 2, kernelSize)
}

// DepthwiseConv2DLayer is the layer that DepthwiseConv2D returns.
type DepthwiseConv2DLayer struct {
	depthwiseConv[DepthwiseConv2DLayer]
}
