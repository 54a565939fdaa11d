package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ sequenceLayer    = (*ConvLSTM1DLayer)(nil)
	_ keras.MaskRouter = (*ConvLSTM1DLayer)(nil)
	_ keras.Wrapper    = (*ConvLSTM1DLayer)(nil)
	_ keras.StateTaker = (*ConvLSTM1DLayer)(nil)
	_ keras.MaskTaker  = (*ConvLSTM1DLayer)(nil)
)

// ConvLSTM1D returns an LSTM for sequences of sequences: convolutions stand in the place of its products.
//
//	i, f, o = recurrent_activation of the 1st, 2nd and 4th quarter of x∗kernel + h∗recurrent_kernel + bias
//	c' = f·c + i·activation(the 3rd quarter)
//	h' = o·activation(c')
//
//	input  (batch, time, steps, channels), and optionally initial states h and c (batch, steps′, filters)
//	output (batch, steps′, filters), or with ReturnSequences (batch, time, steps′, filters)
//	       with ReturnState also the last h and c
//
// The convolution of x makes the sizes, as Conv1D does; that of h keeps them. With
// channels_first the channels are before steps.
//
// Defaults and masks are those of ConvLSTM2D. Errors too, with
// an input of rank 4.
func ConvLSTM1D(filters, kernelSize int) *ConvLSTM1DLayer {
	l := &ConvLSTM1DLayer{}
	return l.convLSTM.init(l, "ConvLSTM1D", 1, filters, []int{kernelSize})
}

// ConvLSTM1DLayer is the layer that ConvLSTM1D returns.
type ConvLSTM1DLayer struct{ convLSTM[ConvLSTM1DLayer] }
