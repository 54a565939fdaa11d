package kernels

import (
	"slices"

	"github.com/pkg/errors"
)

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

const (
	// poolGrain is the number of elements read that make a piece of work worth a
	// goroutine: some 30 microseconds.
	poolGrain = 1 << 15
	// maxTaps is the most elements that a window may see in a channel for a loop in
	// assembly, of which it takes one call.
	maxTaps = 1 << 11
)

// pool is a checked PoolGeometry with what follows from it.
type pool struct {
	windows
	batch, channels int
	inSize, outSize int // elements of one sample of x and of y
	step            int // elements of x from one window to the next
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
	p.inSize, p.outSize, p.step = p.inputs()*p.channels, p.outputs()*p.channels, p.windows[2].stride*p.channels
	checkLen(kernel, "x", x, p.batch*p.inSize)
	checkLen(kernel, "y", y, p.batch*p.outSize)
	return p
}

// run is windows side by side on the last axis that see equally many elements.
type run struct {
	windows int
	in, out int   // offsets in x of the first element of the first window, in y of its result
	place   int   // the same offset in x, in its sample
	taps    []int // the elements that a window sees: their offsets from its first
}

// each calls f for runs that are the windows from to to of all samples.
func (p *pool) each(from, to int, f func(r run)) {
	taps := tapOffsets.get(p.taps())
	defer tapOffsets.put(taps)
	var size [maxRank]int // of the windows that taps is for
	last := &p.windows[2]
	whole := ValidSize(last.in+last.pad, last.taps, last.stride, 1) // windows that end inside
	for i := from; i < to; {
		o0, o1, o2 := p.at(i % p.outputs())
		start, here := [maxRank]int{}, [maxRank]int{}
		for d, o := range [maxRank]int{o0, o1, o2} {
			first, lo, hi := p.windows[d].bounds(o)
			start[d], here[d] = first+lo, hi-lo
		}
		if here != size {
			size = here
			*taps = p.offsets((*taps)[:0], size)
		}
		r := run{windows: 1, place: p.place(start[0], start[1], start[2]), out: i * p.channels, taps: *taps}
		r.in = i/p.outputs()*p.inSize + r.place
		if here[2] == last.taps {
			r.windows = min(whole-o2, last.out-o2, to-i, p.grain())
		}
		f(r)
		i += r.windows
	}
}

var tapOffsets scratchPool[int]

// offsets appends those of the elements of a box from its first.
func (p *pool) offsets(to []int, size [maxRank]int) []int {
	for k0 := range size[0] {
		for k1 := range size[1] {
			for k2 := range size[2] {
				to = append(to, p.place(k0, k1, k2))
			}
		}
	}
	return to
}

// place returns the offset of an input element's channels in its sample.
func (p *pool) place(i0, i1, i2 int) int {
	return ((i0*p.windows[1].in+i1)*p.windows[2].in + i2) * p.channels
}

// seen is the part of x that a run sees.
func seen[T Float](p *pool, r *run, x []T) []T {
	return x[r.in : r.in+(r.windows-1)*p.step+r.taps[len(r.taps)-1]+p.channels]
}

// results is the part of y, or of argmax, that belongs to a run.
func results[E any](p *pool, r *run, y []E) []E { return y[r.out : r.out+r.windows*p.channels] }

// poolLoops returns the loops of the active set, nil if it has none or if one window
// would take a call too long.
func poolLoops[T Float](p *pool) *elementLoops {
	if p.channels == 0 || p.taps() > maxTaps || p.perWindow() > 2*poolGrain {
		return nil
	}
	return loopsFor[T]()
}

// MaxPool computes the largest element that each window sees, channel by channel:
//
//	y[b, o…, c] = max_{k…} x[b, o*Stride - PadBefore + k, c]
//
// Where argmax is not nil it gets the place of that element, the index into its
// sample of x (In…, Channels): of equal elements the first in row-major order, as in
// TensorFlow. A NaN is larger than any number, so the first one in a window wins. Of
// zeros of both signs y may be either.
func MaxPool[T Float](g PoolGeometry, x, y []T, argmax []int32) {
	p := newPool("MaxPool", g, x, y)
	if argmax != nil {
		checkLen("MaxPool", "argmax", argmax, len(y))
	}
	loops := poolLoops[T](p)
	Parallel(p.batch*p.outputs(), p.grain(), func(from, to int) {
		p.each(from, to, func(r run) {
			x, best := seen(p, &r, x), results(p, &r, y)
			var places []int32
			if argmax != nil {
				places = results(p, &r, argmax)
			}
			switch {
			case loops == nil:
				maxOfRun(p, &r, x, best, places)
			case places == nil:
				loops.maxPool(first(best), first(x), &r.taps[0], len(r.taps), r.windows, p.channels, p.step)
			default:
				loops.maxPoolPlaces(first(best), &places[0], first(x), &r.taps[0], len(r.taps), r.windows, p.channels, p.step, r.place)
			}
		})
	})
}

func maxOfRun[T Float](p *pool, r *run, x, best []T, places []int32) {
	for w := range r.windows {
		y, from := best[w*p.channels:][:p.channels], w*p.step
		var at []int32
		if places != nil {
			at = places[w*p.channels:][:p.channels]
		}
		for k, tap := range r.taps {
			maxTap(x[from+tap:], r.place+from+tap, k == 0, y, at)
		}
	}
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
	loops := poolLoops[T](p)
	if p.overlap() {
		loops = nil
	}
	// A sample is the smallest piece: windows overlap.
	Parallel(p.batch, grain(float64(p.inSize+p.outSize)), func(lo, hi int) {
		for b := lo; b < hi; b++ {
			d := dx[b*p.inSize : (b+1)*p.inSize]
			if loops == nil {
				clear(d)
				places := argmax[b*p.outSize : (b+1)*p.outSize]
				for i, v := range dy[b*p.outSize : (b+1)*p.outSize] {
					d[places[i]] += v
				}
				continue
			}
			clearUnseen(p, d)
			p.each(b*p.outputs(), (b+1)*p.outputs(), func(r run) {
				d, dy, places := seen(p, &r, dx), results(p, &r, dy), results(p, &r, argmax)
				loops.maxPoolGradient(first(d), first(dy), &places[0], &r.taps[0], len(r.taps), r.windows, p.channels, p.step, r.place)
			})
		}
	})
}

// overlap reports whether an element may be seen by several windows.
func (p *pool) overlap() bool {
	return slices.ContainsFunc(p.windows[:], func(w window) bool { return w.taps > w.stride })
}

// clearUnseen clears the elements of a sample that no window sees, and some others,
// if windows do not overlap.
func clearUnseen[T Float](p *pool, d []T) {
	var end [maxRank]int // of what is seen without gaps
	for i, w := range p.windows {
		if w.taps == w.stride {
			end[i] = max(min(w.out*w.stride-w.pad, w.in), 0)
		}
	}
	line := p.windows[2].in * p.channels
	plane := p.windows[1].in * line
	clear(d[end[0]*plane:])
	for i0 := range end[0] {
		clear(d[i0*plane+end[1]*line : (i0+1)*plane])
		for i1 := range end[1] {
			clear(d[i0*plane+i1*line+end[2]*p.channels:][:line-end[2]*p.channels])
		}
	}
}

// AveragePool computes the mean of the elements that each window sees, channel by
// channel; padding counts neither as an element nor as 0:
//
//	y[b, o…, c] = (Σ_{k…} x[b, o*Stride - PadBefore + k, c]) / number of k… in range
func AveragePool[T Float](g PoolGeometry, x, y []T) {
	p := newPool("AveragePool", g, x, y)
	loops := poolLoops[T](p)
	Parallel(p.batch*p.outputs(), p.grain(), func(from, to int) {
		p.each(from, to, func(r run) {
			x, y := seen(p, &r, x), results(p, &r, y)
			if loops != nil {
				loops.averagePool(first(y), first(x), &r.taps[0], len(r.taps), r.windows, p.channels, p.step)
				return
			}
			for w := range r.windows {
				sum := y[w*p.channels:][:p.channels]
				clear(sum)
				for _, tap := range r.taps {
					addTo(sum, x[w*p.step+tap:])
				}
				for i := range sum {
					sum[i] /= T(len(r.taps))
				}
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
	values, loops := &poolsOf[T]().values, poolLoops[T](p)
	// A sample is the smallest piece: windows overlap.
	Parallel(p.batch, grain(float64(p.inSize+p.outSize*p.taps())), func(lo, hi int) {
		clear(dx[lo*p.inSize : hi*p.inSize])
		share := values.get(p.channels)
		p.each(lo*p.outputs(), hi*p.outputs(), func(r run) {
			dx, dy := seen(p, &r, dx), results(p, &r, dy)
			if loops != nil {
				loops.averagePoolGradient(first(dx), first(dy), &r.taps[0], len(r.taps), r.windows, p.channels, p.step)
				return
			}
			for w := range r.windows {
				for i, d := range dy[w*p.channels:][:p.channels] {
					(*share)[i] = d / T(len(r.taps))
				}
				for _, tap := range r.taps {
					addTo(dx[w*p.step+tap:][:p.channels], *share)
				}
			}
		})
		values.put(share)
	})
}

// grain returns the number of windows in a piece of work.
func (p *pool) grain() int { return max(1, poolGrain/max(1, p.perWindow())) }

// perWindow returns how many elements a window takes as long as: a part of a vector
// counts as a whole one.
func (p *pool) perWindow() int { return p.taps() * roundUp(p.channels, 8) }
