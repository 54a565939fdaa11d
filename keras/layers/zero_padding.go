package layers

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// zeroPadding is what the layers share that put zeros around their input.
type zeroPadding[Self any] struct {
	base[Self]
	cfg zeroPaddingConfig
}

type zeroPaddingConfig struct {
	rank int // spatial axes

	Padding    sides      `keras:"padding"`
	DataFormat DataFormat `keras:"data_format"`
}

func newZeroPaddingConfig(rank int, padding []int) zeroPaddingConfig {
	if len(padding) == 0 {
		padding = []int{1}
	}
	return zeroPaddingConfig{rank: rank, Padding: newSides(rank, padding), DataFormat: ChannelsLast}
}

// Padding sets padding: the numbers of zeros before and after, one pair for all axes or
// one each.
func (l *zeroPadding[Self]) Padding(beforeAfter ...[2]int) *Self {
	l.cfg.Padding = pairs(l.cfg.rank, beforeAfter)
	return l.self
}

// DataFormat sets data_format. Default channels_last.
func (l *zeroPadding[Self]) DataFormat(d DataFormat) *Self {
	l.cfg.DataFormat = lower(d)
	return l.self
}

func (c *zeroPaddingConfig) validate() error {
	var f faults
	f.sides("padding", c.rank, c.Padding)
	f.dataFormat(c.DataFormat)
	return f.err()
}

// OutputShapes adds the padding.
func (l *zeroPadding[Self]) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	s, err := singleOfRank(l.cfg.rank+2, in)
	if err != nil {
		return nil, err
	}
	return []keras.Shape{l.cfg.Padding.resized(s, l.cfg.DataFormat, 1)}, nil
}

// OutputDTypes gives the input's type.
func (l *zeroPadding[Self]) OutputDTypes(in ...tensor.Dtype) []tensor.Dtype { return l.keepTypes(in) }

// Call pads.
func (l *zeroPadding[Self]) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	before, after := l.cfg.Padding.of(l.cfg.DataFormat)
	return t.Out(ops.Pad(in[0], before, after, 0))
}
