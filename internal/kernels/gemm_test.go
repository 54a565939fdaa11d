package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gokeras/gokeras/internal/race"
)

// guardedSlice is a slice between sentinels.
type guardedSlice[T Float] struct {
	all  []T
	data []T
}

const (
	guardLen = 8
	sentinel = -987654
)

// newGuarded returns n NaN elements between sentinels: an output that is read
// before it is written, or not written, shows.
func newGuarded[T Float](n int) guardedSlice[T] {
	all := make([]T, n+2*guardLen)
	for i := range all {
		all[i] = sentinel
	}
	data := all[guardLen : guardLen+n : guardLen+n]
	for i := range data {
		data[i] = T(math.NaN())
	}
	return guardedSlice[T]{all, data}
}

// check fails the test if something was written beside the data.
func (g guardedSlice[T]) check(t require.TestingT, name string) {
	for i, v := range g.all {
		if i < guardLen || i >= guardLen+len(g.data) {
			require.Equal(t, T(sentinel), v, "%s: written out of bounds", name)
		}
	}
}

func randomSlice[T Float](r *rand.Rand, n int) []T {
	s := make([]T, n)
	for i := range s {
		s[i] = T(r.Float32()*2 - 1)
	}
	return s
}

// toleranceOf is the error allowed for a sum of k products of numbers up to 1.
func toleranceOf[T Float](k int) float64 {
	eps := 0x1p-52
	if _, ok := any(T(0)).(float32); ok {
		eps = 0x1p-23
	}
	return eps * float64(k+4)
}

// requireClose compares with a reference in float64.
func requireClose[T Float](t require.TestingT, name string, want []float64, got []T, tolerance float64) {
	require.Len(t, got, len(want), name)
	for i, w := range want {
		if !(math.Abs(float64(got[i])-w) <= tolerance) {
			require.Fail(t, fmt.Sprintf("%s[%d]: got %v, want %v", name, i, got[i], w))
		}
	}
}

// sameBits runs f on one worker, then on more, and wants the same result to the bit.
func sameBits[T Float](t require.TestingT, f func() []T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want := append([]T(nil), f()...)
	for _, workers := range []int{2, 3, 7} {
		runtime.GOMAXPROCS(workers)
		got := f()
		for i := range want {
			if math.Float64bits(float64(want[i])) != math.Float64bits(float64(got[i])) {
				require.Fail(t, fmt.Sprintf("element %d: %v on %d workers, %v on one", i, got[i], workers, want[i]))
			}
		}
	}
}

// gemmCase is a product with random operands.
type gemmCase struct {
	transA, transB, accumulate bool
	m, n, k                    int
	padA, padB, padC           int // leading dimension less width
}

func (g gemmCase) String() string {
	name := func(trans bool) string {
		if trans {
			return "T"
		}
		return "N"
	}
	return fmt.Sprintf("%s%s %dx%dx%d", name(g.transA), name(g.transB), g.m, g.n, g.k)
}

func runGemm[T Float](t require.TestingT, g gemmCase) {
	r := rand.New(rand.NewPCG(uint64(g.m), uint64(g.n*1000+g.k)))
	ra, ca, rb, cb := g.m, g.k, g.k, g.n
	if g.transA {
		ra, ca = ca, ra
	}
	if g.transB {
		rb, cb = cb, rb
	}
	lda, ldb, ldc := ca+g.padA, cb+g.padB, g.n+g.padC
	a, b := randomSlice[T](r, ra*lda), randomSlice[T](r, rb*ldb)
	c := newGuarded[T](g.m * ldc)
	want := make([]float64, g.m*ldc)
	before := randomSlice[T](r, g.m*ldc)
	for i := range g.m {
		for j := range ldc {
			at := i*ldc + j
			if j >= g.n || g.accumulate {
				c.data[at] = before[at]
				want[at] = float64(before[at])
			}
			for p := range g.k {
				if j < g.n {
					ia, ib := i*lda+p, p*ldb+j
					if g.transA {
						ia = p*lda + i
					}
					if g.transB {
						ib = j*ldb + p
					}
					want[at] += float64(a[ia]) * float64(b[ib])
				}
			}
		}
	}
	Gemm(g.transA, g.transB, g.m, g.n, g.k, a, lda, b, ldb, g.accumulate, c.data, ldc)
	c.check(t, "c")
	requireClose(t, g.String(), want, c.data, toleranceOf[T](g.k))
}

func TestGemmRandomSizes(t *testing.T) {
	onEverySet(t, func(t *testing.T) { rapid.Check(t, anyGemm) })
}

func FuzzGemm(f *testing.F) { fuzz(f, anyGemm) }

func anyGemm(t *rapid.T) {
	size := rapid.OneOf(rapid.IntRange(0, 9), rapid.IntRange(0, 70))
	terms := rapid.OneOf(size, rapid.IntRange(0, 3*maxTerms))
	pad := rapid.IntRange(0, 3)
	g := gemmCase{
		transA: rapid.Bool().Draw(t, "transA"), transB: rapid.Bool().Draw(t, "transB"),
		accumulate: rapid.Bool().Draw(t, "accumulate"),
		m:          size.Draw(t, "m"), n: size.Draw(t, "n"), k: terms.Draw(t, "k"),
		padA: pad.Draw(t, "padA"), padB: pad.Draw(t, "padB"), padC: pad.Draw(t, "padC"),
	}
	runGemm[float32](t, g)
	runGemm[float64](t, g)
	gemmStaysInside(t, g)
}

func TestGemmBlocks(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		for _, test := range []struct {
			m, n, k int
			reason  string
		}{
			{3, 5, blockK + 1, "a second block of terms holds one"},
			{blockM + 1, 7, 2 * blockK, "a second block of rows holds one"},
			{5, tileN + 1, 3, "a second block of columns holds one, on one worker"},
			{thinM, tileN + 3, blockK + 3, "few rows, several blocks"},
			{2 * tileM, 9, 70, "several pieces of rows"},
			{3, 2*tileN + 5, 100, "several pieces of columns"},
			{150, 170, 64, "pieces in both directions"},
			{9, 7, 5 * minSplitK, "pieces of the sum"},
			{1, 1, 300001, "a dot product: the sum alone can be cut"},
			{70, 90, 2*minSplitK + 1, "pieces of C and of the sum, the last of each shorter"},
		} {
			for _, trans := range []gemmCase{{}, {transA: true}, {transB: true, accumulate: true}, {transA: true, transB: true, accumulate: true}} {
				g := trans
				g.m, g.n, g.k, g.padA, g.padB, g.padC = test.m, test.n, test.k, 1, 2, 3
				t.Run(g.String(), func(t *testing.T) {
					t.Log(test.reason)
					runGemm[float32](t, g)
				})
			}
		}
	})
}

// piecesOf returns how many pieces Gemm cuts a product of float32 into.
func piecesOf(g gemmCase) int {
	if active.lanes == 0 {
		tm, tn, tk := gemmTile(g.m, g.n, g.k)
		return ceilDiv(g.m, tm) * ceilDiv(g.n, tn) * ceilDiv(g.k, tk)
	}
	p := product{instructionSet: active, transA: g.transA, transB: g.transB, m: g.m, n: g.n, k: g.k, panels: active.cutPanels(g.m, g.n, nil)}
	p.plan()
	return p.rowUnits * p.colUnits * p.parts
}

func TestGemmSameBitsForAnyWorkers(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for _, g := range []gemmCase{
			{m: 300, n: 70, k: 90}, {transA: true, m: 40, n: 32, k: 5000}, {transB: true, m: 64, n: 600, k: 129, accumulate: true},
		} {
			t.Run(g.String(), func(t *testing.T) {
				tm, tn, tk := gemmTile(g.m, g.n, g.k)
				require.Less(t, tm*tn*tk, g.m*g.n*g.k, "the case must be large enough to be cut")
				a, b, c := randomSlice[float32](r, g.m*g.k), randomSlice[float32](r, g.n*g.k), randomSlice[float32](r, g.m*g.n)
				lda, ldb := g.k, g.n
				if g.transA {
					lda = g.m
				}
				if g.transB {
					ldb = g.k
				}
				sameBits(t, func() []float32 {
					got := append([]float32(nil), c...)
					Gemm(g.transA, g.transB, g.m, g.n, g.k, a, lda, b, ldb, g.accumulate, got, g.n)
					return got
				})
			})
		}
	})
}

func TestPackPanels(t *testing.T) {
	const k, n, ldb = blockK + 2, 6, 9
	b := randomSlice[float64](rand.New(rand.NewPCG(4, 4)), k*ldb)
	transposed := make([]float64, n*k)
	want := make([][panelWidth]float64, panelCount(n)*k)
	for p := range k {
		for j := range n {
			transposed[j*k+p] = b[p*ldb+j]
			p0 := p / blockK * blockK
			want[p0*panelCount(n)+j/panelWidth*min(blockK, k-p0)+p-p0][j%panelWidth] = b[p*ldb+j]
		}
	}
	got := make([][panelWidth]float64, len(want))
	for i := range got {
		got[i] = [panelWidth]float64{7, 7, 7, 7}
	}
	packPanels(false, k, n, b, ldb, got)
	require.Equal(t, want, got)
	packPanels(true, k, n, transposed, k, got)
	require.Equal(t, want, got)
}

// A batch of one gives a sample the bits that it has in a larger batch.
func TestGemmRowAlone(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		const m, n, k = 11, 37, 2*blockK + 3
		r := rand.New(rand.NewPCG(3, 3))
		a, b, c := randomSlice[float32](r, m*k), randomSlice[float32](r, k*n), randomSlice[float32](r, m*n)
		all := append([]float32(nil), c...)
		Gemm(false, false, m, n, k, a, k, b, n, true, all, n)
		for rows := 1; rows < m; rows++ {
			some := append([]float32(nil), c[:rows*n]...)
			Gemm(false, false, rows, n, k, a, k, b, n, true, some, n)
			require.Equal(t, all[:rows*n], some, "%d rows", rows)
		}
	})
}

// Bias and relu belong to the last part of a sum: one block of terms, several, parts
// with results of their own, and no terms.
func TestDense(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		for _, test := range []struct{ m, n, k int }{
			{1, 1, 1}, {5, 17, 9}, {64, 10, 33}, {7, 40, 2*maxTerms + 1}, {30, 20, 2*blockK + 1}, {3, 16, 5 * max(minTerms, minSplitK)}, {4, 3, 0}, {0, 3, 2}, {3, 0, 2},
		} {
			runDense[float32](t, test.m, test.n, test.k)
			runDense[float64](t, test.m, test.n, test.k)
		}
	})
}

func runDense[T Float](t *testing.T, m, n, k int) {
	r := rand.New(rand.NewPCG(uint64(m), uint64(n*1000+k)))
	x, w := randomSlice[T](r, m*k), randomSlice[T](r, k*n)
	for _, bias := range [][]T{nil, randomSlice[T](r, n)} {
		for _, relu := range []bool{false, true} {
			want, y := make([]float64, m*n), newGuarded[T](m*n)
			for i := range want {
				if bias != nil {
					want[i] = float64(bias[i%n])
				}
				for p := range k {
					want[i] += float64(x[i/n*k+p]) * float64(w[p*n+i%n])
				}
				if relu {
					want[i] = max(want[i], 0)
				}
			}
			Dense(m, n, k, x, w, bias, relu, y.data)
			y.check(t, "y")
			requireClose(t, fmt.Sprintf("%d×%d×%d, relu %v", m, n, k, relu), want, y.data, toleranceOf[T](k+1))
		}
	}
}

// Relu keeps NaN, makes −0 a 0, and bounds infinities on one side.
func TestDenseSpecialNumbers(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		inf, nan, negative := float32(math.Inf(1)), float32(math.NaN()), float32(math.Copysign(0, -1))
		bias := []float32{nan, inf, -inf, negative, -1, 1, 0x1p-149, -0x1p-149, nan}
		y, w := make([]float32, 2*len(bias)), make([]float32, len(bias))
		fill(w, 0x1p-100)
		Dense(2, len(bias), 1, []float32{-0x1p-100, -0x1p-100}, w, bias, true, y) // the products are −0
		for i, want := range []float32{nan, inf, 0, 0, 0, 1, 0x1p-149, 0, nan} {
			for _, got := range []float32{y[i], y[len(bias)+i]} {
				require.True(t, same(float64(want), float64(got)) && !math.Signbit(float64(got)), "%v: got %v, want %v", bias[i], got, want)
			}
		}
	})
}

func TestGemmPropagatesNaN(t *testing.T) {
	a, b, c := make([]float64, 3*5), make([]float64, 5*6), make([]float64, 3*6)
	a[1*5+2] = math.NaN()
	Gemm(false, false, 3, 6, 5, a, 5, b, 6, false, c, 6)
	for i, v := range c {
		assert.Equal(t, i/6 == 1, math.IsNaN(v), "NaN·0 is NaN, and stays in its row: element %d", i)
	}
}

func TestGemmPanicsOnShortSlices(t *testing.T) {
	full := func() (a, b, c []float32) {
		return make([]float32, 6, 99), make([]float32, 12, 99), make([]float32, 8, 99)
	}
	a, b, c := full()
	require.NotPanics(t, func() { Gemm(false, false, 2, 4, 3, a, 3, b, 4, false, c, 4) })
	require.Panics(t, func() { Gemm(false, false, 2, 4, 3, a[:5], 3, b, 4, false, c, 4) }, "short a")
	require.Panics(t, func() { Gemm(false, false, 2, 4, 3, a, 3, b[:11], 4, false, c, 4) }, "short b")
	require.Panics(t, func() { Gemm(false, false, 2, 4, 3, a, 3, b, 4, false, c[:7], 4) }, "short c")
}

func TestGemmAllocates(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		if race.Enabled {
			t.Skip("the race detector makes sync.Pool drop things")
		}
		for _, test := range []struct {
			g      gemmCase
			allocs float64 // of portable Go, which gives Parallel a function; tiles none
			reason string
		}{
			{gemmCase{m: 30, n: 30, k: 30}, 0, "one piece"},
			{gemmCase{m: 30, n: 30, k: 30, transA: true, transB: true}, 0, "one piece, both operands packed"},
			{gemmCase{m: 300, n: 64, k: 100}, 1, "pieces"},
			{gemmCase{m: 300, n: 512, k: 100, transB: true}, 1, "shared panels packed in pieces"},
			{gemmCase{m: 10, n: 12, k: 4096}, 1, "partial results come from a pool"},
		} {
			t.Run(test.g.String(), func(t *testing.T) {
				g := test.g
				a, b, c := make([]float32, g.m*g.k), make([]float32, g.n*g.k), make([]float32, g.m*g.n)
				lda, ldb := g.k, g.n
				if g.transA {
					lda = g.m
				}
				if g.transB {
					ldb = g.k
				}
				got := testing.AllocsPerRun(20, func() {
					Gemm(g.transA, g.transB, g.m, g.n, g.k, a, lda, b, ldb, false, c, g.n)
				})
				allocs := test.allocs
				if active.lanes > 0 {
					allocs = 0
				}
				assert.LessOrEqual(t, got, allocs, test.reason)
			})
		}
	})
}

// reportGFLOPS reports the speed of a benchmark whose iterations do the given
// number of multiplications and as many additions, also as a share of what all
// processors could do at best.
func reportGFLOPS(b *testing.B, multiplications float64) {
	speed := 2 * multiplications * float64(b.N) / float64(b.Elapsed().Nanoseconds())
	b.ReportMetric(speed, "GFLOP/s")
	if active.peak != nil {
		b.ReportMetric(100*speed/(peakGFLOPS(active)*float64(runtime.GOMAXPROCS(0))), "%f32peak")
	}
}

// elapsed returns the nanoseconds that f takes.
func elapsed(f func()) float64 {
	start := time.Now()
	f()
	return float64(time.Since(start).Nanoseconds())
}

func BenchmarkGemm(b *testing.B) {
	for _, g := range []gemmCase{
		{m: 256, n: 256, k: 256},
		{m: 1024, n: 1024, k: 1024},
		{m: 200704, n: 16, k: 9},
		{m: 50176, n: 32, k: 576},
		{m: 12544, n: 48, k: 1152},
		{m: 576, n: 32, k: 50176, transA: true},
		{m: 1152, n: 48, k: 12544, transA: true},
		{m: 784, n: 512, k: 256, transA: true},
		{m: 50176, n: 576, k: 32, transB: true},
		{m: 32, n: 784, k: 512, transB: true},
		{m: 64, n: 64, k: 784},
		{m: 32, n: 512, k: 128},
		{m: 256, n: 10, k: 48},
		{m: 1, n: 1000, k: 1000},
	} {
		b.Run("float32/"+g.String(), func(b *testing.B) {
			onEverySetB(b, func(b *testing.B) { benchmarkGemm[float32](b, g) })
		})
	}
	b.Run("float64/NN 256x256x256", func(b *testing.B) { benchmarkGemm[float64](b, gemmCase{m: 256, n: 256, k: 256}) })
}

func benchmarkGemm[T Float](b *testing.B, g gemmCase) {
	r := rand.New(rand.NewPCG(3, 4))
	x, y, z := randomSlice[T](r, g.m*g.k), randomSlice[T](r, g.k*g.n), make([]T, g.m*g.n)
	ldx, ldy := g.k, g.n
	if g.transA {
		ldx = g.m
	}
	if g.transB {
		ldy = g.k
	}
	b.ReportAllocs()
	for b.Loop() {
		Gemm(g.transA, g.transB, g.m, g.n, g.k, x, ldx, y, ldy, false, z, g.n)
	}
	reportGFLOPS(b, work(g.m, g.n, g.k))
}
