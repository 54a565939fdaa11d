package layers

import "github.com/gokeras/gokeras/keras"

var (
	_ keras.Layer        = (*MultiplyLayer)(nil)
	_ keras.ShapeInferer = (*MultiplyLayer)(nil)
	_ keras.MaskComputer = (*MultiplyLayer)(nil)
)

// Multiply returns a layer that multiplies its inputs.
//
//	inputs (batch, …), one or more; an input of lower rank gets axes after the batch axis
//	output the shape that the inputs, sample by sample, broadcast to
//
// The output's mask lets through what any of the inputs' masks does; there is none
// if an input has none.
// What a mask leaves out counts as 1.
// Errors: inputs that do not broadcast; batches of different sizes.
func Multiply() *MultiplyLayer {
	l := &MultiplyLayer{}
	l.combine = product
	return l.init(l, "Multiply", none{})
}

// MultiplyLayer is the layer that Multiply returns.
type MultiplyLayer struct{ merge[MultiplyLayer] }
