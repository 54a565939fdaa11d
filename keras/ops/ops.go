// Package ops has the differentiable functions that layers are written with.
//
// They take and give nodes of a Gorgonia graph, float32 or float64, and may be
// mixed with Gorgonia's own functions. Each is one Op with a gradient written by
// hand. Operands broadcast as in numpy.
//
// They are made to run inside a layer's Call: where shapes or types do not fit
// they panic with an error, which the trace of the layer turns into an ordinary
// error that names the layer.
package ops

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

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
	check(a >= 0 && a < x.Dims(), "an axis of a tensor of shape "+keras.Shape(x.Shape()).String(), axis)
	return a
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

// StopGradient is x as a constant: no gradient flows through it.
func StopGradient(x *gorgonia.Node) *gorgonia.Node { return op.Detach(x) }
