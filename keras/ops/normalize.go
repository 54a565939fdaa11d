package ops

import (
	"math"

	"gorgonia.org/gorgonia"
)

// Normalize divides x by its Euclidean norm over axes, or by 1e-7 where that is larger.
// Without axes it is the norm over all.
func Normalize(x *gorgonia.Node, axes ...int) *gorgonia.Node {
	const epsilon = 1e-7
	axes = axesOf(x, axes)
	squares := Clip(Sum(Square(x), axes...), epsilon*epsilon, math.Inf(1))
	return Mul(x, ExpandDims(Rsqrt(squares), axes...))
}
