package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*Conv2DTransposeLayer)(nil)
	_ keras.ShapeInferer = (*Conv2DTransposeLayer)(nil)
)

// Conv2DTranspose returns a layer that goes the way of a Conv2D back: each element of the
// input adds the kernel, times itself, to the output, at steps of strides. Then come
// bias and activation.
//
//	input  (batch, rows, cols, channels)   kernel (kernel rows, kernel cols, filters, channels)
//	output (batch, rows′, cols′, filters)    bias   (filters)
//
// With padding valid n′ = (n − 1)·stride + max(dilation·(k−1) + 1, stride), with same
// n·stride. OutputPadding sets sizes for which a Conv2D would have the same output. With
// channels_first the channels are axis 1 of input and output.
//
// kernelSize is one size for both axes or one each. Defaults: Strides 1, Padding valid,
// OutputPadding none, DataFormat channels_last, DilationRate 1, Activation linear,
// UseBias true, KernelInitializer GlorotUniform, BiasInitializer Zeros, no
// regularizers, no constraints. A mask ends here.
//
// Errors: filters, a size, stride or dilation < 1; an output padding < 0 or not below the
// stride; strides and dilation both above 1; an input of a rank other than 4 or with an
// unknown number of channels.
func Conv2DTranspose(filters int, kernelSize ...int) *Conv2DTransposeLayer {
	l := &Conv2DTransposeLayer{}
	return l.init(l, "Conv2DTranspose", 2, filters, kernelSize)
}

// Conv2DTransposeLayer is the layer that Conv2DTranspose returns.
type Conv2DTransposeLayer struct {
	convTranspose[Conv2DTransposeLayer]
}
