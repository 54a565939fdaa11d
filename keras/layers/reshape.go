package layers

import (
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*ReshapeLayer)(nil)
	_ keras.ShapeInferer = (*ReshapeLayer)(nil)
	_ keras.DTypeInferer = (*ReshapeLayer)(nil)
)

// Reshape returns a layer that gives each sample another shape.
//
//	input  (batch, …)
//	output (batch, dims…)
//
// One size may be −1: what is left of the input's. Integers stay integers. A mask
// ends here. Errors: a size below −1; more than one −1; a shape with another
// number of elements than the input has.
func Reshape(dims ...int) *ReshapeLayer {
	l := &ReshapeLayer{cfg: reshapeConfig{TargetShape: append([]int{}, dims...)}}
	l.NothingToBuild()
	return l.init(l, "Reshape", &l.cfg)
}

// ReshapeLayer is the layer that Reshape returns.
type ReshapeLayer struct {
	base[ReshapeLayer]
	cfg reshapeConfig
}

type reshapeConfig struct {
	TargetShape []int `keras:"target_shape"`
}

func (c *reshapeConfig) validate() error {
	var f faults
	unknown := 0
	for _, d := range c.TargetShape {
		if d == -1 {
			unknown++
		}
	}
	f.require(!slices.ContainsFunc(c.TargetShape, func(d int) bool { return d < -1 }),
		"Each dimension in `target_shape` must be a non-negative integer, or `-1` for a single unknown dimension. Received: target_shape="+tuple(c.TargetShape)+".")
	f.require(unknown <= 1,
		"There must be at most one unknown dimension (-1) in `target_shape`. Received: target_shape="+tuple(c.TargetShape)+".")
	return f.err()
}

// OutputShapes gives the target shape, its −1 resolved where the input is known.
func (l *ReshapeLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	s, err := single(in)
	if err != nil {
		return nil, err
	}
	target := keras.Shape(l.cfg.TargetShape) // its −1 is None
	total, free := s[1:].Size(), slices.Index(target, -1)
	out := target.WithBatch(s[0])
	if total == keras.None {
		return []keras.Shape{out}, nil
	}
	if free < 0 {
		if target.Size() != total {
			return nil, keras.Fault(keras.ErrShape, "The total size of the tensor must be unchanged. Received: input_shape=%s, target_shape=%s",
				s[1:], tuple(target))
		}
		return []keras.Shape{out}, nil
	}
	out[free+1] = 1
	rest := out[1:].Size()
	if rest == 0 || total%rest != 0 {
		return nil, keras.Fault(keras.ErrShape, "The total size of the tensor must be unchanged, however, the input size cannot by divided "+
			"by the specified dimensions in target_shape. Received: input_shape=%s, target_shape=%s", s[1:], tuple(target))
	}
	out[free+1] = total / rest
	return []keras.Shape{out}, nil
}

// OutputDTypes gives the input's type.
func (l *ReshapeLayer) OutputDTypes(in ...tensor.Dtype) []tensor.Dtype { return l.keepTypes(in) }

// Call reshapes.
func (l *ReshapeLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.Reshape(in[0], append([]int{in[0].Shape()[0]}, l.cfg.TargetShape...)...))
}
