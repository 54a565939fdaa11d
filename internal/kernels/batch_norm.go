package kernels

import (
	"math"
	"unsafe"
)

// BatchNorm is a batch normalization of x, seen as (Outer, Channels, Inner). An element
// of a mask is for Shared neighbours in x: all channels, or some of one.
type BatchNorm struct {
	Outer, Channels, Inner int
	Shared                 int
	Epsilon                float64 // added to variances
}

// maskEpsilon is what Keras adds to the number of elements that a mask lets through.
const maskEpsilon = 1e-7

// BatchMoments computes, for each channel c over the n elements that the mask lets through,
//
//	mean[c] = Σ x / n    variance[c] = Σ (x - mean[c])² / n
//
// A nil mask lets everything through; with any other n is greater by 1e-7, as in Keras.
func BatchMoments[T Float](g BatchNorm, x []T, mask []bool, mean, variance []T) {
	n := g.Channels
	memory := pools64.values.get(4 * n)
	sums, counts, means := (*memory)[:2*n], (*memory)[2*n:3*n], (*memory)[3*n:]
	g.count(mask, counts)
	channelSums(g, x, x, mask, nil, sums)
	for c, count := range counts {
		means[c] = sums[c] / divisor(mask, count)
		// The squares of float32 are exact in float64: no second pass for Σ (x - mean)².
		sums[n+c] -= means[c] * (2*sums[c] - count*means[c])
	}
	if unsafe.Sizeof(T(0)) > floatSize {
		channelSums(g, x, x, mask, means, sums)
	}
	for c, count := range counts {
		mean[c], variance[c] = T(means[c]), T(sums[n+c]/divisor(mask, count))
		if variance[c] < 0 { // by rounding
			variance[c] = 0
		}
	}
	pools64.values.put(memory)
}

// divisor makes a mean of the sum of count elements.
func divisor(mask []bool, count float64) float64 {
	if mask == nil {
		return count
	}
	return count + maskEpsilon
}

// BatchNormalize computes, with the numbers of each channel,
//
//	y = (x - mean) / √(variance + Epsilon) * gamma + beta
//
// A nil gamma is 1, a nil beta 0. y may be x.
func BatchNormalize[T Float](g BatchNorm, x, mean, variance, gamma, beta, y []T) {
	values := &poolsOf[T]().values
	memory := values.get(2 * g.Channels)
	scale, offset := (*memory)[:g.Channels], (*memory)[g.Channels:]
	for c := range scale {
		scale[c] = T(orOne(gamma, c) * g.inverse(float64(variance[c])))
	}
	clear(offset)
	copy(offset, beta)
	if len(x) <= elementGrain {
		batchNormPiece(g, x, mean, scale, offset, y, 0, len(x))
	} else {
		Parallel(len(x), elementGrain, func(lo, hi int) { batchNormPiece(g, x, mean, scale, offset, y, lo, hi) })
	}
	values.put(memory)
}

func batchNormPiece[T Float](g BatchNorm, x, mean, scale, offset, y []T, lo, hi int) {
	g.runs(lo, hi, func(lo, hi, c, end int) {
		normalizeColumns(x[lo:hi], mean[c:end], scale[c:end], offset[c:end], y[lo:hi])
	})
}

// inverse is 1/√(variance + Epsilon).
func (g BatchNorm) inverse(variance float64) float64 { return 1 / math.Sqrt(variance+g.Epsilon) }

// orOne is an element of gamma, or 1 if that is nil.
func orOne[T Float](gamma []T, i int) float64 {
	if gamma == nil {
		return 1
	}
	return float64(gamma[i])
}

// BatchNormGradient computes the gradients of BatchNormalize's x, gamma and beta, those
// that are not nil, with the numbers of each channel:
//
//	dbeta = Σ dy    dgamma = Σ dy*x̂    dx = dy * gamma / √(variance + Epsilon)
//
// where x̂ = (x - mean) / √(variance + Epsilon). If ofBatch is set, mean and variance are
// those that BatchMoments finds in x, and it is for what the mask lets through
//
//	dx = (dy - dbeta/n - x̂*dgamma/n) * gamma / √(variance + Epsilon)
//
// dx may be dy.
func BatchNormGradient[T Float](g BatchNorm, ofBatch bool, x, mean, variance, gamma []T, mask []bool, dy, dx, dgamma, dbeta []T) {
	n := g.Channels
	memory, factors := pools64.values.get(3*n), poolsOf[T]().values.get(3*n)
	sums, counts := (*memory)[:2*n], (*memory)[2*n:]
	a, b, c := (*factors)[:n], (*factors)[n:2*n], (*factors)[2*n:]
	if ofBatch {
		g.count(mask, counts)
	}
	if ofBatch || dgamma != nil || dbeta != nil {
		channelSums(g, dy, x, nil, nil, sums)
	}
	for i, m := range mean {
		inverse := g.inverse(float64(variance[i]))
		scale := orOne(gamma, i) * inverse
		sum, products := sums[i], (sums[n+i]-float64(m)*sums[i])*inverse
		if dgamma != nil {
			dgamma[i] = T(products)
		}
		if dbeta != nil {
			dbeta[i] = T(sum)
		}
		a[i] = T(scale)
		if ofBatch {
			all := divisor(mask, counts[i])
			slope := -scale * inverse * products / all
			rest := float64(m) * (all - counts[i]) / all // the mean of x - mean
			b[i], c[i] = T(slope), T(-scale*sum/all-slope*rest)
		}
	}
	switch {
	case dx == nil:
	case len(x) <= elementGrain:
		batchNormGradientPiece(g, ofBatch, x, mean, a, b, c, mask, dy, dx, 0, len(x))
	default:
		Parallel(len(x), elementGrain, func(lo, hi int) {
			batchNormGradientPiece(g, ofBatch, x, mean, a, b, c, mask, dy, dx, lo, hi)
		})
	}
	pools64.values.put(memory)
	poolsOf[T]().values.put(factors)
}

// batchNormGradientPiece writes a*dy + (b*(x - mean) + c) for what moved the moments, and
// a*dy for the rest.
func batchNormGradientPiece[T Float](g BatchNorm, ofBatch bool, x, mean, a, b, c []T, mask []bool, dy, dx []T, lo, hi int) {
	g.spans(mask, lo, hi, func(lo, hi int, on bool) {
		g.runs(lo, hi, func(lo, hi, i, end int) {
			if ofBatch && on {
				normalizeColumnsGradient(x[lo:hi], mean[i:end], a[i:end], b[i:end], c[i:end], dy[lo:hi], dx[lo:hi])
			} else {
				scaleColumns(dy[lo:hi], a[i:end], dx[lo:hi])
			}
		})
	})
}

// count writes the number of elements of each channel that the mask lets through.
func (g BatchNorm) count(mask []bool, counts []float64) {
	if mask == nil {
		fill(counts, float64(g.Outer*g.Inner))
		return
	}
	clear(counts)
	for i, on := range mask {
		switch at := i * g.Shared; {
		case !on:
		case g.byRows(mask):
			counts[0]++
		default:
			counts[at/g.Inner%g.Channels] += float64(g.Shared)
		}
	}
	if g.byRows(mask) {
		fill(counts, counts[0])
	}
}

// byRows reports whether an element of the mask, if there is one, is for rows of all
// channels, and a channel's elements are not side by side.
func (g BatchNorm) byRows(mask []bool) bool {
	return g.Inner == 1 && (mask == nil || g.Shared == g.Channels)
}

// spans calls f for the longest stretches of x[lo:hi] that the mask treats alike.
func (g BatchNorm) spans(mask []bool, lo, hi int, f func(lo, hi int, on bool)) {
	if mask == nil {
		f(lo, hi, true)
		return
	}
	for lo < hi {
		on, end := mask[lo/g.Shared], lo
		for end < hi && mask[end/g.Shared] == on {
			end = min((end/g.Shared+1)*g.Shared, hi)
		}
		f(lo, end, on)
		lo = end
	}
}

// runs calls f for the longest stretches of x[lo:hi] that are rows of the channels from
// c to end.
func (g BatchNorm) runs(lo, hi int, f func(lo, hi, c, end int)) {
	for lo < hi {
		c := lo / g.Inner % g.Channels
		n, channels := min(g.Inner-lo%g.Inner, hi-lo), 1
		if g.Inner == 1 {
			channels = min(g.Channels-c, hi-lo)
			n = channels
			if c == 0 {
				n = (hi - lo) / channels * channels
			}
		}
		f(lo, lo+n, c, c+channels)
		lo += n
	}
}
