package kernels

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The limits of these tests are five standard errors of the statistic, or more.
const samples = 200_000

func moments(x []float64) (mean, std float64) {
	mean = SumAll(x) / float64(len(x))
	var squares float64
	for _, v := range x {
		squares += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(squares / float64(len(x)))
}

func TestDistributions(t *testing.T) {
	x := make([]float64, samples)
	Uniform(1, -1, 3, x)
	mean, std := moments(x)
	assert.InDelta(t, 1, mean, 0.013)
	assert.InDelta(t, 4/math.Sqrt(12), std, 0.008)
	assert.GreaterOrEqual(t, slices.Min(x), -1.0)
	assert.Less(t, slices.Max(x), 3.0)
	counts := make([]int, 20) // χ² with 19 degrees of freedom: 55 is exceeded once in 40,000 times
	for _, v := range x {
		counts[int((v+1)*5)]++
	}
	var chi float64
	for _, c := range counts {
		d := float64(c) - samples/20
		chi += d * d / (samples / 20)
	}
	assert.Less(t, chi, 55.0)

	Normal(2, 5, 2, x)
	mean, std = moments(x)
	assert.InDelta(t, 5, mean, 0.023)
	assert.InDelta(t, 2, std, 0.016)
	var within, odd float64
	for i, v := range x {
		if math.Abs(v-5) < 2 {
			within++
		}
		if i%2 == 1 { // the sine of Box and Muller's pair is independent of the cosine
			odd += (v - 5) * (x[i-1] - 5) / 4
		}
	}
	assert.InDelta(t, 0.6826895, within/samples, 0.006, "share within one σ")
	assert.InDelta(t, 0, odd/(samples/2), 0.016, "correlation within a pair")

	TruncatedNormal(3, -1, 0.5, x)
	mean, std = moments(x)
	assert.InDelta(t, -1, mean, 0.005)
	assert.InDelta(t, 0.5*0.87962566, std, 0.004, "Keras's constant for ±2σ")
	assert.GreaterOrEqual(t, slices.Min(x), -2.0)
	assert.LessOrEqual(t, slices.Max(x), 0.0)

	DropoutMask(4, 0.3, x)
	mean, _ = moments(x)
	assert.InDelta(t, 1, mean, 0.008, "the expectation stays")
	for _, v := range x {
		if v != 0 && v != 1/(1-0.3) {
			t.Fatalf("mask of %v", v)
		}
	}
}

func TestKeysAreIndependent(t *testing.T) {
	correlation := func(a, b []float64) float64 { return Dot(a, b) / float64(len(a)) }
	x, y := make([]float64, samples), make([]float64, samples)
	Normal(1, 0, 1, x)
	for _, key := range []uint64{0, 2, 1 << 63, Mix(1, 0), Mix(1, 1), Mix(0, 1), golden, golden + 1} {
		Normal(key, 0, 1, y)
		assert.InDelta(t, 0, correlation(x, y), 0.012, "key %x against 1", key)
		for _, shift := range []int{1, 2, 1000} {
			assert.InDelta(t, 0, correlation(x[shift:], y[:samples-shift]), 0.012, "key %x against 1, shifted by %d", key, shift)
		}
	}
	assert.NotEqual(t, Mix(0, 1), Mix(golden, 0), "the step of the counter is no way from key to key")
	seen := map[uint64]bool{}
	for key := range uint64(100) {
		for n := range uint64(100) {
			seen[Mix(key, n)] = true
		}
	}
	assert.Len(t, seen, 10_000, "derived keys do not meet")
}

// An element depends on its index only: prefixes agree, and so do all numbers of workers.
func TestRandomIsCounterBased(t *testing.T) {
	for name, f := range map[string]func(x []float32){
		"Uniform":         func(x []float32) { Uniform(7, 0, 1, x) },
		"Normal":          func(x []float32) { Normal(7, 0, 1, x) },
		"TruncatedNormal": func(x []float32) { TruncatedNormal(7, 0, 1, x) },
		"DropoutMask":     func(x []float32) { DropoutMask(7, 0.5, x) },
	} {
		long := make([]float32, 2*elementGrain+3)
		f(long)
		for _, n := range []int{0, 1, 2, 7, elementGrain + 1} {
			short, intact := guarded(t, make([]float32, n))
			f(short)
			intact()
			assert.Equal(t, long[:n], append([]float32{}, short...), "%s: the first %d", name, n)
		}
		noAllocations(t, name, func() { f(long[:100]) })
		again := make([]float32, len(long))
		f(again)
		assert.Equal(t, long, again, name)
		sameForAnyWorkers(t, func() []float32 {
			x := make([]float32, 5*elementGrain)
			f(x)
			return x
		})
	}
}

func TestUniformStaysBelowItsEnd(t *testing.T) {
	// Between neighbours of float32 half of all numbers would be rounded to the upper one.
	lo, hi := float32(1), math.Nextafter32(1, 2)
	x := make([]float32, 1000)
	Uniform(1, float64(lo), float64(hi), x)
	assert.Equal(t, lo, slices.Max(x))
	Uniform(1, 2, 2, x)
	assert.Equal(t, float32(2), slices.Min(x))
	assert.Equal(t, float32(2), slices.Max(x))
}

func TestDropoutMaskAtTheEdges(t *testing.T) {
	for _, tt := range []struct {
		rate float64
		want float32
	}{{0, 1}, {-1, 1}, {1, 0}, {2, 0}} {
		mask := []float32{5, 5}
		DropoutMask(1, tt.rate, mask)
		assert.Equal(t, []float32{tt.want, tt.want}, mask, "rate %v", tt.rate)
	}
}

func TestPermutation(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1000} {
		p := Permutation(5, n)
		assert.Equal(t, p, Permutation(5, n), "the key decides")
		sorted := slices.Clone(p)
		slices.Sort(sorted)
		for i, v := range sorted {
			assert.Equal(t, i, v)
		}
		assert.Len(t, p, n)
	}
	// Each of the 6 orders of 3 comes up in a sixth of all keys.
	counts := map[[3]int]int{}
	for key := range uint64(6000) {
		counts[[3]int(Permutation(key, 3))]++
	}
	assert.Len(t, counts, 6)
	for order, c := range counts {
		assert.InDelta(t, 1000, c, 150, "%v", order)
	}
}

func BenchmarkRandom(b *testing.B) {
	const n = 1 << 16
	x := make([]float32, n)
	perElement(b, "Uniform", n, func() { Uniform(1, 0, 1, x) })
	perElement(b, "Normal", n, func() { Normal(1, 0, 1, x) })
	perElement(b, "TruncatedNormal", n, func() { TruncatedNormal(1, 0, 1, x) })
	perElement(b, "DropoutMask", n, func() { DropoutMask(1, 0.5, x) })
}
