package layers

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// globalPool is what pooling layers over whole axes share.
type globalPool[Self any] struct {
	base[Self]
	cfg    globalPoolConfig
	reduce func(x *gorgonia.Node, axes ...int) *gorgonia.Node
}

type globalPoolConfig struct {
	rank int // spatial axes

	DataFormat DataFormat `keras:"data_format"`
	KeepDims   bool       `keras:"keepdims"`
}

func newGlobalPoolConfig(rank int) globalPoolConfig {
	return globalPoolConfig{rank: rank, DataFormat: ChannelsLast}
}

// DataFormat sets data_format. Default channels_last.
func (l *globalPool[Self]) DataFormat(d DataFormat) *Self {
	l.cfg.DataFormat = lower(d)
	return l.self
}

// KeepDims sets keepdims: the axes stay, with size 1. Default false.
func (l *globalPool[Self]) KeepDims(on bool) *Self {
	l.cfg.KeepDims = on
	return l.self
}

func (c *globalPoolConfig) validate() error {
	var f faults
	f.dataFormat(c.DataFormat)
	return f.err()
}

// OutputShapes gives batch and channels, with keepdims also axes of size 1.
func (l *globalPool[Self]) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	rank := l.cfg.rank + 2
	s, err := singleOfRank(rank, in)
	if err != nil {
		return nil, err
	}
	if !l.cfg.KeepDims {
		return []keras.Shape{{s[0], s[l.cfg.DataFormat.channels(rank)]}}, nil
	}
	out := s.Clone()
	for _, a := range l.cfg.DataFormat.spatial(rank) {
		out[a] = 1
	}
	return []keras.Shape{out}, nil
}

// Call reduces the spatial axes.
func (l *globalPool[Self]) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	axes := l.cfg.DataFormat.spatial(in[0].Dims())
	return t.Out(l.shaped(l.reduce(l.float(in[0]), axes...), axes))
}

// shaped is a reduction over axes, with keepdims in a shape that still has them.
func (l *globalPool[Self]) shaped(y *gorgonia.Node, axes []int) *gorgonia.Node {
	if !l.cfg.KeepDims {
		return y
	}
	return ops.ExpandDims(y, axes...)
}
