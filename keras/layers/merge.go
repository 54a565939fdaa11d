package layers

import (
	"slices"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/symbolic"
)

// merge is what layers share that combine their inputs element by element.
type merge[Self any] struct {
	base[Self]
	inputs  int // how many it takes; 0 for any number
	combine combiner
}

// combiner makes one node of nodes of one rank. masks has nil for an input without one.
type combiner func(t *keras.Trace, in, masks []*gorgonia.Node) *gorgonia.Node

// TakesList says that Keras calls the layer on one list.
func (l *merge[Self]) TakesList() {}

// OutputShapes gives the shape that the inputs broadcast to.
func (l *merge[Self]) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	if l.inputs > 0 && len(in) != l.inputs {
		return nil, keras.Fault(keras.ErrShape, "A `%s` layer should be called on exactly %d inputs. Received: input_shape=%s",
			l.Class(), l.inputs, shapeList(in))
	}
	batch, out := in[0][0], in[0][1:]
	for _, s := range in[1:] {
		switch {
		case batch == keras.None:
			batch = s[0]
		case s[0] != keras.None && s[0] != batch:
			return nil, keras.Fault(keras.ErrShape, "Cannot merge tensors with different batch sizes. Received tensors with shapes %s", shapeList(in))
		}
		var err error
		if out, err = broadcast(out, s[1:]); err != nil {
			return nil, err
		}
	}
	return []keras.Shape{out.WithBatch(batch)}, nil
}

// broadcast is the shape of an elementwise operation on samples, as Keras finds it: None with 5 is None.
func broadcast(a, b keras.Shape) (keras.Shape, error) {
	if len(a) < len(b) {
		a, b = b, a
	}
	out, more := a.Clone(), len(a)-len(b)
	for i, n := range b {
		m := &out[more+i]
		switch {
		case *m == keras.None || n == keras.None:
			*m = keras.None
		case *m == 1:
			*m = n
		case n != 1 && n != *m:
			return nil, keras.Fault(keras.ErrShape, "Inputs have incompatible shapes. Received shapes %s and %s", a, b)
		}
	}
	return out, nil
}

// Call combines the inputs.
func (l *merge[Self]) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x, masks := l.floats(in), make([]*gorgonia.Node, len(in))
	rank, same := 0, true
	for i, n := range x {
		masks[i] = t.Mask(i)
		same = same && n.Dims() == x[0].Dims()
		rank = max(rank, n.Dims())
	}
	if !same { // the mask of an input does not fit its new shape
		masks = make([]*gorgonia.Node, len(in))
	}
	for i, n := range x {
		for n.Dims() < rank {
			n = ops.ExpandDims(n, 1)
		}
		x[i] = n
	}
	return t.Out(l.combine(t, x, masks))
}

// ComputeMasks gives what any of the inputs' masks lets through, no mask if one has none.
func (l *merge[Self]) ComputeMasks(_ *keras.Trace, _, masks []*gorgonia.Node) ([]*gorgonia.Node, error) {
	out := masks[0]
	for _, m := range masks[1:] {
		if out == nil || m == nil {
			return []*gorgonia.Node{nil}, nil
		}
		out = ops.LogicalOr(out, m)
	}
	return []*gorgonia.Node{out}, nil
}

// DrawMasks does it with Keras's operations.
func (l *merge[Self]) DrawMasks(_, masks keras.List) keras.List {
	if slices.Contains(masks, nil) {
		return nil
	}
	out := masks[0]
	for _, m := range masks[1:] {
		out = symbolic.LogicalOr(out, m)
	}
	return keras.List{out}
}

// pairwise combines inputs one after the other, whatever their masks.
func pairwise(f func(a, b *gorgonia.Node) *gorgonia.Node) combiner {
	return func(_ *keras.Trace, in, _ []*gorgonia.Node) *gorgonia.Node {
		out := in[0]
		for _, x := range in[1:] {
			out = f(out, x)
		}
		return out
	}
}

// selective combines inputs one after the other, each only where its mask lets it through.
func selective(f func(a, b *gorgonia.Node) *gorgonia.Node) combiner {
	return func(_ *keras.Trace, in, masks []*gorgonia.Node) *gorgonia.Node {
		out, outMask := in[0], over(in[0], masks[0])
		for i, x := range in[1:] {
			mask := over(x, masks[i+1])
			if mask != nil {
				x = ops.Where(mask, x, out)
			}
			if outMask != nil {
				out = ops.Where(outMask, out, x)
			}
			if mask != nil && outMask != nil {
				outMask = ops.LogicalOr(outMask, mask)
			} else {
				outMask = nil
			}
			out = f(out, x)
		}
		return out
	}
}

// over is a mask of steps as one of the elements of x, nil for nil.
func over(x, mask *gorgonia.Node) *gorgonia.Node {
	if mask == nil {
		return nil
	}
	return ops.BroadcastTo(ops.ExpandDims(mask, -1), x.Shape()...)
}

// product multiplies inputs. What a mask leaves out counts as 1, and is 0 where all masks do.
func product(t *keras.Trace, in, masks []*gorgonia.Node) *gorgonia.Node {
	dt := in[0].Dtype()
	parts := make([]*gorgonia.Node, len(in))
	var anyMask *gorgonia.Node
	all := true
	for i, x := range in {
		parts[i] = x
		mask := over(x, masks[i])
		switch {
		case mask == nil:
			all = false
			continue
		case anyMask == nil:
			anyMask = mask
		default:
			anyMask = ops.LogicalOr(anyMask, mask)
		}
		parts[i] = ops.Where(mask, x, ops.Cast(ops.Ones(t), dt))
	}
	out := pairwise(ops.Mul)(t, parts, nil)
	if all {
		out = ops.Where(anyMask, out, ops.Cast(ops.Zeros(t), dt))
	}
	return out
}
