package layers

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*GlobalMaxPooling2DLayer)(nil)
	_ keras.ShapeInferer = (*GlobalMaxPooling2DLayer)(nil)
)

// GlobalMaxPooling2D returns a layer that takes the largest number of each channel of an image.
//
//	input  (batch, rows, cols, channels), or with channels_first (batch, channels, rows, cols)
//	output (batch, channels), or with KeepDims (batch, 1, 1, channels) or (batch, channels, 1, 1)
//
// Defaults: DataFormat channels_last, KeepDims false. A mask ends here.
// Errors: an input of a rank other than 4.
func GlobalMaxPooling2D() *GlobalMaxPooling2DLayer {
	l := &GlobalMaxPooling2DLayer{}
	l.cfg, l.reduce = newGlobalPoolConfig(2), ops.Max
	l.NothingToBuild()
	return l.init(l, "GlobalMaxPooling2D", &l.cfg)
}

// GlobalMaxPooling2DLayer is the layer that GlobalMaxPooling2D returns.
type GlobalMaxPooling2DLayer struct {
	globalPool[GlobalMaxPooling2DLayer]
}
