package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ sequenceLayer    = (*ConvLSTM2DLayer)(nil)
	_ keras.MaskRouter = (*ConvLSTM2DLayer)(nil)
	_ keras.Wrapper    = (*ConvLSTM2DLayer)(nil)
	_ keras.StateTaker = (*ConvLSTM2DLayer)(nil)
	_ keras.MaskTaker  = (*ConvLSTM2DLayer)(nil)
)

// ConvLSTM2D returns an LSTM for sequences of images: convolutions stand in the place of its products.
//
//	i, f, o = recurrent_activation of the 1st, 2nd and 4th quarter of x∗kernel + h∗recurrent_kernel + bias
//	c' = f·c + i·activation(the 3rd quarter)
//	h' = o·activation(c')
//
//	input  (batch, time, rows, cols, channels), and optionally initial states h and c (batch, rows′, cols′, filters)
//	output (batch, rows′, cols′, filters), or with ReturnSequences (batch, time, rows′, cols′, filters)
//	       with ReturnState also the last h and c
//
// The convolution of x makes the sizes, as Conv2D does; that of h keeps them. With
// channels_first the channels are before rows and cols.
//
// kernelSize is one size for both axes or one each. Defaults: Strides 1, Padding valid,
// DataFormat channels_last, DilationRate 1, Activation tanh, RecurrentActivation sigmoid,
// UseBias true, UnitForgetBias true, KernelInitializer GlorotUniform, RecurrentInitializer
// Orthogonal, BiasInitializer Zeros, no regularizers, no constraints, no dropout; those of
// LSTM for sequences. Masks are those of LSTM too.
//
// Errors: filters, a size, stride or dilation < 1; strides and dilation both above 1; an
// input of a rank other than 5, of unknown sizes, or smaller than the kernel; those of LSTM.
func ConvLSTM2D(filters int, kernelSize ...int) *ConvLSTM2DLayer {
	l := &ConvLSTM2DLayer{}
	return l.convLSTM.init(l, "ConvLSTM2D", 2, filters, kernelSize)
}

// ConvLSTM2DLayer is the layer that ConvLSTM2D returns.
type ConvLSTM2DLayer struct{ convLSTM[ConvLSTM2DLayer] }
