package layers

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*AveragePooling2DLayer)(nil)
	_ keras.ShapeInferer = (*AveragePooling2DLayer)(nil)
)

// AveragePooling2D returns a layer that takes the mean of each window over the
// rows and columns of an image. Padding does not count.
//
//	input  (batch, rows, cols, channels)
//	output (batch, rows′, cols′, channels)
//
// With padding valid n′ = ⌊(n − size)/stride⌋ + 1, with same ⌈n/stride⌉. With
// channels_first the channels are axis 1 of input and output.
//
// poolSize is one size for both axes or one each; Keras has no default. Defaults:
// Strides the pool size, Padding valid, DataFormat channels_last. A mask ends here.
// Errors: no pool size; a size or stride < 1; an input of a rank other than 4, or
// smaller than the window.
func AveragePooling2D(poolSize ...int) *AveragePooling2DLayer {
	l := &AveragePooling2DLayer{}
	l.cfg, l.combine = newPoolConfig(2, poolSize), ops.AveragePool
	l.NothingToBuild()
	return l.init(l, "AveragePooling2D", &l.cfg)
}

// AveragePooling2DLayer is the layer that AveragePooling2D returns.
type AveragePooling2DLayer struct{ pool[AveragePooling2DLayer] }
