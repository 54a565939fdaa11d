package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// naiveBatchNorm is a batch normalization by its definitions.
type naiveBatchNorm struct {
	BatchNorm
	mask []bool
}

func (g naiveBatchNorm) on(i int) bool { return g.mask == nil || g.mask[i/g.Shared] }

func (g naiveBatchNorm) channel(i int) int { return i / g.Inner % g.Channels }

func (g naiveBatchNorm) moments(x []float64) (mean, variance []float64) {
	mean, variance = make([]float64, g.Channels), make([]float64, g.Channels)
	n := make([]float64, g.Channels)
	if g.mask != nil {
		fill(n, 1e-7)
	}
	for i, v := range x {
		if g.on(i) {
			mean[g.channel(i)] += v
			n[g.channel(i)]++
		}
	}
	for c := range mean {
		mean[c] /= n[c]
	}
	for i, v := range x {
		if c := g.channel(i); g.on(i) {
			variance[c] += (v - mean[c]) * (v - mean[c]) / n[c]
		}
	}
	return mean, variance
}

func (g naiveBatchNorm) normalize(x, mean, variance, gamma, beta []float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		c := g.channel(i)
		y[i] = (v - mean[c]) / math.Sqrt(variance[c]+g.Epsilon)
		if gamma != nil {
			y[i] *= gamma[c]
		}
		if beta != nil {
			y[i] += beta[c]
		}
	}
	return y
}

// batchNorms are shapes with the reason for each.
var batchNorms = []struct {
	outer, channels, inner, shared int // shared: 0 without a mask
	reason                         string
}{
	{6, 3, 1, 0, "rows of channels"},
	{6, 3, 1, 3, "a mask of rows"},
	{1, 5, 1, 0, "one row"},
	{7, 1, 1, 0, "one channel"},
	{2, 3, 5, 0, "lines of channels"},
	{2, 3, 6, 3, "a mask that cuts lines"},
	{4, 3, 1, 1, "a mask of elements"},
	{40, 21, 1, 21, "a row that is no whole vector"},
	{3, 2, 40, 8, "lines of vectors"},
	{1, 4, 9, 0, "one line a channel"},
	{700, 64, 1, 64, "several pieces of rows"},
	{3, 7, 4000, 40, "several pieces of lines"},
	{3, elementGrain + 9, 1, 0, "rows longer than a piece"},
	{2, 2, elementGrain + 9, 0, "lines longer than a piece"},
}

// randomMask lets through two thirds, in stretches; of few elements the first at least.
func randomMask(r *rand.Rand, n int) []bool {
	mask := make([]bool, n)
	for i := range mask {
		mask[i] = r.IntN(3) > 0
		if i > 0 && r.IntN(2) == 0 {
			mask[i] = mask[i-1]
		}
	}
	if n > 0 {
		mask[0] = true
	}
	return mask
}

func TestBatchNorm(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		for _, tt := range batchNorms {
			g := naiveBatchNorm{BatchNorm: BatchNorm{tt.outer, tt.channels, tt.inner, tt.shared, 1e-3}}
			size := tt.outer * tt.channels * tt.inner
			r := rand.New(rand.NewPCG(21, uint64(size)))
			if tt.shared > 0 {
				g.mask = randomMask(r, size/tt.shared)
			}
			for _, affine := range []bool{true, false} {
				what := fmt.Sprintf("%s, gamma and beta: %v", tt.reason, affine)
				testBatchNorm[float64](t, r, g, affine, what)
				testBatchNorm[float32](t, r, g, affine, what+", float32")
			}
		}
	})
}

// wide is x as float64; nil stays nil.
func wide[T Float](x []T) []float64 {
	if x == nil {
		return nil
	}
	return sequence(len(x), func(i int) float64 { return float64(x[i]) })
}

// largest is the largest of numbers without their sign, at least 1.
func largest(x []float64) float64 {
	top := 1.0
	for _, v := range x {
		top = max(top, math.Abs(v))
	}
	return top
}

func testBatchNorm[T Float](t *testing.T, r *rand.Rand, g naiveBatchNorm, affine bool, what string) {
	size := g.Outer * g.Channels * g.Inner
	x, dy := randomSlice[T](r, size), randomSlice[T](r, size)
	var gamma, beta []T
	if affine {
		gamma, beta = randomSlice[T](r, g.Channels), randomSlice[T](r, g.Channels)
	}
	tolerance := toleranceOf[T](40)

	mean, variance := newGuarded[T](g.Channels), newGuarded[T](g.Channels)
	BatchMoments(g.BatchNorm, x, g.mask, mean.data, variance.data)
	wantMean, wantVariance := g.moments(wide(x))
	mean.check(t, what)
	variance.check(t, what)
	requireClose(t, what+": mean", wantMean, mean.data, tolerance)
	requireClose(t, what+": variance", wantVariance, variance.data, tolerance)

	y := newGuarded[T](size)
	BatchNormalize(g.BatchNorm, x, mean.data, variance.data, gamma, beta, y.data)
	y.check(t, what)
	want := g.normalize(wide(x), wide(mean.data), wide(variance.data), wide(gamma), wide(beta))
	requireClose(t, what+": y", want, y.data, tolerance*40)

	for _, ofBatch := range []bool{false, true} {
		dx, dgamma, dbeta := newGuarded[T](size), newGuarded[T](g.Channels), newGuarded[T](g.Channels)
		BatchNormGradient(g.BatchNorm, ofBatch, x, mean.data, variance.data, gamma, g.mask, dy, dx.data, dgamma.data, dbeta.data)
		wantX, wantGamma, wantBeta := g.gradient(ofBatch, wide(x), wide(mean.data), wide(variance.data), wide(gamma), wide(dy))
		for _, c := range []struct {
			name string
			want []float64
			got  guardedSlice[T]
		}{{"dx", wantX, dx}, {"dgamma", wantGamma, dgamma}, {"dbeta", wantBeta, dbeta}} {
			c.got.check(t, what)
			requireClose(t, fmt.Sprintf("%s: %s, of the batch: %v", what, c.name, ofBatch), c.want, c.got.data, tolerance*40*largest(c.want))
		}
		alone := append([]T(nil), dy...)
		BatchNormGradient(g.BatchNorm, ofBatch, x, mean.data, variance.data, gamma, g.mask, alone, alone, nil, nil)
		require.Equal(t, dx.data, alone, "%s: dx in place of dy, and no other gradient", what)
	}
	BatchNormalize(g.BatchNorm, x, mean.data, variance.data, gamma, beta, x)
	require.Equal(t, y.data, x, "%s: y in place of x", what)
}

// gradient sums over pairs of elements what the moments carry from one to the other.
func (g naiveBatchNorm) gradient(ofBatch bool, x, mean, variance, gamma, dy []float64) (dx, dgamma, dbeta []float64) {
	dx, dgamma, dbeta = make([]float64, len(x)), make([]float64, g.Channels), make([]float64, g.Channels)
	n, toMean, toVariance, centre := make([]float64, g.Channels), make([]float64, g.Channels), make([]float64, g.Channels), make([]float64, g.Channels)
	if g.mask != nil {
		fill(n, 1e-7)
	}
	for i, d := range dy {
		c := g.channel(i)
		inverse := 1 / math.Sqrt(variance[c]+g.Epsilon)
		dgamma[c] += d * (x[i] - mean[c]) * inverse
		dbeta[c] += d
		if gamma != nil {
			d *= gamma[c]
		}
		dx[i] = d * inverse
		toMean[c] -= d * inverse
		toVariance[c] -= d * (x[i] - mean[c]) * inverse * inverse * inverse / 2
		if g.on(i) {
			n[c]++
			centre[c] += x[i] - mean[c]
		}
	}
	for i := range dx {
		if c := g.channel(i); ofBatch && g.on(i) {
			dx[i] += (toMean[c] + toVariance[c]*2*(x[i]-mean[c]-centre[c]/n[c])) / n[c]
		}
	}
	return dx, dgamma, dbeta
}

// The gradient of the whole, with moments that move.
func TestBatchNormGradientAgainstDifferences(t *testing.T) {
	for _, g := range []naiveBatchNorm{
		{BatchNorm: BatchNorm{5, 3, 1, 0, 1e-3}},
		{BatchNorm: BatchNorm{2, 3, 4, 0, 1e-3}},
		{BatchNorm: BatchNorm{5, 3, 1, 3, 1e-3}, mask: []bool{true, false, true, true, false}},
		{BatchNorm: BatchNorm{2, 2, 4, 2, 1e-3}, mask: []bool{true, false, true, true, true, true, false, false}},
	} {
		size := g.Outer * g.Channels * g.Inner
		x, dy, gamma := normalsOf[float64](1, size), normalsOf[float64](2, size), normalsOf[float64](3, g.Channels)
		mean, variance, dx := make([]float64, g.Channels), make([]float64, g.Channels), make([]float64, size)
		BatchMoments(g.BatchNorm, x, g.mask, mean, variance)
		BatchNormGradient(g.BatchNorm, true, x, mean, variance, gamma, g.mask, dy, dx, nil, nil)
		checkGradient(t, func(x []float64) []float64 {
			mean, variance := g.moments(x)
			return g.normalize(x, mean, variance, gamma, nil)
		}, x, dy, dx)
	}
}

// Far from 0, where E[x²] - E[x]² in the numbers' own type has no digit left.
func TestBatchMomentsFarFromZero(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		for _, g := range []BatchNorm{{Outer: 5000, Channels: 3, Inner: 1}, {Outer: 5, Channels: 3, Inner: 1000}} {
			next := 3 / min(g.Inner, 3) // element of a channel
			above := func(i int) float64 { return float64(i / next % 2) }
			x, x64 := make([]float32, 15000), make([]float64, 15000)
			for i := range x {
				x[i], x64[i] = float32(10000+above(i)), 1e12+above(i)
			}
			mean, variance := make([]float32, 3), make([]float32, 3)
			BatchMoments(g, x, nil, mean, variance)
			assert.InDelta(t, 10000.5, mean[0], 1e-3)
			assert.InDelta(t, 0.25, variance[0], 1e-6, "%+v", g)
			y := make([]float32, len(x))
			BatchNormalize(g, x, mean, variance, nil, nil, y)
			assert.InDelta(t, -1, y[0], 1e-6)

			mean64, variance64 := make([]float64, 3), make([]float64, 3)
			BatchMoments(g, x64, nil, mean64, variance64)
			assert.InDelta(t, 0.25, variance64[0], 1e-9, "%+v, float64", g)
		}
	})
}

func TestBatchNormAtTheEdges(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	onEverySet(t, func(t *testing.T) {
		mean, variance := make([]float32, 2), make([]float32, 2)
		g := BatchNorm{Outer: 3, Channels: 2, Inner: 1, Shared: 2, Epsilon: 1e-3}
		BatchMoments(g, []float32{1, nan, 2, 5, 3, 5}, nil, mean, variance)
		assert.Equal(t, float32(2), mean[0])
		assert.True(t, isNaN(mean[1]) && isNaN(variance[1]), "NaN stays in its channel: %v %v", mean, variance)
		BatchMoments(g, []float32{1, inf, 2, 5, 3, 5}, nil, mean, variance)
		assert.Equal(t, inf, mean[1])
		assert.True(t, isNaN(variance[1]))
		BatchMoments(g, []float32{1, 5, nan, inf, 3, 5}, []bool{true, false, true}[:3:3], mean, variance)
		assert.InDeltaSlice(t, []float32{2, 5}, mean, 1e-6, "what a mask shuts out does not count")
		assert.InDeltaSlice(t, []float32{1, 0}, variance, 1e-6)
		BatchMoments(g, []float32{7, 7, 7, 7, 7, 7}, make([]bool, 3), mean, variance)
		assert.Equal(t, []float32{0, 0, 0, 0}, append(mean, variance...), "a mask that lets nothing through")
		BatchMoments(BatchNorm{Channels: 2, Inner: 1}, []float32{}, nil, mean, variance)
		assert.True(t, isNaN(mean[0]) && isNaN(variance[0]), "the mean of nothing")
		BatchMoments(BatchNorm{Outer: 3, Channels: 2, Inner: 1}, []float32{0.1, 1, 0.1, 1, 0.1, 1}, nil, mean, variance)
		assert.GreaterOrEqual(t, variance[0], float32(0), "rounding makes no variance negative")
	})
}

func TestBatchNormSameBitsForAnyWorkers(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		for _, g := range []BatchNorm{{Outer: 3000, Channels: 33, Inner: 1, Epsilon: 1e-3}, {Outer: 5, Channels: 33, Inner: 600, Epsilon: 1e-3}} {
			x, dy := normalsOf[float32](1, g.Outer*33*g.Inner), normalsOf[float32](2, g.Outer*33*g.Inner)
			sameBits(t, func() []float32 {
				mean, variance, y, dx, dgamma := make([]float32, 33), make([]float32, 33), make([]float32, len(x)), make([]float32, len(x)), make([]float32, 33)
				BatchMoments(g, x, nil, mean, variance)
				BatchNormalize(g, x, mean, variance, nil, nil, y)
				BatchNormGradient(g, true, x, mean, variance, nil, nil, dy, dx, dgamma, nil)
				return append(append(append(y, dx...), mean...), dgamma...)
			})
		}
	})
}

func TestNormalizationsAllocateNothing(t *testing.T) {
	x, y := normalsOf[float32](1, 1200), make([]float32, 1200)
	mean, variance := make([]float32, 10), make([]float32, 10)
	onEverySet(t, func(t *testing.T) {
		for _, g := range []BatchNorm{{120, 10, 1, 10, 1e-3}, {12, 10, 10, 5, 1e-3}} {
			mask := make([]bool, 1200/g.Shared)
			noAllocations(t, "BatchMoments", func() { BatchMoments(g, x, mask, mean, variance) })
			noAllocations(t, "BatchNormalize", func() { BatchNormalize(g, x, mean, variance, mean, mean, y) })
			noAllocations(t, "BatchNormGradient", func() { BatchNormGradient(g, true, x, mean, variance, mean, mask, y, y, mean, nil) })
		}
	})
}

// BenchmarkBatchNorm runs the normalizations of a ResNet, on 32 samples, whose numbers
// are in memory, and smaller ones.
func BenchmarkBatchNorm(b *testing.B) {
	for _, bb := range []struct {
		name string
		g    BatchNorm
	}{
		{"56x56x64", BatchNorm{Outer: 32 * 56 * 56, Channels: 64, Inner: 1, Epsilon: 1e-3}},
		{"14x14x256", BatchNorm{Outer: 32 * 14 * 14, Channels: 256, Inner: 1, Epsilon: 1e-3}},
		{"28x28x16", BatchNorm{Outer: 32 * 28 * 28, Channels: 16, Inner: 1, Epsilon: 1e-3}},
		{"64x28x28, channels first", BatchNorm{Outer: 32, Channels: 64, Inner: 28 * 28, Epsilon: 1e-3}},
		{"128", BatchNorm{Outer: 64, Channels: 128, Inner: 1, Epsilon: 1e-3}},
	} {
		n := bb.g.Outer * bb.g.Channels * bb.g.Inner
		x, dy, y := normalsOf[float32](1, n), normalsOf[float32](2, n), make([]float32, n)
		mean, variance, gamma, sums := make([]float32, bb.g.Channels), make([]float32, bb.g.Channels), normalsOf[float32](3, bb.g.Channels), make([]float32, bb.g.Channels)
		b.Run(bb.name, func(b *testing.B) {
			onEverySetB(b, func(b *testing.B) {
				perElement(b, "moments", n, func() { BatchMoments(bb.g, x, nil, mean, variance) })
				perElement(b, "normalize", n, func() { BatchNormalize(bb.g, x, mean, variance, gamma, gamma, y) })
				perElement(b, "gradient", n, func() {
					BatchNormGradient(bb.g, true, x, mean, variance, gamma, nil, dy, y, sums, sums)
				})
			})
		})
	}
}
