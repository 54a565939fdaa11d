package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*DepthwiseConv1DLayer)(nil)
	_ keras.ShapeInferer = (*DepthwiseConv1DLayer)(nil)
)

// DepthwiseConv1D returns a layer that slides filters over each channel of a sequence for
// itself: activation(x∗kernel + bias), where output c·depth_multiplier + i is that of
// filter i on channel c.
//
//	input  (batch, steps, channels)                       kernel (kernel size, channels, depth_multiplier)
//	output (batch, steps′, channels·depth_multiplier)    bias   (channels·depth_multiplier)
//
// Sizes are those of Conv1D. With channels_first the channels are axis 1 of input and
// output.
//
// Defaults: Strides 1, Padding valid,
// DepthMultiplier 1, DataFormat channels_last, DilationRate 1, Activation linear, UseBias
// true, DepthwiseInitializer GlorotUniform, BiasInitializer Zeros, no regularizers, no
// constraints. A mask ends here.
//
// Errors: a depth multiplier, size, stride or dilation < 1; an input of a rank other than
// 3, with an unknown number of channels, or smaller than the kernel.
func DepthwiseConv1D(kernelSize int) *DepthwiseConv1DLayer {
	l := &DepthwiseConv1DLayer{}
	return l.init(l, "DepthwiseConv1D", 1, []int{kernelSize})
}

// DepthwiseConv1DLayer is the layer that DepthwiseConv1D returns.
type DepthwiseConv1DLayer struct {
	depthwiseConv[DepthwiseConv1DLayer]
}
