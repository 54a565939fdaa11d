package layers

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*GlobalMaxPooling3DLayer)(nil)
	_ keras.ShapeInferer = (*GlobalMaxPooling3DLayer)(nil)
)

// GlobalMaxPooling3D returns a layer that takes the largest number of each channel of a volume.
//
//	input  (batch, d₁, d₂, d₃, channels), or with channels_first (batch, channels, d₁, d₂, d₃)
//	output (batch, channels), or with KeepDims (batch, 1, 1, 1, channels) or (batch, channels, 1, 1, 1)
//
// Defaults: DataFormat channels_last, KeepDims false. A mask ends here.
// Errors: an input of a rank other than 5.
func GlobalMaxPooling3D() *GlobalMaxPooling3DLayer {
	l := &GlobalMaxPooling3DLayer{}
	l.cfg, l.reduce = newGlobalPoolConfig(3), ops.Max
	l.NothingToBuild()
	return l.init(l, "GlobalMaxPooling3D", &l.cfg)
}

// GlobalMaxPooling3DLayer is the layer that GlobalMaxPooling3D returns.
type GlobalMaxPooling3DLayer struct {
	globalPool[GlobalMaxPooling3DLayer]
}
