package layers

import (
	"slices"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*SoftmaxLayer)(nil)
	_ keras.ShapeInferer = (*SoftmaxLayer)(nil)
)

// Softmax returns a layer that computes e^x / Σe^x over one or several axes.
//
//	input  any shape
//	output the same
//
// Elements that a mask (which must broadcast to the input) leaves out count as −1e9,
// and are 0 in the output. A mask passes through. Default: Axis −1.
// Errors: an axis that the input does not have, or has twice.
func Softmax() *SoftmaxLayer {
	l := &SoftmaxLayer{cfg: axisConfig{Axis: intList{-1}}}
	l.PassMask()
	l.NothingToBuild()
	return l.init(l, "Softmax", &l.cfg)
}

// SoftmaxLayer is the layer that Softmax returns.
type SoftmaxLayer struct {
	base[SoftmaxLayer]
	cfg axisConfig
}

type axisConfig struct {
	Axis intList `keras:"axis"`
}

// Axis sets axis, one or several. Default −1, the last one.
func (l *SoftmaxLayer) Axis(axes ...int) *SoftmaxLayer {
	l.cfg.Axis = axes
	return l
}

func (c *axisConfig) validate() error {
	var f faults
	f.require(len(c.Axis) > 0, "The `axis` argument must be an integer or a list of them. Received none")
	return f.err()
}

// OutputShapes gives the input's shape.
func (l *SoftmaxLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	out, err := sameShape(in)
	if err == nil {
		_, err = l.cfg.Axis.axes(in[0])
	}
	return out, err
}

// maskedLogit is what Keras puts in the place of elements outside a mask.
const maskedLogit = -1e9

// TakesMask says that Keras's call has an argument mask.
func (l *SoftmaxLayer) TakesMask() bool { return true }

// Call computes the softmax.
func (l *SoftmaxLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x, mask := l.float(in[0]), t.Mask(0)
	axes, err := l.cfg.Axis.axes(keras.Shape(x.Shape()))
	if err != nil {
		return nil, err
	}
	if mask == nil {
		return t.Out(softmax(x, axes))
	}
	if !broadcastsTo(mask.Shape(), x.Shape()) {
		return nil, keras.Fault(keras.ErrShape, "The `mask` must be broadcastable to `inputs`. Each mask dimension must be 1 or match "+
			"the corresponding input dimension. Received: inputs.shape=%s, mask.shape=%s", keras.Shape(x.Shape()), keras.Shape(mask.Shape()))
	}
	outside := l.float(ops.Full(t, maskedLogit))
	y := softmax(ops.Where(mask, x, outside), axes)
	return t.Out(ops.Where(mask, y, l.float(ops.Zeros(t)))) // where an axis is masked as a whole
}

// broadcastsTo reports whether a tensor of a shape can stand where one of shape to is wanted.
func broadcastsTo(shape, to []int) bool {
	more := len(to) - len(shape)
	for i, d := range shape {
		if more < 0 || d != 1 && d != to[more+i] {
			return false
		}
	}
	return true
}

// softmax is the softmax over axes taken together.
func softmax(x *gorgonia.Node, axes []int) *gorgonia.Node {
	if len(axes) == 1 {
		return ops.Softmax(x, axes[0])
	}
	var order []int
	for a := range x.Dims() {
		if !slices.Contains(axes, a) {
			order = append(order, a)
		}
	}
	rest := len(order)
	order = append(order, axes...)
	back := make([]int, len(order))
	for i, a := range order {
		back[a] = i
	}
	moved := ops.Transpose(x, order...)
	dims := append(slices.Clone(moved.Shape()[:rest]), -1)
	y := ops.Softmax(ops.Reshape(moved, dims...), -1)
	return ops.Transpose(ops.Reshape(y, moved.Shape()...), back...)
}
