package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// naiveLayerNorm computes x̂ by its definition.
func naiveLayerNorm(g LayerNorm, x []float64) []float64 {
	y := make([]float64, len(x))
	for at := 0; at < len(x); at += g.N {
		row := x[at : at+g.N]
		mean, variance := naiveSum(row)/float64(g.N), 0.0
		for _, v := range row {
			variance += (v - mean) * (v - mean) / float64(g.N)
		}
		if g.RMS {
			mean = 0
		}
		for i, v := range row {
			y[at+i] = (v - mean) / math.Sqrt(variance+g.Epsilon)
		}
	}
	return y
}

// affine is y*gamma + beta, by columns; nil is 1 and 0.
func affine(y, gamma, beta []float64) []float64 {
	out := append([]float64(nil), y...)
	for i := range out {
		if gamma != nil {
			out[i] *= gamma[i%len(gamma)]
		}
		if beta != nil {
			out[i] += beta[i%len(beta)]
		}
	}
	return out
}

func TestLayerNorm(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		for _, tt := range []struct {
			rows, n int
			reason  string
		}{
			{1, 1, "the smallest"}, {0, 3, "no rows"}, {5, 7, "less than a vector"}, {3, 64, "whole vectors"}, {9, 43, "a rest"},
			{3000, 33, "several pieces"}, {2, rowBlock + 3, "rows longer than a block"}, {2, elementGrain + 9, "rows longer than a piece"},
		} {
			r := rand.New(rand.NewPCG(3, uint64(tt.n)))
			for _, rms := range []bool{false, true} {
				for _, scaled := range []bool{false, true} {
					g := LayerNorm{N: tt.n, Epsilon: 1e-3, RMS: rms}
					what := fmt.Sprintf("%s, RMS %v, gamma and beta %v", tt.reason, rms, scaled)
					testLayerNorm[float64](t, r, g, tt.rows, scaled, what)
					testLayerNorm[float32](t, r, g, tt.rows, scaled, what+", float32")
				}
			}
		}
	})
}

func testLayerNorm[T Float](t *testing.T, r *rand.Rand, g LayerNorm, rows int, scaled bool, what string) {
	x, dy := randomSlice[T](r, rows*g.N), randomSlice[T](r, rows*g.N)
	var gamma, beta []T
	if scaled {
		gamma, beta = randomSlice[T](r, g.N), randomSlice[T](r, g.N)
	}
	tolerance := toleranceOf[T](40) * 40

	y := newGuarded[T](len(x))
	LayerNormalize(g, x, gamma, beta, y.data)
	y.check(t, what)
	normalized := naiveLayerNorm(g, wide(x))
	requireClose(t, what, affine(normalized, wide(gamma), wide(beta)), y.data, tolerance)

	dx, dgamma, dbeta := newGuarded[T](len(x)), newGuarded[T](g.N), newGuarded[T](g.N)
	LayerNormGradient(g, x, gamma, dy, dx.data, dgamma.data, dbeta.data)
	wantGamma, wantBeta := make([]float64, g.N), make([]float64, g.N)
	for i, d := range wide(dy) {
		wantGamma[i%g.N] += d * normalized[i]
		wantBeta[i%g.N] += d
	}
	for _, c := range []struct {
		name string
		want []float64
		got  guardedSlice[T]
	}{{"dgamma", wantGamma, dgamma}, {"dbeta", wantBeta, dbeta}} {
		c.got.check(t, what)
		requireClose(t, what+": "+c.name, c.want, c.got.data, tolerance*largest(c.want))
	}
	dx.check(t, what)
	again := newGuarded[T](g.N)
	LayerNormGradient(g, x, gamma, dy, nil, again.data, nil)
	require.Equal(t, dgamma.data, again.data, "%s: no gradient of x", what)
	LayerNormGradient(g, x, gamma, dy, dy, nil, nil)
	require.Equal(t, dx.data, dy, "%s: dx in place of dy", what)
	LayerNormalize(g, x, gamma, beta, x)
	require.Equal(t, y.data, x, "%s: y in place of x", what)
}

func TestLayerNormGradientAgainstDifferences(t *testing.T) {
	for _, g := range []LayerNorm{{5, 1e-3, false}, {5, 1e-3, true}, {1, 0.1, false}} {
		for _, gamma := range [][]float64{nil, normalsOf[float64](3, g.N)} {
			x, dy := normalsOf[float64](1, 3*g.N), normalsOf[float64](2, 3*g.N)
			dx := make([]float64, len(x))
			LayerNormGradient(g, x, gamma, dy, dx, nil, nil)
			checkGradient(t, func(x []float64) []float64 { return affine(naiveLayerNorm(g, x), gamma, nil) }, x, dy, dx)

			narrow := make([]float32, len(x))
			var gamma32 []float32
			if gamma != nil {
				gamma32 = to32(gamma)
			}
			onEverySet(t, func(t *testing.T) {
				LayerNormGradient(g, to32(x), gamma32, to32(dy), narrow, nil, nil)
				requireClose(t, "float32", dx, narrow, 1e-4*largest(dx))
			})
		}
	}
}

// Far from 0, where E[x²] - E[x]² in the numbers' own type has no digit left.
func TestLayerNormFarFromZero(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		x, y := []float32{10000, 10001, 10000, 10001}, make([]float32, 4)
		LayerNormalize(LayerNorm{N: 4}, x, nil, nil, y)
		assert.InDeltaSlice(t, []float32{-1, 1, -1, 1}, y, 1e-5)
		wide, y64 := []float64{1e12, 1e12 + 1, 1e12, 1e12 + 1}, make([]float64, 4)
		LayerNormalize(LayerNorm{N: 4}, wide, nil, nil, y64)
		assert.InDeltaSlice(t, []float64{-1, 1, -1, 1}, y64, 1e-9)
		LayerNormalize(LayerNorm{N: 2, Epsilon: 1e-3}, []float32{1, float32(math.NaN()), 1, 3}, nil, nil, y)
		assert.True(t, isNaN(y[0]) && isNaN(y[1]), "NaN stays in its row")
		assert.InDelta(t, 1, y[3], 1e-3)
	})
}

func TestLayerNormSameBitsForAnyWorkers(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		const rows, n = 4000, 37
		x, dy, gamma := normalsOf[float32](1, rows*n), normalsOf[float32](2, rows*n), normalsOf[float32](3, n)
		g := LayerNorm{N: n, Epsilon: 1e-3}
		sameBits(t, func() []float32 {
			y, dx, dgamma, dbeta := make([]float32, rows*n), make([]float32, rows*n), make([]float32, n), make([]float32, n)
			LayerNormalize(g, x, gamma, gamma, y)
			LayerNormGradient(g, x, gamma, dy, dx, dgamma, dbeta)
			return append(append(append(y, dx...), dgamma...), dbeta...)
		})
	})
}

func TestLayerNormAllocatesNothing(t *testing.T) {
	x, y, row := normalsOf[float32](1, 1200), make([]float32, 1200), make([]float32, 40)
	onEverySet(t, func(t *testing.T) {
		g := LayerNorm{N: 40, Epsilon: 1e-3}
		noAllocations(t, "LayerNormalize", func() { LayerNormalize(g, x, nil, row, y) })
		noAllocations(t, "LayerNormGradient", func() { LayerNormGradient(g, x, row, y, y, row, row) })
	})
}

func BenchmarkLayerNorm(b *testing.B) {
	for _, bb := range []struct{ rows, n int }{{4096, 512}, {32768, 64}, {64, 768}} {
		n := bb.rows * bb.n
		x, dy, y := normalsOf[float32](1, n), normalsOf[float32](2, n), make([]float32, n)
		gamma, sums := normalsOf[float32](3, bb.n), make([]float32, bb.n)
		g := LayerNorm{N: bb.n, Epsilon: 1e-3}
		b.Run(fmt.Sprintf("%dx%d", bb.rows, bb.n), func(b *testing.B) {
			onEverySetB(b, func(b *testing.B) {
				perElement(b, "normalize", n, func() { LayerNormalize(g, x, gamma, gamma, y) })
				perElement(b, "gradient", n, func() { LayerNormGradient(g, x, gamma, dy, y, sums, sums) })
			})
		})
	}
}
