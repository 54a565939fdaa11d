package layers

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*AveragePooling1DLayer)(nil)
	_ keras.ShapeInferer = (*AveragePooling1DLayer)(nil)
)

// AveragePooling1D returns a layer that takes the mean of each window over
// the steps of a sequence. Padding does not count.
//
//	input  (batch, steps, features)
//	output (batch, steps′, features)
//
// With padding valid n′ = ⌊(n − size)/stride⌋ + 1, with same ⌈n/stride⌉. With
// channels_first the features are axis 1 of input and output.
//
// poolSize is one size; Keras has no default. Defaults: Strides the pool size,
// Padding valid, DataFormat channels_last. A mask ends here.
// Errors: no pool size; a size or stride < 1; an input of a rank other than 3, or
// smaller than the window.
func AveragePooling1D(poolSize ...int) *AveragePooling1DLayer {
	l := &AveragePooling1DLayer{}
	l.cfg, l.combine = newPoolConfig(1, poolSize), ops.AveragePool
	l.NothingToBuild()
	return l.init(l, "AveragePooling1D", &l.cfg)
}

// AveragePooling1DLayer is the layer that AveragePooling1D returns.
type AveragePooling1DLayer struct{ pool[AveragePooling1DLayer] }
