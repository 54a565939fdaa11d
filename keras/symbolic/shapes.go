package symbolic

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// Reshape gives x another shape, the batch axis included. One size may be −1: what is left.
func Reshape(x *keras.Tensor, shape ...int) *keras.Tensor {
	return apply("Reshape", []Option{{"newshape", list(shape)}}, x)
}

// ExpandDims puts an axis of size 1 into the shape of x; −1 is the last of the result.
func ExpandDims(x *keras.Tensor, axis int) *keras.Tensor {
	return apply("ExpandDims", []Option{Axis(axis)}, x)
}

// Squeeze drops axes of size 1; without axes all that there are.
func Squeeze(x *keras.Tensor, axes ...int) *keras.Tensor {
	return apply("Squeeze", []Option{Axis(axes...)}, x)
}

// Transpose puts the axes of x in another order; without axes in the reverse one.
func Transpose(x *keras.Tensor, axes ...int) *keras.Tensor {
	var order any
	if len(axes) > 0 {
		order = list(axes)
	}
	return apply("Transpose", []Option{{"axes", order}}, x)
}

// MoveAxis moves an axis of x to another place; the others keep their order.
func MoveAxis(x *keras.Tensor, source, destination int) *keras.Tensor {
	return apply("Moveaxis", []Option{{"source", source}, {"destination", destination}}, x)
}

// SwapAxes exchanges two axes of x.
func SwapAxes(x *keras.Tensor, axis1, axis2 int) *keras.Tensor {
	return apply("Swapaxes", []Option{{"axis1", axis1}, {"axis2", axis2}}, x)
}

// Flip is x with axes backwards; without axes all of them.
func Flip(x *keras.Tensor, axes ...int) *keras.Tensor {
	return apply("Flip", []Option{Axis(axes...)}, x)
}

// Repeat repeats each element on an axis: [1 2] twice is [1 1 2 2]. Option: Axis; without
// one it is of all elements in a row.
func Repeat(x *keras.Tensor, repeats int, options ...Option) *keras.Tensor {
	return apply("Repeat", append([]Option{{"repeats", repeats}}, options...), x)
}

// Tile repeats x as a whole on each axis: [1 2] twice is [1 2 1 2].
func Tile(x *keras.Tensor, repeats ...int) *keras.Tensor {
	return apply("Tile", []Option{{"repeats", list(repeats)}}, x)
}

// BroadcastTo repeats x to a shape, as numpy does.
func BroadcastTo(x *keras.Tensor, shape ...int) *keras.Tensor {
	return apply("BroadcastTo", []Option{{"shape", list(shape)}}, x)
}

// Pad surrounds x with zeros: so many before and after it on each axis.
func Pad(x *keras.Tensor, widths ...[2]int) *keras.Tensor {
	pairs := make([]any, len(widths))
	for i, w := range widths {
		pairs[i] = list(w[:])
	}
	return apply("Pad", []Option{{"pad_width", pairs}}, x)
}

// Split is x in parts of one size on an axis. Option: Axis, default 0.
func Split(x *keras.Tensor, parts int, options ...Option) keras.List {
	return applyAll("Split", append([]Option{{"indices_or_sections", parts}}, options...), x)
}

// Concatenate joins tensors on an axis. Option: Axis, default 0.
func Concatenate(xs keras.List, options ...Option) *keras.Tensor {
	return apply("Concatenate", options, xs)
}

// Stack joins tensors of one shape on a new axis. Option: Axis, default 0.
func Stack(xs keras.List, options ...Option) *keras.Tensor { return apply("Stack", options, xs) }

// ZerosLike is 0 in the shape of x.
func ZerosLike(x *keras.Tensor, options ...Option) *keras.Tensor {
	return apply("ZerosLike", options, x)
}

// OnesLike is 1 in the shape of x.
func OnesLike(x *keras.Tensor, options ...Option) *keras.Tensor {
	return apply("OnesLike", options, x)
}

// OneHot is 1 in the place of each label of x, else 0. Options: Axis, default −1; DType,
// default float32.
func OneHot(x *keras.Tensor, classes int, options ...Option) *keras.Tensor {
	return apply("OneHot", append([]Option{{"num_classes", classes}, DType(tensor.Float32)}, options...), x)
}

// list is the list of nodes that is the one argument, as nodes of one type.
func (c *call) list() []*gorgonia.Node {
	nodes, _ := c.args[0].([]*gorgonia.Node)
	check(len(nodes) > 0, "a list of tensors", "none")
	dt := nodes[0].Dtype()
	for _, n := range nodes {
		dt = wider(dt, n.Dtype())
	}
	all := make([]*gorgonia.Node, len(nodes))
	for i, n := range nodes {
		all[i] = cast(n, dt)
	}
	return all
}

// dtype is the option dtype, or else a default.
func (c *call) dtype(def tensor.Dtype) tensor.Dtype {
	v := c.option("dtype")
	if v == nil {
		return def
	}
	dt, err := keras.ParseDType(v)
	if err != nil {
		panic(err)
	}
	return dt
}

// filled is a number in the shape of the argument.
func (c *call) filled(v float64) *gorgonia.Node {
	x := c.only()
	return ops.BroadcastTo(scalar(c.t, v, c.dtype(x.Dtype())), x.Shape()...)
}

func swapAxes(c *call) *gorgonia.Node {
	x := c.only()
	order := axesOf(x, nil)
	pair := axesOf(x, []int{c.integer("axis1"), c.integer("axis2")})
	for _, a := range pair {
		check(a >= 0 && a < len(order), fmt.Sprintf("axes of a tensor of rank %d", len(order)), pair)
	}
	order[pair[0]], order[pair[1]] = order[pair[1]], order[pair[0]]
	return ops.Transpose(x, order...)
}

func flip(c *call) *gorgonia.Node {
	x := c.only()
	for _, a := range axesOf(x, c.integers("axis")) {
		x = ops.Flip(x, a)
	}
	return x
}

func repeat(c *call) *gorgonia.Node {
	x := c.only()
	if c.option("axis") == nil {
		return ops.Repeat(ops.Reshape(x, -1), 0, c.integer("repeats"))
	}
	return ops.Repeat(x, c.integer("axis"), c.integer("repeats"))
}

func tile(c *call) *gorgonia.Node {
	x, repeats := c.only(), c.integers("repeats")
	for len(repeats) < x.Dims() {
		repeats = slices.Insert(repeats, 0, 1)
	}
	for x.Dims() < len(repeats) {
		x = ops.ExpandDims(x, 0)
	}
	for axis, n := range repeats {
		check(n > 0, "at least one time", n)
		if n > 1 {
			x = ops.Concat(axis, slices.Repeat([]*gorgonia.Node{x}, n)...)
		}
	}
	return x
}

func pad(c *call) *gorgonia.Node {
	x := c.only()
	mode, value := c.option("mode"), 0.0
	check(mode == "constant", "the mode constant", mode)
	switch v := c.args[1].(type) {
	case nil:
	case int:
		value = float64(v)
	case float64:
		value = v
	default:
		check(false, "a number as constant_values", fmt.Sprintf("%T", v))
	}
	pairs, ok := c.option("pad_width").([]any)
	check(ok && len(pairs) == x.Dims(), fmt.Sprintf("pad_width for %d axes", x.Dims()), c.option("pad_width"))
	var before, after []int
	for _, p := range pairs {
		widths, ok := p.([]any)
		check(ok && len(widths) == 2, "pairs in pad_width", p)
		b, okB := widths[0].(int)
		a, okA := widths[1].(int)
		check(okA && okB, "integers in pad_width", p)
		before, after = append(before, b), append(after, a)
	}
	return ops.Pad(x, before, after, value)
}

func split(c *call) []*gorgonia.Node {
	x := c.only()
	axis := axesOf(x, []int{c.integer("axis")})[0]
	check(axis >= 0 && axis < x.Dims(), fmt.Sprintf("an axis of a tensor of rank %d", x.Dims()), axis)
	n := x.Shape()[axis]
	var ends []int
	switch v := c.option("indices_or_sections").(type) {
	case int:
		check(v > 0 && n%v == 0, fmt.Sprintf("a number of parts that divides %d", n), v)
		for i := range v {
			ends = append(ends, (i+1)*n/v)
		}
	default:
		ends = append(c.integers("indices_or_sections"), n)
	}
	var parts []*gorgonia.Node
	start := 0
	for _, end := range ends {
		parts = append(parts, ops.Slice(x, axis, start, end))
		start = end
	}
	return parts
}

func oneHot(c *call) *gorgonia.Node {
	labels, classes := c.only(), c.integer("num_classes")
	check(classes > 0, "a positive num_classes", classes)
	check(!c.isSet("sparse"), "a dense result", "a sparse one")
	all := make([]int64, classes)
	for i := range all {
		all[i] = int64(i)
	}
	places := ops.Constant(c.t, tensor.New(tensor.WithShape(classes), tensor.WithBacking(all)))
	hot := ops.Equal(ops.ExpandDims(cast(labels, tensor.Int64), -1), places)
	if axis := c.integer("axis"); axis != -1 {
		hot = ops.MoveAxis(hot, -1, axis)
	}
	return cast(hot, c.dtype(tensor.Float32))
}
