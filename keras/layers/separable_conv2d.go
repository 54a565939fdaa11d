package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*SeparableConv2DLayer)(nil)
	_ keras.ShapeInferer = (*SeparableConv2DLayer)(nil)
)

// SeparableConv2D returns a layer that slides filters over each channel of an image for
// itself, as DepthwiseConv2D does, and mixes what comes out at each place:
// activation(x∗depthwise∗pointwise + bias).
//
//	input  (batch, rows, cols, channels)     depthwise_kernel (kernel rows, kernel cols, channels, depth_multiplier)
//	output (batch, rows′, cols′, filters)    pointwise_kernel (1, 1, channels·depth_multiplier, filters)
//	                                     bias             (filters)
//
// Sizes are those of Conv2D. With channels_first the channels are axis 1 of input and
// output.
//
// kernelSize is one size for both axes or one each. Defaults: Strides 1, Padding valid,
// DataFormat channels_last, DilationRate 1, DepthMultiplier 1, Activation linear, UseBias
// true, DepthwiseInitializer and PointwiseInitializer GlorotUniform, BiasInitializer
// Zeros, no regularizers, no constraints. A mask ends here.
//
// Errors: filters, a depth multiplier, size, stride or dilation < 1; an input of a rank
// other than 4, with an unknown number of channels, or smaller than the kernel.
func SeparableConv2D(filters int, kernelSize ...int) *SeparableConv2DLayer {
	l := &SeparableConv2DLayer{}
	return l.init(l, "SeparableConv2D", 2, filters, kernelSize)
}

// SeparableConv2DLayer is the layer that SeparableConv2D returns.
type SeparableConv2DLayer struct {
	separableConv[SeparableConv2DLayer]
}
