package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// sizes returns the lengths and leading dimensions of a product's operands.
func (g gemmCase) sizes() (a, lda, b, ldb, c, ldc int) {
	ra, ca, rb, cb := g.m, g.k, g.k, g.n
	if g.transA {
		ra, ca = ca, ra
	}
	if g.transB {
		rb, cb = cb, rb
	}
	lda, ldb, ldc = ca+g.padA, cb+g.padB, g.n+g.padC
	size := func(rows, cols, ld int) int { return max(0, (rows-1)*ld+cols) }
	return size(ra, ca, lda), lda, size(rb, cb, ldb), ldb, size(g.m, g.n, ldc), ldc
}

func randomGemm(r *rand.Rand, size func() int) gemmCase {
	return gemmCase{r.IntN(2) == 1, r.IntN(2) == 1, r.IntN(2) == 1, size(), size(), size(), r.IntN(4), r.IntN(4), r.IntN(4)}
}

func to64(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// onSet computes a product on one instruction set.
func onSet(s *instructionSet, g gemmCase, a, b, c []float32) []float32 {
	defer func(s *instructionSet) { active = s }(active)
	active = s
	_, lda, _, ldb, _, ldc := g.sizes()
	got := append([]float32(nil), c...)
	Gemm(g.transA, g.transB, g.m, g.n, g.k, a, lda, b, ldb, g.accumulate, got, ldc)
	return got
}

// Sets with assembly add in the same order, term by term: they give the same bits.
// The portable loops round each product, so they differ by as much as either differs
// from the exact sum.
func TestGemmSetsAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	sizes := []func() int{
		func() int { return 1 + r.IntN(70) },
		func() int { return 1 + r.IntN(400) },
		func() int { return []int{1, 16, 33, 900}[r.IntN(4)] },
	}
	portable := instructionSets[len(instructionSets)-1]
	for trial := range 150 {
		g := randomGemm(r, sizes[trial%len(sizes)])
		la, _, lb, _, lc, _ := g.sizes()
		a, b, c := randomSlice[float32](r, la), randomSlice[float32](r, lb), randomSlice[float32](r, lc)
		first := onSet(instructionSets[0], g, a, b, c)
		for _, s := range instructionSets {
			got := onSet(s, g, a, b, c)
			if s != portable {
				require.Equal(t, first, got, "%v on %s", g, s.name)
				continue
			}
			requireClose(t, g.String(), to64(first), got, 2*toleranceOf[float32](g.k))
		}
	}
}

// No kernel reads or writes beside its operands, at their ends or before them.
func TestGemmStaysInsideItsOperands(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(7, 2))
		for range 150 {
			gemmStaysInside(t, randomGemm(r, func() int { return 1 + r.IntN(70) }))
		}
	})
}

func gemmStaysInside(t tester, g gemmCase) {
	la, lda, lb, ldb, lc, ldc := g.sizes()
	endA, beginA := guardPages(t, la)
	endB, beginB := guardPages(t, lb)
	endC, beginC := guardPages(t, lc)
	Gemm(g.transA, g.transB, g.m, g.n, g.k, endA, lda, endB, ldb, g.accumulate, endC, ldc)
	Gemm(g.transA, g.transB, g.m, g.n, g.k, beginA, lda, beginB, ldb, g.accumulate, beginC, ldc)
}

// The cases that a cache's blocks and panels make, on operands between sentinels.
func TestGemmPanels(t *testing.T) {
	for _, test := range []struct {
		g      gemmCase
		reason string
	}{
		{gemmCase{m: 15, n: 17, k: maxTerms + 1}, "a second block of terms"},
		{gemmCase{m: 29, n: 49, k: 3, transB: true}, "three vectors and a ragged column"},
		{gemmCase{m: 43, n: 80, k: 20}, "panels of three and of two vectors"},
		{gemmCase{m: 90, n: 150, k: 30}, "packed panels, the last one ragged, and copied rows"},
		{gemmCase{m: 90, n: 150, k: 30, transA: true}, "copied rows of a transposed matrix"},
		{gemmCase{m: 1, n: 300, k: 2 * maxTerms}, "one row: the widest panels, and a ragged one"},
		{gemmCase{m: 1, n: 120, k: 30, transB: true}, "wide panels packed by the piece"},
		{gemmCase{m: 2, n: 90, k: 30}, "two rows, panels not quite as wide"},
		{gemmCase{m: 60, n: 150, k: 2 * maxTerms, transB: true}, "pieces of panels pack B themselves, block by block"},
		{gemmCase{m: 3, n: 1300, k: 300}, "pieces of panels"},
		{gemmCase{m: 700, n: 1, k: 2000}, "pieces of rows, one column"},
		{gemmCase{m: 30, n: 20, k: 5*minTerms + 7, transA: true}, "parts of the sum, the last one short"},
		{gemmCase{m: 260, n: 520, k: 300, transB: true}, "panels packed by several goroutines"},
	} {
		onEverySet(t, func(t *testing.T) {
			for _, accumulate := range []bool{false, true} {
				g := test.g
				g.accumulate, g.padA, g.padB, g.padC = accumulate, 3, 1, 2
				t.Log(test.reason)
				runGemm[float32](t, g)
			}
		})
	}
}

// A row has the same bits in any matrix, so that a batch gives what its samples give.
func TestGemmRowsAreAlike(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		if active.lanes == 0 {
			t.Skip("the portable loops promise less")
		}
		r := rand.New(rand.NewPCG(7, 3))
		const m, n, k = 400, 150, 2 * maxTerms
		for _, transB := range []bool{false, true} {
			a, b, all := randomSlice[float32](r, m*k), randomSlice[float32](r, k*n), make([]float32, m*n)
			ldb := n
			if transB {
				ldb = k
			}
			Gemm(false, transB, m, n, k, a, k, b, ldb, false, all, n)
			for _, rows := range []int{1, 2, 3, 7, 100} {
				some := make([]float32, rows*n)
				Gemm(false, transB, rows, n, k, a, k, b, ldb, false, some, n)
				require.Equal(t, all[:rows*n], some, "%d rows, B transposed: %v", rows, transB)
			}
		}
	})
}

func TestGemmSpecialNumbers(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	onEverySet(t, func(t *testing.T) {
		const m, n, k = 17, 35, 6
		for _, test := range []struct {
			a, b   float32
			row    float32 // of all elements in the row of the special element of A
			reason string
		}{
			{nan, 0, nan, "NaN·0 is NaN"},
			{inf, 0, nan, "Inf·0 is NaN"},
			{inf, 2, inf, "Inf·2 is Inf"},
			{-inf, 2, -inf, "the sign stays"},
			{math.MaxFloat32, 4, inf, "an overflow is Inf"},
			{0x1p-149, 1, 0x1p-149, "denormals are not flushed to 0"},
			{0x1p-75, 0x1p-70, 0x1p-145, "nor are denormal products"},
		} {
			for _, trans := range []bool{false, true} {
				a, b, c := make([]float32, m*k), make([]float32, k*n), make([]float32, m*n)
				const row, term = 15, 4
				lda, at := k, row*k+term
				if trans {
					lda, at = m, term*m+row
				}
				a[at] = test.a
				for i := range b {
					b[i] = test.b
				}
				Gemm(trans, false, m, n, k, a, lda, b, n, false, c, n)
				for i, v := range c {
					want := float32(0)
					if i/n == row {
						want = test.row
					}
					require.True(t, same(float64(want), float64(v)), "%s: element %d: want %v, got %v", test.reason, i, want, v)
				}
			}
		}
	})
}

func TestGemmPanicsOnShortRows(t *testing.T) {
	x := make([]float32, 100)
	for reason, call := range map[string]func(){
		"rows of a overlap":   func() { Gemm(false, false, 2, 4, 3, x, 2, x, 4, false, x, 4) },
		"rows of b overlap":   func() { Gemm(false, false, 2, 4, 3, x, 3, x, 3, false, x, 4) },
		"rows of c overlap":   func() { Gemm(false, false, 2, 4, 3, x, 3, x, 4, false, x, 3) },
		"a negative distance": func() { Gemm(false, false, 3, 4, 3, x, 3, x, 4, false, x, -1) },
		"a negative size":     func() { Gemm(false, false, -1, 4, 3, x, 3, x, 4, false, x, 4) },
		"a negative sum":      func() { Gemm(false, false, 1, 4, -3, x, 3, x, 4, false, x, 4) },
		"a size that wraps":   func() { Gemm(false, false, 3, 4, 3, x, 3, x, 4, false, x, math.MaxInt/2+1) },
	} {
		assert.Panics(t, call, reason)
	}
}

func TestGemmLeavesNoGoroutines(t *testing.T) {
	defer goleak.VerifyNone(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	onEverySet(t, func(t *testing.T) {
		g := gemmCase{m: 200, n: 200, k: 200}
		require.Greater(t, piecesOf(g), 1)
		runGemm[float32](t, g)
	})
}

// peakGFLOPS measures what a core could do at best on an instruction set.
func peakGFLOPS(s *instructionSet) float64 {
	const rounds = 100_000
	best := math.MaxFloat64
	for range 10 {
		best = min(best, elapsed(func() { s.peak(rounds) }))
	}
	return 2 * rounds * peakFMAs * float64(s.lanes) / best
}

func BenchmarkPeak(b *testing.B) {
	for _, s := range instructionSets {
		if s.peak == nil {
			continue
		}
		b.Run(s.name, func(b *testing.B) {
			for b.Loop() {
				s.peak(1000)
			}
			reportGFLOPS(b, 1000*peakFMAs*float64(s.lanes))
		})
	}
}

// BenchmarkGemmSmall is what a call costs.
func BenchmarkGemmSmall(b *testing.B) {
	for _, n := range []int{1, 4, 16} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			onEverySetB(b, func(b *testing.B) { benchmarkGemm[float32](b, gemmCase{m: n, n: n, k: n}) })
		})
	}
}
