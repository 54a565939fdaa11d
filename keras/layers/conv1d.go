package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*Conv1DLayer)(nil)
	_ keras.ShapeInferer = (*Conv1DLayer)(nil)
)

// Conv1D returns a layer that slides filters over the steps of a sequence:
// activation(x∗kernel + bias). The kernel is not flipped.
//
//	input  (batch, steps, channels)    kernel (kernel size, channels/groups, filters)
//	output (batch, steps′, filters)    bias   (filters)
//
// With padding valid n′ = ⌊(n − dilation·(k−1) − 1)/stride⌋ + 1, with same ⌈n/stride⌉,
// where of an odd number of zeros the extra one is at the end. With causal all zeros
// are before the first step, so that no output sees a later input: n′ = ⌈n/stride⌉.
// With channels_first the channels are axis 1 of input and output.
//
// Defaults: Strides 1, Padding valid, DataFormat channels_last, DilationRate 1, Groups
// 1, Activation linear, UseBias true, KernelInitializer GlorotUniform, BiasInitializer
// Zeros, no regularizers, no constraints. A mask ends here.
//
// Errors: filters, the kernel size, strides, dilation or groups < 1; filters or channels
// that groups does not divide; strides and dilation both above 1; an input of a rank
// other than 3, with an unknown number of channels, or shorter than the kernel.
func Conv1D(filters, kernelSize int) *Conv1DLayer {
	l := &Conv1DLayer{}
	return l.init(l, "Conv1D", 1, filters, []int{kernelSize})
}

// Conv1DLayer is the layer that Conv1D returns.
type Conv1DLayer struct{ conv[Conv1DLayer] }
