package kernels

import "math"

// The losses see predictions p and targets y as (rows, classes) and give one value
// a row; sums are taken in float64. Each has a gradient with respect to p:
//
//	dp[r*classes+c] = dValues[r] * ∂values[r]/∂p[r*classes+c]
//
// dp may be p. Formulas and constants are those of Keras with the TensorFlow
// backend, so a clipped probability has gradient 0, except at the bound itself.

// lossEpsilon is Keras's backend.epsilon(): probabilities are clipped to
// [ε, 1−ε], in the precision of T.
const lossEpsilon = 1e-7

// SquaredError computes
//
//	values[r] = Σ_c (p-y)² / classes
func SquaredError[T Float](y, p, values []T, rows, classes int) {
	meanLoss(y, p, values, rows, classes, squaredError[T]{})
}

// SquaredErrorGradient is the gradient of SquaredError: 2(p-y)/classes.
func SquaredErrorGradient[T Float](y, p, dValues, dp []T, rows, classes int) {
	meanLossGradient(y, p, dValues, dp, rows, classes, squaredError[T]{})
}

// AbsoluteError computes
//
//	values[r] = Σ_c |p-y| / classes
func AbsoluteError[T Float](y, p, values []T, rows, classes int) {
	meanLoss(y, p, values, rows, classes, absoluteError[T]{})
}

// AbsoluteErrorGradient is the gradient of AbsoluteError: sign(p-y)/classes, 0
// where they are equal.
func AbsoluteErrorGradient[T Float](y, p, dValues, dp []T, rows, classes int) {
	meanLossGradient(y, p, dValues, dp, rows, classes, absoluteError[T]{})
}

// Huber computes, with e = |p-y|,
//
//	values[r] = Σ_c (e <= delta ? e²/2 : delta*e - delta²/2) / classes
//
// Keras's default for delta is 1.
func Huber[T Float](y, p, values []T, rows, classes int, delta float64) {
	meanLoss(y, p, values, rows, classes, huber[T]{T(delta)})
}

// HuberGradient is the gradient of Huber: clip(p-y, -delta, delta)/classes.
func HuberGradient[T Float](y, p, dValues, dp []T, rows, classes int, delta float64) {
	meanLossGradient(y, p, dValues, dp, rows, classes, huber[T]{T(delta)})
}

// BinaryCrossentropy computes, with y' = y(1-smoothing) + smoothing/2,
//
//	q := clip(p, ε, 1-ε)
//	values[r] = -Σ_c (y' ln q + (1-y') ln(1-q)) / classes
//
// or, when p are logits,
//
//	values[r] = Σ_c (max(p,0) - p y' + ln(1+exp(-|p|))) / classes
func BinaryCrossentropy[T Float](y, p, values []T, rows, classes int, fromLogits bool, smoothing float64) {
	if fromLogits {
		meanLoss(y, p, values, rows, classes, logitCrossentropy[T](halfSmoothing[T](smoothing)))
		return
	}
	meanLoss(y, p, values, rows, classes, probabilityCrossentropy[T](halfSmoothing[T](smoothing)))
}

// BinaryCrossentropyGradient is the gradient of BinaryCrossentropy:
// ((1-y')/(1-p) - y'/p)/classes, 0 where p was clipped, and (σ(p)-y')/classes for
// logits.
func BinaryCrossentropyGradient[T Float](y, p, dValues, dp []T, rows, classes int, fromLogits bool, smoothing float64) {
	if fromLogits {
		meanLossGradient(y, p, dValues, dp, rows, classes, logitCrossentropy[T](halfSmoothing[T](smoothing)))
		return
	}
	meanLossGradient(y, p, dValues, dp, rows, classes, probabilityCrossentropy[T](halfSmoothing[T](smoothing)))
}

// CategoricalCrossentropy computes, with y' = y(1-smoothing) + smoothing/classes,
//
//	q := clip(p / Σ p, ε, 1-ε)
//	values[r] = -Σ_c y' ln q
//
// or, when p are logits,
//
//	values[r] = -Σ_c y' LogSoftmax(p)
func CategoricalCrossentropy[T Float](y, p, values []T, rows, classes int, fromLogits bool, smoothing float64) {
	grain := lineGrain(classes)
	if rows <= grain {
		categoricalRows(y, p, values, 0, rows, classes, fromLogits, smoothing)
		return
	}
	Parallel(rows, grain, func(lo, hi int) {
		categoricalRows(y, p, values, lo, hi, classes, fromLogits, smoothing)
	})
}

func categoricalRows[T Float](y, p, values []T, lo, hi, classes int, fromLogits bool, smoothing float64) {
	keep, share := T(1-smoothing), T(smoothing/float64(classes))
	low, high := probabilityBounds[T]()
	memory := poolsOf[T]().values.get(classes)
	defer poolsOf[T]().values.put(memory)
	for r := lo; r < hi; r++ {
		pr, yr := p[r*classes:][:classes], y[r*classes:][:classes]
		var value float64
		if fromLogits {
			top, logSum := logSumOfExp(pr, *memory)
			for c, v := range pr {
				if w := yr[c]*keep + share; w != 0 { // a logit of −∞ counts only if it is asked for
					value += float64(w) * (logSum - float64(v-top))
				}
			}
		} else {
			total := T(sumLine(pr[:classes]))
			for c, v := range pr {
				q := max(min(v/total, high), low)
				value -= float64(yr[c]*keep+share) * math.Log(float64(q))
			}
		}
		values[r] = T(value)
	}
}

// CategoricalCrossentropyGradient is the gradient of CategoricalCrossentropy: with
// s = Σ y', s·softmax(p) - y' for logits; else, with S = Σ p and g = -y'/q, 0
// where q was clipped, (g - Σ g q)/S.
func CategoricalCrossentropyGradient[T Float](y, p, dValues, dp []T, rows, classes int, fromLogits bool, smoothing float64) {
	grain := lineGrain(classes)
	if rows <= grain {
		categoricalGradientRows(y, p, dValues, dp, 0, rows, classes, fromLogits, smoothing)
		return
	}
	Parallel(rows, grain, func(lo, hi int) {
		categoricalGradientRows(y, p, dValues, dp, lo, hi, classes, fromLogits, smoothing)
	})
}

func categoricalGradientRows[T Float](y, p, dValues, dp []T, lo, hi, classes int, fromLogits bool, smoothing float64) {
	keep, share := T(1-smoothing), T(smoothing/float64(classes))
	if l := loopsFor[T](); l != nil && fromLogits {
		from, to := lo*classes, hi*classes
		l.categoricalGradient(float32s(y[from:to]), float32s(p[from:to]), float32s(dValues[lo:hi]), float32s(dp[from:to]), classes, float32(keep), float32(share))
		return
	}
	low, high := probabilityBounds[T]()
	for r := lo; r < hi; r++ {
		pr, yr, out := p[r*classes:][:classes], y[r*classes:][:classes], dp[r*classes:][:classes]
		d := float64(dValues[r])
		if fromLogits {
			top := lineMax(pr, 0, classes, 1)
			expSum := lineExpSum(pr, 0, classes, 1, top)
			var weight float64
			for _, v := range yr {
				weight += float64(v*keep + share)
			}
			for c, v := range pr {
				softmax := math.Exp(float64(v-top)) / expSum
				out[c] = T(d * (weight*softmax - float64(yr[c]*keep+share)))
			}
			continue
		}
		total := T(sumLine(pr[:classes]))
		slope := func(c int, q T) float64 {
			if q < low || q > high {
				return 0
			}
			return -float64(yr[c]*keep+share) / float64(q)
		}
		var mean float64
		for c, v := range pr {
			q := v / total
			mean += slope(c, q) * float64(q)
		}
		for c, v := range pr {
			out[c] = T(d * (slope(c, v/total) - mean) / float64(total))
		}
	}
}

// NoIgnoredClass is the ignoreClass of SparseCategoricalCrossentropy that ignores
// none.
const NoIgnoredClass = math.MinInt

// SparseCategoricalCrossentropy computes, with k the label of row r,
//
//	q := clip(p, ε, 1-ε)
//	values[r] = ln Σ q - ln q[k]
//
// or, when p are logits, -LogSoftmax(p)[k]. labels holds rows class numbers as
// Keras hands them over: in the type of the predictions, cut to integers. A label
// equal to ignoreClass gives the value 0.
//
// It returns the first row whose label is outside [0, classes), and -1 if there is
// none; the value of such a row is NaN.
func SparseCategoricalCrossentropy[T Float](labels, p, values []T, rows, classes int, fromLogits bool, ignoreClass int) (badRow int) {
	grain := lineGrain(classes)
	if rows <= grain {
		sparseCategoricalRows(labels, p, values, 0, rows, classes, fromLogits, ignoreClass)
	} else {
		Parallel(rows, grain, func(lo, hi int) {
			sparseCategoricalRows(labels, p, values, lo, hi, classes, fromLogits, ignoreClass)
		})
	}
	for r, label := range labels[:rows] {
		if _, kind := classOf(label, classes, ignoreClass); kind == labelOutside {
			return r
		}
	}
	return -1
}

func sparseCategoricalRows[T Float](labels, p, values []T, lo, hi, classes int, fromLogits bool, ignoreClass int) {
	low, high := probabilityBounds[T]()
	memory := poolsOf[T]().values.get(classes)
	defer poolsOf[T]().values.put(memory)
	for r := lo; r < hi; r++ {
		k, kind := classOf(labels[r], classes, ignoreClass)
		if kind != labelClass {
			values[r] = unclassedValue[T](kind)
			continue
		}
		pr := p[r*classes:][:classes]
		if fromLogits {
			top, logSum := logSumOfExp(pr, *memory)
			values[r] = T(logSum - float64(pr[k]-top))
			continue
		}
		total := clippedSum(pr, low, high)
		values[r] = T(math.Log(total) - math.Log(float64(max(min(pr[k], high), low))))
	}
}

// SparseCategoricalCrossentropyGradient is the gradient of
// SparseCategoricalCrossentropy: softmax(p) - [c = k] for logits, else
// 1/Σq - [c = k]/q[k], 0 where p was clipped. It is 0 in ignored rows and NaN
// in those with a label outside [0, classes).
func SparseCategoricalCrossentropyGradient[T Float](labels, p, dValues, dp []T, rows, classes int, fromLogits bool, ignoreClass int) {
	grain := lineGrain(classes)
	if rows <= grain {
		sparseCategoricalGradientRows(labels, p, dValues, dp, 0, rows, classes, fromLogits, ignoreClass)
		return
	}
	Parallel(rows, grain, func(lo, hi int) {
		sparseCategoricalGradientRows(labels, p, dValues, dp, lo, hi, classes, fromLogits, ignoreClass)
	})
}

func sparseCategoricalGradientRows[T Float](labels, p, dValues, dp []T, lo, hi, classes int, fromLogits bool, ignoreClass int) {
	low, high := probabilityBounds[T]()
	l := loopsFor[T]()
	if l != nil && fromLogits {
		l.softmax(float32s(p[lo*classes:hi*classes]), float32s(dp[lo*classes:hi*classes]), classes)
	}
	for r := lo; r < hi; r++ {
		k, kind := classOf(labels[r], classes, ignoreClass)
		pr, out := p[r*classes:][:classes], dp[r*classes:][:classes]
		d := float64(dValues[r])
		switch {
		case kind != labelClass:
			fill(out, unclassedValue[T](kind))
		case fromLogits && l != nil:
			l.times(float32s(out), float32(d))
			out[k] -= T(d)
		case fromLogits:
			top := lineMax(pr, 0, classes, 1)
			scale := d / lineExpSum(pr, 0, classes, 1, top)
			for c, v := range pr {
				out[c] = T(scale * math.Exp(float64(v-top)))
			}
			out[k] -= T(d)
		default:
			total := clippedSum(pr, low, high)
			for c, v := range pr {
				slope := 1 / total
				if c == k {
					slope -= 1 / float64(v)
				}
				if v < low || v > high {
					slope = 0
				}
				out[c] = T(d * slope)
			}
		}
	}
}

// labelKind says what a label is.
type labelKind uint8

const (
	labelClass labelKind = iota
	labelIgnored
	labelOutside
)

// classOf cuts a label to an integer as Keras's cast does and classifies it.
func classOf[T Float](label T, classes, ignoreClass int) (class int, kind labelKind) {
	switch {
	case ignoreClass != NoIgnoredClass && label == T(ignoreClass):
		return 0, labelIgnored
	case label > -1 && label < T(classes):
		return int(label), labelClass
	}
	return 0, labelOutside // NaN too
}

// unclassedValue is what value and gradient are in a row without a class.
func unclassedValue[T Float](kind labelKind) T {
	if kind == labelIgnored {
		return 0
	}
	return T(math.NaN())
}

func probabilityBounds[T Float]() (low, high T) { return T(lossEpsilon), 1 - T(lossEpsilon) }

func clippedSum[T Float](p []T, low, high T) float64 {
	var sum float64
	for _, v := range p {
		sum += float64(max(min(v, high), low))
	}
	return sum
}

func fill[T any](x []T, v T) {
	for i := range x {
		x[i] = v
	}
}

// pointLoss is the loss of one element and its derivative with respect to p. It is
// a type parameter and not a func, because a func would be allocated at each call.
type pointLoss[T Float] interface {
	value(y, p T) T
	slope(y, p T) T

	// loops returns what l has for the loss, with its constants.
	loops(l *elementLoops) (f pointLoops, a, b float32)
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

// smoothed is label smoothing between two classes: y' = y*keep + share.
type smoothed[T Float] struct{ keep, share T }

func halfSmoothing[T Float](smoothing float64) smoothed[T] {
	return smoothed[T]{T(1 - smoothing), T(smoothing / 2)}
}

type logitCrossentropy[T Float] smoothed[T]

// other returns |p|, and y' where p is negative, else 1-y': what the sign of p does
// not say of the class.
func (l logitCrossentropy[T]) other(y, p T) (size, other float64) {
	size, other = math.Abs(float64(p)), float64(y*l.keep+l.share)
	if p > 0 {
		other = 1 - other
	}
	return size, other
}

// value is max(p,0) - p y' + ln(1+exp(-|p|)) without the difference.
func (l logitCrossentropy[T]) value(y, p T) T {
	size, other := l.other(y, p)
	return T(other*size + math.Log1p(math.Exp(-size)))
}

func (l logitCrossentropy[T]) slope(y, p T) T {
	size, other := l.other(y, p)
	slope := sigmoid(-size) - other
	if p > 0 {
		slope = -slope
	}
	return T(slope)
}

// Its constants are those of smoothed.
func (l logitCrossentropy[T]) loops(from *elementLoops) (pointLoops, float32, float32) {
	return from.logitCrossentropy, float32(l.keep), float32(l.share)
}

type probabilityCrossentropy[T Float] smoothed[T]

func (l probabilityCrossentropy[T]) value(y, p T) T {
	low, high := probabilityBounds[T]()
	y, p = y*l.keep+l.share, max(min(p, high), low)
	return T(-float64(y)*math.Log(float64(p)) - float64(1-y)*math.Log(float64(1-p)))
}

func (l probabilityCrossentropy[T]) slope(y, p T) T {
	low, high := probabilityBounds[T]()
	if p < low || p > high {
		return 0
	}
	y = y*l.keep + l.share
	return (1-y)/(1-p) - y/p
}

// Its constants are those of smoothed.
func (l probabilityCrossentropy[T]) loops(from *elementLoops) (pointLoops, float32, float32) {
	return from.probabilityCrossentropy, float32(l.keep), float32(l.share)
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
	if l := loopsFor[T](); l != nil {
		f, a, b := loss.loops(l)
		f.meanLoss(float32s(y[lo*classes:hi*classes]), float32s(p[lo*classes:hi*classes]), float32s(values[lo:hi]), classes, a, b)
		return
	}
	for r := lo; r < hi; r++ {
		pr, yr := p[r*classes:][:classes], y[r*classes:][:classes]
		var sum float64
		for c, v := range pr {
			sum += float64(loss.value(yr[c], v))
		}
		values[r] = T(sum / float64(classes))
	}
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
	if l := loopsFor[T](); l != nil {
		f, a, b := loss.loops(l)
		from, to := lo*classes, hi*classes
		l.meanLossGradient(f, float32s(y[from:to]), float32s(p[from:to]), float32s(dValues[lo:hi]), float32s(dp[from:to]), classes, a, b)
		return
	}
	for r := lo; r < hi; r++ {
		pr, yr, out := p[r*classes:][:classes], y[r*classes:][:classes], dp[r*classes:][:classes]
		scale := dValues[r] / T(classes)
		for c, v := range pr {
			out[c] = scale * loss.slope(yr[c], v)
		}
	}
}
