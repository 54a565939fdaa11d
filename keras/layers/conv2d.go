package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*Conv2DLayer)(nil)
	_ keras.ShapeInferer = (*Conv2DLayer)(nil)
)

// Conv2D returns a layer that slides filters over the rows and columns of an
// image: activation(x∗kernel + bias). The kernel is not flipped.
//
//	input  (batch, rows, cols, channels)    kernel (kernel rows, kernel cols, channels/groups, filters)
//	output (batch, rows′, cols′, filters)   bias   (filters)
//
// With padding valid n′ = ⌊(n − dilation·(k−1) − 1)/stride⌋ + 1, with same ⌈n/stride⌉,
// where of an odd number of zeros the extra one is at the end. With channels_first
// the channels are axis 1 of input and output.
//
// kernelSize is one size for both axes or one each. Defaults: Strides 1, Padding
// valid, DataFormat channels_last, DilationRate 1, Groups 1, Activation linear,
// UseBias true, KernelInitializer GlorotUniform, BiasInitializer Zeros, no
// regularizers, no constraints. A mask ends here.
//
// Errors: filters, a size, stride, dilation or groups < 1; filters or channels that
// groups does not divide; strides and dilation both above 1; an input of a rank other
// than 4, with an unknown number of channels, or smaller than the kernel.
func Conv2D(filters int, kernelSize ...int) *Conv2DLayer {
	l := &Conv2DLayer{}
	return l.init(l, "Conv2D", 2, filters, kernelSize)
}

// Conv2DLayer is the layer that Conv2D returns.
type Conv2DLayer struct{ conv[Conv2DLayer] }
