package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/internal/race"
)

// onTiles runs a test for each instruction set that has tiles.
func onTiles(t *testing.T, test func(t *testing.T)) {
	onEverySet(t, func(t *testing.T) {
		if active.lanes > 0 {
			test(t)
		}
	})
}

// transformCase is n squares of m×m outputs and what belongs to them, with gaps between
// everything.
type transformCase struct {
	m, channels, n           int
	pixel, line, next, plane int
}

func randomTransform(r *rand.Rand) transformCase {
	c := transformCase{m: 3 + r.IntN(2), channels: maxLanes * (1 + r.IntN(3)), n: 1 + r.IntN(3)}
	c.pixel = c.channels + r.IntN(3)
	c.line = 6*c.pixel + r.IntN(3)
	c.next = 6*c.line + r.IntN(3)
	c.plane = c.n*c.channels + r.IntN(3)
	return c
}

func (c transformCase) points() int { return (c.m + 2) * (c.m + 2) }

// each calls f with the places of all channels of the first lines and pixels of all
// squares, in a grid and, without the point, in planes.
func (c transformCase) each(lines, pixels int, f func(line, pixel, grid, plane int)) {
	for square := range c.n {
		for i := range lines {
			for j := range pixels {
				for channel := range c.channels {
					f(i, j, square*c.next+i*c.line+j*c.pixel+channel, square*c.channels+channel)
				}
			}
		}
	}
}

// grid is memory for squares of that side, which ends where it must.
func (c transformCase) grid(t *testing.T, side int) []float32 {
	g, _ := guardPages(t, (c.n-1)*c.next+(side-1)*(c.line+c.pixel)+c.channels)
	return g
}

func (c transformCase) planes(t *testing.T) []float32 {
	p, _ := guardPages(t, (c.points()-1)*c.plane+c.n*c.channels)
	return p
}

func (c transformCase) to(t *testing.T, f toPlanes, grid []float32) []float32 {
	planes := c.planes(t)
	f(&planes[0], bytes(c.plane), &grid[0], bytes(c.line), bytes(c.pixel), bytes(c.next), c.channels, c.n)
	return planes
}

func (c transformCase) from(t *testing.T, f fromPlanes, planes []float32, side int) []float32 {
	grid := c.grid(t, side)
	infinite := f(&grid[0], bytes(c.line), bytes(c.pixel), bytes(c.next), &planes[0], bytes(c.plane),
		&make([]float32, c.channels)[0], float32(math.Inf(-1)), c.channels, c.n, side, side)
	require.Zero(t, infinite)
	return grid
}

func (c transformCase) fill(r *rand.Rand, x []float32) []float32 {
	copy(x, randomSlice[float32](r, len(x)))
	return x
}

// The product of a transformed input and a transformed kernel, transformed back, is a tile.
func TestWinogradTransforms(t *testing.T) {
	onTiles(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(9, 1))
		for range 100 {
			c, l := randomTransform(r), &vectorLoops[active.lanes]
			x, w := c.fill(r, c.grid(t, c.m+2)), c.fill(r, c.grid(t, 3))
			products, factors := c.to(t, l.winogradInput[c.m], x), c.to(t, l.winogradWeights[c.m], w)
			for i, f := range factors {
				products[i] *= f
			}
			got := c.from(t, l.winogradOutput[c.m], products, c.m)
			want := make([]float64, len(got))
			c.each(c.m, c.m, func(line, pixel, at, _ int) {
				for i := range 3 {
					for j := range 3 {
						want[at] += float64(x[at+i*c.line+j*c.pixel]) * float64(w[at-line*c.line-pixel*c.pixel+i*c.line+j*c.pixel])
					}
				}
			})
			requireClose(t, fmt.Sprintf("%+v", c), want, got, 1e-5)
		}
	})
}

// The transforms for gradients are the others, transposed: ⟨f(x), y⟩ = ⟨x, fᵀ(y)⟩.
func TestWinogradTransposedTransforms(t *testing.T) {
	onTiles(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(9, 2))
		for range 100 {
			c, l := randomTransform(r), &vectorLoops[active.lanes]
			for _, pair := range []struct {
				name string
				to   toPlanes
				from fromPlanes
				side int
			}{
				{"outputs", l.winogradOutputGradient[c.m], l.winogradOutput[c.m], c.m},
				{"weights", l.winogradWeights[c.m], l.winogradWeightsGradient[c.m], 3},
			} {
				x, y := c.fill(r, c.grid(t, pair.side)), c.fill(r, c.planes(t))
				fx, fty := c.to(t, pair.to, x), c.from(t, pair.from, append([]float32(nil), y...), pair.side)
				left, right := make([]float64, c.n*c.channels), make([]float64, c.n*c.channels)
				c.each(pair.side, pair.side, func(_, _, at, plane int) { right[plane] += float64(x[at]) * float64(fty[at]) })
				for i := range left {
					for point := range c.points() {
						left[i] += float64(fx[point*c.plane+i]) * float64(y[point*c.plane+i])
					}
				}
				assert.InDeltaSlice(t, left, right, 1e-4, "%s: %+v", pair.name, c)
			}
		}
	})
}

// What happens to a tile after its transform, and to what lies beside it.
func TestWinogradOutputs(t *testing.T) {
	onTiles(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(9, 3))
		for range 200 {
			c, l := randomTransform(r), &vectorLoops[active.lanes]
			lines, pixels := 1+r.IntN(c.m), 1+r.IntN(c.m)
			bias, _ := guardPages(t, c.channels)
			c.fill(r, bias)
			planes, low := c.fill(r, c.planes(t)), float32(r.IntN(2)-1)/0.3
			all := c.from(t, l.winogradOutput[c.m], append([]float32(nil), planes...), c.m)
			run := func() (got []float32, infinite int) {
				got = c.grid(t, c.m)
				fill(got, sentinel)
				return got, l.winogradOutput[c.m](&got[0], bytes(c.line), bytes(c.pixel), bytes(c.next),
					&append([]float32(nil), planes...)[0], bytes(c.plane), &bias[0], low, c.channels, c.n, lines, pixels)
			}
			got, infinite := run()
			require.Zero(t, infinite)
			want := sequence(len(got), func(int) float64 { return sentinel })
			c.each(lines, pixels, func(_, _, at, plane int) {
				want[at] = float64(max(all[at]+bias[plane%c.channels], low))
			})
			for i, v := range got {
				require.Equal(t, float32(want[i]), v, "%+v, %d×%d: element %d", c, lines, pixels, i)
			}
			bad := &planes[r.IntN(c.n*c.channels)] // a point that every output depends on
			*bad = []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))}[r.IntN(3)]
			_, infinite = run()
			require.NotZero(t, infinite, "%+v, %d×%d: %v", c, lines, pixels, *bad)
		}
	})
}

// randomWinograd returns a geometry for which there are tiles, whether or not they pay.
func randomWinograd(r *rand.Rand, size, channels int) ConvGeometry {
	g := ConvGeometry{Batch: 1 + r.IntN(3), InChannels: maxLanes * (1 + r.IntN(channels)), OutChannels: maxLanes * (1 + r.IntN(channels)), Groups: 1}
	for range 2 {
		before, after := r.IntN(8)-3, r.IntN(8)-3 // what is negative crops
		in := max(1, 3-before-after) + r.IntN(size)
		g.In, g.Kernel, g.Stride, g.Dilation = append(g.In, in), append(g.Kernel, 3), append(g.Stride, 1), append(g.Dilation, 1)
		g.PadBefore, g.PadAfter = append(g.PadBefore, before), append(g.PadAfter, after)
		g.Out = append(g.Out, in+before+after-2)
	}
	if r.IntN(4) == 0 {
		planes := 1 + r.IntN(3)
		for _, axis := range []*[]int{&g.In, &g.Out} {
			*axis = append([]int{planes}, *axis...)
		}
		for _, axis := range []*[]int{&g.Kernel, &g.Stride, &g.Dilation} {
			*axis = append([]int{1}, *axis...)
		}
		g.PadBefore, g.PadAfter = append([]int{0}, g.PadBefore...), append([]int{0}, g.PadAfter...)
	}
	return g
}

// operands are those of a convolution, and its results.
type operands struct{ x, w, bias, dy, y, dx, dw []float32 }

func randomOperands(r *rand.Rand, g ConvGeometry) operands {
	x, w, y := sizeOf(g.In, g.Batch, g.InChannels), sizeOf(g.Kernel, g.InChannels, g.OutChannels), sizeOf(g.Out, g.Batch, g.OutChannels)
	return operands{randomSlice[float32](r, x), randomSlice[float32](r, w), randomSlice[float32](r, g.OutChannels), randomSlice[float32](r, y),
		make([]float32, y), make([]float32, x), make([]float32, w)}
}

// winograd runs all kernels in tiles of m×m.
func (o operands) winograd(t *testing.T, m int, g ConvGeometry, relu bool) {
	c := newConv("test", g, o.x, o.w, o.y)
	require.True(t, winogradConv(active, m, c, o.x, o.w, o.bias, relu, o.y), "%+v", g)
	require.True(t, winogradGradInput(active, m, c, o.w, o.dy, o.dx), "%+v", g)
	require.True(t, winogradGradKernel(active, m, c, o.x, o.dy, o.dw), "%+v", g)
}

// direct runs all kernels without Winograd's method.
func (o operands) direct(g ConvGeometry, relu bool) {
	c := newConv("test", g, o.x, o.w, o.y)
	vectorConv(active, c, o.x, o.w, o.bias, relu, o.y)
	vectorGradInput(active, c, o.w, o.dy, o.dx)
	vectorGradKernel(active, c, o.x, o.dy, o.dw)
}

// any runs all kernels by the method that is chosen for each.
func (o operands) any(g ConvGeometry, relu bool) {
	FastConv(g, o.x, o.w, o.bias, relu, o.y)
	ConvGradInput(g, o.w, o.dy, o.dx)
	ConvGradKernel(g, o.x, o.dy, o.dw)
}

func (o operands) results() [][]float32 { return [][]float32{o.y, o.dx, o.dw} }

// All edges, with and without padding and bias, against the definition; every set gives
// the same bits.
func TestWinogradAgainstDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 4))
	for range 40 {
		g, m, relu := randomWinograd(r, 9, 2), 3+r.IntN(2), r.IntN(2) == 1
		o := randomOperands(r, g)
		if r.IntN(3) == 0 {
			o.bias = nil
		}
		wantY, wantDX, wantDW := make([]float64, len(o.y)), make([]float64, len(o.dx)), make([]float64, len(o.dw))
		for i := range wantY {
			if o.bias != nil {
				wantY[i] = float64(o.bias[i%len(o.bias)])
			}
		}
		naiveConv(g, func(x, w, y int) {
			wantY[y] += float64(o.x[x]) * float64(o.w[w])
			wantDX[x] += float64(o.dy[y]) * float64(o.w[w])
			wantDW[w] += float64(o.x[x]) * float64(o.dy[y])
		})
		for i, v := range wantY {
			if relu {
				wantY[i] = max(v, 0)
			}
		}
		var first []float32
		onTiles(t, func(t *testing.T) {
			poisonScratch()
			for _, result := range o.results() {
				fill(result, float32(math.NaN()))
			}
			o.winograd(t, m, g, relu)
			name := fmt.Sprintf("%d: %+v: ", m, g)
			requireClose(t, name+"y", wantY, o.y, toleranceOf[float32](9*g.InChannels))
			requireClose(t, name+"dx", wantDX, o.dx, toleranceOf[float32](9*g.OutChannels))
			requireClose(t, name+"dw", wantDW, o.dw, toleranceOf[float32](36+sizeOf(g.Out, g.Batch)))
			if all := append(append(o.y, o.dx...), o.dw...); first == nil {
				first = all
			} else {
				require.Equal(t, first, all, name)
			}
		})
	}
}

// Errors of long sums, beside those of the direct method and to the sum of all sizes.
func TestWinogradAccuracy(t *testing.T) {
	onTiles(t, func(t *testing.T) {
		for _, m := range []int{3, 4} {
			for _, channels := range []int{64, 512} {
				g := geometryFor(1, channels, maxLanes, 1, []int{12, 12}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame)
				o := randomOperands(rand.New(rand.NewPCG(9, uint64(channels))), g)
				Normal(1, 0, 1, o.x)
				Normal(2, 0, 1, o.w)
				o.bias = nil
				want, sizes := make([]float64, len(o.y)), make([]float64, len(o.y))
				naiveConv(g, func(x, w, y int) {
					p := float64(o.x[x]) * float64(o.w[w])
					want[y] += p
					sizes[y] += math.Abs(p)
				})
				errors := func() (mean, worst float64) {
					for i, v := range o.y {
						e := math.Abs(float64(v) - want[i])
						mean += e * e
						worst = max(worst, e/sizes[i])
					}
					return math.Sqrt(mean / float64(len(want))), worst
				}
				o.direct(g, false)
				direct, _ := errors()
				o.winograd(t, m, g, false)
				mean, worst := errors()
				t.Logf("%d×%d, %d channels: %.3g (direct %.3g), at worst %.3g of the sum of sizes", m, m, channels, mean, direct, worst)
				assert.Less(t, mean, 4*direct, "%d×%d, %d channels", m, m, channels)
				assert.Less(t, worst, 1e-6, "%d×%d, %d channels", m, m, channels)
			}
		}
	})
}

func TestWinogradStaysInsideItsOperands(t *testing.T) {
	onTiles(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(9, 5))
		for range 60 {
			g, m := randomWinograd(r, 9, 2), 3+r.IntN(2)
			var ends, begins operands
			for _, p := range []struct {
				end, begin *[]float32
				size       int
			}{
				{&ends.x, &begins.x, sizeOf(g.In, g.Batch, g.InChannels)},
				{&ends.w, &begins.w, sizeOf(g.Kernel, g.InChannels, g.OutChannels)},
				{&ends.y, &begins.y, sizeOf(g.Out, g.Batch, g.OutChannels)},
				{&ends.bias, &begins.bias, g.OutChannels},
			} {
				*p.end, *p.begin = guardPages(t, p.size)
			}
			for _, o := range []operands{ends, begins} {
				o.dy, o.dx, o.dw = o.y, o.x, o.w // all are and stay 0
				poisonScratch()
				o.winograd(t, m, g, false)
				for _, result := range o.results() {
					for _, v := range result {
						require.Zero(t, v, "%+v: zeros give zeros, unless memory is read that nobody wrote", g)
					}
				}
			}
		}
	})
}

// winogradCases are geometries for which all kernels choose tiles, large enough for
// pieces of every kind.
var winogradCases = []struct {
	g      ConvGeometry
	reason string
}{
	{geometryFor(1, 32, 64, 1, []int{50, 41}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingValid), "one image in blocks"},
	{geometryFor(40, 32, 48, 1, []int{9, 9}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame), "tiles of 3×3; a panel of three vectors"},
	{geometryFor(2, 272, 256, 1, []int{15, 15}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame), "blocks transform their own weights, in groups of panels"},
	{geometryFor(3, 400, 32, 1, []int{14, 14}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame), "sums in two parts"},
	{geometryFor(2, 32, 32, 1, []int{3, 17, 16}, []int{1, 3, 3}, []int{1, 1, 1}, []int{1, 1, 1}, PaddingSame), "three axes"},
	{ConvGeometry{Batch: 2, In: []int{18, 18}, Out: []int{11, 11}, Kernel: []int{3, 3}, Stride: []int{1, 1}, Dilation: []int{1, 1},
		PadBefore: []int{0, 0}, PadAfter: []int{-5, -5}, InChannels: 32, OutChannels: 32, Groups: 1}, "images go on behind the last tile"},
}

// Bits do not depend on the number of workers, nor results on the method.
func TestWinogradSameBitsForAnyWorkers(t *testing.T) {
	for _, test := range winogradCases {
		o := randomOperands(rand.New(rand.NewPCG(9, 6)), test.g)
		t.Run(test.reason, func(t *testing.T) {
			onTiles(t, func(t *testing.T) {
				c := newConv("test", test.g, o.x, o.w, o.y)
				require.NotZero(t, c.winogradTile(c.outSizes(), c.cin, c.cout))
				require.NotZero(t, c.winogradTile(c.sizes(), c.cout, c.cin))
				poisonScratch()
				sameBits(t, func() []float32 { o.any(test.g, true); return append(append(o.y, o.dx...), o.dw...) })
				want := o
				want.y, want.dx, want.dw = make([]float32, len(o.y)), make([]float32, len(o.dx)), make([]float32, len(o.dw))
				want.direct(test.g, true)
				for i, terms := range []int{9 * c.cin, 9 * c.cout, c.batch * c.outputs()} {
					requireClose(t, test.reason, to64(want.results()[i]), o.results()[i], toleranceOf[float32](terms))
				}
			})
		})
	}
}

// A batch of n gives each sample what a batch of one gives it.
func TestWinogradBatchOfOne(t *testing.T) {
	onTiles(t, func(t *testing.T) {
		for _, test := range winogradCases {
			g, r := test.g, rand.New(rand.NewPCG(9, 7))
			all := randomOperands(r, g)
			all.any(g, false)
			for sample := range g.Batch {
				one := g
				one.Batch = 1
				x, y := len(all.x)/g.Batch, len(all.y)/g.Batch
				o := operands{x: all.x[sample*x:][:x], w: all.w, bias: all.bias, dy: all.dy[sample*y:][:y],
					y: make([]float32, y), dx: make([]float32, x), dw: make([]float32, len(all.w))}
				o.any(one, false)
				require.Equal(t, all.y[sample*y:][:y], o.y, "%s: y of sample %d", test.reason, sample)
				require.Equal(t, all.dx[sample*x:][:x], o.dx, "%s: dx of sample %d", test.reason, sample)
			}
		}
	})
}

// What is not finite, or becomes so in a transform only, reaches the outputs that see it
// and no other.
func TestWinogradSpecialNumbers(t *testing.T) {
	onTiles(t, func(t *testing.T) {
		for _, size := range []int{8, 9} {
			g := geometryFor(2, 32, 32, 1, []int{size, size}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame)
			for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat32 / 2} {
				for i, name := range []string{"x", "w", "dy", "bias"} {
					r := rand.New(rand.NewPCG(9, 8))
					got := randomOperands(r, g)
					operand := [][]float32{got.x, got.w, got.dy, got.bias}[i]
					operand[r.IntN(len(operand))] = float32(v)
					want := got
					want.y, want.dx, want.dw = make([]float32, len(got.y)), make([]float32, len(got.dx)), make([]float32, len(got.dw))
					got.any(g, size == 8)
					want.direct(g, size == 8)
					for k, result := range want.results() {
						for at, w := range result {
							v := got.results()[k][at]
							require.True(t, same(float64(w), float64(v)) || math.Abs(float64(w-v)) < 1e-4*max(1, math.Abs(float64(w))),
								"%d×%d with %v in %s: %s[%d] is %v, want %v", size, size, v, name, []string{"y", "dx", "dw"}[k], at, v, w)
						}
					}
				}
			}
		}
	})
}

func TestWinogradTile(t *testing.T) {
	one := []int{1, 1}
	image := func(batch, cin, cout, side int) ConvGeometry {
		return geometryFor(batch, cin, cout, 1, []int{side, side}, []int{3, 3}, one, one, PaddingSame)
	}
	for _, test := range []struct {
		g      ConvGeometry
		want   int
		reason string
	}{
		{image(1, 64, 64, 56), 4, "large tiles save most"},
		{image(64, 64, 64, 9), 3, "three of 3 fit where three of 4 would be wasted"},
		{image(1, 32, 32, 3), 0, "a single tile: the kernel's transform costs too much"},
		{image(500, 32, 32, 3), 0, "the number of samples does not matter"},
		{image(8, 24, 32, 56), 0, "channels are no whole vectors"},
		{image(8, 32, 24, 56), 0, "outputs are no whole vectors"},
		{geometryFor(8, 64, 64, 1, []int{56, 56}, []int{3, 5}, one, one, PaddingSame), 0, "a kernel of another size"},
		{geometryFor(8, 64, 64, 1, []int{56, 56}, []int{3, 3}, []int{2, 1}, one, PaddingSame), 0, "a stride"},
		{geometryFor(8, 64, 64, 1, []int{56, 56}, []int{3, 3}, one, []int{1, 2}, PaddingSame), 0, "a dilation"},
		{geometryFor(8, 64, 64, 2, []int{56, 56}, []int{3, 3}, one, one, PaddingSame), 0, "groups"},
		{geometryFor(8, 64, 64, 1, []int{56}, []int{3}, []int{1}, []int{1}, PaddingSame), 0, "one axis"},
		{geometryFor(8, 64, 64, 1, []int{9, 56, 56}, []int{3, 3, 3}, []int{1, 1, 1}, []int{1, 1, 1}, PaddingSame), 0, "three axes"},
		{geometryFor(8, 64, 64, 1, []int{9, 56, 56}, []int{1, 3, 3}, []int{1, 1, 1}, []int{1, 1, 1}, PaddingSame), 4, "three axes of which one is a batch"},
		{geometryFor(8, 64, 64, 1, []int{9, 56, 56}, []int{1, 3, 3}, []int{2, 1, 1}, []int{1, 1, 1}, PaddingSame), 0, "planes that are left out"},
	} {
		o := randomOperands(rand.New(rand.NewPCG(1, 1)), test.g)
		c := newConv("test", test.g, o.x, o.w[:len(o.w)/test.g.Groups], o.y)
		assert.Equal(t, test.want, c.winogradTile(c.outSizes(), c.cin, c.cout), test.reason)
	}
}

// Windows that see the same give the same bits, which a maximum over them relies on, but
// with Winograd's method: so Conv never takes it.
func TestConvOfEqualWindows(t *testing.T) {
	g := geometryFor(2, 32, 32, 1, []int{12, 12}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingValid)
	onTiles(t, func(t *testing.T) {
		o := randomOperands(rand.New(rand.NewPCG(3, 5)), g)
		for i := range o.x {
			o.x[i] = o.x[i%g.InChannels]
		}
		equal := func() bool {
			for i := range o.y {
				if o.y[i] != o.y[i%g.OutChannels] {
					return false
				}
			}
			return true
		}
		Conv(g, o.x, o.w, o.bias, false, o.y)
		assert.True(t, equal())
		FastConv(g, o.x, o.w, o.bias, false, o.y)
		assert.False(t, equal(), "the reason is gone")
	})
}

func TestWinogradAllocates(t *testing.T) {
	onTiles(t, func(t *testing.T) {
		if race.Enabled {
			t.Skip("the race detector makes sync.Pool drop things")
		}
		g := geometryFor(1, 32, 32, 1, []int{8, 8}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame)
		o := randomOperands(rand.New(rand.NewPCG(1, 1)), g)
		for name, f := range map[string]func(){
			"FastConv":       func() { FastConv(g, o.x, o.w, nil, false, o.y) },
			"ConvGradInput":  func() { ConvGradInput(g, o.w, o.dy, o.dx) },
			"ConvGradKernel": func() { ConvGradKernel(g, o.x, o.dy, o.dw) },
		} {
			assert.LessOrEqual(t, testing.AllocsPerRun(20, f), 3.0, "%s: the geometry and the functions given to Parallel", name)
		}
	})
}

// BenchmarkWinograd compares the methods on the layers of a small ResNet and of VGG19.
func BenchmarkWinograd(b *testing.B) {
	for _, layer := range []struct {
		batch, side, cin, cout int
		padding                Padding
	}{
		{64, 30, 32, 64, PaddingValid}, {64, 9, 64, 64, PaddingSame}, {64, 9, 64, 64, PaddingValid}, {1, 9, 64, 64, PaddingSame},
		{1, 224, 64, 64, PaddingSame}, {1, 112, 128, 128, PaddingSame}, {1, 56, 256, 256, PaddingSame}, {1, 28, 512, 512, PaddingSame},
		{1, 14, 512, 512, PaddingSame}, {8, 28, 512, 512, PaddingSame}, {8, 14, 512, 512, PaddingSame},
		{64, 28, 16, 16, PaddingSame}, {64, 28, 32, 32, PaddingSame}, {32, 8, 256, 256, PaddingSame},
	} {
		g := geometryFor(layer.batch, layer.cin, layer.cout, 1, []int{layer.side, layer.side}, []int{3, 3}, []int{1, 1}, []int{1, 1}, layer.padding)
		o := randomOperands(rand.New(rand.NewPCG(1, 1)), g)
		c := newConv("benchmark", g, o.x, o.w, o.y)
		m, back := c.winogradTile(c.outSizes(), c.cin, c.cout), c.winogradTile(c.sizes(), c.cout, c.cin)
		for _, kernel := range []struct {
			name             string
			direct, winograd func()
		}{
			{"forward", func() { vectorConv(active, c, o.x, o.w, o.bias, true, o.y) }, func() { winogradConv(active, m, c, o.x, o.w, o.bias, true, o.y) }},
			{"dX", func() { vectorGradInput(active, c, o.w, o.dy, o.dx) }, func() { winogradGradInput(active, back, c, o.w, o.dy, o.dx) }},
			{"dW", func() { vectorGradKernel(active, c, o.x, o.dy, o.dw) }, func() { winogradGradKernel(active, m, c, o.x, o.dy, o.dw) }},
		} {
			for name, run := range map[string]func(){"direct": kernel.direct, "winograd": kernel.winograd} {
				b.Run(fmt.Sprintf("%dx%dx%d %s %dto%d/%s/%s", layer.batch, layer.side, layer.side, layer.padding, layer.cin, layer.cout, kernel.name, name), func(b *testing.B) {
					onEverySetB(b, func(b *testing.B) {
						if active.lanes == 0 {
							b.Skip("no tiles")
						}
						for b.Loop() {
							run()
						}
						reportGFLOPS(b, work(len(o.y), 9, c.cin))
					})
				})
			}
		}
	}
}
