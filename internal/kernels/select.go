package kernels

import "slices"

// The kernels of this file broadcast as Broadcast does, for any element types.

// Expand repeats x along the axes that outShape has and xShape has not, or has with
// size 1:
//
//	out[i] = x[i'], i' being i with 0 on the repeated axes
//
// Its gradient is ReduceTo.
func Expand[T any](x []T, xShape []int, out []T, outShape []int) {
	w := newWalk(outShape, xShape, xShape)
	if w.total == 0 {
		return
	}
	grain := max(1, elementGrain*w.dims[0]/w.total)
	if w.dims[0] <= grain || w.strides[0][0] == 0 {
		expandAxes(&w, 0, x, out[:w.total])
		return
	}
	shared := w
	Parallel(w.dims[0], grain, func(lo, hi int) {
		inner := shared.total / shared.dims[0]
		expandAxes(&shared, 0, x[lo*shared.strides[0][0]:], out[lo*inner:hi*inner])
	})
}

// expandAxes writes a block of out, which has the axes from axis on, and of axis maybe
// a part. What is repeated is made once, and copied.
func expandAxes[T any](w *walk, axis int, x, out []T) {
	if axis == w.rank {
		out[0] = x[0]
		return
	}
	inner := volume(w.dims[axis+1 : w.rank])
	switch stride := w.strides[0][axis]; {
	case stride == 0:
		expandAxes(w, axis+1, x, out[:inner])
		for done := inner; done < len(out); done *= 2 {
			copy(out[done:], out[:done])
		}
	case axis == w.rank-1:
		copy(out, x)
	case axis == w.rank-2 && inner <= fewTimes:
		for i := 0; len(out) > 0; i++ {
			fill(out[:inner], x[i])
			out = out[inner:]
		}
	default:
		for len(out) > 0 {
			expandAxes(w, axis+1, x, out[:inner])
			x, out = x[min(stride, len(x)):], out[inner:]
		}
	}
}

// fewTimes is how often an element is repeated faster by a loop than by copies.
const fewTimes = 16

// Compare computes out[i] = f(a[i'], b[i”]) for every index of outShape =
// BroadcastShape(aShape, bShape), with i' and i” as in Broadcast.
func Compare[T any](f func(a, b T) bool, a []T, aShape []int, b []T, bShape []int, out []bool, outShape []int) {
	w := newWalk(outShape, aShape, bShape)
	for i := 0; i < w.total; {
		at, n := w.offsets(i), w.run(i)
		for k := range n {
			out[i+k] = f(a[at[0]+k*w.step[0]], b[at[1]+k*w.step[1]])
		}
		i += n
	}
}

// Select computes out[i] = cond[i'] ? a[i”] : b[i”'] for every index of outShape, to
// which all three shapes broadcast.
func Select[T any](cond []bool, condShape []int, a []T, aShape []int, b []T, bShape []int, out []T, outShape []int) {
	Expand(a, aShape, out, outShape)
	w := newWalk(outShape, condShape, bShape)
	for i := 0; i < w.total; {
		at, n := w.offsets(i), w.run(i)
		switch line := out[i : i+n]; {
		case w.step[0] == 1:
			for k := range line {
				if !cond[at[0]+k] {
					line[k] = b[at[1]+k*w.step[1]]
				}
			}
		case cond[at[0]]: // for the whole line
		case w.step[1] == 1:
			copy(line, b[at[1]:])
		default:
			fill(line, b[at[1]])
		}
		i += n
	}
}

// Clip computes
//
//	y[i] = x[i] < lo ? lo : x[i] > hi ? hi : x[i]
//
// so that NaN stays NaN. y may be x.
func Clip[T Float](x, y []T, lo, hi T) {
	if len(x) <= elementGrain {
		clip(x, y, lo, hi)
		return
	}
	Parallel(len(x), elementGrain, func(from, to int) { clip(x[from:to], y[from:to], lo, hi) })
}

func clip[T Float](x, y []T, lo, hi T) {
	y = y[:len(x)]
	if l := loopsFor[T](); l != nil {
		l.clip(first(y), first(x), len(x), float32(lo), float32(hi))
		return
	}
	for i, v := range x {
		y[i] = choose(v < lo, lo, choose(v > hi, hi, v))
	}
}

// ClipGradient is the gradient of Clip: dx is 0 where x < lo or x > hi, else dy, as in
// TensorFlow. dx may be x or dy.
func ClipGradient[T Float](x, dy, dx []T, lo, hi T) {
	if len(x) <= elementGrain {
		clipGradient(x, dy, dx, lo, hi)
		return
	}
	Parallel(len(x), elementGrain, func(from, to int) { clipGradient(x[from:to], dy[from:to], dx[from:to], lo, hi) })
}

func clipGradient[T Float](x, dy, dx []T, lo, hi T) {
	dy, dx = dy[:len(x)], dx[:len(x)]
	if l := loopsFor[T](); l != nil {
		l.passWithin(first(dx), first(x), first(dy), len(x), float32(lo), float32(hi))
		return
	}
	for i, v := range x {
		dx[i] = choose(v < lo || v > hi, 0, dy[i])
	}
}

// AnyDiffers computes, for rows of n elements, whether one is another number than v,
// as NaN is:
//
//	y[r] = x[r, 0] ≠ v ∨ x[r, 1] ≠ v ∨ …
func AnyDiffers[T Float](x []T, v T, y []bool, n int) {
	grain := max(1, elementGrain/max(n, 1))
	if len(y) <= grain {
		anyDiffers(x, v, y, n)
		return
	}
	Parallel(len(y), grain, func(lo, hi int) { anyDiffers(x[lo*n:], v, y[lo:hi], n) })
}

// anyDiffers is done with most rows after one element.
func anyDiffers[T Float](x []T, v T, y []bool, n int) {
	for r := range y {
		y[r] = slices.ContainsFunc(x[r*n:(r+1)*n], func(e T) bool { return e != v })
	}
}
