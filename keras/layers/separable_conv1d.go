package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*SeparableConv1DLayer)(nil)
	_ keras.ShapeInferer = (*SeparableConv1DLayer)(nil)
)

// SeparableConv1D returns a layer that slides filters over each channel of a sequence for
// itself, as DepthwiseConv1D does, and mixes what comes out at each place:
// activation(x∗depthwise∗pointwise + bias).
//
//	input  (batch, steps, channels)     depthwise_kernel (kernel size, channels, depth_multiplier)
//	output (batch, steps′, filters)    pointwise_kernel (1, channels·depth_multiplier, filters)
//	                                     bias             (filters)
//
// Sizes are those of Conv1D. With channels_first the channels are axis 1 of input and
// output.
//
// Defaults: Strides 1, Padding valid,
// DataFormat channels_last, DilationRate 1, DepthMultiplier 1, Activation linear, UseBias
// true, DepthwiseInitializer and PointwiseInitializer GlorotUniform, BiasInitializer
// Zeros, no regularizers, no constraints. A mask ends here.
//
// Errors: filters, a depth multiplier, size, stride or dilation < 1; an input of a rank
// other than 3, with an unknown number of channels, or smaller than the kernel.
func SeparableConv1D(filters, kernelSize int) *SeparableConv1DLayer {
	l := &SeparableConv1DLayer{}
	return l.init(l, "SeparableConv1D", 1, filters, []int{kernelSize})
}

// SeparableConv1DLayer is the layer that SeparableConv1D returns.
type SeparableConv1DLayer struct {
	separableConv[SeparableConv1DLayer]
}
