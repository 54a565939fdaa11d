package kernels

import "math"

// The reductions see x as (outer, n, inner) and y as (outer, inner). They run over
// the elements in the order of memory and keep sums in float64, so that a result
// does not depend on the number of workers, and hardly on n.

// tileWidth is the number of neighbouring lines that a reduction over a middle
// axis walks together: whole cache lines are used, and the sums fit the stack.
const tileWidth = 64

// Sum computes
//
//	y[o,i] = Σ_k x[o,k,i]
func Sum[T Float](x, y []T, outer, n, inner int) { scaledSum(x, y, outer, n, inner, 1) }

// Mean computes
//
//	y[o,i] = Σ_k x[o,k,i] / n
//
// which is NaN for n = 0, as in Keras.
func Mean[T Float](x, y []T, outer, n, inner int) { scaledSum(x, y, outer, n, inner, n) }

// scaledSum writes sums divided by divisor.
func scaledSum[T Float](x, y []T, outer, n, inner, divisor int) {
	tiles, grain := tiling(outer, n, inner)
	if tiles <= grain {
		sumTiles(x, y, n, inner, divisor, 0, tiles)
		return
	}
	Parallel(tiles, grain, func(lo, hi int) { sumTiles(x, y, n, inner, divisor, lo, hi) })
}

// tiling cuts (outer, inner) into tiles of up to tileWidth lines within one o.
func tiling(outer, n, inner int) (tiles, grain int) {
	perOuter := ceilDiv(inner, tileWidth)
	return outer * perOuter, max(1, elementGrain/max(n*min(inner, tileWidth), 1))
}

func sumTiles[T Float](x, y []T, n, inner, divisor, lo, hi int) {
	d := float64(divisor)
	if inner == 1 {
		for o := lo; o < hi; o++ {
			y[o] = T(sumLine(x[o*n:o*n+n]) / d)
		}
		return
	}
	memory := pools64.values.get(tileWidth)
	defer pools64.values.put(memory)
	sums := *memory
	perOuter := ceilDiv(inner, tileWidth)
	for tile := lo; tile < hi; tile++ {
		o, from := tile/perOuter, tile%perOuter*tileWidth
		out := y[o*inner+from:][:min(tileWidth, inner-from)]
		clear(sums)
		if n > 0 {
			addRows(x[o*n*inner+from:], sums, n, inner, len(out))
		}
		for i := range out {
			out[i] = T(sums[i] / d)
		}
	}
}

// addRows computes
//
//	sums[i] += x[k*stride+i]
//
// for k below rows and i below width, of which tileWidth is the most. sums has
// tileWidth elements, and is not on the stack: the compiler cannot see what a loop of
// the table does with it.
func addRows[T Float](x []T, sums []float64, rows, stride, width int) {
	if l := loopsFor[T](); l != nil {
		atOnce := elementGrain / width
		for k := 0; k < rows; k += atOnce {
			l.columnSums(&sums[0], first(x[k*stride:]), min(atOnce, rows-k), stride, width)
		}
		return
	}
	sums = sums[:width]
	for k := range rows {
		for i, v := range x[k*stride:][:width] {
			sums[i] += float64(v)
		}
	}
}

// shortLine is the length from which it is faster to add in vectors.
const shortLine = 32

// sumLine adds in four interleaved sums, which a processor can keep going at once.
func sumLine[T Float](x []T) float64 {
	if l := loopsFor[T](); l != nil && len(x) >= shortLine {
		return l.sumLine(float32s(x))
	}
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+3 < len(x); i += 4 {
		s0 += float64(x[i])
		s1 += float64(x[i+1])
		s2 += float64(x[i+2])
		s3 += float64(x[i+3])
	}
	for ; i < len(x); i++ {
		s0 += float64(x[i])
	}
	return s0 + s1 + (s2 + s3)
}

// SumGradient computes the gradient of a sum, and with scale = 1/n that of a mean:
//
//	dx[o,k,i] = scale * dy[o,i]
func SumGradient[T Float](dy, dx []T, outer, n, inner int, scale float64) {
	grain := max(1, elementGrain/max(inner, 1))
	if outer*n <= grain {
		sumGradientRows(dy, dx, n, inner, T(scale), 0, outer*n)
		return
	}
	Parallel(outer*n, grain, func(lo, hi int) { sumGradientRows(dy, dx, n, inner, T(scale), lo, hi) })
}

func sumGradientRows[T Float](dy, dx []T, n, inner int, scale T, lo, hi int) {
	for lo < hi {
		o := lo / n
		end := min(hi, (o+1)*n)
		rows := dx[lo*inner : end*inner]
		for i, d := range dy[o*inner:][:inner] {
			rows[i] = scale * d
		}
		for done := inner; done < len(rows); done *= 2 {
			copy(rows[done:], rows[:done])
		}
		lo = end
	}
}

// Max computes
//
//	y[o,i] = max_k x[o,k,i]
//
// NaN if one is NaN, −Inf for n = 0.
func Max[T Float](x, y []T, outer, n, inner int) {
	fold(Maximum, T(math.Inf(-1)), x, y, outer, n, inner)
}

// Min computes
//
//	y[o,i] = min_k x[o,k,i]
//
// NaN if one is NaN, +Inf for n = 0.
func Min[T Float](x, y []T, outer, n, inner int) {
	fold(Minimum, T(math.Inf(1)), x, y, outer, n, inner)
}

// Prod computes
//
//	y[o,i] = Π_k x[o,k,i]
//
// which is 1 for n = 0.
func Prod[T Float](x, y []T, outer, n, inner int) {
	fold(Mul, 1, x, y, outer, n, inner)
}

// fold joins the elements of each line by f, one of Maximum, Minimum and Mul.
func fold[T Float](f Binary, start T, x, y []T, outer, n, inner int) {
	grain := max(1, elementGrain/max(n*inner, 1))
	if outer <= grain {
		foldRows(f, start, x, y, n, inner, 0, outer)
		return
	}
	Parallel(outer, grain, func(lo, hi int) { foldRows(f, start, x, y, n, inner, lo, hi) })
}

func foldRows[T Float](f Binary, start T, x, y []T, n, inner, lo, hi int) {
	for o := lo; o < hi; o++ {
		if inner == 1 {
			y[o] = foldLine(f, start, x[o*n:][:n])
			continue
		}
		out := y[o*inner:][:inner]
		fill(out, start)
		for k := range n {
			combine(f, out, x[(o*n+k)*inner:][:inner], out)
		}
	}
}

func foldLine[T Float](f Binary, acc T, line []T) T {
	if l := loopsFor[T](); l != nil && f != Mul {
		return T(l.extremum(f, float32(acc), float32s(line)))
	}
	switch f {
	case Maximum:
		for _, v := range line {
			acc = max(acc, v)
		}
	case Minimum:
		for _, v := range line {
			acc = min(acc, v)
		}
	case Mul:
		for _, v := range line {
			acc *= v
		}
	}
	return acc
}

// ExtremumGradient is the gradient of Max and of Min. As TensorFlow does, it
// divides dy among the elements that attain the extremum:
//
//	c := number of k with x[o,k,i] = y[o,i]
//	dx[o,k,i] = x[o,k,i] = y[o,i] ? dy[o,i]/c : 0
//
// A line whose extremum is NaN gets NaN.
func ExtremumGradient[T Float](x, y, dy, dx []T, outer, n, inner int) {
	tiles, grain := tiling(outer, n, inner)
	if tiles <= grain {
		extremumGradientTiles(x, y, dy, dx, n, inner, 0, tiles)
		return
	}
	Parallel(tiles, grain, func(lo, hi int) { extremumGradientTiles(x, y, dy, dx, n, inner, lo, hi) })
}

func extremumGradientTiles[T Float](x, y, dy, dx []T, n, inner, lo, hi int) {
	if inner == 1 {
		for o := lo; o < hi; o++ {
			extremumGradientLine(x[o*n:][:n], y[o], dy[o], dx[o*n:][:n])
		}
		return
	}
	values := &poolsOf[T]().values
	memory := values.get(2 * tileWidth)
	defer values.put(memory)
	perOuter := ceilDiv(inner, tileWidth)
	for tile := lo; tile < hi; tile++ {
		o, from := tile/perOuter, tile%perOuter*tileWidth
		width := min(tileWidth, inner-from)
		extremum, d := y[o*inner+from:][:width], dy[o*inner+from:][:width]
		share, rest := (*memory)[:width], (*memory)[tileWidth:][:width]
		first := o*n*inner + from
		clear(share)
		for k := range n {
			countEqual(x[first+k*inner:][:width], extremum, share)
		}
		for i, v := range extremum {
			share[i] = d[i] / share[i]
			rest[i] = choose(isNaN(v), v, 0)
		}
		for k := range n {
			at := first + k*inner
			whereEqual(x[at:at+width], extremum, share, rest, dx[at:at+width])
		}
	}
}

func extremumGradientLine[T Float](x []T, extremum, dy T, dx []T) {
	count := 0
	for _, v := range x {
		if v == extremum {
			count++
		}
	}
	share, rest := dy/T(count), choose(isNaN(extremum), extremum, 0)
	for i, v := range x {
		dx[i] = choose(v == extremum, share, rest)
	}
}

// countEqual computes count[i] += a[i] = b[i] ? 1 : 0.
func countEqual[T Float](a, b, count []T) {
	if l := loopsFor[T](); l != nil {
		l.countEqual(first(count), first(a), first(b), len(a))
		return
	}
	for i, v := range a {
		if v == b[i] {
			count[i]++
		}
	}
}

// whereEqual computes y[i] = a[i] = b[i] ? v[i] : w[i].
func whereEqual[T Float](a, b, v, w, y []T) {
	if l := loopsFor[T](); l != nil {
		l.whereEqual(first(y), first(a), first(b), first(v), first(w), len(a))
		return
	}
	for i, e := range a {
		y[i] = choose(e == b[i], v[i], w[i])
	}
}

// ProdGradient computes the gradient of Prod without dividing, so that zeros are
// no exception:
//
//	dx[o,k,i] = dy[o,i] * Π_{j≠k} x[o,j,i]
//
// dx must not be x.
func ProdGradient[T Float](x, dy, dx []T, outer, n, inner int) {
	lines, grain := outer*inner, lineGrain(n)
	if lines <= grain {
		prodGradientLines(x, dy, dx, n, inner, 0, lines)
		return
	}
	Parallel(lines, grain, func(lo, hi int) { prodGradientLines(x, dy, dx, n, inner, lo, hi) })
}

func prodGradientLines[T Float](x, dy, dx []T, n, inner, lo, hi int) {
	for l := lo; l < hi; l++ {
		at := lineStart(l, n, inner)
		end := at + n*inner
		before := T(1)
		for i := at; i < end; i += inner {
			dx[i] = before
			before *= x[i]
		}
		after := dy[l]
		for i := end - inner; i >= at; i -= inner {
			dx[i] *= after
			after *= x[i]
		}
	}
}

// ArgMax writes the first k that attains the maximum of x[o,k,i] to index[o,i]. As
// in TensorFlow NaN loses to every number; a line of nothing but NaN gives 0.
// n must be at least 1.
func ArgMax[T Float](x []T, index []int, outer, n, inner int) {
	lines, grain := outer*inner, lineGrain(n)
	if lines <= grain {
		argMaxLines(x, index, n, inner, 0, lines)
		return
	}
	Parallel(lines, grain, func(lo, hi int) { argMaxLines(x, index, n, inner, lo, hi) })
}

func argMaxLines[T Float](x []T, index []int, n, inner, lo, hi int) {
	if l := loopsFor[T](); l != nil && inner == 1 {
		for o := lo; o < hi; o++ {
			index[o] = l.argMax(float32s(x[o*n : o*n+n]))
		}
		return
	}
	for l := lo; l < hi; l++ {
		at := lineStart(l, n, inner)
		best, k := at, 1
		for i := at + inner; k < n; i, k = i+inner, k+1 {
			if v, top := x[i], x[best]; v > top || isNaN(top) && !isNaN(v) {
				best = i
			}
		}
		index[l] = (best - at) / inner
	}
}

// SumAll returns Σ x[i].
func SumAll[T Float](x []T) float64 {
	if len(x) <= elementGrain {
		return sumLine(x)
	}
	return addPieces(len(x), func(lo, hi int) float64 { return sumLine(x[lo:hi]) })
}

// Dot returns Σ x[i]*y[i]; y has the length of x.
func Dot[T Float](x, y []T) float64 {
	if len(x) <= elementGrain {
		return dotLine(x, y)
	}
	return addPieces(len(x), func(lo, hi int) float64 { return dotLine(x[lo:hi], y[lo:hi]) })
}

// Norm2 returns √Σ x[i]². Like Keras it does not scale: float64 squares overflow
// beyond 1e154, float32 ones never.
func Norm2[T Float](x []T) float64 { return math.Sqrt(Dot(x, x)) }

func dotLine[T Float](x, y []T) float64 {
	y = y[:len(x)]
	if l := loopsFor[T](); l != nil {
		return l.dot(first(x), first(y), len(x)) // Dot's pieces are short
	}
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+3 < len(x); i += 4 {
		s0 += float64(x[i]) * float64(y[i])
		s1 += float64(x[i+1]) * float64(y[i+1])
		s2 += float64(x[i+2]) * float64(y[i+2])
		s3 += float64(x[i+3]) * float64(y[i+3])
	}
	for ; i < len(x); i++ {
		s0 += float64(x[i]) * float64(y[i])
	}
	return s0 + s1 + (s2 + s3)
}

// addPieces adds the results of f on pieces of [0, n), in their order.
func addPieces(n int, f func(lo, hi int) float64) float64 {
	parts := make([]float64, ceilDiv(n, elementGrain))
	Parallel(n, elementGrain, func(lo, hi int) { parts[lo/elementGrain] = f(lo, hi) })
	return sumLine(parts)
}

func isNaN[T Float](v T) bool { return v != v }
