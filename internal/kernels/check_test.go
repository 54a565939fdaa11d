package kernels

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gokeras/gokeras/internal/race"
)

// tester is a *testing.T or a *rapid.T.
type tester interface {
	rapid.TB
	Cleanup(f func())
}

// fuzz lets the fuzzer choose what a property draws, on every instruction set.
func fuzz(f *testing.F, property func(t *rapid.T)) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 8 {
		seed := make([]byte, 1024) // more than a property draws: it does not hold for less
		for i := range seed {
			seed[i] = byte(r.Uint32())
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed []byte) {
		onEverySet(t, func(t *testing.T) { rapid.MakeFuzz(property)(t, seed) })
	})
}

// guarded returns a copy of x between sentinels; intact fails the test if a kernel
// wrote outside it.
func guarded[T Float](t tester, x []T) (inner []T, intact func()) {
	t.Helper()
	const width, sentinel = 16, -12345
	whole := make([]T, len(x)+2*width)
	fill(whole, sentinel)
	copy(whole[width:], x)
	return whole[width : width+len(x) : width+len(x)], func() {
		t.Helper()
		for i := range width {
			assert.Equal(t, T(sentinel), whole[i], "written before the slice, at -%d", width-i)
			assert.Equal(t, T(sentinel), whole[len(whole)-1-i], "written after the slice, at +%d", width-1-i)
		}
	}
}

// normalsOf returns n standard normal numbers.
func normalsOf[T Float](key uint64, n int) []T {
	x := make([]T, n)
	Normal(key, 0, 1, x)
	return x
}

// checkGradient compares dx, the gradient of Σ dy·f(x) with respect to x, with
// central differences. f must be smooth within 1e-5 of every x.
func checkGradient(t *testing.T, f func(x []float64) []float64, x, dy, dx []float64) {
	t.Helper()
	require.Len(t, dx, len(x))
	at := append([]float64(nil), x...)
	value := func() float64 { return Dot(f(at), dy) }
	for i, v := range x {
		h := 1e-5 * min(1, max(math.Abs(v), 0.01)) // smaller near 0, for logarithms and roots
		at[i] = v + h
		up := value()
		at[i] = v - h
		down := value()
		at[i] = v
		want := (up - down) / (2 * h)
		assert.InDelta(t, want, dx[i], 1e-6*max(1, math.Abs(want)), "gradient of element %d (finite difference)", i)
	}
}

// sameForAnyWorkers runs f with one and with two processors and wants equal bits.
func sameForAnyWorkers(t *testing.T, f func() []float32) {
	t.Helper()
	old := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(old)
	one := f()
	runtime.GOMAXPROCS(2)
	two := f()
	require.Len(t, two, len(one))
	for i := range one {
		if math.Float32bits(one[i]) != math.Float32bits(two[i]) {
			t.Fatalf("element %d: %v with one worker, %v with two", i, one[i], two[i])
		}
	}
}

// close32 compares with numbers that Keras computed in float32.
func close32[T Float](t *testing.T, want []float64, got []T, what string) {
	t.Helper()
	require.Len(t, got, len(want), what)
	for i, w := range want {
		if math.IsInf(w, 0) || math.IsNaN(w) {
			assert.True(t, same(w, float64(got[i])), "%s, element %d: want %v, got %v", what, i, w, got[i])
			continue
		}
		assert.InDelta(t, w, float64(got[i]), 2e-6*max(1, math.Abs(w)), "%s, element %d", what, i)
	}
}

// same is equality in which NaN equals NaN.
func same(a, b float64) bool { return a == b || isNaN(a) && isNaN(b) }

func to32(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

// noAllocations fails if small inputs, which one goroutine handles, cost memory.
func noAllocations(t *testing.T, name string, f func()) {
	t.Helper()
	if race.Enabled {
		return // it makes sync.Pool drop things
	}
	f()
	assert.Zero(t, testing.AllocsPerRun(10, f), "%s allocates", name)
}

// perElement reports the time of f, which handles n elements, for each of them.
func perElement(b *testing.B, name string, n int, f func()) {
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/element")
	})
}
