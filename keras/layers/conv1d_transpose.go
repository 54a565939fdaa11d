package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*Conv1DTransposeLayer)(nil)
	_ keras.ShapeInferer = (*Conv1DTransposeLayer)(nil)
)

// Conv1DTranspose returns a layer that goes the way of a Conv1D back: each element of the
// input adds the kernel, times itself, to the output, at steps of strides. Then come
// bias and activation.
//
//	input  (batch, steps, channels)   kernel (kernel size, filters, channels)
//	output (batch, steps′, filters)    bias   (filters)
//
// With padding valid n′ = (n − 1)·stride + max(dilation·(k−1) + 1, stride), with same
// n·stride. OutputPadding sets sizes for which a Conv1D would have the same output. With
// channels_first the channels are axis 1 of input and output.
//
// Defaults: Strides 1, Padding valid,
// OutputPadding none, DataFormat channels_last, DilationRate 1, Activation linear,
// UseBias true, KernelInitializer GlorotUniform, BiasInitializer Zeros, no
// regularizers, no constraints. A mask ends here.
//
// Errors: filters, a size, stride or dilation < 1; an output padding < 0 or not below the
// stride; strides and dilation both above 1; an input of a rank other than 3 or with an
// unknown number of channels.
func Conv1DTranspose(filters, kernelSize int) *Conv1DTransposeLayer {
	l := &Conv1DTransposeLayer{}
	return l.init(l, "Conv1DTranspose", 1, filters, []int{kernelSize})
}

// Conv1DTransposeLayer is the layer that Conv1DTranspose returns.
type Conv1DTransposeLayer struct {
	convTranspose[Conv1DTransposeLayer]
}
