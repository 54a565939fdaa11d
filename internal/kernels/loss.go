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
		meanLoss(y, p, values, rows, classes, binaryLogits[T](classSmoothing[T](smoothing, 2)))
		return
	}
	meanLoss(y, p, values, rows, classes, binaryProbabilities[T](classSmoothing[T](smoothing, 2)))
}

// BinaryCrossentropyGradient is the gradient of BinaryCrossentropy:
// ((1-y')/(1-p) - y'/p)/classes, 0 where p was clipped, and (σ(p)-y')/classes for
// logits.
func BinaryCrossentropyGradient[T Float](y, p, dValues, dp []T, rows, classes int, fromLogits bool, smoothing float64) {
	if fromLogits {
		meanLossGradient(y, p, dValues, dp, rows, classes, binaryLogits[T](classSmoothing[T](smoothing, 2)))
		return
	}
	meanLossGradient(y, p, dValues, dp, rows, classes, binaryProbabilities[T](classSmoothing[T](smoothing, 2)))
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
	y, p, values = y[lo*classes:hi*classes], p[lo*classes:hi*classes], values[lo:hi]
	memory := poolsOf[T]().values.get(len(p))
	defer poolsOf[T]().values.put(memory)
	terms, targets := *memory, classSmoothing[T](smoothing, classes)
	if fromLogits {
		logSoftmaxLines(p, terms, classes, 1, 0, len(values))
		pointValues(y, terms, terms, categoricalLogits[T](targets))
	} else {
		for r := range values {
			normalize(p[r*classes:][:classes], terms[r*classes:][:classes])
		}
		pointValues(y, terms, terms, categoricalProbabilities[T](targets))
	}
	sumTiles(terms, values, classes, 1, 1, 0, len(values))
}

// normalize writes q = p/Σp and returns 1/Σp.
func normalize[T Float](p, q []T) float64 {
	scale := 1 / sumLine(p)
	Scale(p, q, scale, 0)
	return scale
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
	y, p, dValues, dp = y[lo*classes:hi*classes], p[lo*classes:hi*classes], dValues[lo:hi], dp[lo*classes:hi*classes]
	targets := classSmoothing[T](smoothing, classes)
	if fromLogits {
		memory := poolsOf[T]().values.get(len(dValues))
		defer poolsOf[T]().values.put(memory)
		sums := *memory
		sumTiles(y, sums, classes, 1, 1, 0, len(sums))
		Scale(sums, sums, float64(targets.keep), float64(targets.share)*float64(classes))
		softmaxLines(p, dp, classes, 1, 0, len(sums))
		scaleRows(dp, sums, classes)
		pointSlopes(y, dp, dp, categoricalLogits[T](targets))
		scaleRows(dp, dValues, classes)
		return
	}
	memory := poolsOf[T]().values.get(classes)
	defer poolsOf[T]().values.put(memory)
	q := *memory
	for r, d := range dValues {
		out := dp[r*classes:][:classes]
		scale := float64(d) * normalize(p[r*classes:][:classes], q)
		pointSlopes(y[r*classes:][:classes], q, out, categoricalProbabilities[T](targets))
		Scale(out, out, scale, -scale*Dot(out, q))
	}
}

// scaleRows multiplies each row of x by an element.
func scaleRows[T Float](x, by []T, classes int) {
	all := []int{len(by), classes}
	Broadcast(Mul, x, all, by, []int{len(by), 1}, x, all)
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
	labels, p, values = labels[lo:hi], p[lo*classes:hi*classes], values[lo:hi]
	memory := poolsOf[T]().values.get(max(len(values), classes))
	defer poolsOf[T]().values.put(memory)
	tops := (*memory)[:len(values)]
	if fromLogits {
		logSums(p, tops, values, classes)
	}
	for r, label := range labels {
		pr := p[r*classes:][:classes]
		switch k, kind := classOf(label, classes, ignoreClass); {
		case kind != labelClass:
			values[r] = unclassedValue[T](kind)
		case fromLogits:
			values[r] -= pr[k] - tops[r]
		default:
			q := (*memory)[:classes]
			total := clipped(pr, q)
			values[r] = T(math.Log(total) - math.Log(float64(q[k])))
		}
	}
}

// clipped writes q, p clipped to the bounds of probabilities, and returns Σ q.
func clipped[T Float](p, q []T) float64 {
	low, high := probabilityBounds[T]()
	Clip(p, q, low, high)
	return sumLine(q)
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
	labels, p, dValues, dp = labels[lo:hi], p[lo*classes:hi*classes], dValues[lo:hi], dp[lo*classes:hi*classes]
	if fromLogits {
		softmaxLines(p, dp, classes, 1, 0, len(dValues))
		scaleRows(dp, dValues, classes)
	}
	memory := poolsOf[T]().values.get(classes)
	defer poolsOf[T]().values.put(memory)
	for r, d := range dValues {
		pr, out := p[r*classes:][:classes], dp[r*classes:][:classes]
		switch k, kind := classOf(labels[r], classes, ignoreClass); {
		case kind != labelClass:
			fill(out, unclassedValue[T](kind))
		case fromLogits:
			out[k] -= d
		default:
			clippedGradient(pr, out, *memory, k, float64(d))
		}
	}
}

// clippedGradient is the gradient of ln Σ q - ln q[k] for the clipped q, which memory is
// for.
func clippedGradient[T Float](p, dp, memory []T, k int, d float64) {
	low, high := probabilityBounds[T]()
	each, ofLabel := d/clipped(p, memory), d/float64(p[k])
	fill(memory, T(each))
	ClipGradient(p, memory, dp, low, high)
	if dp[k] != 0 {
		dp[k] = T(each - ofLabel)
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

func fill[T any](x []T, v T) {
	for i := range x {
		x[i] = v
	}
}
