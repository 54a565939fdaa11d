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

// FlipAxis writes x, which is (outer, n, inner), to y with the middle axis backwards.
func FlipAxis[T any](x, y []T, outer, n, inner int) {
	for o := range outer {
		for i := range n {
			copy(y[(o*n+i)*inner:][:inner], x[(o*n+n-1-i)*inner:][:inner])
		}
	}
}

// Pad writes x into y at the offset before[d] along every axis d, and value around
// it. Its gradient is Crop.
func Pad[T any](x []T, xShape []int, y []T, yShape, before []int, value T) {
	y = y[:volume(yShape)]
	b := newBox(xShape, yShape, before)
	lines := b.lines.volume()
	grain := elementGrain * lines / max(len(y), 1)
	if lines <= grain {
		padLines(&b, x, y, value, 0, lines)
		return
	}
	shared := b
	Parallel(lines, grain, func(lo, hi int) { padLines(&shared, x, y, value, lo, hi) })
}

// padLines writes lines lo to hi and what lies between them, at the ends also what
// lies around all.
func padLines[T any](b *box, x, y []T, value T, lo, hi int) {
	end := 0 // of what is written
	if lo > 0 {
		end = b.at(lo-1) + b.length
	}
	for l := lo; l < hi; l++ {
		at := b.at(l)
		fill(y[end:at], value)
		end = at + copy(y[at:], x[l*b.length:][:b.length])
	}
	if hi == b.lines.volume() {
		fill(y[end:], value)
	}
}

// Crop writes the part of y that begins at before[d] along every axis d and has
// xShape to x. Its gradient is Pad with zeros.
func Crop[T any](y []T, yShape, before []int, x []T, xShape []int) {
	b := newBox(xShape, yShape, before)
	lines := b.lines.volume()
	grain := elementGrain / max(b.length, 1)
	if lines <= grain {
		cropLines(&b, y, x, 0, lines)
		return
	}
	shared := b
	Parallel(lines, grain, func(lo, hi int) { cropLines(&shared, y, x, lo, hi) })
}

func cropLines[T any](b *box, y, x []T, lo, hi int) {
	for l := lo; l < hi; l++ {
		copy(x[l*b.length:][:b.length], y[b.at(l):])
	}
}

// box is a part of an array, as lines that are in one piece there; in a copy of the
// part they lie end to end.
type box struct {
	lines         odometer // with their distances in the array
	first, length int
}

func newBox(part, array, offset []int) box {
	b := box{length: 1}
	size, whole := 1, true // of the axes behind d
	for d := len(part) - 1; d >= 0; d-- {
		if whole {
			b.length *= part[d]
		} else {
			b.lines.push(part[d], size)
		}
		whole = whole && part[d] == array[d]
		b.first += offset[d] * size
		size *= array[d]
	}
	return b
}

// at returns where a line begins in the array.
func (b *box) at(line int) int { return b.first + b.lines.offset(line) }
