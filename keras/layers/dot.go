package layers

import (
	"slices"
	"strings"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*DotLayer)(nil)
	_ keras.ShapeInferer = (*DotLayer)(nil)
	_ keras.ListTaker    = (*DotLayer)(nil)
	_ keras.MaskRouter   = (*DotLayer)(nil)
)

// Dot returns a layer that multiplies two inputs, sample by sample: it sums over an axis
// of each.
//
//	inputs (batch, a…, n, a′…) and (batch, b…, n, b′…)
//	output (batch, a…, a′…, b…, b′…), or (batch, 1) if nothing is left
//
// axes is the axis of both inputs or one of each; a negative one counts from the end.
// Default: Normalize false. Masks end here.
// Errors: the batch as axis; axes of different sizes; another number of inputs than two.
func Dot(axes ...int) *DotLayer {
	l := &DotLayer{cfg: dotConfig{Axes: axes}}
	return l.init(l, "Dot", &l.cfg)
}

// DotLayer is the layer that Dot returns.
type DotLayer struct {
	base[DotLayer]
	cfg dotConfig
}

type dotConfig struct {
	Axes      intList `keras:"axes"`
	Normalize bool    `keras:"normalize"`
}

// Normalize sets normalize: what is multiplied has length 1, so that the products are
// cosines. Default false.
func (l *DotLayer) Normalize(on bool) *DotLayer {
	l.cfg.Normalize = on
	return l
}

func (c *dotConfig) validate() error {
	var f faults
	f.require(len(c.Axes) == 1 || len(c.Axes) == 2,
		"Invalid format for argument `axes`: it should contain two elements. Received: axes="+tuple(c.Axes))
	return f.err()
}

// TakesList says that Keras calls the layer on one list.
func (l *DotLayer) TakesList() {}

// axes are the axes to sum over, counted from the front.
func (c *dotConfig) axes(in []keras.Shape) (axes [2]int, err error) {
	for i, s := range in {
		at, err := c.Axes[min(i, len(c.Axes)-1):][:1].axes(s)
		if err != nil {
			return axes, err
		}
		axes[i] = at[0]
	}
	return axes, nil
}

// OutputShapes joins what is left of the inputs' shapes.
func (l *DotLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	if len(in) != 2 {
		return nil, keras.Fault(keras.ErrShape, "A `Dot` layer should be called on a list of 2 inputs. Received: input_shape=%s", shapeList(in))
	}
	axes, err := l.cfg.axes(in)
	if err != nil {
		return nil, err
	}
	a, b := in[0], in[1]
	switch n, m := a[axes[0]], b[axes[1]]; {
	case n != m:
		return nil, keras.Fault(keras.ErrShape, "Incompatible input shapes: axis values %s (at axis %d) != %s (at axis %d). Full input shapes: %s, %s",
			sizeText(n), axes[0], sizeText(m), axes[1], a, b)
	case axes[0] == 0 || axes[1] == 0:
		return nil, keras.Fault(keras.ErrShape, "Cannot perform batch_dot over axis 0. If your inputs are not batched, add a dummy batch "+
			"dimension to your inputs using keras.ops.expand_dims(x, 0)")
	case a[0] != keras.None && b[0] != keras.None && a[0] != b[0]:
		return nil, keras.Fault(keras.ErrShape, "Cannot do batch_dot on inputs with different batch sizes. Received inputs with shapes %s and %s.", a, b)
	}
	out := slices.Delete(a.Clone(), axes[0], axes[0]+1)
	out = append(out, slices.Delete(b.Clone(), axes[1], axes[1]+1)[1:]...)
	if len(out) == 1 {
		out = append(out, 1)
	}
	return []keras.Shape{out}, nil
}

// sizeText writes a size as Python does.
func sizeText(n int) string { return strings.Trim(keras.Shape{n}.String(), "(,)") }

// Call multiplies matrices: the first input's has a row for each element that is left
// of a sample, the second's a column.
func (l *DotLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	shapes := []keras.Shape{keras.Shape(in[0].Shape()), keras.Shape(in[1].Shape())}
	axes, err := l.cfg.axes(shapes)
	if err != nil {
		return nil, err
	}
	out, err := l.OutputShapes(shapes...)
	if err != nil {
		return nil, err
	}
	x := l.floats(in)
	if l.cfg.Normalize {
		x[0], x[1] = ops.Normalize(x[0], axes[0]), ops.Normalize(x[1], axes[1])
	}
	batch, n := shapes[0][0], shapes[0][axes[0]]
	rows := ops.Reshape(ops.MoveAxis(x[0], axes[0], -1), batch, -1, n)
	columns := ops.Reshape(ops.MoveAxis(x[1], axes[1], 1), batch, n, -1)
	return t.Out(ops.Reshape(ops.MatMul(rows, columns), out[0]...))
}

// RouteMasks gives none, as Keras does without a word.
func (l *DotLayer) RouteMasks(int) []int { return nil }
