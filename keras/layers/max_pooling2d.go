package layers

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*MaxPooling2DLayer)(nil)
	_ keras.ShapeInferer = (*MaxPooling2DLayer)(nil)
)

// MaxPooling2D returns a layer that takes the largest number of each window over
// the rows and columns of an image. Padding never is the largest.
//
//	input  (batch, rows, cols, channels)
//	output (batch, rows′, cols′, channels)
//
// With padding valid n′ = ⌊(n − size)/stride⌋ + 1, with same ⌈n/stride⌉. With
// channels_first the channels are axis 1 of input and output.
//
// poolSize is one size for both axes or one each. Defaults: pool size 2, Strides the
// pool size, Padding valid, DataFormat channels_last. A mask ends here.
// Errors: a size or stride < 1; an input of a rank other than 4, or smaller than the window.
func MaxPooling2D(poolSize ...int) *MaxPooling2DLayer {
	if len(poolSize) == 0 {
		poolSize = []int{2}
	}
	l := &MaxPooling2DLayer{}
	l.cfg, l.combine = newPoolConfig(2, poolSize), ops.MaxPool
	l.NothingToBuild()
	return l.init(l, "MaxPooling2D", &l.cfg)
}

// MaxPooling2DLayer is the layer that MaxPooling2D returns.
type MaxPooling2DLayer struct{ pool[MaxPooling2DLayer] }
