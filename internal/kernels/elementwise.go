package kernels

import (
	"unsafe"
)

//go:generate go run -C _generate/elementwise .

// elementLoops are the elementwise loops of one instruction set, on float32. Their
// arrays have n elements and may be the same, but must not overlap otherwise; a call
// is not preemptible, so that n stays near elementGrain. They round like the loops in
// Go that are their doc, but for those with exponentials and logarithms, which are only
// close.
type elementLoops struct {
	fromBytes func(y *float32, x *uint8, n int) // y = x; n is a multiple of the lanes

	same       [Leak + 1]func(out, a, b *float32, n int)           // out = f(a, b)
	right      [Leak + 1]func(out, a *float32, n int, b float32)   // out = f(a, b), b for all
	left       [Leak + 1]func(out, b *float32, n int, a float32)   // out = f(a, b), a for all
	rows       [Leak + 1]func(out, a, b *float32, rows, width int) // out[r] = f(a[r], b), rows of width; rows > 0
	columns    [Leak + 1]func(out, a, b *float32, rows, width int) // out[r] = f(a[r], b[r]), b[r] for all of a row; rows > 0
	gradients  [Leak + 1]func(da, db, a, b, dy *float32, n int)    // as in BroadcastGradient, but for Add and Sub
	scale      func(y, x *float32, n int, factor, offset float32)  // y = factor*x + offset
	clip       func(y, x *float32, n int, low, high float32)       // y = x < low ? low : x > high ? high : x; low <= high
	passWithin func(dx, x, dy *float32, n int, low, high float32)  // dx = x < low || x > high ? 0 : dy

	addScaled   func(y, x *float32, n int, a float32)                  // y += a*x
	ema         func(avg, x *float32, n int, keep, rest float32)       // avg = keep*avg + rest*x
	sgdMomentum func(w, grad, m *float32, n int, lr, momentum float32) // m = momentum*m - lr*grad;  w += m
	sgdNesterov func(w, grad, m *float32, n int, lr, momentum float32) // m likewise;  w += momentum*m - lr*grad

	// Of these optimizers' arrays a variant touches only those that it needs.
	rmsprop [withMomentum + centered + 1]func(w, grad, v, m, avg *float32, n int, lr, rho, rest, momentum, eps float32)
	adam    [amsgrad + 1]func(w, grad, m, v, top *float32, n int, rate, rest1, rest2, eps float32)

	// Sums of columns: sums[i] += x[k*stride+i] and products[i] += x[k*stride+i]*z for
	// k < rows, in this order, and i < width; rows > 0. In columnProducts z is
	// y[k*stride+i], in columnNormalized (y[k*stride+i] - mean)*scale, which are numbers[2*k:].
	columnSums       func(sums *float64, x *float32, rows, stride, width int)
	columnProducts   func(sums, products *float64, x, y *float32, rows, stride, width int)
	columnNormalized func(sums, products *float64, x, y *float32, numbers *float64, rows, stride, width int)

	// Sums of rows: sums[k] += u[k*width+i] and products[k] += u[k*width+i]*v[k*width+i] for
	// i < width. In rowSquares u and v are x, in rowProducts x*gamma[i] and y.
	rowSquares  func(sums, products *float64, x *float32, rows, width int)
	rowProducts func(sums, products *float64, x, y, gamma *float32, rows, width int)

	// y = (x-mean)*scale + offset, with numbers for all, or of each column; in
	// normalizeRows y = (x-mean)*scale*gamma + beta with the numbers of each row, side by
	// side, and gamma and beta of each column. In all rows > 0.
	normalize        func(y, x *float32, n int, mean, scale, offset float32)
	normalizeColumns func(y, x, mean, scale, offset *float32, rows, width int)
	normalizeRows    func(y, x, gamma, beta, numbers *float32, rows, width int)

	// dx = a*dy + ((x-mean)*b + c) likewise; in normalizeRowsGradient dy is dy*gamma.
	normalizeGradient        func(dx, dy, x *float32, n int, mean, a, b, c float32)
	normalizeColumnsGradient func(dx, dy, x, mean, a, b, c *float32, rows, width int)
	normalizeRowsGradient    func(dx, dy, x, gamma, numbers *float32, rows, width int)

	// The function of that name, for rows > 0 and bands of three words each.
	weightedSums func(y, x, weights *float32, bands *int, rows, width, stride int)

	// y = f(x) and dx = dy*f'(x), from x or y, with the constants of plainer. Some
	// functions have none.
	value    [Round + 1]func(y, x *float32, n int, alpha, threshold, high float32)
	gradient [Round + 1]func(dx, x, y, dy *float32, n int, alpha, threshold, high float32)

	// For rows of up to shortRow times the lanes; rows > 0.
	softmaxRows func(y, x *float32, rows, width int)                            // y = softmax of x, for each row
	expSumRows  func(tops *float32, sums *float64, x *float32, rows, width int) // tops = max x, or any number where one is NaN;  sums = Σ exp(x-top)

	softmaxGradientRows func(dx, y, dy *float32, rows, width int)         // for each row, dx = y*(dy-Σ y*dy); rows > 0
	expSum              func(y, x *float32, n int, shift float32) float64 // y = exp(x-shift), x ≤ shift; returns Σ y
	logSoftmaxGradient  func(dx, y, dy *float32, n int, sum float32)      // dx = dy-exp(y)*sum; y ≤ 0

	// The pointLoss of that name. a and b are what it says.
	squaredError, absoluteError, huber                                             pointLoops
	binaryLogits, binaryProbabilities, categoricalLogits, categoricalProbabilities pointLoops

	sum             func(x *float32, n int) float64    // Σ x
	dot             func(x, y *float32, n int) float64 // Σ x*y
	greatest, least func(x *float32, n int) float32    // as Max and Min: NaN if one is NaN
	greatestNumber  func(x *float32, n int) float32    // the greatest of those that are not NaN; −Inf if there is none

	countEqual func(count, a, b *float32, n int)   // count += a = b ? 1 : 0
	whereEqual func(y, a, b, v, w *float32, n int) // y = a = b ? v : w

	// mask = hash(counter + i*golden)>>11 >= least ? scale : 0
	dropoutMask func(mask *float32, n int, counter uint64, least int, scale float32)

	// Steps of LSTM and GRUResetAfter for a sample, as there; the gradients in two parts.
	lstm         func(i, f, candidate, o, before, c, h *float32, n int)
	lstmOutput   func(o, c, dh, dc, dz *float32, n int)
	lstmGates    func(i, f, candidate, before, dc, di, df, dg *float32, n int)
	gru          func(z, r, candidate, az, ar, ag, before, h *float32, n int)
	gruCandidate func(z, candidate, before, dh, past, dz, dg *float32, n int)
	gruReset     func(r, ag, dg, dr, dag *float32, n int)

	// Pooling of windows that see count elements each, at the offsets taps from x, from
	// x+step, from x+2*step, …; place at is that of x. The gradient of maxPool writes to
	// dx, that of averagePool adds.
	maxPool             func(y, x *float32, taps *int, count, windows, channels, step int)
	maxPoolPlaces       func(y *float32, places *int32, x *float32, taps *int, count, windows, channels, step, at int)
	maxPoolGradient     func(dx, dy *float32, places *int32, taps *int, count, windows, channels, step, at int)
	averagePool         func(y, x *float32, taps *int, count, windows, channels, step int)
	averagePoolGradient func(dx, dy *float32, taps *int, count, windows, channels, step int)

	// Winograd's transforms by the side of a tile; see winograd.go.
	winogradInput, winogradWeights, winogradOutputGradient [largestTile + 1]toPlanes
	winogradOutput, winogradWeightsGradient                [largestTile + 1]fromPlanes
}

// pointLoops are out = f(y, p) for a loss of one element and its slope.
type pointLoops struct {
	value, slope func(out, y, p *float32, n int, a, b float32)
}

// maxRows is the most rows in a call of a loop over rows: a short one takes as long as
// some whole vectors.
const maxRows = 1 << 8

// toPlanes transforms n squares of a grid, next bytes apart, to planes, which get their
// channels one square after the other.
type toPlanes func(planes *float32, plane uintptr, grid *float32, line, pixel, next uintptr, channels, n int)

// fromPlanes transforms back, and leaves something else in the planes: grid =
// max(value+bias, low), of each square so many lines and pixels. It returns 0 if all
// value+bias are finite.
type fromPlanes func(grid *float32, line, pixel, next uintptr, planes *float32, plane uintptr, bias *float32, low float32, channels, n, lines, pixels int) int

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
