package kernels

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

type reduction struct {
	name  string
	f     func(x, y []float64, outer, n, inner int)
	f32   func(x, y []float32, outer, n, inner int)
	naive func(line []float64) float64
	empty float64
}

// reductions with the loops that define them.
var reductions = []reduction{
	{"Sum", Sum[float64], Sum[float32], naiveSum, 0},
	{"Mean", Mean[float64], Mean[float32], func(l []float64) float64 { return naiveSum(l) / float64(len(l)) }, math.NaN()},
	{"Max", Max[float64], Max[float32], func(l []float64) float64 { return naiveFold(l, math.Inf(-1), math.Max) }, math.Inf(-1)},
	{"Min", Min[float64], Min[float32], func(l []float64) float64 { return naiveFold(l, math.Inf(1), math.Min) }, math.Inf(1)},
	{"Prod", Prod[float64], Prod[float32], func(l []float64) float64 { return naiveFold(l, 1, func(a, b float64) float64 { return a * b }) }, 1},
}

func naiveSum(line []float64) float64 {
	return naiveFold(line, 0, func(a, b float64) float64 { return a + b })
}

func naiveFold(line []float64, acc float64, f func(a, b float64) float64) float64 {
	for _, v := range line {
		acc = f(acc, v)
	}
	return acc
}

func TestReductionsAreTheirLoops(t *testing.T) {
	for _, r := range reductions {
		for _, s := range [][3]int{{1, 1, 1}, {3, 5, 1}, {1, 7, 3}, {2, 4, 5}, {2, 3, 130}, {1, 200, 64}, {130, 1, 2}} {
			r.check(t, s[0], s[1], s[2])
		}
		y := []float64{5, 5, 5}
		r.f(nil, y, 3, 0, 1)
		for _, v := range y {
			assert.True(t, same(r.empty, v), "%s of nothing: %v", r.name, v)
		}
		r.f(nil, nil, 0, 4, 2)
		r.f([]float64{1, math.NaN(), 2}, y, 1, 3, 1)
		assert.True(t, math.IsNaN(y[0]), "%s of NaN", r.name)
		for _, inner := range []int{1, 5, 200} {
			sameForAnyWorkers(t, func() []float32 {
				x := normalsOf[float32](1, 6*elementGrain/10*10)
				outer := len(x) / 10 / inner
				y := make([]float32, outer*inner)
				r.f32(x, y, outer, 10, inner)
				return y
			})
		}
		x := make([]float32, 60)
		noAllocations(t, r.name, func() { r.f32(x, x[:15], 3, 4, 5) })
	}
}

// check compares with the loop.
func (r *reduction) check(t tester, outer, n, inner int) {
	x := normalsOf[float64](9, outer*n*inner)
	y, intact := guarded(t, make([]float64, outer*inner))
	r.f(x, y, outer, n, inner)
	intact()
	x32, _ := guardPages(t, len(x))
	copy(x32, to32(x))
	y32, intact := guarded(t, make([]float32, outer*inner))
	r.f32(x32, y32, outer, n, inner)
	intact()
	for o := range outer {
		for i := range inner {
			var line []float64
			for k := range n {
				line = append(line, x[(o*n+k)*inner+i])
			}
			want := r.naive(line)
			close := func(got, tolerance float64) bool {
				return same(want, got) || math.Abs(want-got) <= tolerance*max(1, math.Abs(want))
			}
			if got, got32 := y[o*inner+i], y32[o*inner+i]; !close(got, 1e-12) || !close(float64(got32), 1e-4) {
				t.Fatalf("%s of %d×%d×%d at %d,%d: want %v, got %v, in float32 %v", r.name, outer, n, inner, o, i, want, got, got32)
			}
		}
	}
}

func FuzzReductions(f *testing.F) { fuzz(f, anyReduction) }

func anyReduction(t *rapid.T) {
	size := func(name string, most int) int {
		return min(rapid.OneOf(rapid.IntRange(0, 9), rapid.IntRange(0, 150), rapid.IntRange(0, most)).Draw(t, name), most)
	}
	outer := size("outer", 3*elementGrain)
	n := size("n", 3*elementGrain/max(outer, 1))
	inner := size("inner", 3*elementGrain/(max(outer, 1)*max(n, 1)))
	for _, r := range reductions {
		r.check(t, outer, n, inner)
	}
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "elements"), 1))
	compareExtremumGradient(t, outer, n, inner, rng)
	if n > 0 {
		compareArgMax(t, outer, n, inner, rng)
	}
}

// 2²⁴+1 is the first integer that float32 cannot count to.
func TestSumKeepsWhatFloat32Loses(t *testing.T) {
	x := make([]float32, 1<<12+1)
	fill(x, 1)
	x[0] = 1 << 24
	y := make([]float32, 1)
	Sum(x, y, 1, len(x), 1)
	assert.Equal(t, float32(1<<24+1<<12), y[0])
	assert.Equal(t, float64(1<<24+1<<12), SumAll(x))
}

func TestReductionGradients(t *testing.T) {
	const outer, n, inner = 2, 4, 3
	x, dy := normalsOf[float64](1, outer*n*inner), normalsOf[float64](2, outer*inner)
	for _, r := range reductions {
		y, dx := make([]float64, outer*inner), make([]float64, len(x))
		value := func(x []float64) []float64 {
			y := make([]float64, outer*inner)
			r.f(x, y, outer, n, inner)
			return y
		}
		r.f(x, y, outer, n, inner)
		dx, intact := guarded(t, dx)
		switch r.name {
		case "Sum":
			SumGradient(dy, dx, outer, n, inner, 1)
		case "Mean":
			SumGradient(dy, dx, outer, n, inner, 1.0/n)
		case "Prod":
			ProdGradient(x, dy, dx, outer, n, inner)
		default:
			ExtremumGradient(x, y, dy, dx, outer, n, inner)
		}
		intact()
		checkGradient(t, value, x, dy, dx)
	}
}

func TestReductionGradientsForAnyWorkers(t *testing.T) {
	const outer, n, inner = 2000, 4, 6
	x := normalsOf[float32](1, outer*n*inner)
	y, dy := make([]float32, outer*inner), normalsOf[float32](2, outer*inner)
	Max(x, y, outer, n, inner)
	sameForAnyWorkers(t, func() []float32 {
		var all []float32
		dx, index := make([]float32, len(x)), make([]int, len(y))
		for _, f := range []func(){
			func() { SumGradient(dy, dx, outer, n, inner, 0.5) },
			func() { ExtremumGradient(x, y, dy, dx, outer, n, inner) },
			func() { ProdGradient(x, dy, dx, outer, n, inner) },
		} {
			f()
			all = append(all, dx...)
		}
		ArgMax(x, index, outer, n, inner)
		for l, k := range index {
			assert.Equal(t, y[l], x[lineStart(l, n, inner)+k*inner])
		}
		return all
	})
}

// Keras 3.15.1 on TensorFlow.
func TestReductionGradientsAtTheEdges(t *testing.T) {
	dx := make([]float32, 8)
	ExtremumGradient([]float32{1, 3, 3, 2, 2, 2, 2, 2}, []float32{3, 2}, []float32{1, 1}, dx, 2, 4, 1)
	assert.Equal(t, []float32{0, 0.5, 0.5, 0, 0.25, 0.25, 0.25, 0.25}, dx, "ties share")

	nan := float32(math.NaN())
	ExtremumGradient([]float32{1, nan, 3, 2}, []float32{nan}, []float32{1}, dx, 1, 4, 1)
	for _, v := range dx[:4] {
		assert.True(t, isNaN(v), "NaN everywhere, got %v", dx[:4])
	}

	ProdGradient([]float32{1, 3, 0, 2, 2, 2, 2, 2}, []float32{1, 2}, dx, 2, 4, 1)
	assert.Equal(t, []float32{0, 0, 6, 0, 16, 16, 16, 16}, dx, "a zero does not divide")
}

// Keras 3.15.1 on TensorFlow: the first of equal ones, NaN loses.
func TestArgMax(t *testing.T) {
	nan := float32(math.NaN())
	for _, tt := range []struct {
		line []float32
		want int
	}{
		{[]float32{1, 3, 3}, 1}, {[]float32{1, nan, 2, nan}, 2}, {[]float32{nan, 1, nan, 2}, 3}, {[]float32{nan, nan}, 0}, {[]float32{-5}, 0},
	} {
		index := []int{7}
		ArgMax(tt.line, index, 1, len(tt.line), 1)
		assert.Equal(t, []int{tt.want}, index, "%v", tt.line)
	}
	index := make([]int, 4)
	ArgMax([]float32{1, 9, 5, 2, 3, 4, 0, 0, 1, 1, 2, 0}, index, 2, 3, 2) // (2, 3, 2)
	assert.Equal(t, []int{1, 0, 2, 1}, index)
}

func TestWholeArraySums(t *testing.T) {
	for _, n := range []int{0, 1, 3, 4, 7, elementGrain, elementGrain + 1, 4*elementGrain + 3} {
		x, y := normalsOf[float64](1, n), normalsOf[float64](2, n)
		var sum, dot, squares float64
		for i, v := range x {
			sum += v
			dot += v * y[i]
			squares += v * v
		}
		assert.InDelta(t, sum, SumAll(x), 1e-9)
		assert.InDelta(t, dot, Dot(x, y), 1e-9)
		assert.InDelta(t, math.Sqrt(squares), Norm2(x), 1e-9)
		sameForAnyWorkers(t, func() []float32 { return []float32{float32(SumAll(x)), float32(Dot(x, y)), float32(Norm2(x))} })
	}
	assert.InEpsilon(t, 5e30, Norm2([]float32{3e30, 4e30}), 1e-6, "squares beyond float32")
	x := make([]float32, 100)
	noAllocations(t, "SumAll, Norm2", func() { SumAll(x); Norm2(x) })
}

func BenchmarkSum(b *testing.B) {
	const n = 1 << 16
	x, y := normalsOf[float32](1, n), make([]float32, n)
	perElement(b, "rows", n, func() { Sum(x, y, n/256, 256, 1) })
	perElement(b, "columns of 16", n, func() { Sum(x, y, 1, n/16, 16) })
	perElement(b, "all", n, func() { SumAll(x) })
	perElement(b, "Max rows", n, func() { Max(x, y, n/256, 256, 1) })
}
