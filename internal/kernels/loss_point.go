package kernels

import "math"

// pointLoss is the loss of one element and its derivative with respect to p. It is
// a type parameter and not a func, because a func would be allocated at each call.
type pointLoss[T Float] interface {
	value(y, p T) T
	slope(y, p T) T

	// loops returns what l has for the loss, with its constants.
	loops(l *elementLoops) (f pointLoops, a, b float32)
}

// pointValues computes out[i] = loss.value(y[i], p[i]).
func pointValues[T Float, L pointLoss[T]](y, p, out []T, loss L) {
	if l := loopsFor[T](); l != nil {
		f, a, b := loss.loops(l)
		points(f.value, float32s(y), float32s(p), float32s(out), a, b)
		return
	}
	for i, v := range p {
		out[i] = loss.value(y[i], v)
	}
}

// pointSlopes computes out[i] = loss.slope(y[i], p[i]).
func pointSlopes[T Float, L pointLoss[T]](y, p, out []T, loss L) {
	if l := loopsFor[T](); l != nil {
		f, a, b := loss.loops(l)
		points(f.slope, float32s(y), float32s(p), float32s(out), a, b)
		return
	}
	for i, v := range p {
		out[i] = loss.slope(y[i], v)
	}
}

func points(f func(out, y, p *float32, n int, a, b float32), y, p, out []float32, a, b float32) {
	for i := 0; i < len(p); i += elementGrain {
		n := min(elementGrain, len(p)-i)
		f(first(out[i:i+n]), first(y[i:i+n]), first(p[i:i+n]), n, a, b)
	}
}

// meanLoss writes values[r] = Σ_c loss.value(y, p) / classes.
func meanLoss[T Float, L pointLoss[T]](y, p, values []T, rows, classes int, loss L) {
	grain := lineGrain(classes)
	if rows <= grain {
		meanLossRows(y, p, values, 0, rows, classes, loss)
		return
	}
	Parallel(rows, grain, func(lo, hi int) { meanLossRows(y, p, values, lo, hi, classes, loss) })
}

func meanLossRows[T Float, L pointLoss[T]](y, p, values []T, lo, hi, classes int, loss L) {
	y, p, values = y[lo*classes:hi*classes], p[lo*classes:hi*classes], values[lo:hi]
	if classes == 1 {
		pointValues(y, p, values, loss)
		return
	}
	memory := poolsOf[T]().values.get(len(p))
	defer poolsOf[T]().values.put(memory)
	pointValues(y, p, *memory, loss)
	sumTiles(*memory, values, classes, 1, classes, 0, len(values))
}

// meanLossGradient writes dp = dValues[r] * loss.slope(y, p) / classes.
func meanLossGradient[T Float, L pointLoss[T]](y, p, dValues, dp []T, rows, classes int, loss L) {
	grain := lineGrain(classes)
	if rows <= grain {
		meanLossGradientRows(y, p, dValues, dp, 0, rows, classes, loss)
		return
	}
	Parallel(rows, grain, func(lo, hi int) { meanLossGradientRows(y, p, dValues, dp, lo, hi, classes, loss) })
}

func meanLossGradientRows[T Float, L pointLoss[T]](y, p, dValues, dp []T, lo, hi, classes int, loss L) {
	y, p, dValues, dp = y[lo*classes:hi*classes], p[lo*classes:hi*classes], dValues[lo:hi], dp[lo*classes:hi*classes]
	memory := poolsOf[T]().values.get(len(dValues))
	defer poolsOf[T]().values.put(memory)
	Scale(dValues, *memory, 1/float64(classes), 0)
	pointSlopes(y, p, dp, loss)
	scaleRows(dp, *memory, classes)
}

type squaredError[T Float] struct{}

func (squaredError[T]) value(y, p T) T { return (p - y) * (p - y) }
func (squaredError[T]) slope(y, p T) T { return 2 * (p - y) }

func (squaredError[T]) loops(l *elementLoops) (pointLoops, float32, float32) {
	return l.squaredError, 0, 0
}

type absoluteError[T Float] struct{}

func (absoluteError[T]) value(y, p T) T { return max(p-y, y-p) }
func (absoluteError[T]) slope(y, p T) T { return sign(p - y) }

func (absoluteError[T]) loops(l *elementLoops) (pointLoops, float32, float32) {
	return l.absoluteError, 0, 0
}

type huber[T Float] struct{ delta T }

func (h huber[T]) value(y, p T) T {
	e := max(p-y, y-p)
	if e > h.delta {
		return h.delta*e - h.delta*h.delta/2
	}
	return e * e / 2
}

func (h huber[T]) slope(y, p T) T { return max(min(p-y, h.delta), -h.delta) }

// Its constants are delta and delta²/2.
func (h huber[T]) loops(l *elementLoops) (pointLoops, float32, float32) {
	return l.huber, float32(h.delta), float32(h.delta * h.delta / 2)
}

// smoothed is label smoothing: y' = y*keep + share. These are the constants of the
// losses that have it.
type smoothed[T Float] struct{ keep, share T }

func classSmoothing[T Float](smoothing float64, classes int) smoothed[T] {
	return smoothed[T]{T(1 - smoothing), T(smoothing / float64(classes))}
}

func (s smoothed[T]) of(y T) T { return y*s.keep + s.share }

type binaryLogits[T Float] smoothed[T]

// other returns |p|, and y' where p is negative, else 1-y': what the sign of p does
// not say of the class.
func (l binaryLogits[T]) other(y, p T) (size, other float64) {
	size, other = math.Abs(float64(p)), float64(smoothed[T](l).of(y))
	if p > 0 {
		other = 1 - other
	}
	return size, other
}

// value is max(p,0) - p y' + ln(1+exp(-|p|)) without the difference.
func (l binaryLogits[T]) value(y, p T) T {
	size, other := l.other(y, p)
	return T(other*size + math.Log1p(math.Exp(-size)))
}

func (l binaryLogits[T]) slope(y, p T) T {
	size, other := l.other(y, p)
	slope := sigmoid(-size) - other
	if p > 0 {
		slope = -slope
	}
	return T(slope)
}

func (l binaryLogits[T]) loops(from *elementLoops) (pointLoops, float32, float32) {
	return from.binaryLogits, float32(l.keep), float32(l.share)
}

type binaryProbabilities[T Float] smoothed[T]

func (l binaryProbabilities[T]) value(y, p T) T {
	low, high := probabilityBounds[T]()
	y, p = smoothed[T](l).of(y), max(min(p, high), low)
	return T(-float64(y)*math.Log(float64(p)) - float64(1-y)*math.Log(float64(1-p)))
}

func (l binaryProbabilities[T]) slope(y, p T) T {
	low, high := probabilityBounds[T]()
	if p < low || p > high {
		return 0
	}
	y = smoothed[T](l).of(y)
	return (1-y)/(1-p) - y/p
}

func (l binaryProbabilities[T]) loops(from *elementLoops) (pointLoops, float32, float32) {
	return from.binaryProbabilities, float32(l.keep), float32(l.share)
}

// categoricalLogits is of what softmax makes of logits: value of the logarithm of a
// probability, slope, by the logit, of the probability where targets sum to 1.
type categoricalLogits[T Float] smoothed[T]

func (l categoricalLogits[T]) value(y, p T) T {
	if y = smoothed[T](l).of(y); y == 0 { // a logit of −∞ counts only if it is asked for
		return 0
	}
	return -y * p
}

func (l categoricalLogits[T]) slope(y, p T) T { return p - smoothed[T](l).of(y) }

func (l categoricalLogits[T]) loops(from *elementLoops) (pointLoops, float32, float32) {
	return from.categoricalLogits, float32(l.keep), float32(l.share)
}

// categoricalProbabilities is of probabilities that sum to 1, as if they were independent.
type categoricalProbabilities[T Float] smoothed[T]

func (l categoricalProbabilities[T]) value(y, p T) T {
	low, high := probabilityBounds[T]()
	return T(-float64(smoothed[T](l).of(y)) * math.Log(float64(max(min(p, high), low))))
}

func (l categoricalProbabilities[T]) slope(y, p T) T {
	low, high := probabilityBounds[T]()
	if p < low || p > high {
		return 0
	}
	return -smoothed[T](l).of(y) / p
}

func (l categoricalProbabilities[T]) loops(from *elementLoops) (pointLoops, float32, float32) {
	return from.categoricalProbabilities, float32(l.keep), float32(l.share)
}
