package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ sequenceLayer    = (*ConvLSTM3DLayer)(nil)
	_ keras.MaskRouter = (*ConvLSTM3DLayer)(nil)
	_ keras.Wrapper    = (*ConvLSTM3DLayer)(nil)
	_ keras.StateTaker = (*ConvLSTM3DLayer)(nil)
	_ keras.MaskTaker  = (*ConvLSTM3DLayer)(nil)
)

// ConvLSTM3D returns an LSTM for sequences of volumes: convolutions stand in the place of its products.
//
//	i, f, o = recurrent_activation of the 1st, 2nd and 4th quarter of x∗kernel + h∗recurrent_kernel + bias
//	c' = f·c + i·activation(the 3rd quarter)
//	h' = o·activation(c')
//
//	input  (batch, time, depth, rows, cols, channels), and optionally initial states h and c (batch, depth′, rows′, cols′, filters)
//	output (batch, depth′, rows′, cols′, filters), or with ReturnSequences (batch, time, depth′, rows′, cols′, filters)
//	       with ReturnState also the last h and c
//
// The convolution of x makes the sizes, as Conv3D does; that of h keeps them. With
// channels_first the channels are before depth, rows, cols.
//
// kernelSize is one size for all axes or one each. Defaults and masks are those of ConvLSTM2D. Errors too, with
// an input of rank 6.
func ConvLSTM3D(filters int, kernelSize ...int) *ConvLSTM3DLayer {
	l := &ConvLSTM3DLayer{}
	return l.convLSTM.init(l, "ConvLSTM3D", 3, filters, kernelSize)
}

// ConvLSTM3DLayer is the layer that ConvLSTM3D returns.
type ConvLSTM3DLayer struct{ convLSTM[ConvLSTM3DLayer] }
