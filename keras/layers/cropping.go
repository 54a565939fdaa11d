package layers

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// cropping is what the layers share that cut off the edges of their input.
type cropping[Self any] struct {
	base[Self]
	cfg croppingConfig
}

// croppingConfig is the config over two and three axes. That over one has no data format.
type croppingConfig struct {
	croppingSides
	DataFormat DataFormat `keras:"data_format"`
}

type croppingSides struct {
	rank int // spatial axes

	Cropping sides `keras:"cropping"`
}

func newCroppingConfig(rank, byDefault int, cropping []int) croppingConfig {
	if len(cropping) == 0 {
		cropping = []int{byDefault}
	}
	return croppingConfig{croppingSides{rank: rank, Cropping: newSides(rank, cropping)}, ChannelsLast}
}

// Cropping sets cropping: how many elements to cut off before and after, one pair for
// all axes or one each.
func (l *cropping[Self]) Cropping(beforeAfter ...[2]int) *Self {
	l.cfg.Cropping = pairs(l.cfg.rank, beforeAfter)
	return l.self
}

func (c *croppingSides) validate() error {
	var f faults
	f.sides("cropping", c.rank, c.Cropping)
	return f.err()
}

func (c *croppingConfig) validate() error {
	var f faults
	f.accept(c.croppingSides.validate())
	f.dataFormat(c.DataFormat)
	return f.err()
}

// OutputShapes subtracts what is cut off.
func (l *cropping[Self]) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	c := &l.cfg
	s, err := singleOfRank(c.rank+2, in)
	if err != nil {
		return nil, err
	}
	out := c.Cropping.resized(s, c.DataFormat, -1)
	for a, n := range out {
		switch {
		case n > 0 || s[a] == keras.None || n == s[a]:
		case c.rank == 1:
			return nil, keras.Fault(keras.ErrShape, "`cropping` parameter of `Cropping1D` layer must be smaller than the input length. "+
				"Received: input_shape=%s, cropping=%s", s, c.Cropping)
		default:
			return nil, keras.Fault(keras.ErrShape, "Values in `cropping` argument should be smaller than the corresponding spatial dimension of the input. "+
				"Received: input_shape=%s, cropping=%s", s, c.Cropping)
		}
	}
	return []keras.Shape{out}, nil
}

// OutputDTypes gives the input's type.
func (l *cropping[Self]) OutputDTypes(in ...tensor.Dtype) []tensor.Dtype { return l.keepTypes(in) }

// Call cuts.
func (l *cropping[Self]) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	before, after := l.cfg.Cropping.of(l.cfg.DataFormat)
	return t.Out(ops.Crop(in[0], before, after))
}
