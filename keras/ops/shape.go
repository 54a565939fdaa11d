package ops

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
)

// rearrange applies an Op that moves elements of one input. Without gradient it is
// itself a gradient.
func rearrange(name string, x *gorgonia.Node, shape tensor.Shape, forward func(m mover, x, y any), gradient func(dy *gorgonia.Node) *gorgonia.Node) *gorgonia.Node {
	m := elementsOf(x.Dtype())
	spec := op.Spec{
		Name:    name,
		Outputs: []op.Output{{Shape: shape, Dtype: x.Dtype()}},
		Run: func(in, out []any) error {
			forward(m, in[0], out[0])
			return nil
		},
	}
	if gradient != nil && op.IsFloat(x.Dtype()) {
		spec.Grad = func(_ gorgonia.Nodes, _, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{gradient(grad)}
		}
	}
	return op.Apply(spec, x)
}

// Reshape gives x another shape with as many elements. One size may be −1: what is left.
// Without sizes the result is a scalar.
func Reshape(x *gorgonia.Node, dims ...int) *gorgonia.Node {
	from := x.Shape()
	shape, total := tensor.Shape(slices.Clone(dims)), volume(from)
	if shape == nil {
		shape = tensor.Shape{}
	}
	want := fmt.Sprintf("a shape of %d elements", total)
	free := slices.Index(shape, -1)
	if free >= 0 {
		shape[free] = 1
	}
	for _, d := range shape {
		check(d >= 0, "one size of -1 at most", keras.Shape(dims))
	}
	if free >= 0 {
		rest := volume(shape)
		check(rest > 0 && total%rest == 0, want, keras.Shape(dims))
		shape[free] = total / rest
	}
	check(volume(shape) == total, want, keras.Shape(dims))
	return rearrange("reshape", x, shape, mover.copy,
		func(dy *gorgonia.Node) *gorgonia.Node { return Reshape(dy, from...) })
}

// ExpandDims puts axes of size 1 into the shape of x, at these places of the result; −1 is the last.
func ExpandDims(x *gorgonia.Node, axes ...int) *gorgonia.Node {
	rank := x.Dims() + len(axes)
	added := make([]bool, rank)
	for _, a := range axes {
		if a < 0 {
			a += rank
		}
		check(a >= 0 && a < rank && !added[a], fmt.Sprintf("different axes of a result of rank %d", rank), axes)
		added[a] = true
	}
	rest := x.Shape()
	dims := make([]int, rank)
	for i := range dims {
		if added[i] {
			dims[i] = 1
		} else {
			dims[i], rest = rest[0], rest[1:]
		}
	}
	return Reshape(x, dims...)
}

// Squeeze drops axes of size 1; without axes all that there are.
func Squeeze(x *gorgonia.Node, axes ...int) *gorgonia.Node {
	named := len(axes) > 0
	axes = axesOf(x, axes)
	dims := make([]int, 0, x.Dims())
	for a, d := range x.Shape() {
		dropped := slices.Contains(axes, a)
		check(d == 1 || !dropped || !named, "axes of size 1 to drop", shapeOf(x))
		if d != 1 || !dropped {
			dims = append(dims, d)
		}
	}
	return Reshape(x, dims...)
}

// Transpose puts the axes of x in another order: axis i of the result is axis
// perm[i] of x. Without perm the order is reversed.
func Transpose(x *gorgonia.Node, perm ...int) *gorgonia.Node {
	from := x.Shape()
	order := make([]int, len(perm))
	for i, p := range perm {
		order[i] = axisOf(x, p)
	}
	if len(perm) == 0 {
		for a := len(from) - 1; a >= 0; a-- {
			order = append(order, a)
		}
	}
	check(len(order) == len(from), "an order of all axes of "+shapeOf(x).String(), perm)
	shape, inverse := make(tensor.Shape, len(from)), make([]int, len(from))
	for i, a := range order {
		check(slices.Index(order, a) == i, "axes that differ", perm)
		shape[i], inverse[a] = from[a], i
	}
	return rearrange("transpose", x, shape,
		func(m mover, x, y any) { m.transpose(x, y, from, order) },
		func(dy *gorgonia.Node) *gorgonia.Node { return Transpose(dy, inverse...) })
}

// MoveAxis moves an axis of x to another place; the others keep their order.
func MoveAxis(x *gorgonia.Node, from, to int) *gorgonia.Node {
	from, to = axisOf(x, from), axisOf(x, to)
	if from == to {
		return x
	}
	perm := others(x.Dims(), []int{from})
	return Transpose(x, slices.Insert(perm, to, from)...)
}

// Slice is the part [start, stop) of x on an axis. Negative places count from the end.
func Slice(x *gorgonia.Node, axis, start, stop int) *gorgonia.Node {
	axis = axisOf(x, axis)
	n := x.Shape()[axis]
	from, to := start, stop
	if from < 0 {
		from += n
	}
	if to < 0 {
		to += n
	}
	check(0 <= from && from < to && to <= n, fmt.Sprintf("a part of an axis of size %d", n), fmt.Sprintf("[%d, %d)", start, stop))
	shape := x.Shape()
	shape[axis] = to - from
	return part("slice", x, axis, from, to-from, shape)
}

// Take is element i of x on an axis, which it drops. A negative i counts from the end.
func Take(x *gorgonia.Node, axis, i int) *gorgonia.Node {
	axis = axisOf(x, axis)
	n := x.Shape()[axis]
	at := i
	if at < 0 {
		at += n
	}
	check(0 <= at && at < n, fmt.Sprintf("an index into an axis of size %d", n), i)
	return part("take", x, axis, at, 1, slices.Delete(x.Shape(), axis, axis+1))
}

// part is length elements of x on an axis, in a shape of their own.
func part(name string, x *gorgonia.Node, axis, start, length int, shape tensor.Shape) *gorgonia.Node {
	outer, n, inner := split(x.Shape(), axis)
	from := x.Shape()
	return rearrange(name, x, shape,
		func(m mover, x, y any) { m.slice(x, y, outer, n, inner, start, length) },
		func(dy *gorgonia.Node) *gorgonia.Node {
			return rearrange(name+" gradient", dy, from,
				func(m mover, dy, dx any) { m.sliceGradient(dy, dx, outer, n, inner, start, length) }, nil)
		})
}

// Flip is x with an axis backwards.
func Flip(x *gorgonia.Node, axis int) *gorgonia.Node {
	outer, n, inner := split(x.Shape(), axisOf(x, axis))
	return rearrange("flip", x, x.Shape(),
		func(m mover, x, y any) { m.flip(x, y, outer, n, inner) },
		func(dy *gorgonia.Node) *gorgonia.Node { return Flip(dy, axis) })
}

// Concat joins nodes, whose shapes differ on that axis at most, on an axis.
func Concat(axis int, nodes ...*gorgonia.Node) *gorgonia.Node {
	check(len(nodes) > 0, "nodes to join", "none")
	axis = axisOf(nodes[0], axis)
	shape := nodes[0].Shape()
	shape[axis] = 0
	lengths := make([]int, len(nodes))
	for i, n := range nodes {
		s := n.Shape()
		check(len(s) == len(shape), "shapes that differ on the axis to join at most", shapeOf(nodes[0]), shapeOf(n))
		lengths[i], s[axis] = s[axis], shape[axis]
		check(slices.Equal(s, shape), "shapes that differ on the axis to join at most", shapeOf(nodes[0]), shapeOf(n))
		shape[axis] += lengths[i]
	}
	return join("concatenate", nodes, axis, lengths, shape)
}

// Stack joins nodes of one shape on a new axis, which is there in the result; −1 is the last.
func Stack(axis int, nodes ...*gorgonia.Node) *gorgonia.Node {
	check(len(nodes) > 0, "nodes to stack", "none")
	at, rank := axis, nodes[0].Dims()+1
	if at < 0 {
		at += rank
	}
	check(0 <= at && at < rank, fmt.Sprintf("an axis of a result of rank %d", rank), axis)
	lengths := make([]int, len(nodes))
	for i, n := range nodes {
		check(slices.Equal(n.Shape(), nodes[0].Shape()), "nodes of one shape", shapeOf(nodes[0]), shapeOf(n))
		lengths[i] = 1
	}
	return join("stack", nodes, at, lengths, slices.Insert(nodes[0].Shape(), at, len(nodes)))
}

// join puts nodes side by side on an axis of a shape.
func join(name string, nodes gorgonia.Nodes, axis int, lengths []int, shape tensor.Shape) *gorgonia.Node {
	dt := typeOf(nodes...)
	m := elementsOf(dt)
	outer, n, inner := split(shape, axis)
	spec := op.Spec{
		Name:    name,
		Outputs: []op.Output{{Shape: shape, Dtype: dt}},
		Run: func(in, out []any) error {
			start := 0
			for i, length := range lengths {
				m.put(in[i], out[0], outer, n, inner, start, length)
				start += length
			}
			return nil
		},
	}
	if op.IsFloat(dt) {
		spec.Grad = func(in gorgonia.Nodes, _, grad *gorgonia.Node, wants []bool) gorgonia.Nodes {
			return op.ApplyAll(op.Spec{
				Name:    name + " gradient",
				Outputs: wanted(in, wants),
				Run: func(in, out []any) error {
					start := 0
					for i, length := range lengths {
						if wants[i] {
							m.slice(in[0], out[i], outer, n, inner, start, length)
						}
						start += length
					}
					return nil
				},
			}, grad)
		}
	}
	return op.Apply(spec, nodes...)
}

// Pad surrounds x with value: before[i] elements before and after[i] after it on axis i.
func Pad(x *gorgonia.Node, before, after []int, value float64) *gorgonia.Node {
	from, shape := x.Shape(), margin(x, before, after, 1)
	at, fill := slices.Clone(before), elementsOf(x.Dtype()).constant(value)
	return rearrange("pad", x, shape,
		func(m mover, x, y any) { m.pad(x, y, fill, from, shape, at) },
		func(dy *gorgonia.Node) *gorgonia.Node { return Crop(dy, before, after) })
}

// Crop is x without before[i] elements at the beginning and after[i] at the end of axis i.
func Crop(x *gorgonia.Node, before, after []int) *gorgonia.Node {
	from, shape := x.Shape(), margin(x, before, after, -1)
	at := slices.Clone(before)
	return rearrange("crop", x, shape,
		func(m mover, x, y any) { m.crop(x, y, from, shape, at) },
		func(dy *gorgonia.Node) *gorgonia.Node { return Pad(dy, before, after, 0) })
}

// margin is the shape of x with so much more on each axis, or with sign −1 less.
func margin(x *gorgonia.Node, before, after []int, sign int) tensor.Shape {
	shape := x.Shape()
	check(len(before) == len(shape) && len(after) == len(shape), fmt.Sprintf("padding for %d axes", len(shape)), before, after)
	for i := range shape {
		check(before[i] >= 0 && after[i] >= 0, "padding that is not negative", before, after)
		shape[i] += sign * (before[i] + after[i])
		check(sign > 0 || shape[i] > 0, "less to cut than there is of "+shapeOf(x).String(), before, after)
	}
	return shape
}

// BroadcastTo repeats x to a shape, as numpy does.
func BroadcastTo(x *gorgonia.Node, dims ...int) *gorgonia.Node {
	shape, ok := kernels.BroadcastShape(x.Shape(), dims)
	check(ok && slices.Equal(shape, dims), "a shape that "+shapeOf(x).String()+" broadcasts to", keras.Shape(dims))
	return expand("broadcast_to", x, slices.Clone(dims), x.Shape(), slices.Clone(dims))
}

// Repeat repeats each element of x on an axis times times: [1 2] twice is [1 1 2 2].
func Repeat(x *gorgonia.Node, axis, times int) *gorgonia.Node {
	all := ones(x.Dims())
	all[axisOf(x, axis)] = times
	return UpSample(x, all...)
}

// UpSample repeats each element of x on axis i times[i] times.
func UpSample(x *gorgonia.Node, times ...int) *gorgonia.Node {
	check(len(times) == x.Dims(), "times for all axes of "+shapeOf(x).String(), times)
	shape := x.Shape()
	var from, to []int
	for i, n := range times {
		check(n > 0, "at least one time", n)
		from, to = append(from, shape[i], 1), append(to, shape[i], n)
		shape[i] *= n
	}
	return expand("repeat", x, shape, from, to)
}

// expand repeats x, seen as of shape from, to shape to; the result is of a third shape.
func expand(name string, x *gorgonia.Node, shape tensor.Shape, from, to []int) *gorgonia.Node {
	in := x.Shape()
	return rearrange(name, x, shape,
		func(m mover, x, y any) { m.expand(x, y, from, to) },
		func(dy *gorgonia.Node) *gorgonia.Node {
			return sumOfRepeated(name+" gradient", dy, in, from, to)
		})
}

// sumOfRepeated adds up what was repeated from shape from to shape to, that of dy; the
// result is of a third shape.
func sumOfRepeated(name string, dy *gorgonia.Node, shape tensor.Shape, from, to []int) *gorgonia.Node {
	return op.Apply(op.Spec{
		Name:    name,
		Outputs: []op.Output{{Shape: shape, Dtype: dy.Dtype()}},
		Run:     op.ByType(dy.Dtype(), runReduceTo[float32](from, to), runReduceTo[float64](from, to)),
	}, dy)
}

func runReduceTo[T kernels.Float](from, to []int) op.Run {
	return func(in, out []any) error {
		kernels.ReduceTo(in[0].([]T), to, out[0].([]T), from)
		return nil
	}
}
