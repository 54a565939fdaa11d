package layers

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*GlobalAveragePooling2DLayer)(nil)
	_ keras.ShapeInferer = (*GlobalAveragePooling2DLayer)(nil)
)

// GlobalAveragePooling2D returns a layer that takes the mean of each channel of an image.
//
//	input  (batch, rows, cols, channels), or with channels_first (batch, channels, rows, cols)
//	output (batch, channels), or with KeepDims (batch, 1, 1, channels) or (batch, channels, 1, 1)
//
// Defaults: DataFormat channels_last, KeepDims false. A mask ends here.
// Errors: an input of a rank other than 4.
func GlobalAveragePooling2D() *GlobalAveragePooling2DLayer {
	l := &GlobalAveragePooling2DLayer{}
	l.cfg, l.reduce = newGlobalPoolConfig(2), ops.Mean
	l.NothingToBuild()
	return l.init(l, "GlobalAveragePooling2D", &l.cfg)
}

// GlobalAveragePooling2DLayer is the layer that GlobalAveragePooling2D returns.
type GlobalAveragePooling2DLayer struct {
	globalPool[GlobalAveragePooling2DLayer]
}
