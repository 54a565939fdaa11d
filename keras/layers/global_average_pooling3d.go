package layers

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*GlobalAveragePooling3DLayer)(nil)
	_ keras.ShapeInferer = (*GlobalAveragePooling3DLayer)(nil)
)

// GlobalAveragePooling3D returns a layer that takes the mean of each channel of a volume.
//
//	input  (batch, d₁, d₂, d₃, channels), or with channels_first (batch, channels, d₁, d₂, d₃)
//	output (batch, channels), or with KeepDims (batch, 1, 1, 1, channels) or (batch, channels, 1, 1, 1)
//
// Defaults: DataFormat channels_last, KeepDims false. A mask ends here.
// Errors: an input of a rank other than 5.
func GlobalAveragePooling3D() *GlobalAveragePooling3DLayer {
	l := &GlobalAveragePooling3DLayer{}
	l.cfg, l.reduce = newGlobalPoolConfig(3), ops.Mean
	l.NothingToBuild()
	return l.init(l, "GlobalAveragePooling3D", &l.cfg)
}

// GlobalAveragePooling3DLayer is the layer that GlobalAveragePooling3D returns.
type GlobalAveragePooling3DLayer struct {
	globalPool[GlobalAveragePooling3DLayer]
}
