package kernels

import "math"

// Filter names a function that weighs the elements around a place between them.
type Filter uint8

const (
	Triangle Filter = iota // 1−|x|: linear interpolation
	Cubic                  // Keys's cubic convolution (1981) with a = −½
	Lanczos3               // sinc(x)·sinc(x/3)
	Lanczos5               // sinc(x)·sinc(x/5)
)

// radius is the distance from which on a filter is 0.
func (f Filter) radius() float64 {
	return [...]float64{Triangle: 1, Cubic: 2, Lanczos3: 3, Lanczos5: 5}[f]
}

// weight returns the filter at x, |x| ≤ radius.
func (f Filter) weight(x float64) float64 {
	x = math.Abs(x)
	switch {
	case f == Triangle:
		return 1 - x
	case f == Cubic && x < 1:
		return (1.5*x-2.5)*x*x + 1
	case f == Cubic:
		return ((2.5-0.5*x)*x-4)*x + 2
	}
	return sinc(x) * sinc(x/f.radius())
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// Resampling is a linear map along an axis: an element of the result is a sum of
// neighbouring elements, with weights.
type Resampling[T Float] struct {
	from, to int
	bands    []band // of the elements of the result
	weights  []T
}

// band is where the elements of a sum begin, how many there are, and where their weights begin.
type band struct{ first, count, weights int }

// NewResampling is the map from n to m elements that lie evenly in the same space:
// element j lies at (j+½)·n/m−½ among the n, and is the mean of those around with the
// weights of a filter. Those beyond the ends do not count.
func NewResampling[T Float](f Filter, n, m int) *Resampling[T] {
	r := &Resampling[T]{from: n, to: m, bands: make([]band, m)}
	if n == m {
		f = Triangle // every filter keeps what lies on an element
	}
	var weights []float64
	for j := range r.bands {
		at := (float64(j)+0.5)*float64(n)/float64(m) - 0.5
		first := max(0, int(math.Floor(at-f.radius()))+1)
		last := min(n-1, int(math.Ceil(at+f.radius()))-1)
		weights = weights[:0]
		total := 0.0
		for k := first; k <= last; k++ {
			w := f.weight(at - float64(k))
			weights = append(weights, w)
			total += w
		}
		r.bands[j] = band{first, len(weights), len(r.weights)}
		for _, w := range weights {
			r.weights = append(r.weights, T(w/total))
		}
	}
	return r
}

// Transposed is the map of gradients, from those of the result to those of what it was made of.
func (r *Resampling[T]) Transposed() *Resampling[T] {
	t := &Resampling[T]{from: r.to, to: r.from, bands: make([]band, r.from)}
	j := 0
	for k := range t.bands {
		for j < r.to && r.bands[j].first+r.bands[j].count <= k {
			j++
		}
		b := band{first: j, weights: len(t.weights)}
		for _, of := range r.bands[j:] {
			if of.first > k {
				break
			}
			t.weights = append(t.weights, r.weights[of.weights+k-of.first])
			b.count++
		}
		t.bands[k] = b
	}
	return t
}

// Resample applies a map along the middle axis of x, which is (outer, from, inner); y
// is (outer, to, inner):
//
//	y[o,j,i] = Σ_{k<count} weights[j,k] * x[o,first[j]+k,i]
func Resample[T Float](r *Resampling[T], x, y []T, outer, inner int) {
	rows := outer * r.to
	grain := max(1, r.grain()/max(inner, maxLanes))
	if rows <= grain {
		r.rows(x, y, inner, 0, rows)
		return
	}
	Parallel(rows, grain, func(lo, hi int) { r.rows(x, y, inner, lo, hi) })
}

// Resize applies two maps to images: x is (batch, rows.from, cols.from, channels), y
// is (batch, rows.to, cols.to, channels). The map of the rows, which adds whole lines,
// works on the wider images.
func Resize[T Float](rows, cols *Resampling[T], x, y []T, batch, channels int) {
	pool := &poolsOf[T]().values
	if rows.from <= rows.to {
		wide := pool.get(batch * rows.from * cols.to * channels)
		Resample(cols, x, *wide, batch*rows.from, channels)
		Resample(rows, *wide, y, batch, cols.to*channels)
		pool.put(wide)
		return
	}
	flat := pool.get(batch * rows.to * cols.from * channels)
	Resample(rows, x, *flat, batch, cols.from*channels)
	Resample(cols, *flat, y, batch*rows.to, channels)
	pool.put(flat)
}

// grain returns the number of sums that make a piece of work.
func (r *Resampling[T]) grain() int { return max(maxLanes, elementGrain*r.to/max(1, len(r.weights))) }

// rows computes rows lo to hi of y, counted over all o.
func (r *Resampling[T]) rows(x, y []T, inner, lo, hi int) {
	for lo < hi {
		o, j := lo/r.to, lo%r.to
		bands := r.bands[j:min(r.to, j+hi-lo)]
		from, to := x[o*r.from*inner:][:r.from*inner], y[lo*inner:][:len(bands)*inner]
		for column := 0; column < inner; column += r.grain() {
			weightedSums(to[column:], from[column:], r.weights, bands, min(r.grain(), inner-column), inner)
		}
		lo += len(bands)
	}
}

// weightedSums computes, for rows of width elements that lie stride apart,
//
//	y[j] = Σ_{k<count} weights[weights+k] * x[first+k]
//
// with the first, count and weights of band j.
func weightedSums[T Float](y, x, weights []T, bands []band, width, stride int) {
	if l := loopsFor[T](); l != nil {
		l.weightedSums(first(y), first(x), first(weights), &bands[0].first, len(bands), width, stride)
		return
	}
	for j, b := range bands {
		row := y[j*stride:][:width]
		clear(row)
		for k, w := range weights[b.weights:][:b.count] {
			for i, v := range x[(b.first+k)*stride:][:width] {
				row[i] += w * v
			}
		}
	}
}
