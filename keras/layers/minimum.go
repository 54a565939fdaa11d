package layers

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*MinimumLayer)(nil)
	_ keras.ShapeInferer = (*MinimumLayer)(nil)
	_ keras.MaskComputer = (*MinimumLayer)(nil)
)

// Minimum returns a layer that takes the smallest of its inputs, element by element.
//
//	inputs (batch, …), one or more; an input of lower rank gets axes after the batch axis
//	output the shape that the inputs, sample by sample, broadcast to
//
// The output's mask lets through what any of the inputs' masks does; there is none
// if an input has none.
// What a mask leaves out does not count.
// Errors: inputs that do not broadcast; batches of different sizes.
func Minimum() *MinimumLayer {
	l := &MinimumLayer{}
	l.combine = selective(ops.Minimum)
	return l.init(l, "Minimum", none{})
}

// MinimumLayer is the layer that Minimum returns.
type MinimumLayer struct{ merge[MinimumLayer] }
