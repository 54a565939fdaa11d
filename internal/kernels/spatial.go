package kernels

import "github.com/pkg/errors"

// Padding says what a window sees beyond the edges of its input.
type Padding string

const (
	PaddingValid  Padding = "valid"  // no padding: only windows that lie inside
	PaddingSame   Padding = "same"   // one window for every stride, padding on both sides
	PaddingCausal Padding = "causal" // all padding before: a window ends at its own position
)

// ConvOutputSize returns, for one axis of n elements and a window of k taps, the
// number of windows and the padding that they need. It panics on an unknown padding.
func ConvOutputSize(n, k, stride, dilation int, padding Padding) (out, before, after int) {
	switch padding {
	case PaddingValid:
		return ValidSize(n, k, stride, dilation), 0, 0
	case PaddingSame:
		return SamePadding(n, k, stride, dilation)
	case PaddingCausal:
		before = dilation * (k - 1)
		return ValidSize(n+before, k, stride, dilation), before, 0
	}
	panic(errors.Errorf("kernels: unknown padding %q", padding))
}

// ValidSize returns how many windows of k taps, dilation apart, lie within n
// elements at steps of stride: ⌊(n - dilation·(k-1) - 1)/stride⌋ + 1, and 0 if
// there is no room for one.
func ValidSize(n, k, stride, dilation int) int {
	free := n - dilation*(k-1) - 1
	if free < 0 {
		return 0
	}
	return free/stride + 1
}

// SamePadding returns the number of windows that "same" padding gives, ⌈n/stride⌉,
// and the padding that makes room for them: in all
// max((out-1)·stride + dilation·(k-1) + 1 - n, 0), the odd one after, as in
// TensorFlow and Keras.
func SamePadding(n, k, stride, dilation int) (out, before, after int) {
	out = ceilDiv(n, stride)
	total := max((out-1)*stride+dilation*(k-1)+1-n, 0)
	return out, total / 2, total - total/2
}

// ConvTransposeSize returns, for one axis of n elements and a transposed convolution of
// k taps, the size of its output, and the padding with which a convolution of that
// output has n windows; negative padding crops. With padding valid all windows fit into
// the output, with same its size is n·stride. outputPadding, unless it is negative,
// makes the size (n-1)·stride + taps + outputPadding, where the taps are
// dilation·(k-1) + 1, or with same 1 if that is odd and 0 if it is even. It panics on
// another padding.
func ConvTransposeSize(n, k, stride, dilation, outputPadding int, padding Padding) (out, before, after int) {
	taps := dilation*(k-1) + 1
	all := (n-1)*stride + taps
	switch {
	case padding == PaddingValid && outputPadding < 0:
		out = all + max(stride-taps, 0)
	case padding == PaddingValid:
		out = all + outputPadding
	case padding == PaddingSame && outputPadding < 0:
		out = n * stride
	case padding == PaddingSame:
		out = all - taps + taps%2 + outputPadding
	default:
		panic(errors.Errorf("kernels: unknown padding %q of a transposed convolution", padding))
	}
	before = max(all-out, 0) / 2
	return out, before, all - out - before
}

// maxRank is the largest number of spatial axes.
const maxRank = 3

// window is how windows of taps move over one axis: tap k of window o is input
// element o*stride + k*dilation - pad.
type window struct{ in, out, taps, stride, dilation, pad int }

// bounds returns the range of the taps of window o that lie within the input,
// which is empty if lo >= hi, and the input element of tap 0.
func (w *window) bounds(o int) (start, lo, hi int) {
	start = o*w.stride - w.pad
	if start < 0 {
		lo = ceilDiv(-start, w.dilation)
	}
	if start < w.in {
		hi = min(w.taps, (w.in-1-start)/w.dilation+1)
	}
	return start, lo, hi
}

// windows describes maxRank axes, of which those missing come first and have one
// window of one tap.
type windows [maxRank]window

// newWindows checks what the kernels rely on and panics if it does not hold. A
// nil dilation is 1 everywhere; a nil after is not checked.
func newWindows(kernel string, in, out, taps, stride, dilation, before, after []int) windows {
	rank := len(in)
	if rank < 1 || rank > maxRank {
		panic(errors.Errorf("kernels.%s: expected 1 to %d spatial axes, received %d", kernel, maxRank, rank))
	}
	for _, s := range [][]int{out, taps, stride, before} {
		if len(s) != rank {
			panic(errors.Errorf("kernels.%s: expected %d values for each of %d spatial axes, received %v", kernel, rank, rank, s))
		}
	}
	var ws windows
	for i := range ws[:maxRank-rank] {
		ws[i] = window{1, 1, 1, 1, 1, 0}
	}
	for i := range rank {
		w := window{in[i], out[i], taps[i], stride[i], 1, before[i]}
		if dilation != nil {
			w.dilation = dilation[i]
		}
		if w.taps < 1 || w.stride < 1 || w.dilation < 1 || w.in < 0 || w.out < 0 {
			panic(errors.Errorf("kernels.%s: axis %d has an impossible size: %+v", kernel, i, w))
		}
		if after != nil {
			if want := ValidSize(w.in+w.pad+after[i], w.taps, w.stride, w.dilation); w.out != want {
				panic(errors.Errorf("kernels.%s: axis %d: padding %d before and %d after gives %d windows, received %+v", kernel, i, w.pad, after[i], want, w))
			}
		}
		ws[maxRank-rank+i] = w
	}
	return ws
}

// inputs, outputs and taps return the number of input elements, of windows, and of
// taps of one window, over all axes.
func (ws *windows) inputs() int  { return ws[0].in * ws[1].in * ws[2].in }
func (ws *windows) outputs() int { return ws[0].out * ws[1].out * ws[2].out }
func (ws *windows) taps() int    { return ws[0].taps * ws[1].taps * ws[2].taps }

// at returns the coordinates of window i of all, counted with the last axis fastest.
func (ws *windows) at(i int) (o0, o1, o2 int) {
	o2 = i % ws[2].out
	i /= ws[2].out
	return i / ws[1].out, i % ws[1].out, o2
}

// checkLen panics if a slice does not have the length that the geometry gives it.
func checkLen[T any](kernel, name string, s []T, want int) {
	if len(s) != want {
		panic(errors.Errorf("kernels.%s: expected %d elements in %s, received %d", kernel, want, name, len(s)))
	}
}
