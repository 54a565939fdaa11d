package layers

import "github.com/gokeras/gokeras/keras"

// InputLayer returns the layer behind a keras.Input, to stand first in a
// Sequential model.
//
//	output (batch, shape…)
//
// Its options are those of keras.Input. Errors: as keras.Input.
func InputLayer(shape keras.Shape, opts ...keras.InputOption) *keras.InputLayer {
	return keras.NewInputLayer(shape, opts...)
}
