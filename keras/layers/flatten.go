package layers

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*FlattenLayer)(nil)
	_ keras.ShapeInferer = (*FlattenLayer)(nil)
	_ keras.DTypeInferer = (*FlattenLayer)(nil)
)

// Flatten returns a layer that makes one row of each sample.
//
//	input  (batch, d₁, …, dₙ)
//	output (batch, d₁·…·dₙ), for an input (batch) it is (batch, 1)
//
// With channels_first the channels, axis 1, move to the end before, so that the
// result is that of channels_last. Integers stay integers. A mask ends here.
// Default: DataFormat channels_last.
func Flatten() *FlattenLayer {
	l := &FlattenLayer{cfg: flattenConfig{DataFormat: ChannelsLast}}
	return l.init(l, "Flatten", &l.cfg)
}

// FlattenLayer is the layer that Flatten returns.
type FlattenLayer struct {
	base[FlattenLayer]
	cfg flattenConfig
}

type flattenConfig struct {
	DataFormat DataFormat `keras:"data_format"`
}

// DataFormat sets data_format. Default channels_last.
func (l *FlattenLayer) DataFormat(d DataFormat) *FlattenLayer {
	l.cfg.DataFormat = lower(d)
	return l
}

func (c *flattenConfig) validate() error {
	var f faults
	f.dataFormat(c.DataFormat)
	return f.err()
}

// OutputShapes gives the batch axis and the product of the others.
func (l *FlattenLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	s, err := single(in)
	if err != nil {
		return nil, err
	}
	return []keras.Shape{{s[0], s[1:].Size()}}, nil
}

// OutputDTypes gives the input's type.
func (l *FlattenLayer) OutputDTypes(in ...tensor.Dtype) []tensor.Dtype { return l.keepTypes(in) }

// Call reshapes.
func (l *FlattenLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x := in[0]
	if rank := x.Dims(); l.cfg.DataFormat == ChannelsFirst && rank > 2 {
		order := append([]int{0}, l.cfg.DataFormat.spatial(rank)...)
		x = ops.Transpose(x, append(order, 1)...)
	}
	return t.Out(ops.Reshape(x, x.Shape()[0], -1))
}
