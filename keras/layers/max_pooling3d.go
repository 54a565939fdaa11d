package layers

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*MaxPooling3DLayer)(nil)
	_ keras.ShapeInferer = (*MaxPooling3DLayer)(nil)
)

// MaxPooling3D returns a layer that takes the largest number of each window over
// the three spatial axes of a volume. Padding never is the largest.
//
//	input  (batch, d₁, d₂, d₃, channels)
//	output (batch, d₁′, d₂′, d₃′, channels)
//
// With padding valid n′ = ⌊(n − size)/stride⌋ + 1, with same ⌈n/stride⌉. With
// channels_first the channels are axis 1 of input and output.
//
// poolSize is one size for all axes or one each. Defaults: pool size 2, Strides the pool size, Padding valid,
// DataFormat channels_last. A mask ends here.
// Errors: a size or stride < 1; an input of a rank other than 5, or smaller than the window.
func MaxPooling3D(poolSize ...int) *MaxPooling3DLayer {
	if len(poolSize) == 0 {
		poolSize = []int{2}
	}
	l := &MaxPooling3DLayer{}
	l.cfg, l.combine = newPoolConfig(3, poolSize), ops.MaxPool
	l.NothingToBuild()
	return l.init(l, "MaxPooling3D", &l.cfg)
}

// MaxPooling3DLayer is the layer that MaxPooling3D returns.
type MaxPooling3DLayer struct{ pool[MaxPooling3DLayer] }
