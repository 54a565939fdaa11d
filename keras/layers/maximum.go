package layers

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*MaximumLayer)(nil)
	_ keras.ShapeInferer = (*MaximumLayer)(nil)
	_ keras.MaskComputer = (*MaximumLayer)(nil)
)

// Maximum returns a layer that takes the largest of its inputs, element by element.
//
//	inputs (batch, …), one or more; an input of lower rank gets axes after the batch axis
//	output the shape that the inputs, sample by sample, broadcast to
//
// The output's mask lets through what any of the inputs' masks does; there is none
// if an input has none.
// What a mask leaves out does not count.
// Errors: inputs that do not broadcast; batches of different sizes.
func Maximum() *MaximumLayer {
	l := &MaximumLayer{}
	l.combine = selective(ops.Maximum)
	return l.init(l, "Maximum", none{})
}

// MaximumLayer is the layer that Maximum returns.
type MaximumLayer struct{ merge[MaximumLayer] }
