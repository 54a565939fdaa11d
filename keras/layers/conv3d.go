package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*Conv3DLayer)(nil)
	_ keras.ShapeInferer = (*Conv3DLayer)(nil)
)

// Conv3D returns a layer that slides filters over the three axes of a volume:
// activation(x∗kernel + bias). The kernel is not flipped.
//
//	input  (batch, d1, d2, d3, channels)      kernel (k1, k2, k3, channels/groups, filters)
//	output (batch, d1′, d2′, d3′, filters)    bias   (filters)
//
// With padding valid n′ = ⌊(n − dilation·(k−1) − 1)/stride⌋ + 1, with same ⌈n/stride⌉,
// where of an odd number of zeros the extra one is at the end. With channels_first
// the channels are axis 1 of input and output.
//
// kernelSize is one size for all axes or one each. Defaults: Strides 1, Padding
// valid, DataFormat channels_last, DilationRate 1, Groups 1, Activation linear,
// UseBias true, KernelInitializer GlorotUniform, BiasInitializer Zeros, no
// regularizers, no constraints. A mask ends here.
//
// Errors: filters, a size, stride, dilation or groups < 1; filters or channels that
// groups does not divide; strides and dilation both above 1; an input of a rank other
// than 5, with an unknown number of channels, or smaller than the kernel.
func Conv3D(filters int, kernelSize ...int) *Conv3DLayer {
	l := &Conv3DLayer{}
	return l.init(l, "Conv3D", 3, filters, kernelSize)
}

// Conv3DLayer is the layer that Conv3D returns.
type Conv3DLayer struct{ conv[Conv3DLayer] }
