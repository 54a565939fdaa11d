package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*Conv3DTransposeLayer)(nil)
	_ keras.ShapeInferer = (*Conv3DTransposeLayer)(nil)
)

// Conv3DTranspose returns a layer that goes the way of a Conv3D back: each element of the
// input adds the kernel, times itself, to the output, at steps of strides. Then come
// bias and activation.
//
//	input  (batch, planes, rows, cols, channels)   kernel (kernel planes, kernel rows, kernel cols, filters, channels)
//	output (batch, planes′, rows′, cols′, filters)    bias   (filters)
//
// With padding valid n′ = (n − 1)·stride + max(dilation·(k−1) + 1, stride), with same
// n·stride. OutputPadding sets sizes for which a Conv3D would have the same output. With
// channels_first the channels are axis 1 of input and output.
//
// kernelSize is one size for all axes or one each. Defaults: Strides 1, Padding valid,
// OutputPadding none, DataFormat channels_last, DilationRate 1, Activation linear,
// UseBias true, KernelInitializer GlorotUniform, BiasInitializer Zeros, no
// regularizers, no constraints. A mask ends here.
//
// Errors: filters, a size, stride or dilation < 1; an output padding < 0 or not below the
// stride; strides and dilation both above 1; an input of a rank other than 5 or with an
// unknown number of channels.
func Conv3DTranspose(filters int, kernelSize ...int) *Conv3DTransposeLayer {
	l := &Conv3DTransposeLayer{}
	return l.init(l, "Conv3DTranspose", 3, filters, kernelSize)
}

// Conv3DTransposeLayer is the layer that Conv3DTranspose returns.
type Conv3DTransposeLayer struct {
	convTranspose[Conv3DTransposeLayer]
}
