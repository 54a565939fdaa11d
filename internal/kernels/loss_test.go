package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// lossOf is a loss with its options bound.
type lossOf[T Float] struct {
	value    func(y, p, values []T, rows, classes int) (badRow int)
	gradient func(y, p, dValues, dp []T, rows, classes int)
}

// lossCall is a loss of float32 and float64.
type lossCall struct {
	lossOf[float32]
	wide lossOf[float64]
}

func dense[T Float](value func(y, p, values []T, rows, classes int), gradient func(y, p, dValues, dp []T, rows, classes int)) lossOf[T] {
	return lossOf[T]{func(y, p, values []T, rows, classes int) int { value(y, p, values, rows, classes); return -1 }, gradient}
}

var (
	squaredLoss  = lossCall{dense(SquaredError[float32], SquaredErrorGradient[float32]), dense(SquaredError[float64], SquaredErrorGradient[float64])}
	absoluteLoss = lossCall{dense(AbsoluteError[float32], AbsoluteErrorGradient[float32]), dense(AbsoluteError[float64], AbsoluteErrorGradient[float64])}
)

func huberOf[T Float](delta float64) lossOf[T] {
	return dense(
		func(y, p, v []T, rows, classes int) { Huber(y, p, v, rows, classes, delta) },
		func(y, p, d, dp []T, rows, classes int) { HuberGradient(y, p, d, dp, rows, classes, delta) })
}

func huberLoss(delta float64) lossCall {
	return lossCall{huberOf[float32](delta), huberOf[float64](delta)}
}

func binaryOf[T Float](logits bool, s float64) lossOf[T] {
	return dense(
		func(y, p, v []T, rows, classes int) { BinaryCrossentropy(y, p, v, rows, classes, logits, s) },
		func(y, p, d, dp []T, rows, classes int) {
			BinaryCrossentropyGradient(y, p, d, dp, rows, classes, logits, s)
		})
}

func binaryLoss(logits bool, s float64) lossCall {
	return lossCall{binaryOf[float32](logits, s), binaryOf[float64](logits, s)}
}

func categoricalOf[T Float](logits bool, s float64) lossOf[T] {
	return dense(
		func(y, p, v []T, rows, classes int) { CategoricalCrossentropy(y, p, v, rows, classes, logits, s) },
		func(y, p, d, dp []T, rows, classes int) {
			CategoricalCrossentropyGradient(y, p, d, dp, rows, classes, logits, s)
		})
}

func categoricalLoss(logits bool, s float64) lossCall {
	return lossCall{categoricalOf[float32](logits, s), categoricalOf[float64](logits, s)}
}

func sparseOf[T Float](logits bool, ignore int) lossOf[T] {
	return lossOf[T]{
		func(y, p, v []T, rows, classes int) int {
			return SparseCategoricalCrossentropy(y[:rows], p, v, rows, classes, logits, ignore)
		},
		func(y, p, d, dp []T, rows, classes int) {
			SparseCategoricalCrossentropyGradient(y[:rows], p, d, dp, rows, classes, logits, ignore)
		},
	}
}

func sparseLoss(logits bool, ignore int) lossCall {
	return lossCall{sparseOf[float32](logits, ignore), sparseOf[float64](logits, ignore)}
}

var (
	oneHot        = []float64{0, 1, 0, 0, 0, 1}
	probabilities = []float64{0.05, 0.95, 0, 0.1, 0.8, 0.1}
	unnormalised  = []float64{0.2, 0.3, 0.1, 2, 1, 1}
	logits        = []float64{1, -2, 0.5, -30, 2, 40}
	realNumbers   = []float64{0.3, 2, -1, 1, 0.5, 0.9}
)

// Values and, for dValues 1 and 2, gradients: Keras 3.15.1 on TensorFlow, float32.
func TestLossesAgainstKeras(t *testing.T) {
	for _, tt := range []struct {
		name       string
		loss       lossCall
		y, p       []float64
		values, dp []float64
	}{
		{"SquaredError", squaredLoss,
			oneHot, realNumbers, []float64{0.69666672, 0.41999999}, []float64{0.20000002, 0.66666669, -0.66666669, 1.3333334, 0.66666669, -0.13333337}},
		{"AbsoluteError", absoluteLoss,
			oneHot, realNumbers, []float64{0.76666665, 0.53333336}, []float64{0.33333334, 0.33333334, -0.33333334, 0.66666669, 0.66666669, -0.66666669}},
		{"Huber", huberLoss(1), oneHot, realNumbers, []float64{0.34833336, 0.20999999}, []float64{0.10000001, 0.33333334, -0.33333334, 0.66666669, 0.33333334, -0.066666685}},
		{"Huber delta", huberLoss(0.5), oneHot, realNumbers, []float64{0.26500002, 0.16833334}, []float64{0.10000001, 0.16666667, -0.16666667, 0.33333334, 0.33333334, -0.066666685}},
		{"Binary", binaryLoss(false, 0), oneHot, probabilities, []float64{0.034195576, 1.3391279}, []float64{0.35087723, -0.35087723, 0, 0.74074078, 3.3333337, -6.666667}},
		{"Binary smoothed", binaryLoss(false, 0.1), oneHot, probabilities, []float64{0.40097848, 1.316023}, []float64{0, 0, 0, 0.37037036, 3.1250002, -6.2962961}},
		{"Binary logits", binaryLoss(true, 0), oneHot, logits, []float64{1.4714222, 0.70897603}, []float64{0.2436862, -0.29359904, 0.20748645, 6.2384153e-14, 0.58719808, 0}},
		{"Binary logits smoothed", binaryLoss(true, 0.1), oneHot, logits, []float64{1.4130889, 1.8423094}, []float64{0.22701952, -0.27693236, 0.19081977, -0.033333335, 0.55386472, 0.033333361}},
		{"Categorical", categoricalLoss(false, 0), oneHot, probabilities, []float64{0.051293306, 2.3025851}, []float64{1, -0.052631617, 1, 2, 2, -18}},
		{"Categorical smoothed", categoricalLoss(false, 0.1), oneHot, probabilities, []float64{0.68500137, 2.2332704}, []float64{0.30000007, -0.015789449, 0.96666676, 1.3333333, 1.9166666, -16.666666}},
		{"Categorical unnormalised", categoricalLoss(false, 0), oneHot, unnormalised, []float64{0.69314718, 1.3862944}, []float64{1.6666666, -1.6666666, 1.6666666, 0.5, 0.5, -1.5}},
		{"Categorical logits", categoricalLoss(true, 0), oneHot, logits, []float64{3.5045969, 0}, []float64{0.60374892, -0.96994114, 0.36619222, 0, 0, 0}},
		{"Categorical logits smoothed", categoricalLoss(true, 0.1), oneHot, logits, []float64{3.3212638, 3.6000004}, []float64{0.57041556, -0.90327448, 0.33285889, -0.06666667, -0.06666667, 0.13333333}},
		{"Sparse", sparseLoss(false, NoIgnoredClass), []float64{1, 2}, probabilities, []float64{0.051293444, 2.3025851}, []float64{0.99999994, -0.052631717, 0, 2, 2, -18}},
		{"Sparse unnormalised", sparseLoss(false, NoIgnoredClass), []float64{1, 2}, unnormalised, []float64{0.69314718, 1.0986123}, []float64{1.6666665, -1.6666666, 1.6666665, 0, 0, 0}},
		{"Sparse logits", sparseLoss(true, NoIgnoredClass), []float64{1, 2}, logits, []float64{3.5045969, 0}, []float64{0.60374892, -0.96994114, 0.36619222, 0, 0, 0}},
		{"Sparse ignoring", sparseLoss(false, -1), []float64{1, -1}, probabilities, []float64{0.051293444, 0}, []float64{0.99999994, -0.052631717, 0, 0, 0, 0}},
		{"Sparse logits ignoring a class", sparseLoss(true, 2), []float64{2, 1}, logits, []float64{0, 38}, []float64{0, 0, 0, 0, -2, 2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			y, p := to32(tt.y), to32(tt.p)
			values, intact := guarded(t, make([]float32, 2))
			assert.Equal(t, -1, tt.loss.value(y, p, values, 2, 3))
			intact()
			close32(t, tt.values, values, "values")
			dp, intact := guarded(t, p)
			tt.loss.gradient(y, dp, []float32{1, 2}, dp, 2, 3) // over the predictions
			intact()
			close32(t, tt.dp, dp, "gradient")

			// In float64 against finite differences, away from the clip.
			p64 := []float64{0.2, 0.5, 0.3, 0.6, 0.15, 0.25}
			dValues, dp64 := []float64{1, -2}, make([]float64, 6)
			tt.loss.wide.gradient(tt.y, p64, dValues, dp64, 2, 3)
			checkGradient(t, func(p []float64) []float64 {
				values := make([]float64, 2)
				tt.loss.wide.value(tt.y, p, values, 2, 3)
				return values
			}, p64, dValues, dp64)

			noAllocations(t, tt.name, func() { tt.loss.value(y, p, values, 2, 3); tt.loss.gradient(y, p, values, dp, 2, 3) })
			rows := 2*lineGrain(3) + 5
			many, labels, weights := normalsOf[float32](1, 3*rows), make([]float32, 3*rows), normalsOf[float32](2, rows)
			labels[1] = 1
			sameForAnyWorkers(t, func() []float32 {
				values, dp := make([]float32, rows), make([]float32, 3*rows)
				tt.loss.value(labels, many, values, rows, 3)
				tt.loss.gradient(labels, many, weights, dp, rows, 3)
				last := make([]float32, 4) // the last row alone gives the same
				tt.loss.value(labels[3*rows-3:], many[3*rows-3:], last, 1, 3)
				tt.loss.gradient(labels[3*rows-3:], many[3*rows-3:], weights[rows-1:], last[1:], 1, 3)
				assert.Equal(t, last, append(values[rows-1:], dp[3*rows-3:]...))
				return append(values, dp...)
			})
			tt.loss.value(nil, nil, nil, 0, 3)
			tt.loss.gradient(nil, nil, nil, nil, 0, 3)
		})
	}
}

// Targets that do not sum to 1: the gradient is s·softmax − y (Keras as above).
func TestCategoricalLogitsWithAnyTargets(t *testing.T) {
	y, p := []float32{0, 1, 1, 0, 0, 0.5}, []float32{1, -2, 0.5, -3, 2, 4}
	values, dp := make([]float32, 2), make([]float32, 6)
	CategoricalCrossentropy(y, p, values, 2, 3, true, 0)
	CategoricalCrossentropyGradient(y, p, []float32{1, 2}, dp, 2, 3, true, 0)
	close32(t, []float64{4.5091939, 0.063865431}, values, "values")
	// TensorFlow's fused gradient assumes that targets sum to 1, softmax − y; this is the true derivative.
	close32(t, []float64{2 * 0.60374892, 2*0.03005886 - 1, 2*0.36619222 - 1, 0.0016050768 / 2, 0.23821451 / 2, (0.76018047+1)/2 - 1}, dp, "gradient")
}

func TestSparseCategoricalReportsLabels(t *testing.T) {
	p := []float32{0.2, 0.3, 0.5, 0.2, 0.3, 0.5, 0.2, 0.3, 0.5}
	for _, tt := range []struct {
		reason string
		labels []float32
		ignore int
		want   int
	}{
		{"all inside", []float32{0, 1, 2}, NoIgnoredClass, -1},
		{"too large", []float32{0, 3, 4}, NoIgnoredClass, 1},
		{"negative", []float32{0, 1, -1}, NoIgnoredClass, 2},
		{"negative, but ignored", []float32{0, 1, -1}, -1, -1},
		{"far outside, but ignored", []float32{255, 1, 2}, 255, -1},
		{"NaN", []float32{float32(math.NaN()), 1, 2}, -1, 0},
		{"infinite", []float32{0, float32(math.Inf(1)), 2}, -1, 1},
		{"cut to an integer, as Keras casts", []float32{2.9, -0.9, 1.5}, NoIgnoredClass, -1},
	} {
		for _, logits := range []bool{false, true} {
			values, dp := make([]float32, 3), make([]float32, 9)
			assert.Equal(t, tt.want, SparseCategoricalCrossentropy(tt.labels, p, values, 3, 3, logits, tt.ignore), tt.reason)
			SparseCategoricalCrossentropyGradient(tt.labels, p, []float32{1, 1, 1}, dp, 3, 3, logits, tt.ignore)
			if tt.want >= 0 {
				assert.True(t, math.IsNaN(float64(values[tt.want])), "%s: value", tt.reason)
				assert.True(t, math.IsNaN(float64(dp[3*tt.want])), "%s: gradient", tt.reason)
			}
		}
	}
}

// Extreme logits give finite values and gradients, and NaN is not hidden.
func TestLossesAtTheEdges(t *testing.T) {
	values, dp := make([]float32, 1), make([]float32, 3)
	extreme := []float32{1e30, -1e30, 0}
	for name, l := range map[string]lossCall{"binary": binaryLoss(true, 0), "categorical": categoricalLoss(true, 0)} {
		l.value([]float32{1, 0, 0}, extreme, values, 1, 3)
		l.gradient([]float32{1, 0, 0}, extreme, []float32{1}, dp, 1, 3)
		for _, v := range append(dp, values...) {
			assert.False(t, math.IsNaN(float64(v)) || math.IsInf(float64(v), 0), "%s: %v %v", name, values, dp)
		}
	}
	nan := float32(math.NaN())
	for name, l := range map[string]lossCall{
		"squared": squaredLoss, "binary": binaryLoss(false, 0), "binary logits": binaryLoss(true, 0),
		"categorical": categoricalLoss(false, 0), "categorical logits": categoricalLoss(true, 0), "huber": huberLoss(1),
		"absolute": absoluteLoss,
	} {
		l.value([]float32{1, 0, 0}, []float32{0.2, nan, 0.3}, values, 1, 3)
		assert.True(t, math.IsNaN(float64(values[0])), name)
	}
}

// TestLossLoops compares with the loops in Go. Values may be off by ulps, as those take
// exponentials and logarithms in float64; gradients by as much of the terms whose
// difference they are, which are no larger than the row's weight.
func TestLossLoops(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	type loss struct {
		name string
		ulps int
		lossCall
	}
	losses := []loss{{"squared", 1, squaredLoss}, {"absolute", 1, absoluteLoss}, {"huber", 1, huberLoss(0.7)}}
	for _, logits := range []bool{false, true} {
		losses = append(losses, loss{fmt.Sprintf("sparse, logits %v", logits), 1, sparseLoss(logits, 0)})
		for _, smoothing := range []float64{0, 0.1} {
			name := fmt.Sprintf("logits %v, smoothing %v", logits, smoothing)
			losses = append(losses, loss{"binary, " + name, 4, binaryLoss(logits, smoothing)}, loss{"categorical, " + name, 4, categoricalLoss(logits, smoothing)})
		}
	}
	onEverySet(t, func(t *testing.T) {
		for _, classes := range append(upTo(20), 32, 33, 64, 65, 1000, elementGrain+5) {
			const rows = 3
			y, _ := guardPages(t, rows*classes)
			p, _ := guardPages(t, rows*classes)
			for _, special := range append([]float32{1}, specials...) {
				if math.IsInf(float64(special), 0) {
					continue // ∞·0 is NaN in a sum, but not if the terms are joined before
				}
				for i := range y {
					y[i], p[i] = float32(rng.IntN(2)), float32(rng.NormFloat64()*4)
				}
				p[rng.IntN(classes)] = special // in the first row
				d := []float32{0.5, -2, 1}
				for _, l := range losses {
					what := fmt.Sprintf("%s: %d classes, %v", l.name, classes, special)
					want, wantDP := make([]float32, rows), make([]float32, len(p))
					onPortable(func() { l.value(y, p, want, rows, classes); l.gradient(y, p, d, wantDP, rows, classes) })
					values, intact := guarded(t, make([]float32, rows))
					l.value(y, p, values, rows, classes)
					intact()
					requireUlps(t, want, values, l.ulps, what)
					dp, intact := guarded(t, p)
					l.gradient(y, dp, d, dp, rows, classes) // over the predictions
					intact()
					for i, w := range wantDP {
						if bound := 8 * ulpOf(math.Abs(float64(w))+float64(classes)); !same(float64(w), float64(dp[i])) &&
							!(math.Abs(float64(w)-float64(dp[i])) <= bound) {
							t.Fatalf("%s: gradient of element %d: want %v, got %v", what, i, w, dp[i])
						}
					}
				}
				if classes > 70 {
					break
				}
			}
		}
	})
}

// BenchmarkLoss counts targets, predictions and gradients as bytes.
func BenchmarkLoss(b *testing.B) {
	onEverySetB(b, func(b *testing.B) {
		for _, classes := range []int{1, 10, 1000} {
			rows := 1 << 14 / classes
			n := rows * classes
			y, p, values, dp := make([]float32, n), normalsOf[float32](1, n), make([]float32, rows), make([]float32, n)
			run := func(name string, arrays int, f func()) {
				b.Run(fmt.Sprint(name, " of ", classes), func(b *testing.B) {
					b.SetBytes(int64(arrays * n * floatSize))
					for b.Loop() {
						f()
					}
				})
			}
			loss := func(name string, l lossCall) {
				run(name, 2, func() { l.value(y, p, values, rows, classes) })
				run(name+" gradient", 3, func() { l.gradient(y, p, values, dp, rows, classes) })
			}
			loss("squared", squaredLoss)
			loss("absolute", absoluteLoss)
			loss("huber", huberLoss(1))
			loss("binary logits", binaryLoss(true, 0))
			loss("binary", binaryLoss(false, 0))
			if classes == 1 {
				continue
			}
			loss("categorical logits", categoricalLoss(true, 0))
			loss("categorical", categoricalLoss(false, 0))
			loss("sparse logits", sparseLoss(true, NoIgnoredClass))
			loss("sparse", sparseLoss(false, NoIgnoredClass))
		}
	})
}
