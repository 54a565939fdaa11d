package layers

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*RepeatVectorLayer)(nil)
	_ keras.ShapeInferer = (*RepeatVectorLayer)(nil)
	_ keras.DTypeInferer = (*RepeatVectorLayer)(nil)
)

// RepeatVector returns a layer that makes a sequence of n times its input.
//
//	input  (batch, features)
//	output (batch, n, features)
//
// Integers stay integers. A mask ends here. Errors: n < 1; an input of a rank other than 2.
func RepeatVector(n int) *RepeatVectorLayer {
	l := &RepeatVectorLayer{cfg: repeatVectorConfig{N: n}}
	return l.init(l, "RepeatVector", &l.cfg)
}

// RepeatVectorLayer is the layer that RepeatVector returns.
type RepeatVectorLayer struct {
	base[RepeatVectorLayer]
	cfg repeatVectorConfig
}

type repeatVectorConfig struct {
	N int `keras:"n"`
}

func (c *repeatVectorConfig) validate() error {
	var f faults
	f.require(c.N > 0, fmt.Sprintf("Argument `n` should be a positive integer. Received: n=%d", c.N))
	return f.err()
}

// OutputShapes puts n behind the batch.
func (l *RepeatVectorLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	s, err := singleOfRank(2, in)
	if err != nil {
		return nil, err
	}
	return []keras.Shape{{s[0], l.cfg.N, s[1]}}, nil
}

// OutputDTypes gives the input's type.
func (l *RepeatVectorLayer) OutputDTypes(in ...tensor.Dtype) []tensor.Dtype { return l.keepTypes(in) }

// Call repeats.
func (l *RepeatVectorLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.Repeat(ops.ExpandDims(in[0], 1), 1, l.cfg.N))
}
