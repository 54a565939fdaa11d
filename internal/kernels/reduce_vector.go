package kernels

import (
	"math"
	"slices"
)

// sumTiles is the function of that name for inner > 1. Its sums are not on the stack,
// because the compiler cannot see what a loop of the table does with them.
func (l *elementLoops) sumTiles(x, y []float32, n, inner, divisor, lo, hi int) {
	memory := pools64.values.get(tileWidth)
	defer pools64.values.put(memory)
	sums, d := *memory, float64(divisor)
	perOuter := ceilDiv(inner, tileWidth)
	for tile := lo; tile < hi; tile++ {
		o, from := tile/perOuter, tile%perOuter*tileWidth
		width := min(tileWidth, inner-from)
		clear(sums)
		atOnce := elementGrain / width
		for k := 0; k < n; k += atOnce {
			rows, at := min(atOnce, n-k), (o*n+k)*inner+from
			l.columnSums(&sums[0], first(x[at:at+(rows-1)*inner+width]), rows, inner, width)
		}
		for i := range width {
			y[o*inner+from+i] = float32(sums[i] / d)
		}
	}
}

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
