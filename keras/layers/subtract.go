package layers

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*SubtractLayer)(nil)
	_ keras.ShapeInferer = (*SubtractLayer)(nil)
	_ keras.MaskComputer = (*SubtractLayer)(nil)
)

// Subtract returns a layer that subtracts its second input from the first.
//
//	inputs (batch, …), two; an input of lower rank gets axes after the batch axis
//	output the shape that the inputs, sample by sample, broadcast to
//
// The output's mask lets through what any of the inputs' masks does; there is none
// if an input has none.
// Errors: a number of inputs other than 2;
// inputs that do not broadcast; batches of different sizes.
func Subtract() *SubtractLayer {
	l := &SubtractLayer{}
	l.inputs, l.combine = 2, pairwise(ops.Sub)
	return l.init(l, "Subtract", none{})
}

// SubtractLayer is the layer that Subtract returns.
type SubtractLayer struct{ merge[SubtractLayer] }
