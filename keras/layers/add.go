package layers

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*AddLayer)(nil)
	_ keras.ShapeInferer = (*AddLayer)(nil)
	_ keras.MaskComputer = (*AddLayer)(nil)
)

// Add returns a layer that adds its inputs.
//
//	inputs (batch, …), one or more; an input of lower rank gets axes after the batch axis
//	output the shape that the inputs, sample by sample, broadcast to
//
// The output's mask lets through what any of the inputs' masks does; there is none
// if an input has none.
// Errors: inputs that do not broadcast; batches of different sizes.
func Add() *AddLayer {
	l := &AddLayer{}
	l.combine = pairwise(ops.Add)
	return l.init(l, "Add", none{})
}

// AddLayer is the layer that Add returns.
type AddLayer struct{ merge[AddLayer] }
