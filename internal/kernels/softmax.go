package kernels

import "math"

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

// Sparsemax projects every line of x onto the probability simplex (Martins and
// Astudillo 2016):
//
//	y[k] = max(x[k]-τ, 0), with τ such that Σ y[k] = 1
//
// y may be x. τ is found by shrinking the support until it is stable (Michelot
// 1986), which needs neither sorting nor memory.
func Sparsemax[T Float](x, y []T, outer, n, inner int) {
	lines, grain := outer*inner, lineGrain(n)
	if lines <= grain {
		sparsemaxLines(x, y, n, inner, 0, lines)
		return
	}
	Parallel(lines, grain, func(lo, hi int) { sparsemaxLines(x, y, n, inner, lo, hi) })
}

func sparsemaxLines[T Float](x, y []T, n, inner, lo, hi int) {
	for l := lo; l < hi; l++ {
		at := lineStart(l, n, inner)
		end := at + n*inner
		tau := math.Inf(-1)
		for support := n + 1; ; {
			var sum float64
			count := 0
			for i := at; i < end; i += inner {
				if v := float64(x[i]); !(v <= tau) { // NaN counts, and makes the line NaN
					sum += v
					count++
				}
			}
			if count == 0 || count >= support {
				break
			}
			support = count
			tau = (sum - 1) / float64(count)
		}
		for i := at; i < end; i += inner {
			y[i] = T(max(float64(x[i])-tau, 0))
		}
	}
}

// SparsemaxGradient computes, for every line of y = Sparsemax(x) with the support
// S = {k: y[k] > 0},
//
//	m := mean of dy over S;  dx[k] = k in S ? dy[k]-m : 0
//
// dx may be dy.
func SparsemaxGradient[T Float](y, dy, dx []T, outer, n, inner int) {
	lines, grain := outer*inner, lineGrain(n)
	if lines <= grain {
		sparsemaxGradientLines(y, dy, dx, n, inner, 0, lines)
		return
	}
	Parallel(lines, grain, func(lo, hi int) { sparsemaxGradientLines(y, dy, dx, n, inner, lo, hi) })
}

func sparsemaxGradientLines[T Float](y, dy, dx []T, n, inner, lo, hi int) {
	for l := lo; l < hi; l++ {
		at := lineStart(l, n, inner)
		end := at + n*inner
		var sum float64
		count := 0
		for i := at; i < end; i += inner {
			if y[i] > 0 {
				sum += float64(dy[i])
				count++
			}
		}
		mean := T(sum / float64(max(count, 1)))
		for i := at; i < end; i += inner {
			if y[i] > 0 {
				dx[i] = dy[i] - mean
			} else {
				dx[i] = 0
			}
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
