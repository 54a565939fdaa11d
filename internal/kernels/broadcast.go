package kernels

import (
	"math"
	"strconv"
)

// MaxRank is the greatest rank of the shapes that Broadcast and ReduceTo take.
const MaxRank = 12

// Binary names a function of two operands.
type Binary uint8

const (
	Add     Binary = iota // a + b
	Sub                   // a − b
	Mul                   // a · b
	Div                   // a / b
	Maximum               // max(a, b)
	Minimum               // min(a, b)
	Leak                  // a > 0 ? a : a·b
	Pow                   // a^b
)

// BroadcastShape returns the shape that numpy's rule gives to operands of shapes a
// and b: aligned at the last axis, two axes are equal or one of them is 1. ok is
// false if they are not.
func BroadcastShape(a, b []int) (shape []int, ok bool) {
	if len(a) < len(b) {
		a, b = b, a
	}
	shape = append(shape, a...)
	for i, n := range b {
		at := &shape[len(a)-len(b)+i]
		switch {
		case *at == n || n == 1:
		case *at == 1:
			*at = n
		default:
			return nil, false
		}
	}
	return shape, true
}

// Broadcast computes
//
//	out[i] = f(a[j], b[k])
//
// for every index i of outShape = BroadcastShape(aShape, bShape), where j and k are
// i with 0 on the axes along which a, or b, is repeated. out may be an
// operand that is not repeated. NaN gives NaN, also in Maximum and Minimum.
func Broadcast[T Float](f Binary, a []T, aShape []int, b []T, bShape []int, out []T, outShape []int) {
	w := newWalk(outShape, aShape, bShape)
	if w.total <= elementGrain {
		broadcastPiece(f, &w, a, b, out, 0, w.total)
		return
	}
	shared := w // the closure keeps what it sees on the heap
	Parallel(shared.total, elementGrain, func(lo, hi int) { broadcastPiece(f, &shared, a, b, out, lo, hi) })
}

func broadcastPiece[T Float](f Binary, w *walk, a, b, out []T, lo, hi int) {
	if l := loopsFor[T](); l != nil && f <= Leak && w.step != [2]int{} {
		l.broadcast(f, w, float32s(a), float32s(b), float32s(out), lo, hi)
		return
	}
	var memory [2][blockLen]T
	aRepeat, bRepeat := repeat[T]{values: memory[0][:]}, repeat[T]{values: memory[1][:]}
	for lo < hi {
		n := min(w.run(lo), hi-lo, blockLen)
		at := w.offsets(lo)
		apply2(f, aRepeat.of(a, at[0], w.step[0], n), bRepeat.of(b, at[1], w.step[1], n), out[lo:lo+n])
		lo += n
	}
}

// combine is apply2 for memory that is not on the stack: the compiler cannot see what
// a loop of the table does with it.
func combine[T Float](f Binary, a, b, out []T) {
	l := loopsFor[T]()
	if l == nil || f > Leak {
		apply2(f, a, b, out)
		return
	}
	a, b = a[:len(out)], b[:len(out)]
	for len(out) > elementGrain {
		l.same[f](first(out), first(a), first(b), elementGrain)
		a, b, out = a[elementGrain:], b[elementGrain:], out[elementGrain:]
	}
	l.same[f](first(out), first(a), first(b), len(out))
}

// apply2 computes out[i] = f(a[i], b[i]).
func apply2[T Float](f Binary, a, b, out []T) {
	a, b = a[:len(out)], b[:len(out)]
	switch f {
	case Add:
		for i, v := range a {
			out[i] = v + b[i]
		}
	case Sub:
		for i, v := range a {
			out[i] = v - b[i]
		}
	case Mul:
		for i, v := range a {
			out[i] = v * b[i]
		}
	case Div:
		for i, v := range a {
			out[i] = v / b[i]
		}
	case Maximum:
		for i, v := range a {
			out[i] = max(v, b[i])
		}
	case Minimum:
		for i, v := range a {
			out[i] = min(v, b[i])
		}
	case Leak:
		for i, v := range a {
			out[i] = choose(v > 0, v, v*b[i])
		}
	case Pow:
		for i, v := range a {
			out[i] = T(math.Pow(float64(v), float64(b[i])))
		}
	default:
		panic("kernels: unknown binary function " + strconv.Itoa(int(f)))
	}
}

// BroadcastGradient computes both gradients of Broadcast before they are summed
// over the repeated axes (ReduceTo does that): for every index i of outShape
//
//	da[i] = dy[i] * ∂f/∂a;  db[i] = dy[i] * ∂f/∂b
//
// da or db may be nil if it is not wanted, or dy. Where Maximum or Minimum meets
// equal operands, all of dy goes to a; where one is NaN, to b (both as in
// TensorFlow). Leak has ∂/∂a = 0 for a = 0. Pow has ∂/∂a = 0 for b = 0, and ∂/∂b = 0 for a <= 0.
func BroadcastGradient[T Float](f Binary, a []T, aShape []int, b []T, bShape []int, dy, da, db []T, outShape []int) {
	w := newWalk(outShape, aShape, bShape)
	if w.total <= elementGrain {
		broadcastGradientPiece(f, &w, a, b, dy, da, db, 0, w.total)
		return
	}
	shared := w
	Parallel(shared.total, elementGrain, func(lo, hi int) {
		broadcastGradientPiece(f, &shared, a, b, dy, da, db, lo, hi)
	})
}

func broadcastGradientPiece[T Float](f Binary, w *walk, a, b, dy, da, db []T, lo, hi int) {
	values := &poolsOf[T]().values
	memory := values.get(3 * blockLen)
	defer values.put(memory)
	aRepeat, bRepeat := repeat[T]{values: (*memory)[:blockLen]}, repeat[T]{values: (*memory)[blockLen:]}
	unwanted := (*memory)[2*blockLen:]
	for lo < hi {
		n := min(w.run(lo), hi-lo, blockLen)
		at := w.offsets(lo)
		ga, gb := unwanted[:n], unwanted[:n]
		if da != nil {
			ga = da[lo : lo+n]
		}
		if db != nil {
			gb = db[lo : lo+n]
		}
		gradient2(f, aRepeat.of(a, at[0], w.step[0], n), bRepeat.of(b, at[1], w.step[1], n), dy[lo:lo+n], ga, gb)
		lo += n
	}
}

// gradient2 computes da[i], db[i] = dy[i]*∂f/∂a, dy[i]*∂f/∂b at a[i], b[i].
func gradient2[T Float](f Binary, a, b, dy, da, db []T) {
	a, b, da, db = a[:len(dy)], b[:len(dy)], da[:len(dy)], db[:len(dy)]
	if l := loopsFor[T](); l != nil && Mul <= f && f <= Leak {
		l.gradients[f](first(da), first(db), first(a), first(b), first(dy), len(dy))
		return
	}
	switch f {
	case Add:
		for i, d := range dy {
			da[i], db[i] = d, d
		}
	case Sub:
		for i, d := range dy {
			da[i], db[i] = d, -d
		}
	case Mul:
		for i, d := range dy {
			da[i], db[i] = d*b[i], d*a[i]
		}
	case Div:
		for i, d := range dy {
			v, w := a[i], b[i]
			da[i], db[i] = d/w, -d*(v/w/w)
		}
	case Maximum:
		for i, d := range dy {
			da[i], db[i] = route(d, a[i] >= b[i])
		}
	case Minimum:
		for i, d := range dy {
			da[i], db[i] = route(d, a[i] <= b[i])
		}
	case Leak:
		for i, d := range dy {
			v := a[i]
			da[i] = choose(v > 0, d, choose(v < 0, d*b[i], 0))
			db[i] = d * choose(v > 0, 0, v)
		}
	case Pow:
		for i, d := range dy {
			ga, gb := powSlopes(float64(a[i]), float64(b[i]))
			da[i], db[i] = T(float64(d)*ga), T(float64(d)*gb)
		}
	default:
		panic("kernels: unknown binary function " + strconv.Itoa(int(f)))
	}
}

func route[T Float](d T, first bool) (da, db T) {
	if first {
		return d, 0
	}
	return 0, d
}

func powSlopes(a, b float64) (da, db float64) {
	if b != 0 {
		da = b * math.Pow(a, b-1)
	}
	if !(a <= 0) {
		db = math.Pow(a, b) * math.Log(a)
	}
	return da, db
}

// odometer turns a number into an offset; the fastest axis is pushed first.
type odometer struct {
	dims, strides [MaxRank]int
	rank          int
}

func (o *odometer) push(dim, stride int) {
	o.dims[o.rank], o.strides[o.rank] = dim, stride
	o.rank++
}

func (o *odometer) volume() int { return volume(o.dims[:o.rank]) }

func (o *odometer) offset(i int) (at int) {
	for d := range o.rank {
		at += i % o.dims[d] * o.strides[d]
		i /= o.dims[d]
	}
	return at
}

// A walk goes through an array in memory order and knows where its two operands
// are. Neighbouring axes that both operands treat alike are merged: equal shapes,
// and an array with a scalar, become one axis, an array with a bias two.
type walk struct {
	dims    [MaxRank]int
	strides [2][MaxRank]int
	step    [2]int // along the last axis: 0 or 1
	rank    int
	total   int
}

func newWalk(outShape, aShape, bShape []int) walk {
	w := walk{total: volume(outShape)}
	var strides [2]int
	strides[0], strides[1] = 1, 1
	shapes := [2][]int{aShape, bShape}
	// Axes are taken from the last to the first and turned around at the end.
	for d := 1; d <= len(outShape); d++ {
		n := outShape[len(outShape)-d]
		if n == 1 {
			continue
		}
		var here [2]int
		for k, shape := range shapes {
			if d <= len(shape) && shape[len(shape)-d] == n {
				here[k] = strides[k]
				strides[k] *= n
			}
		}
		if p := w.rank - 1; p >= 0 && here[0] == w.dims[p]*w.strides[0][p] && here[1] == w.dims[p]*w.strides[1][p] {
			w.dims[p] *= n
			continue
		}
		w.dims[w.rank], w.strides[0][w.rank], w.strides[1][w.rank] = n, here[0], here[1]
		w.rank++
	}
	if w.rank == 0 {
		w.dims[0], w.rank = 1, 1
		w.strides[0][0], w.strides[1][0] = 1, 1
	}
	for i, j := 0, w.rank-1; i < j; i, j = i+1, j-1 {
		w.dims[i], w.dims[j] = w.dims[j], w.dims[i]
		for k := range w.strides {
			w.strides[k][i], w.strides[k][j] = w.strides[k][j], w.strides[k][i]
		}
	}
	w.step = [2]int{w.strides[0][w.rank-1], w.strides[1][w.rank-1]}
	return w
}

// run returns how many elements from i on lie on one line along the last axis.
func (w *walk) run(i int) int {
	n := w.dims[w.rank-1]
	return n - i%n
}

// offsets returns where the operands of element i are.
func (w *walk) offsets(i int) (at [2]int) {
	for d := w.rank - 1; d >= 0; d-- {
		k := i % w.dims[d]
		i /= w.dims[d]
		at[0] += k * w.strides[0][d]
		at[1] += k * w.strides[1][d]
	}
	return at
}

// blockLen is how many elements of a line are computed at once: enough to make
// the walk's bookkeeping cheap, few enough that all operands stay in the first-level
// cache.
const blockLen = 512

// repeat holds copies of an operand's single element, so that each function needs
// only one loop, over slices of equal length.
type repeat[T Float] struct {
	values []T // blockLen
	filled int
	source int // index of the element that values[:filled] repeat
}

// of returns n elements from x[at] on: x's own for step 1, copies of x[at] for 0.
func (r *repeat[T]) of(x []T, at, step, n int) []T {
	if step == 1 {
		return x[at : at+n]
	}
	if r.filled < n || r.source != at {
		fill(r.values[:n], x[at])
		r.filled, r.source = n, at
	}
	return r.values[:n]
}

func volume(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
