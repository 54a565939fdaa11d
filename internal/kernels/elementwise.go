package kernels

import (
	"math"
	"slices"
	"unsafe"
)

//go:generate go run -C _generate/elementwise .

// elementLoops are the elementwise loops of one instruction set, on float32. Their
// arrays have n elements and may be the same, but must not overlap otherwise; a call
// is not preemptible, so that n stays near elementGrain. All round like the loops in
// Go that are their doc.
type elementLoops struct {
	relu        func(y, x *float32, n int, bound float32)          // y = min(max(x, 0), bound); bound > 0
	passAbove   func(dx, x, dy *float32, n int, low float32)       // dx = x > low ? dy : 0
	passBetween func(dx, x, dy *float32, n int, low, high float32) // dx = x > low && x < high ? dy : 0
	fromBytes   func(y *float32, x *uint8, n int)                  // y = x; n is a multiple of the lanes

	same       [Minimum + 1]func(out, a, b *float32, n int)           // out = f(a, b)
	right      [Minimum + 1]func(out, a *float32, n int, b float32)   // out = f(a, b), b for all
	left       [Minimum + 1]func(out, b *float32, n int, a float32)   // out = f(a, b), a for all
	rows       [Minimum + 1]func(out, a, b *float32, rows, width int) // out[r] = f(a[r], b), rows of width; rows > 0
	gradients  [Minimum + 1]func(da, db, a, b, dy *float32, n int)    // as in BroadcastGradient, but for Add and Sub
	scale      func(y, x *float32, n int, factor, offset float32)     // y = factor*x + offset
	passWithin func(dx, x, dy *float32, n int, low, high float32)     // dx = low <= x && x <= high ? dy : 0

	addScaled   func(y, x *float32, n int, a float32)                  // y += a*x
	ema         func(avg, x *float32, n int, keep, rest float32)       // avg = keep*avg + rest*x
	clip        func(x *float32, n int, limit float32)                 // x = min(max(x, -limit), limit); limit > 0
	sgdMomentum func(w, grad, m *float32, n int, lr, momentum float32) // m = momentum*m - lr*grad;  w += m
	sgdNesterov func(w, grad, m *float32, n int, lr, momentum float32) // m likewise;  w += momentum*m - lr*grad

	// Of these optimizers' arrays a variant touches only those that it needs.
	rmsprop [withMomentum + centered + 1]func(w, grad, v, m, avg *float32, n int, lr, rho, rest, momentum, eps float32)
	adam    [amsgrad + 1]func(w, grad, m, v, top *float32, n int, rate, rest1, rest2, eps float32)

	// sums[i] += x[k*stride+i] for k < rows, in this order, and i < width. sums has
	// tileWidth elements, of which those from width on may change; rows > 0.
	columnSums func(sums *float64, x *float32, rows, stride, width int)

	sum             func(x *float32, n int) float64    // Σ x
	dot             func(x, y *float32, n int) float64 // Σ x*y
	greatest, least func(x *float32, n int) float32    // as Max and Min: NaN if one is NaN

	countEqual func(count, a, b *float32, n int)   // count += a = b ? 1 : 0
	whereEqual func(y, a, b, v, w *float32, n int) // y = a = b ? v : w

	// mask = hash(counter + i*golden)>>11 >= least ? scale : 0
	dropoutMask func(mask *float32, n int, counter uint64, least int, scale float32)

	// Pooling of windows that see count elements each, at the offsets taps from x, from
	// x+step, from x+2*step, …; place at is that of x. The gradient of maxPool writes to
	// dx, that of averagePool adds.
	maxPool             func(y, x *float32, taps *int, count, windows, channels, step int)
	maxPoolPlaces       func(y *float32, places *int32, x *float32, taps *int, count, windows, channels, step, at int)
	maxPoolGradient     func(dx, dy *float32, places *int32, taps *int, count, windows, channels, step, at int)
	averagePool         func(y, x *float32, taps *int, count, windows, channels, step int)
	averagePoolGradient func(dx, dy *float32, taps *int, count, windows, channels, step int)

	// These are within 2 units in the last place.
	exp, sigmoid, tanh            func(y, x *float32, n int)
	sigmoidGradient, tanhGradient func(dx, y, dy *float32, n int)                   // dx = dy*(y*(1-y)), dy*(1-y*y)
	expSum                        func(y, x *float32, n int, shift float32) float64 // y = exp(x-shift), returns Σ y
	maximum                       func(x *float32, n int) float32                   // the greatest of those that are not NaN; −Inf if there is none
}

// maxLanes is the number of float32 in the widest vector.
const maxLanes = 16

// vectorLoops are the elementLoops by the lanes of their instructionSet.
var vectorLoops [maxLanes + 1]elementLoops

// loopsFor returns the loops of the active set for T, nil if it has none.
func loopsFor[T Float]() *elementLoops {
	if active.lanes == 0 || unsafe.Sizeof(T(0)) != floatSize {
		return nil
	}
	return &vectorLoops[active.lanes]
}

// first is where the elements of x are, for loops that loopsFor[T] returned.
func first[T Float](x []T) *float32 { return (*float32)(unsafe.Pointer(unsafe.SliceData(x))) }

// float32s is x, under the same condition.
func float32s[T Float](x []T) []float32 { return unsafe.Slice(first(x), len(x)) }

// apply is the function of that name, for what has a loop.
func (l *elementLoops) apply(f Unary, p Params, x, y []float32) bool {
	y = y[:len(x)]
	to, from, n := first(y), first(x), len(x)
	switch f {
	case ReLU:
		bound := float32(p.Max)
		if float32(p.Alpha) != 0 || float32(p.Threshold) != 0 || !(bound > 0) {
			return false
		}
		l.relu(to, from, n, bound)
	case ReLU6:
		l.relu(to, from, n, 6)
	case Sigmoid:
		l.sigmoid(to, from, n)
	case Tanh:
		l.tanh(to, from, n)
	case Exponential:
		l.exp(to, from, n)
	default:
		return false
	}
	return true
}

// gradient is the function of that name, for what has a loop.
func (l *elementLoops) gradient(f Unary, p Params, x, y, dy, dx []float32) bool {
	y, dy, dx = y[:len(x)], dy[:len(x)], dx[:len(x)]
	to, n := first(dx), len(x)
	switch f {
	case ReLU:
		low := float32(p.Threshold)
		switch {
		case float32(p.Alpha) != 0:
			return false
		case math.IsInf(p.Max, 1):
			l.passAbove(to, first(x), first(dy), n, low)
		default:
			l.passBetween(to, first(x), first(dy), n, max(low, 0), float32(p.Max))
		}
	case ReLU6:
		l.passBetween(to, first(x), first(dy), n, 0, 6)
	case Sigmoid:
		l.sigmoidGradient(to, first(y), first(dy), n)
	case Tanh:
		l.tanhGradient(to, first(y), first(dy), n)
	case Exponential:
		l.same[Mul](to, first(dy), first(y), n)
	default:
		return false
	}
	return true
}

// broadcast is broadcastPiece for the functions up to Minimum.
func (l *elementLoops) broadcast(f Binary, w *walk, a, b, out []float32, lo, hi int) {
	width := w.dims[w.rank-1]
	row := w.repeatedRow()
	byRows := row == 1 || row == 0 && f != Sub && f != Div
	full, repeated := a, b
	if row == 0 {
		full, repeated = b, a
	}
	for lo < hi {
		n := min(w.run(lo), hi-lo)
		if rows := (hi - lo) / width; byRows && n == width {
			n = rows * width
			l.rows[f](first(out[lo:lo+n]), first(full[lo:lo+n]), first(repeated[:width]), rows, width)
			lo += n
			continue
		}
		at, to := w.offsets(lo), first(out[lo:lo+n])
		switch {
		case w.step[0] == 0:
			l.left[f](to, first(b[at[1]:at[1]+n]), n, a[at[0]])
		case w.step[1] == 0:
			l.right[f](to, first(a[at[0]:at[0]+n]), n, b[at[1]])
		default:
			l.same[f](to, first(a[at[0]:at[0]+n]), first(b[at[1]:at[1]+n]), n)
		}
		lo += n
	}
}

// repeatedRow returns the number of the operand that is a row, repeated for each of
// the other's rows; -1 if the walk is not of this kind.
func (w *walk) repeatedRow() int {
	for k := range w.strides {
		if w.rank == 2 && w.strides[k][0] == 0 && w.step[k] == 1 && w.strides[1-k][0] == w.dims[1] && w.step[1-k] == 1 {
			return k
		}
	}
	return -1
}

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
	for len(x) > 0 {
		n := min(len(x), elementGrain)
		if f == Maximum {
			acc = max(acc, l.greatest(first(x), n))
		} else {
			acc = min(acc, l.least(first(x), n))
		}
		x = x[n:]
	}
	return acc
}

// argMax is the place of the first of the greatest elements, 0 if all are NaN.
func (l *elementLoops) argMax(x []float32) int {
	top := float32(math.Inf(-1))
	for i := 0; i < len(x); i += elementGrain {
		part := x[i:min(i+elementGrain, len(x))]
		top = max(top, l.maximum(first(part), len(part)))
	}
	return max(slices.Index(x, top), 0)
}

// softmaxRows is softmaxLines for lines in one piece, all of which x and y are.
func (l *elementLoops) softmaxRows(x, y []float32, n int) {
	for at := 0; at < len(x); at += n {
		top := float32(math.Inf(-1))
		for i := at; i < at+n; i += elementGrain {
			part := min(elementGrain, at+n-i)
			top = max(top, l.maximum(first(x[i:i+part]), part))
		}
		// NaN gets from its own exponential into the sum, and from there everywhere.
		var sum float64
		for i := at; i < at+n; i += elementGrain {
			part := min(elementGrain, at+n-i)
			sum += l.expSum(first(y[i:i+part]), first(x[i:i+part]), part, top)
		}
		scale := float32(1 / sum)
		for i := at; i < at+n; i += elementGrain {
			part := min(elementGrain, at+n-i)
			l.right[Mul](first(y[i:i+part]), first(y[i:i+part]), part, scale)
		}
	}
}
