package layers

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*AveragePooling3DLayer)(nil)
	_ keras.ShapeInferer = (*AveragePooling3DLayer)(nil)
)

// AveragePooling3D returns a layer that takes the mean of each window over
// the three spatial axes of a volume. Padding does not count.
//
//	input  (batch, d₁, d₂, d₃, channels)
//	output (batch, d₁′, d₂′, d₃′, channels)
//
// With padding valid n′ = ⌊(n − size)/stride⌋ + 1, with same ⌈n/stride⌉. With
// channels_first the channels are axis 1 of input and output.
//
// poolSize is one size for all axes or one each; Keras has no default. Defaults: Strides the pool size,
// Padding valid, DataFormat channels_last. A mask ends here.
// Errors: no pool size; a size or stride < 1; an input of a rank other than 5, or
// smaller than the window.
func AveragePooling3D(poolSize ...int) *AveragePooling3DLayer {
	l := &AveragePooling3DLayer{}
	l.cfg, l.combine = newPoolConfig(3, poolSize), ops.AveragePool
	l.NothingToBuild()
	return l.init(l, "AveragePooling3D", &l.cfg)
}

// AveragePooling3DLayer is the layer that AveragePooling3D returns.
type AveragePooling3DLayer struct{ pool[AveragePooling3DLayer] }
