package layers

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// pool is what pooling layers over windows share.
type pool[Self any] struct {
	base[Self]
	cfg     poolConfig
	combine func(x *gorgonia.Node, cfg ops.PoolConfig) *gorgonia.Node
}

type poolConfig struct {
	rank int // spatial axes

	PoolSize   []int      `keras:"pool_size"`
	Padding    Padding    `keras:"padding"`
	Strides    []int      `keras:"strides"`
	DataFormat DataFormat `keras:"data_format"`
}

func newPoolConfig(rank int, poolSize []int) poolConfig {
	size := sizes(rank, poolSize)
	return poolConfig{rank: rank, PoolSize: size, Padding: Valid, Strides: size, DataFormat: ChannelsLast}
}

// Strides sets strides, one for all axes or one each. Default the pool size.
func (l *pool[Self]) Strides(s ...int) *Self {
	l.cfg.Strides = sizes(l.cfg.rank, s)
	return l.self
}

// Padding sets padding. Default valid.
func (l *pool[Self]) Padding(p Padding) *Self {
	l.cfg.Padding = lower(p)
	return l.self
}

// DataFormat sets data_format. Default channels_last.
func (l *pool[Self]) DataFormat(d DataFormat) *Self {
	l.cfg.DataFormat = lower(d)
	return l.self
}

func (c *poolConfig) validate() error {
	var f faults
	f.sizes("pool_size", c.rank, c.PoolSize)
	f.sizes("strides", c.rank, c.Strides)
	f.padding(c.Padding, Valid, Same)
	f.dataFormat(c.DataFormat)
	return f.err()
}

// ops is the config as keras/ops wants it.
func (c *poolConfig) ops() ops.PoolConfig {
	return ops.PoolConfig{
		Window: c.PoolSize, Strides: c.Strides, Padding: string(c.Padding), ChannelsFirst: c.DataFormat == ChannelsFirst,
	}
}

// OutputShapes gives the sizes that windows, strides and padding leave.
func (l *pool[Self]) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	s, err := single(in)
	if err != nil {
		return nil, err
	}
	out, err := ops.PoolShape(s, l.cfg.ops())
	return []keras.Shape{out}, err
}

// Call reduces each window to one number.
func (l *pool[Self]) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(l.combine(l.float(in[0]), l.cfg.ops()))
}
