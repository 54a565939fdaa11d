// Package ops has the differentiable functions that layers are written with.
//
// They take and give nodes of a Gorgonia graph, float32 or float64, and may be
// mixed with Gorgonia's own functions. Each is one Op with a gradient written by
// hand, or a few such Ops. Inputs that are data get no gradient, and cost no work
// for one. A result shares no memory with an operand.
//
// They are made to run inside a layer's Call: where shapes or types do not fit
// they panic with an error, which the trace of the layer turns into an ordinary
// error that names the layer.
//
// # Shapes and types
//
// Operands have one type and broadcast as in numpy. A negative axis counts from
// the end: −1 is the last one. What moves elements without computing (Reshape,
// Transpose, MoveAxis, Slice, Take, Concat, Stack, Pad, Crop, BroadcastTo, Repeat,
// UpSample, Where) takes nodes of any type, comparisons those of numbers; they and the
// logical functions give nodes of type bool, through which no gradient flows.
//
// # Reductions
//
// Sum, Mean, Max, Min and Prod drop the axes that they run over; without axes they
// run over all and give a scalar. ExpandDims with the same axes puts them back
// with size 1, as Keras's keepdims does:
//
//	mean := ops.ExpandDims(ops.Mean(x, 1, 2), 1, 2)
//
// # Losses
//
// The losses compare yPred (…, n) with yTrue of the same shape, which is cast to
// its type and gets no gradient, and give one number for each line: (…). They are
// means over the line, the crossentropies of classes sums. A probability is clipped
// to [1e-7, 1−1e-7].
package ops

import (
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
)

// check panics with an error of what was expected and received.
func check(ok bool, want string, received ...any) {
	if !ok {
		panic(keras.Expected(keras.ErrShape, want, received...))
	}
}

// axisOf is an axis counted from the front: −1 is the last one.
func axisOf(x *gorgonia.Node, axis int) int {
	a := axis
	if a < 0 {
		a += x.Dims()
	}
	check(a >= 0 && a < x.Dims(), "an axis of a tensor of shape "+shapeOf(x).String(), axis)
	return a
}

// axesOf are axes counted from the front, in ascending order, none twice; all of
// them where none is named.
func axesOf(x *gorgonia.Node, axes []int) []int {
	found := make([]bool, x.Dims())
	for _, a := range axes {
		at := axisOf(x, a)
		check(!found[at], "axes that differ", axes)
		found[at] = true
	}
	var sorted []int
	for a, named := range found {
		if named || len(axes) == 0 {
			sorted = append(sorted, a)
		}
	}
	return sorted
}

// shapeOf is the shape of a node.
func shapeOf(x *gorgonia.Node) keras.Shape { return keras.Shape(x.Shape()) }

// volume is the number of elements of a shape; 1 of a scalar's.
func volume(shape []int) int { return keras.Shape(shape).Size() }

// typeOf is the element type that all nodes have.
func typeOf(nodes ...*gorgonia.Node) tensor.Dtype {
	dt := nodes[0].Dtype()
	for _, n := range nodes[1:] {
		check(n.Dtype() == dt, "operands of type "+dt.String(), n.Dtype())
	}
	return dt
}

// broadcast is the shape that numpy's rule gives to operands.
func broadcast(nodes ...*gorgonia.Node) tensor.Shape {
	shape := []int(nodes[0].Shape())
	for _, n := range nodes[1:] {
		wider, ok := kernels.BroadcastShape(shape, n.Shape())
		check(ok, "shapes that broadcast", keras.Shape(shape), shapeOf(n))
		shape = wider
	}
	return shape
}

// wanted are the outputs of a gradient Op: one for each of the inputs, a dummy
// for those that want no gradient.
func wanted(in gorgonia.Nodes, wants []bool) []op.Output {
	outs := make([]op.Output, len(wants))
	for i, w := range wants {
		outs[i] = op.Output{Shape: tensor.Shape{1}, Dtype: in[i].Dtype()}
		if w {
			outs[i] = op.Like(in[i])
		}
	}
	return outs
}

// split sees a shape as (outer, n, inner) around an axis.
func split(shape tensor.Shape, axis int) (outer, n, inner int) {
	outer, inner = 1, 1
	for _, d := range shape[:axis] {
		outer *= d
	}
	for _, d := range shape[axis+1:] {
		inner *= d
	}
	return outer, shape[axis], inner
}

// Cast converts x to a type, truncating as C does: 300.7 is 44 as uint8. x itself
// where it has the type already.
func Cast(x *gorgonia.Node, dt tensor.Dtype) *gorgonia.Node { return op.Cast(x, dt) }

// integerBits are the bits of types of integers, without that of a sign.
var integerBits = map[tensor.Dtype]int{tensor.Uint8: 8, tensor.Int8: 7, tensor.Int16: 15, tensor.Int32: 31, tensor.Int64: 63}

// SaturateCast is Cast of floats to a type of integers, in which what is out of range
// becomes the nearest that there is.
func SaturateCast(x *gorgonia.Node, dt tensor.Dtype) *gorgonia.Node {
	bits, ok := integerBits[dt]
	check(ok, "a type of integers", dt)
	end := math.Ldexp(1, bits)
	lo, hi := -end, math.Nextafter(end, 0) // which is truncated
	if x.Dtype() == tensor.Float32 {
		hi = float64(math.Nextafter32(float32(end), 0))
	}
	if dt == tensor.Uint8 {
		lo = 0
	}
	return Cast(Clip(x, lo, hi), dt)
}

// StopGradient is x as a constant: no gradient flows through it.
func StopGradient(x *gorgonia.Node) *gorgonia.Node { return op.Detach(x) }
