package layers

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*MaxPooling1DLayer)(nil)
	_ keras.ShapeInferer = (*MaxPooling1DLayer)(nil)
)

// MaxPooling1D returns a layer that takes the largest number of each window over
// the steps of a sequence. Padding never is the largest.
//
//	input  (batch, steps, features)
//	output (batch, steps′, features)
//
// With padding valid n′ = ⌊(n − size)/stride⌋ + 1, with same ⌈n/stride⌉. With
// channels_first the features are axis 1 of input and output.
//
// poolSize is one size. Defaults: pool size 2, Strides the pool size, Padding valid,
// DataFormat channels_last. A mask ends here.
// Errors: a size or stride < 1; an input of a rank other than 3, or smaller than the window.
func MaxPooling1D(poolSize ...int) *MaxPooling1DLayer {
	if len(poolSize) == 0 {
		poolSize = []int{2}
	}
	l := &MaxPooling1DLayer{}
	l.cfg, l.combine = newPoolConfig(1, poolSize), ops.MaxPool
	l.NothingToBuild()
	return l.init(l, "MaxPooling1D", &l.cfg)
}

// MaxPooling1DLayer is the layer that MaxPooling1D returns.
type MaxPooling1DLayer struct{ pool[MaxPooling1DLayer] }
