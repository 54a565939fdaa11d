package kernels

import "github.com/pkg/errors"

// PoolGeometry is a pooling over 1, 2 or 3 spatial axes, one value an axis in the
// slices. Memory is channels last: x (Batch, In…, Channels), y (Batch, Out…, Channels).
//
// Output o of an axis sees inputs o*Stride - PadBefore + k for k below Window, those
// that exist; each window must see at least one, as it does with SamePadding and
// ValidSize. The kernels panic if a geometry contradicts itself or a slice has
// another length than it says.
type PoolGeometry struct {
	Batch, Channels int
	In, Out         []int
	Window, Stride  []int
	PadBefore       []int
}

// poolGrain is the number of elements read that make a piece of work worth a
// goroutine: some 30 microseconds.
const poolGrain = 1 << 15

// pool is a checked PoolGeometry with what follows from it.
type pool struct {
	windows
	batch, channels int
	inSize, outSize int // elements of one sample of x and of y
}

func newPool[T Float](kernel string, g PoolGeometry, x, y []T) *pool {
	p := &pool{
		windows: newWindows(kernel, g.In, g.Out, g.Window, g.Stride, nil, g.PadBefore, nil),
		batch:   g.Batch, channels: g.Channels,
	}
	for i := range p.windows {
		w := &p.windows[i]
		if w.out > 0 && (w.taps <= w.pad || (w.out-1)*w.stride-w.pad >= w.in) {
			panic(errors.Errorf("kernels.%s: a window sees nothing but padding: %+v", kernel, *w))
		}
	}
	p.inSize, p.outSize = p.inputs()*p.channels, p.outputs()*p.channels
	checkLen(kernel, "x", x, p.batch*p.inSize)
	checkLen(kernel, "y", y, p.batch*p.outSize)
	return p
}

// each calls f for the windows from to to of all samples, a window at a time.
func (p *pool) each(from, to int, f func(v view)) {
	w0, w1, w2 := &p.windows[0], &p.windows[1], &p.windows[2]
	for i := from; i < to; i++ {
		sample := i / p.outputs()
		o0, o1, o2 := p.at(i % p.outputs())
		i0, lo0, hi0 := w0.bounds(o0)
		i1, lo1, hi1 := w1.bounds(o1)
		i2, lo2, hi2 := w2.bounds(o2)
		f(view{
			in: sample * p.inSize, out: i * p.channels,
			lo: [maxRank]int{i0 + lo0, i1 + lo1, i2 + lo2},
			hi: [maxRank]int{i0 + hi0, i1 + hi1, i2 + hi2},
		})
	}
}

// view is one window: the offsets of its sample in x and of its channels in y, and
// the input elements that it sees.
type view struct {
	in, out int
	lo, hi  [maxRank]int
}

// elements returns how many elements of a channel a window sees.
func (v *view) elements() int {
	return (v.hi[0] - v.lo[0]) * (v.hi[1] - v.lo[1]) * (v.hi[2] - v.lo[2])
}

// MaxPool computes the largest element that each window sees, channel by channel:
//
//	y[b, o…, c] = max_{k…} x[b, o*Stride - PadBefore + k, c]
//
// Where argmax is not nil it gets the place of that element, the index into its
// sample of x (In…, Channels): of equal elements the first in row-major order, as in
// TensorFlow. A NaN is larger than any number, so the first one in a window wins.
func MaxPool[T Float](g PoolGeometry, x, y []T, argmax []int32) {
	p := newPool("MaxPool", g, x, y)
	if argmax != nil {
		checkLen("MaxPool", "argmax", argmax, len(y))
	}
	Parallel(p.batch*p.outputs(), p.grain(), func(from, to int) {
		p.each(from, to, func(v view) {
			best := y[v.out : v.out+p.channels]
			var places []int32
			if argmax != nil {
				places = argmax[v.out : v.out+p.channels]
			}
			first := true
			for i0 := v.lo[0]; i0 < v.hi[0]; i0++ {
				for i1 := v.lo[1]; i1 < v.hi[1]; i1++ {
					for i2 := v.lo[2]; i2 < v.hi[2]; i2++ {
						at := p.place(i0, i1, i2)
						maxTap(x[v.in+at:], at, first, best, places)
						first = false
					}
				}
			}
		})
	})
}

// maxTap replaces the elements of best that x exceeds, or all if this is the first
// tap, and the places, if there are any, by at plus the index.
func maxTap[T Float](x []T, at int, first bool, best []T, places []int32) {
	x = x[:len(best)]
	switch {
	case first:
		copy(best, x)
		for i := range places {
			places[i] = int32(at + i)
		}
	case places == nil:
		for i, v := range x {
			best[i] = max(best[i], v) // a NaN if one is
		}
	default:
		places = places[:len(x)]
		for i, v := range x {
			// Conditional moves: branches would be mispredicted.
			b, old, place := best[i], places[i], int32(at+i)
			if v <= b {
				place = old
			}
			if b != b { // a NaN stays where it was first seen
				place = old
			}
			best[i], places[i] = max(b, v), place
		}
	}
}

// MaxPoolGrad computes the gradient of MaxPool's input: each element of dy goes to
// the place that MaxPool noted in argmax.
//
//	dx[b, i] = Σ_{o…, c: argmax[b, o…, c] = i} dy[b, o…, c]
func MaxPoolGrad[T Float](g PoolGeometry, dy []T, argmax []int32, dx []T) {
	p := newPool("MaxPoolGrad", g, dx, dy)
	checkLen("MaxPoolGrad", "argmax", argmax, len(dy))
	// A sample is the smallest piece: windows overlap.
	Parallel(p.batch, grain(float64(p.inSize+p.outSize)), func(lo, hi int) {
		for b := lo; b < hi; b++ {
			d := dx[b*p.inSize : (b+1)*p.inSize]
			clear(d)
			places := argmax[b*p.outSize : (b+1)*p.outSize]
			for i, v := range dy[b*p.outSize : (b+1)*p.outSize] {
				d[places[i]] += v
			}
		}
	})
}

// AveragePool computes the mean of the elements that each window sees, channel by
// channel; padding counts neither as an element nor as 0:
//
//	y[b, o…, c] = (Σ_{k…} x[b, o*Stride - PadBefore + k, c]) / number of k… in range
func AveragePool[T Float](g PoolGeometry, x, y []T) {
	p := newPool("AveragePool", g, x, y)
	Parallel(p.batch*p.outputs(), p.grain(), func(from, to int) {
		p.each(from, to, func(v view) {
			sum := y[v.out : v.out+p.channels]
			clear(sum)
			for i0 := v.lo[0]; i0 < v.hi[0]; i0++ {
				for i1 := v.lo[1]; i1 < v.hi[1]; i1++ {
					for i2 := v.lo[2]; i2 < v.hi[2]; i2++ {
						addTo(sum, x[v.in+p.place(i0, i1, i2):])
					}
				}
			}
			n := T(v.elements())
			for i := range sum {
				sum[i] /= n
			}
		})
	})
}

// AveragePoolGrad computes the gradient of AveragePool's input: each element that a
// window saw gets an equal share of its gradient.
//
//	dx[b, i…, c] = Σ_{o… that see i…} dy[b, o…, c] / number of elements that o… sees
func AveragePoolGrad[T Float](g PoolGeometry, dy, dx []T) {
	p := newPool("AveragePoolGrad", g, dx, dy)
	values := &poolsOf[T]().values
	// A sample is the smallest piece: windows overlap.
	Parallel(p.batch, grain(float64(p.inSize+p.outSize*p.taps())), func(lo, hi int) {
		clear(dx[lo*p.inSize : hi*p.inSize])
		share := values.get(p.channels)
		p.each(lo*p.outputs(), hi*p.outputs(), func(v view) {
			n := T(v.elements())
			for i, d := range dy[v.out : v.out+p.channels] {
				(*share)[i] = d / n
			}
			for i0 := v.lo[0]; i0 < v.hi[0]; i0++ {
				for i1 := v.lo[1]; i1 < v.hi[1]; i1++ {
					for i2 := v.lo[2]; i2 < v.hi[2]; i2++ {
						at := v.in + p.place(i0, i1, i2)
						addTo(dx[at:at+p.channels], *share)
					}
				}
			}
		})
		values.put(share)
	})
}

// place returns the offset of an input element's channels in its sample.
func (p *pool) place(i0, i1, i2 int) int {
	return ((i0*p.windows[1].in+i1)*p.windows[2].in + i2) * p.channels
}

// grain returns the number of windows in a piece of work.
func (p *pool) grain() int { return max(1, poolGrain/max(1, p.taps()*p.channels)) }
