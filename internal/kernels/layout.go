package kernels

// The kernels of this file move elements and compute nothing, so they take slices
// of any element type.

// Transpose writes x, of the given shape, to y with its axes in the order perm:
//
//	y[i[perm[0]], i[perm[1]], …] = x[i[0], i[1], …]
//
// so y has the shape shape[perm[0]], shape[perm[1]], …. y must not be x. The rank
// is at most MaxRank.
func Transpose[T any](x []T, shape, perm []int, y []T) {
	t := newTransposition(shape, perm)
	if t.total == 0 {
		return
	}
	y = y[:t.total]
	planes := t.outer.volume()
	grain := max(1, elementGrain/(t.total/planes))
	if planes <= grain {
		transposePlanes(&t, x, y, 0, planes)
		return
	}
	shared := t
	Parallel(planes, grain, func(lo, hi int) { transposePlanes(&shared, x, y, lo, hi) })
}

// transposition is Transpose after neighbouring axes that stay neighbours are
// merged. What is left is a loop over planes: a plane has the last axis of y, and
// the axis of y that is the last of x, which are one and the same where perm keeps
// the last axis.
type transposition struct {
	outer, target odometer // the axes outside the plane, with strides of x and of y
	total         int
	cols, colStep int // last axis of y: length, stride in x
	rows, rowStep int // last axis of x: length, stride in y; 1 row if it is the same axis
}

func newTransposition(shape, perm []int) transposition {
	t := transposition{total: volume(shape), cols: 1, colStep: 1, rows: 1}
	var strides [MaxRank]int
	for d, s := len(shape)-1, 1; d >= 0; d-- {
		strides[d] = s
		s *= shape[d]
	}
	// The axes of y from the last to the first: lengths, strides in x and in y.
	var dims, from, to [MaxRank]int
	rank, size := 0, 1
	for d := len(perm) - 1; d >= 0; d-- {
		n, s := shape[perm[d]], strides[perm[d]]
		if n == 1 {
			continue
		}
		if rank > 0 && s == dims[rank-1]*from[rank-1] {
			dims[rank-1] *= n
		} else {
			dims[rank], from[rank], to[rank] = n, s, size
			rank++
		}
		size *= n
	}
	for d := range rank {
		switch {
		case d == 0:
			t.cols, t.colStep = dims[0], from[0]
		case from[d] == 1:
			t.rows, t.rowStep = dims[d], to[d]
		default:
			t.outer.push(dims[d], from[d])
			t.target.push(dims[d], to[d])
		}
	}
	return t
}

// transposeTile is the side of the squares in which a plane is copied, so that the
// cache lines of both sides are used up before they are dropped.
const transposeTile = 16

func transposePlanes[T any](t *transposition, x, y []T, lo, hi int) {
	for p := lo; p < hi; p++ {
		src, dst := x[t.outer.offset(p):], y[t.target.offset(p):]
		if t.rows == 1 {
			copyStrided(src, dst[:t.cols], t.colStep)
			continue
		}
		if from, ok := any(src).([]float32); ok && active.lanes != 0 {
			active.transposed(t.cols, t.rows, from, t.colStep, any(dst).([]float32), t.rowStep)
			continue
		}
		for r0 := 0; r0 < t.rows; r0 += transposeTile {
			rEnd := min(r0+transposeTile, t.rows)
			for c0 := 0; c0 < t.cols; c0 += transposeTile {
				width := min(transposeTile, t.cols-c0)
				for r := r0; r < rEnd; r++ {
					copyStrided(src[r+c0*t.colStep:], dst[r*t.rowStep+c0:][:width], t.colStep)
				}
			}
		}
	}
}

func copyStrided[T any](src, dst []T, step int) {
	if step == 1 {
		copy(dst, src)
		return
	}
	at := 0
	for i := range dst {
		dst[i] = src[at]
		at += step
	}
}

// SliceAxis writes the part [start, start+length) along the middle axis of x, which
// is (outer, n, inner), to y, which is (outer, length, inner). It is also the
// gradient of PutAxis.
func SliceAxis[T any](x, y []T, outer, n, inner, start, length int) {
	width := length * inner
	for o := range outer {
		copy(y[o*width:][:width], x[(o*n+start)*inner:][:width])
	}
}

// PutAxis writes x, which is (outer, length, inner), to the part [start,
// start+length) along the middle axis of y, which is (outer, n, inner), and leaves
// the rest of y alone: once for each operand, it concatenates.
func PutAxis[T any](x, y []T, outer, n, inner, start, length int) {
	width := length * inner
	for o := range outer {
		copy(y[(o*n+start)*inner:][:width], x[o*width:][:width])
	}
}

// SliceAxisGradient is the gradient of SliceAxis: dy in its part of dx, 0 elsewhere.
func SliceAxisGradient[T any](dy, dx []T, outer, n, inner, start, length int) {
	clear(dx[:outer*n*inner])
	PutAxis(dy, dx, outer, n, inner, start, length)
}

// Pad writes x into y at the offset before[d] along every axis d, and value around
// it. Its gradient is Crop.
func Pad[T any](x []T, xShape []int, y []T, yShape, before []int, value T) {
	fill(y[:volume(yShape)], value)
	eachLine(xShape, yShape, before, func(small, large, n int) {
		copy(y[large:large+n], x[small:small+n])
	})
}

// Crop writes the part of y that begins at before[d] along every axis d and has
// xShape to x. Its gradient is Pad with zeros.
func Crop[T any](y []T, yShape, before []int, x []T, xShape []int) {
	eachLine(xShape, yShape, before, func(small, large, n int) {
		copy(x[small:small+n], y[large:large+n])
	})
}

// eachLine calls f for every line along the last axis of a box of shape small that
// lies at an offset in one of shape large.
func eachLine(small, large, offset []int, f func(small, large, n int)) {
	if len(small) == 0 {
		f(0, 0, 1)
		return
	}
	if volume(small) == 0 {
		return
	}
	last := len(small) - 1
	var lines odometer
	base, stride := offset[last], large[last]
	for d := last - 1; d >= 0; d-- {
		lines.push(small[d], stride)
		base += offset[d] * stride
		stride *= large[d]
	}
	n := small[last]
	for l := range lines.volume() {
		f(l*n, base+lines.offset(l), n)
	}
}
