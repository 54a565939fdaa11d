package kernels

import (
	"math"
	"slices"
)

// sumLine is the function of that name.
func (l *elementLoops) sumLine(x []float32) (sum float64) {
	for len(x) > elementGrain {
		sum += l.sum(first(x), elementGrain)
		x = x[elementGrain:]
	}
	return sum + l.sum(first(x), len(x))
}

// extremum is foldLine for Maximum and Minimum.
func (l *elementLoops) extremum(f Binary, acc float32, x []float32) float32 {
	for part := range slices.Chunk(x, elementGrain) {
		if f == Maximum {
			acc = max(acc, l.greatest(first(part), len(part)))
		} else {
			acc = min(acc, l.least(first(part), len(part)))
		}
	}
	return acc
}

// top is the greatest element that is not NaN, −Inf if there is none.
func (l *elementLoops) top(x []float32) float32 {
	top := float32(math.Inf(-1))
	for part := range slices.Chunk(x, elementGrain) {
		top = max(top, l.greatestNumber(first(part), len(part)))
	}
	return top
}

// argMax is the place of the first of the greatest elements, 0 if all are NaN.
func (l *elementLoops) argMax(x []float32) int { return max(slices.Index(x, l.top(x)), 0) }
