package layers

import (
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/symbolic"
)

var (
	_ keras.Layer        = (*ConcatenateLayer)(nil)
	_ keras.ShapeInferer = (*ConcatenateLayer)(nil)
	_ keras.MaskComputer = (*ConcatenateLayer)(nil)
	_ keras.MaskDrawer   = (*ConcatenateLayer)(nil)
	_ keras.ListTaker    = (*ConcatenateLayer)(nil)
)

// Concatenate returns a layer that joins its inputs on an axis.
//
//	inputs (…, n₁, …), (…, n₂, …), …: the other axes are the same
//	output (…, n₁+n₂+…, …)
//
// The output has a mask if an input has one: that of an input without counts as all
// true, and masks are joined as the inputs are. Default: Axis −1.
// Errors: an axis that an input does not have; inputs that differ on another axis.
func Concatenate() *ConcatenateLayer {
	l := &ConcatenateLayer{cfg: concatenateConfig{Axis: -1}}
	return l.init(l, "Concatenate", &l.cfg)
}

// ConcatenateLayer is the layer that Concatenate returns.
type ConcatenateLayer struct {
	base[ConcatenateLayer]
	cfg concatenateConfig
}

type concatenateConfig struct {
	Axis int `keras:"axis"`
}

// Axis sets axis; 0 is the batch axis. Default −1, the last one.
func (l *ConcatenateLayer) Axis(a int) *ConcatenateLayer {
	l.cfg.Axis = a
	return l
}

func (c *concatenateConfig) validate() error { return nil }

// TakesList says that Keras calls the layer on one list.
func (l *ConcatenateLayer) TakesList() {}

// OutputShapes gives the first input's shape, with the sum of the sizes on the axis.
func (l *ConcatenateLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	out := in[0].Clone()
	axes, err := intList{l.cfg.Axis}.axes(out)
	if err != nil {
		return nil, err
	}
	axis := axes[0]
	for _, s := range in[1:] {
		fits := s.Clone()
		if len(s) == len(out) {
			fits[axis] = out[axis]
		}
		if !out.Accepts(fits) {
			return nil, keras.Fault(keras.ErrShape, "A `Concatenate` layer requires inputs with matching shapes except for the concatenation axis. "+
				"Received: input_shape=%s", shapeList(in))
		}
		if s[axis] == keras.None || out[axis] == keras.None {
			out[axis] = keras.None
		} else {
			out[axis] += s[axis]
		}
	}
	return []keras.Shape{out}, nil
}

// Call joins the inputs.
func (l *ConcatenateLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.Concat(l.cfg.Axis, l.floats(in)...))
}

// ComputeMasks joins the masks as masks of elements, and lets through the steps of
// which one element is.
func (l *ConcatenateLayer) ComputeMasks(t *keras.Trace, in, masks []*gorgonia.Node) ([]*gorgonia.Node, error) {
	if !slices.ContainsFunc(masks, func(m *gorgonia.Node) bool { return m != nil }) {
		return []*gorgonia.Node{nil}, nil
	}
	parts := make([]*gorgonia.Node, len(in))
	for i, m := range masks {
		switch x := in[i]; {
		case m == nil:
			parts[i] = ops.Ones(t, x.Shape()...)
		case m.Dims() < x.Dims():
			parts[i] = ops.Cast(over(x, m), tensor.Float32)
		default:
			parts[i] = ops.Cast(m, tensor.Float32)
		}
	}
	return []*gorgonia.Node{ops.Greater(ops.Max(ops.Concat(l.cfg.Axis, parts...), -1), ops.Zeros(t))}, nil
}

// DrawMasks does it with Keras's operations.
func (l *ConcatenateLayer) DrawMasks(in, masks keras.List) keras.List {
	if !slices.ContainsFunc(masks, func(m *keras.Tensor) bool { return m != nil }) {
		return nil
	}
	parts := make(keras.List, len(in))
	for i, m := range masks {
		switch x := in[i]; {
		case m == nil:
			parts[i] = symbolic.OnesLike(x, symbolic.DType(tensor.Bool))
		case m.Shape().Rank() < x.Shape().Rank():
			steps := symbolic.ExpandDims(m, -1)
			parts[i] = symbolic.LogicalOr(steps, symbolic.ZerosLike(x, symbolic.DType(tensor.Bool)))
		default:
			parts[i] = m
		}
	}
	return keras.List{symbolic.Any(symbolic.Concatenate(parts, symbolic.Axis(l.cfg.Axis)), symbolic.Axis(-1))}
}
