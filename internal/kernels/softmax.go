package kernels

import (
	"math"
	"slices"
)

// The kernels of this file, and the reductions, see an array as (outer, n, inner)
// and work on its lines: line l of outer·inner runs along the middle axis, element
// k of it is at
//
//	(l/inner)*n*inner + l%inner + k*inner
//
// They panic with an index out of range if a slice is shorter than its view.

// lineStart returns the index of the first element of line l.
func lineStart(l, n, inner int) int { return l/inner*n*inner + l%inner }

// lineGrain is the number of lines of n elements in one piece.
func lineGrain(n int) int { return max(1, elementGrain/4/max(n, 1)) }

// Softmax computes, for every line of x,
//
//	m := max x[k];  y[k] = exp(x[k]-m) / Σ exp(x[k]-m)
//
// y may be x. The sum is taken in float64. A line that holds NaN or +Inf, or
// nothing but −Inf, gives NaN.
func Softmax[T Float](x, y []T, outer, n, inner int) {
	lines, grain := outer*inner, lineGrain(n)
	if lines <= grain {
		softmaxLines(x, y, n, inner, 0, lines)
		return
	}
	Parallel(lines, grain, func(lo, hi int) { softmaxLines(x, y, n, inner, lo, hi) })
}

func softmaxLines[T Float](x, y []T, n, inner, lo, hi int) {
	if l := loopsFor[T](); l != nil && inner == 1 {
		l.softmax(float32s(x[lo*n:hi*n]), float32s(y[lo*n:hi*n]), n)
		return
	}
	for l := lo; l < hi; l++ {
		at := lineStart(l, n, inner)
		end := at + n*inner
		top := lineMax(x, at, end, inner)
		var sum float64
		for i := at; i < end; i += inner {
			e := math.Exp(float64(x[i] - top))
			y[i] = T(e)
			sum += e
		}
		scale := T(1 / sum)
		for i := at; i < end; i += inner {
			y[i] *= scale
		}
	}
}

// SoftmaxGradient computes, for every line of y = Softmax(x),
//
//	s := Σ dy[k]*y[k];  dx[k] = y[k] * (dy[k]-s)
//
// dx may be dy.
func SoftmaxGradient[T Float](y, dy, dx []T, outer, n, inner int) {
	lines, grain := outer*inner, lineGrain(n)
	if lines <= grain {
		softmaxGradientLines(y, dy, dx, n, inner, 0, lines)
		return
	}
	Parallel(lines, grain, func(lo, hi int) { softmaxGradientLines(y, dy, dx, n, inner, lo, hi) })
}

func softmaxGradientLines[T Float](y, dy, dx []T, n, inner, lo, hi int) {
	if l := loopsFor[T](); l != nil && inner == 1 && n <= elementGrain {
		from, to := lo*n, hi*n
		l.softmaxGradient(float32s(y[from:to]), float32s(dy[from:to]), float32s(dx[from:to]), n)
		return
	}
	for l := lo; l < hi; l++ {
		at := lineStart(l, n, inner)
		end := at + n*inner
		var dot float64
		for i := at; i < end; i += inner {
			dot += float64(dy[i]) * float64(y[i])
		}
		s := T(dot)
		for i := at; i < end; i += inner {
			dx[i] = y[i] * (dy[i] - s)
		}
	}
}

// LogSoftmax computes, for every line of x,
//
//	m := max x[k];  y[k] = x[k] - m - ln Σ exp(x[k]-m)
//
// y may be x.
func LogSoftmax[T Float](x, y []T, outer, n, inner int) {
	lines, grain := outer*inner, lineGrain(n)
	if lines <= grain {
		logSoftmaxLines(x, y, n, inner, 0, lines)
		return
	}
	Parallel(lines, grain, func(lo, hi int) { logSoftmaxLines(x, y, n, inner, lo, hi) })
}

func logSoftmaxLines[T Float](x, y []T, n, inner, lo, hi int) {
	if inner == 1 {
		logSoftmaxRows(x[lo*n:hi*n], y[lo*n:hi*n], hi-lo, n)
		return
	}
	for l := lo; l < hi; l++ {
		at := lineStart(l, n, inner)
		end := at + n*inner
		top := lineMax(x, at, end, inner)
		logSum := math.Log(lineExpSum(x, at, end, inner, top))
		for i := at; i < end; i += inner {
			y[i] = T(float64(x[i]-top) - logSum)
		}
	}
}

// logSoftmaxRows is logSoftmaxLines for lines in one piece, all of which x and y are.
func logSoftmaxRows[T Float](x, y []T, rows, n int) {
	memory := poolsOf[T]().values.get(2 * rows)
	defer poolsOf[T]().values.put(memory)
	tops, logs := (*memory)[:rows], (*memory)[rows:]
	logSums(x, tops, logs, n)
	all, one := []int{rows, n}, []int{rows, 1}
	Broadcast(Sub, x, all, tops, one, y, all)
	Broadcast(Sub, y, all, logs, one, y, all)
}

// LogSoftmaxGradient computes, for every line of y = LogSoftmax(x),
//
//	s := Σ dy[k];  dx[k] = dy[k] - exp(y[k])*s
//
// dx may be dy.
func LogSoftmaxGradient[T Float](y, dy, dx []T, outer, n, inner int) {
	lines, grain := outer*inner, lineGrain(n)
	if lines <= grain {
		logSoftmaxGradientLines(y, dy, dx, n, inner, 0, lines)
		return
	}
	Parallel(lines, grain, func(lo, hi int) { logSoftmaxGradientLines(y, dy, dx, n, inner, lo, hi) })
}

func logSoftmaxGradientLines[T Float](y, dy, dx []T, n, inner, lo, hi int) {
	if loops := loopsFor[T](); loops != nil && inner == 1 {
		loops.logSoftmaxGradientRows(float32s(y[lo*n:hi*n]), float32s(dy[lo*n:hi*n]), float32s(dx[lo*n:hi*n]), n)
		return
	}
	for l := lo; l < hi; l++ {
		at := lineStart(l, n, inner)
		end := at + n*inner
		var sum float64
		for i := at; i < end; i += inner {
			sum += float64(dy[i])
		}
		for i := at; i < end; i += inner {
			dx[i] = T(float64(dy[i]) - math.Exp(float64(y[i]))*sum)
		}
	}
}

// Sparsemax computes, for every line of x, what Keras 3 does under this name:
//
//	z := x, sorted from large to small;  c[j] := z[0]+…+z[j]
//	S := {j: z[j] > (c[j]-1)/(j+1)};  τ := (Σ c[j] over S - 1) / |S|
//	y[k] = max(x[k]-τ, 0)
//
// The projection onto the simplex of Martins and Astudillo (2016), whose name it
// has, takes the last c[j] of S where Keras sums them: the two are the same where
// S has one element. y may be x. A line with NaN becomes NaN.
func Sparsemax[T Float](x, y []T, outer, n, inner int) {
	lines, grain := outer*inner, lineGrain(n)
	if lines <= grain {
		sparsemaxLines(x, y, n, inner, 0, lines)
		return
	}
	Parallel(lines, grain, func(lo, hi int) { sparsemaxLines(x, y, n, inner, lo, hi) })
}

func sparsemaxLines[T Float](x, y []T, n, inner, lo, hi int) {
	sorted := poolsOf[T]().values.get(n)
	defer poolsOf[T]().values.put(sorted)
	for l := lo; l < hi; l++ {
		at := lineStart(l, n, inner)
		tau, _ := sparsemaxThreshold(x[at:], *sorted, inner)
		for i := at; i < at+n*inner; i += inner {
			y[i] = T(max(float64(x[i])-tau, 0))
		}
	}
}

// sparsemaxThreshold is τ and |S| of the line that begins x, with room to sort it.
func sparsemaxThreshold[T Float](x, sorted []T, inner int) (tau float64, support int) {
	for i := range sorted {
		sorted[i] = x[i*inner]
		if sorted[i] != sorted[i] {
			return math.NaN(), 0
		}
	}
	slices.Sort(sorted)
	var cumulated, total float64
	for j := range sorted {
		z := float64(sorted[len(sorted)-1-j])
		cumulated += z
		if z > (cumulated-1)/float64(j+1) {
			total += cumulated
			support++
		}
	}
	return (total - 1) / float64(support), support
}

// SparsemaxGradient computes, for every line of x, with z, S and τ of Sparsemax, the
// active set A = {k: x[k] > τ} and the rank r(k) of x[k] in z, from 0,
//
//	g := Σ dy[k] over A
//	dx[k] = (k in A ? dy[k] : 0) - (r(k) < |S| ? g*(|S|-r(k))/|S| : 0)
//
// since x[k] is in |S|-r(k) of the sums c[j]. Equal elements have ranks in their
// order. dx may be dy.
func SparsemaxGradient[T Float](x, dy, dx []T, outer, n, inner int) {
	lines, grain := outer*inner, lineGrain(n)
	if lines <= grain {
		sparsemaxGradientLines(x, dy, dx, n, inner, 0, lines)
		return
	}
	Parallel(lines, grain, func(lo, hi int) { sparsemaxGradientLines(x, dy, dx, n, inner, lo, hi) })
}

func sparsemaxGradientLines[T Float](x, dy, dx []T, n, inner, lo, hi int) {
	sorted := poolsOf[T]().values.get(n)
	defer poolsOf[T]().values.put(sorted)
	for l := lo; l < hi; l++ {
		at := lineStart(l, n, inner)
		end := at + n*inner
		tau, support := sparsemaxThreshold(x[at:], *sorted, inner)
		var sum float64
		for i := at; i < end; i += inner {
			if float64(x[i]) > tau {
				sum += float64(dy[i])
			}
		}
		for i := at; i < end; i += inner {
			var d float64
			if float64(x[i]) > tau {
				d = float64(dy[i])
			}
			// Only what is large enough can have a rank within the support.
			if support > 0 && x[i] >= (*sorted)[n-support] {
				rank := 0
				for j := at; j < end; j += inner {
					if x[j] > x[i] || x[j] == x[i] && j < i {
						rank++
					}
				}
				d -= sum * float64(max(support-rank, 0)) / float64(support)
			}
			dx[i] = T(d)
		}
	}
}

// GLU is the gated linear unit: x is (outer, 2n, inner), its halves are a and b,
// y is (outer, n, inner):
//
//	y[k] = a[k] * σ(b[k])
func GLU[T Float](x, y []T, outer, n, inner int) {
	half, grain := n*inner, max(1, elementGrain/4/max(n*inner, 1))
	if outer <= grain {
		gluRows(x, y, half, 0, outer)
		return
	}
	Parallel(outer, grain, func(lo, hi int) { gluRows(x, y, half, lo, hi) })
}

func gluRows[T Float](x, y []T, half, lo, hi int) {
	for o := lo; o < hi; o++ {
		a, b := x[2*o*half:][:half], x[(2*o+1)*half:][:half]
		row := y[o*half:][:half]
		for i, v := range a {
			row[i] = T(float64(v) * sigmoid(float64(b[i])))
		}
	}
}

// GLUGradient computes, with the layout of GLU,
//
//	da[k] = dy[k] * σ(b[k]);  db[k] = dy[k] * a[k] * σ(b[k]) * (1-σ(b[k]))
//
// where da and db are the halves of dx.
func GLUGradient[T Float](x, dy, dx []T, outer, n, inner int) {
	half, grain := n*inner, max(1, elementGrain/4/max(n*inner, 1))
	if outer <= grain {
		gluGradientRows(x, dy, dx, half, 0, outer)
		return
	}
	Parallel(outer, grain, func(lo, hi int) { gluGradientRows(x, dy, dx, half, lo, hi) })
}

func gluGradientRows[T Float](x, dy, dx []T, half, lo, hi int) {
	for o := lo; o < hi; o++ {
		a, b := x[2*o*half:][:half], x[(2*o+1)*half:][:half]
		da, db := dx[2*o*half:][:half], dx[(2*o+1)*half:][:half]
		for i, d := range dy[o*half:][:half] {
			s, g := sigmoid(float64(b[i])), float64(d)
			da[i], db[i] = T(g*s), T(g*float64(a[i])*s*(1-s))
		}
	}
}

// lineMax returns the greatest of x[at], x[at+step], … before end; −Inf if there
// is none, NaN if one is NaN.
func lineMax[T Float](x []T, at, end, step int) T {
	top := T(math.Inf(-1))
	for i := at; i < end; i += step {
		top = max(top, x[i])
	}
	return top
}

// lineExpSum returns Σ exp(x[i]-top) over the same elements.
func lineExpSum[T Float](x []T, at, end, step int, top T) float64 {
	var sum float64
	for i := at; i < end; i += step {
		sum += math.Exp(float64(x[i] - top))
	}
	return sum
}

// logSums writes the greatest element of each line of n in one piece, NaN if one is NaN,
// and ln Σ exp(x[k]-top).
func logSums[T Float](x, tops, logs []T, n int) {
	if l := loopsFor[T](); l != nil {
		l.logSums(float32s(x), float32s(tops), float32s(logs), n)
		return
	}
	for r := range tops {
		line := x[r*n:][:n]
		tops[r] = lineMax(line, 0, n, 1)
		logs[r] = T(math.Log(lineExpSum(line, 0, n, 1, tops[r])))
	}
}
