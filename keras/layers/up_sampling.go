package layers

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// upSampling is what the layers share that make steps, rows and columns more.
type upSampling[Self any] struct {
	base[Self]
	cfg upSamplingConfig
}

// upSamplingConfig is the config over two axes. That over three has no interpolation,
// that over one no data format either.
type upSamplingConfig struct {
	upSamplingFormat
	Interpolation Interpolation `keras:"interpolation"`
}

type upSamplingFormat struct {
	upSamplingSize
	DataFormat DataFormat `keras:"data_format"`
}

type upSamplingSize struct {
	rank int // spatial axes

	Size intList `keras:"size"`
}

func newUpSamplingConfig(rank int, size []int) (c upSamplingConfig) {
	if len(size) == 0 {
		size = []int{2}
	}
	c.rank, c.Size, c.DataFormat, c.Interpolation = rank, sizes(rank, size), ChannelsLast, Nearest
	return c
}

func (c *upSamplingSize) validate() error {
	var f faults
	if c.rank > 1 {
		f.sizes("size", c.rank, c.Size)
	} else {
		f.require(len(c.Size) == 1 && c.Size[0] > 0, fmt.Sprintf("Argument `size` should be a positive integer. Received: size=%v", c.Size.EncodeConfig()))
	}
	return f.err()
}

func (c *upSamplingFormat) validate() error {
	var f faults
	f.accept(c.upSamplingSize.validate())
	f.dataFormat(c.DataFormat)
	return f.err()
}

func (c *upSamplingConfig) validate() error {
	var f faults
	f.accept(c.upSamplingFormat.validate())
	f.interpolation(c.Interpolation)
	return f.err()
}

// OutputShapes multiplies the spatial sizes.
func (l *upSampling[Self]) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	s, err := singleOfRank(l.cfg.rank+2, in)
	if err != nil {
		return nil, err
	}
	out := s.Clone()
	for i, a := range l.cfg.DataFormat.spatial(len(s)) {
		if s[a] != keras.None {
			out[a] *= l.cfg.Size[i]
		}
	}
	return []keras.Shape{out}, nil
}

// OutputDTypes gives the input's type.
func (l *upSampling[Self]) OutputDTypes(in ...tensor.Dtype) []tensor.Dtype { return l.keepTypes(in) }

// Call repeats or interpolates.
func (l *upSampling[Self]) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x := in[0]
	if l.cfg.Interpolation != Nearest {
		return t.Out(l.interpolated(x))
	}
	times := []int{1, 1, 1, 1, 1}[:x.Dims()]
	for i, a := range l.cfg.DataFormat.spatial(x.Dims()) {
		times[a] = l.cfg.Size[i]
	}
	return t.Out(ops.UpSample(x, times...))
}

// interpolated resizes images. Integers are rounded.
func (l *upSampling[Self]) interpolated(x *gorgonia.Node) *gorgonia.Node {
	y := l.float(x)
	if l.cfg.DataFormat == ChannelsFirst {
		y = ops.Transpose(y, 0, 2, 3, 1)
	}
	y = ops.Resize(y, y.Shape()[1]*l.cfg.Size[0], y.Shape()[2]*l.cfg.Size[1], string(l.cfg.Interpolation))
	if l.cfg.DataFormat == ChannelsFirst {
		y = ops.Transpose(y, 0, 3, 1, 2)
	}
	if l.keepTypes([]tensor.Dtype{x.Dtype()})[0] == l.DType() {
		return y
	}
	return ops.SaturateCast(ops.Round(y), x.Dtype())
}
