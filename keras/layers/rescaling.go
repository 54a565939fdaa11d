package layers

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*RescalingLayer)(nil)
	_ keras.ShapeInferer = (*RescalingLayer)(nil)
	_ keras.ConfigValue  = (*perChannel)(nil)
)

// Rescaling returns a layer that computes x·scale + offset, in training too.
//
//	input  any shape, any type of number
//	output the same shape, float
//
// Defaults: Offset 0. Scale and Offset also take one number for each channel, on
// the last axis. A mask passes through. Errors: a last axis that is not as long as those.
func Rescaling(scale float64) *RescalingLayer {
	l := &RescalingLayer{cfg: rescalingConfig{Scale: perChannel{scale}, Offset: perChannel{0}}}
	l.PassMask()
	return l.init(l, "Rescaling", &l.cfg)
}

// RescalingLayer is the layer that Rescaling returns.
type RescalingLayer struct {
	base[RescalingLayer]
	cfg rescalingConfig
}

type rescalingConfig struct {
	Scale  perChannel `keras:"scale"`
	Offset perChannel `keras:"offset"`
}

// Scale sets scale, one number for all channels or one each.
func (l *RescalingLayer) Scale(s ...float64) *RescalingLayer {
	l.cfg.Scale = s
	return l
}

// Offset sets offset, one number for all channels or one each. Default 0.
func (l *RescalingLayer) Offset(o ...float64) *RescalingLayer {
	l.cfg.Offset = o
	return l
}

func (c *rescalingConfig) validate() error {
	var f faults
	f.require(len(c.Scale) > 0, "The `scale` argument must be a number, or one for each channel. Received none")
	f.require(len(c.Offset) > 0, "The `offset` argument must be a number, or one for each channel. Received none")
	return f.err()
}

// OutputShapes gives the input's shape.
func (l *RescalingLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	out, err := sameShape(in)
	if err != nil {
		return nil, err
	}
	for _, p := range []perChannel{l.cfg.Scale, l.cfg.Offset} {
		if d := in[0].Last(); len(p) > 1 && d != keras.None && d != len(p) {
			return nil, keras.Expected(keras.ErrShape, fmt.Sprintf("an input whose last axis is %d", len(p)), in[0])
		}
	}
	return out, nil
}

// Call computes x·scale + offset.
func (l *RescalingLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x, scale, offset := l.float(in[0]), l.cfg.Scale, l.cfg.Offset
	if len(scale) == 1 && len(offset) == 1 {
		return t.Out(ops.Scale(x, scale[0], offset[0]))
	}
	return t.Out(ops.Add(ops.Mul(x, scale.node(t, l.DType())), offset.node(t, l.DType())))
}

// perChannel is one number for all channels, or one for each. In a config the
// one is a number, several are a list.
type perChannel []float64

// EncodeConfig is the number or the list.
func (p perChannel) EncodeConfig() any {
	if len(p) == 1 {
		return p[0]
	}
	list := make([]any, len(p))
	for i, v := range p {
		list[i] = v
	}
	return list
}

// DecodeConfig reads what EncodeConfig writes.
func (p *perChannel) DecodeConfig(v any) error {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	numbers := make(perChannel, len(list))
	for i, e := range list {
		switch n := e.(type) {
		case int:
			numbers[i] = float64(n)
		case float64:
			numbers[i] = n
		default:
			return keras.Expected(keras.ErrConfig, "a number or a list of numbers", v)
		}
	}
	*p = numbers
	return nil
}

// node is the numbers as a constant.
func (p perChannel) node(t *keras.Trace, dt tensor.Dtype) *gorgonia.Node {
	return ops.Cast(ops.Constant(t, tensor.New(tensor.WithBacking([]float64(p)), tensor.WithShape(len(p)))), dt)
}
