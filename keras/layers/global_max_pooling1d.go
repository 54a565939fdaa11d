package layers

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*GlobalMaxPooling1DLayer)(nil)
	_ keras.ShapeInferer = (*GlobalMaxPooling1DLayer)(nil)
)

// GlobalMaxPooling1D returns a layer that takes the largest number of each feature of a sequence.
//
//	input  (batch, steps, features), or with channels_first (batch, features, steps)
//	output (batch, features), or with KeepDims (batch, 1, features) or (batch, features, 1)
//
// Defaults: DataFormat channels_last, KeepDims false. A mask ends here.
// Errors: an input of a rank other than 3.
func GlobalMaxPooling1D() *GlobalMaxPooling1DLayer {
	l := &GlobalMaxPooling1DLayer{}
	l.cfg, l.reduce = newGlobalPoolConfig(1), ops.Max
	l.NothingToBuild()
	return l.init(l, "GlobalMaxPooling1D", &l.cfg)
}

// GlobalMaxPooling1DLayer is the layer that GlobalMaxPooling1D returns.
type GlobalMaxPooling1DLayer struct {
	globalPool[GlobalMaxPooling1DLayer]
}
