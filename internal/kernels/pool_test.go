package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gokeras/gokeras/internal/race"
)

func poolGeometryFor(batch, channels int, in, window, stride []int, padding Padding) PoolGeometry {
	g := PoolGeometry{Batch: batch, Channels: channels, In: in, Window: window, Stride: stride}
	for i := range in {
		out, before, _ := ConvOutputSize(in[i], window[i], stride[i], 1, padding)
		g.Out, g.PadBefore = append(g.Out, out), append(g.PadBefore, before)
	}
	return g
}

// naivePool calls f for each window and channel with the index of its element of
// y and those of the elements of x that it sees, counted within their sample.
func naivePool(g PoolGeometry, f func(sample, y int, seen []int)) {
	for b := range g.Batch {
		eachIndex(g.Out, func(o int, out []int) {
			for c := range g.Channels {
				var seen []int
				eachIndex(g.Window, func(_ int, tap []int) {
					in := 0
					for i := range tap {
						at := out[i]*g.Stride[i] - g.PadBefore[i] + tap[i]
						if at < 0 || at >= g.In[i] {
							return
						}
						in = in*g.In[i] + at
					}
					seen = append(seen, in*g.Channels+c)
				})
				f(b, (b*sizeOf(g.Out)+o)*g.Channels+c, seen)
			}
		})
	}
}

// runPool compares all four kernels with the definition. The inputs have few
// values, so that there are ties.
func runPool[T Float](t require.TestingT, g PoolGeometry) {
	r := rand.New(rand.NewPCG(uint64(g.Batch), uint64(g.Channels)))
	inSize, outSize := sizeOf(g.In, g.Channels), sizeOf(g.Out, g.Channels)
	x := make([]T, g.Batch*inSize)
	for i := range x {
		x[i] = T(r.IntN(5) - 7)
	}
	dy := randomSlice[T](r, g.Batch*outSize)
	wantMax, wantMean := make([]float64, len(dy)), make([]float64, len(dy))
	wantDMax, wantDMean := make([]float64, len(x)), make([]float64, len(x))
	wantPlaces := make([]int32, len(dy))
	naivePool(g, func(sample, y int, seen []int) {
		best, sum := seen[0], 0.0
		for _, at := range seen {
			v := float64(x[sample*inSize+at])
			sum += v
			if v > float64(x[sample*inSize+best]) {
				best = at
			}
			wantDMean[sample*inSize+at] += float64(dy[y]) / float64(len(seen))
		}
		wantMax[y], wantMean[y], wantPlaces[y] = float64(x[sample*inSize+best]), sum/float64(len(seen)), int32(best)
		wantDMax[sample*inSize+best] += float64(dy[y])
	})
	yMax, yMax2, yMean := newGuarded[T](len(dy)), newGuarded[T](len(dy)), newGuarded[T](len(dy))
	dMax, dMean := newGuarded[T](len(x)), newGuarded[T](len(x))
	places := make([]int32, len(dy))
	MaxPool(g, x, yMax.data, places)
	MaxPool(g, x, yMax2.data, nil)
	MaxPoolGrad(g, dy, places, dMax.data)
	AveragePool(g, x, yMean.data)
	AveragePoolGrad(g, dy, dMean.data)
	require.Equal(t, wantPlaces, places, "%+v: argmax", g)
	tolerance := 7 * toleranceOf[T](sizeOf(g.Window))
	for _, c := range []struct {
		name string
		want []float64
		got  guardedSlice[T]
	}{
		{"max", wantMax, yMax}, {"max without argmax", wantMax, yMax2}, {"gradient of max", wantDMax, dMax},
		{"mean", wantMean, yMean}, {"gradient of mean", wantDMean, dMean},
	} {
		c.got.check(t, c.name)
		requireClose(t, fmt.Sprintf("%+v: %s", g, c.name), c.want, c.got.data, tolerance)
	}
}

func TestPoolRandomGeometries(t *testing.T) {
	onEverySet(t, func(t *testing.T) { rapid.Check(t, anyPool) })
}

func FuzzPool(f *testing.F) { fuzz(f, anyPool) }

func anyPool(t *rapid.T) {
	rank := rapid.IntRange(1, maxRank).Draw(t, "rank")
	axis := func(name string, lo, hi int) []int {
		return rapid.SliceOfN(rapid.IntRange(lo, hi), rank, rank).Draw(t, name)
	}
	channels := rapid.OneOf(rapid.IntRange(0, 5), rapid.IntRange(0, 70))
	g := poolGeometryFor(rapid.IntRange(0, 3).Draw(t, "batch"), channels.Draw(t, "channels"),
		axis("size", 1, 7), axis("window", 1, 4), axis("stride", 1, 5),
		rapid.SampledFrom([]Padding{PaddingValid, PaddingSame}).Draw(t, "padding"))
	runPool[float32](t, g)
	runPool[float64](t, g)
	comparePool(t, g, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "elements"), 1)))
}

func TestPoolGeometries(t *testing.T) {
	for _, test := range []struct {
		g      PoolGeometry
		reason string
	}{
		{poolGeometryFor(1, 1, []int{1}, []int{1}, []int{1}, PaddingValid), "the smallest"},
		{poolGeometryFor(0, 3, []int{4, 4}, []int{2, 2}, []int{2, 2}, PaddingValid), "an empty batch"},
		{poolGeometryFor(2, 0, []int{4, 4}, []int{2, 2}, []int{2, 2}, PaddingValid), "no channels"},
		{poolGeometryFor(2, 3, []int{2, 9}, []int{3, 3}, []int{1, 1}, PaddingValid), "no room: y is empty, the gradients are 0"},
		{poolGeometryFor(2, 3, []int{9, 8}, []int{3, 3}, []int{1, 2}, PaddingSame), "windows overlap"},
		{poolGeometryFor(2, 3, []int{9, 8}, []int{2, 1}, []int{3, 4}, PaddingValid), "elements that no window sees get 0"},
		{poolGeometryFor(2, 3, []int{2, 3}, []int{7, 6}, []int{1, 2}, PaddingSame), "windows larger than the input"},
		{poolGeometryFor(8, 16, []int{30, 31}, []int{3, 3}, []int{2, 2}, PaddingSame), "several pieces of work"},
		{poolGeometryFor(2, 3, []int{4, 5, 6}, []int{2, 3, 2}, []int{2, 1, 2}, PaddingSame), "three axes"},
	} {
		t.Log(test.reason)
		runPool[float32](t, test.g)
		runPool[float64](t, test.g)
	}
}

// The numbers are what MaxPooling1D and AveragePooling1D of Keras 3.15.1 (JAX)
// compute for the first elements of 3, -1, 4, 1, -5, 9, 2, 6.
func TestPoolAgainstKeras(t *testing.T) {
	for _, test := range []struct {
		n, window, stride int
		padding           Padding
		max, mean         []float64
		reason            string
	}{
		{5, 3, 2, PaddingSame, []float64{3, 4, 1}, []float64{1, 4.0 / 3, -2}, "padding on both sides"},
		{6, 3, 2, PaddingSame, []float64{4, 4, 9}, []float64{2, 0, 2}, "padding after"},
		{7, 4, 3, PaddingSame, []float64{4, 9, 9}, []float64{2, 2.25, 5.5}, "the odd element of the padding after"},
		{7, 2, 3, PaddingSame, []float64{3, 1, 2}, []float64{1, -2, 2}, "windows skip elements"},
		{7, 2, 3, PaddingValid, []float64{3, 1}, []float64{1, -2}, "a last element that no window reaches"},
		{3, 6, 1, PaddingSame, []float64{4, 4, 4}, []float64{2, 2, 2}, "windows larger than the input"},
		{6, 2, 1, PaddingSame, []float64{3, 4, 4, 1, 9, 9}, []float64{1, 1.5, 2.5, -2, 2, 9}, "windows overlap"},
	} {
		g := poolGeometryFor(1, 1, []int{test.n}, []int{test.window}, []int{test.stride}, test.padding)
		x := []float64{3, -1, 4, 1, -5, 9, 2, 6}[:test.n]
		y := make([]float64, g.Out[0])
		MaxPool(g, x, y, nil)
		assert.Equal(t, test.max, y, test.reason)
		AveragePool(g, x, y)
		assert.Equal(t, test.mean, y, test.reason)
	}
}

func TestMaxPoolSpecialValues(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, test := range []struct {
		x      []float64
		want   float64
		place  int32
		reason string
	}{
		{[]float64{1, nan, 3, nan}, nan, 1, "the first NaN wins over later numbers and NaNs"},
		{[]float64{nan, 7, inf, 1}, nan, 0, "also if it comes first"},
		{[]float64{-inf, -inf, -inf, -inf}, -inf, 0, "padding is no element, -Inf is"},
		{[]float64{2, 5, 5, 5}, 5, 1, "the first of equals"},
	} {
		g := poolGeometryFor(1, 1, []int{2, 2}, []int{2, 2}, []int{1, 1}, PaddingValid)
		y, place := make([]float64, 1), make([]int32, 1)
		MaxPool(g, test.x, y, place)
		assert.Equal(t, fmt.Sprint(test.want), fmt.Sprint(y[0]), test.reason)
		assert.Equal(t, test.place, place[0], test.reason)
		MaxPool(g, test.x, y, nil)
		assert.Equal(t, fmt.Sprint(test.want), fmt.Sprint(y[0]), "%s, without argmax", test.reason)
	}
}

func TestPoolSameBitsForAnyWorkers(t *testing.T) {
	g := poolGeometryFor(24, 16, []int{30, 31}, []int{3, 3}, []int{2, 2}, PaddingSame)
	r := rand.New(rand.NewPCG(5, 6))
	x := randomSlice[float32](r, sizeOf(g.In, g.Batch, g.Channels))
	dy := randomSlice[float32](r, sizeOf(g.Out, g.Batch, g.Channels))
	y, dx, places := make([]float32, len(dy)), make([]float32, len(x)), make([]int32, len(dy))
	sameBits(t, func() []float32 { MaxPool(g, x, y, places); return y })
	sameBits(t, func() []float32 { MaxPoolGrad(g, dy, places, dx); return dx })
	sameBits(t, func() []float32 { AveragePool(g, x, y); return y })
	sameBits(t, func() []float32 { AveragePoolGrad(g, dy, dx); return dx })
}

func TestPoolPanicsOnContradictions(t *testing.T) {
	x, y := make([]float32, 4*4*2), make([]float32, 2*2*2)
	call := func(change func(g *PoolGeometry)) func() {
		g := poolGeometryFor(1, 2, []int{4, 4}, []int{2, 2}, []int{2, 2}, PaddingValid)
		change(&g)
		return func() { MaxPool(g, x, y, nil) }
	}
	require.NotPanics(t, call(func(*PoolGeometry) {}))
	for reason, change := range map[string]func(g *PoolGeometry){
		"four axes":                     func(g *PoolGeometry) { g.In = []int{1, 1, 4, 4} },
		"a first window in the padding": func(g *PoolGeometry) { g.PadBefore = []int{2, 0} },
		"a last window past the end":    func(g *PoolGeometry) { g.Stride = []int{4, 2} },
		"x of another length":           func(g *PoolGeometry) { g.In = []int{4, 5} },
		"y of another length":           func(g *PoolGeometry) { g.Out = []int{2, 1} },
	} {
		assert.Panics(t, call(change), reason)
	}
	g := poolGeometryFor(1, 2, []int{4, 4}, []int{2, 2}, []int{2, 2}, PaddingValid)
	assert.Panics(t, func() { MaxPool(g, x, y, make([]int32, 7)) }, "argmax of another length")
}

func TestPoolAllocates(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector makes sync.Pool drop things")
	}
	g := poolGeometryFor(2, 4, []int{8, 8}, []int{2, 2}, []int{2, 2}, PaddingValid)
	x, y, places := make([]float32, 2*8*8*4), make([]float32, 2*4*4*4), make([]int32, 2*4*4*4)
	for name, f := range map[string]func(){
		"MaxPool":         func() { MaxPool(g, x, y, places) },
		"MaxPoolGrad":     func() { MaxPoolGrad(g, y, places, x) },
		"AveragePool":     func() { AveragePool(g, x, y) },
		"AveragePoolGrad": func() { AveragePoolGrad(g, y, x) },
	} {
		assert.LessOrEqual(t, testing.AllocsPerRun(20, f), 2.0, "%s: the geometry and the function given to Parallel", name)
	}
}

// TestPoolLoops compares with the loops in Go on arrays that end at a page that must
// not be touched.
func TestPoolLoops(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	var geometries []PoolGeometry
	for channels := range 70 {
		geometries = append(geometries,
			poolGeometryFor(2, channels, []int{5, 6}, []int{2, 2}, []int{2, 2}, PaddingValid),
			poolGeometryFor(1, channels, []int{6, 9}, []int{2, 3}, []int{2, 3}, PaddingValid),
			poolGeometryFor(1, channels, []int{5, 7}, []int{3, 3}, []int{2, 1}, PaddingSame),
			poolGeometryFor(1, channels, []int{9}, []int{2}, []int{3}, PaddingSame),
			poolGeometryFor(1, channels, []int{2, 3, 4}, []int{2, 2, 2}, []int{1, 2, 2}, PaddingSame))
	}
	geometries = append(geometries,
		poolGeometryFor(3, 24, []int{60, 31}, []int{3, 2}, []int{3, 2}, PaddingSame),
		poolGeometryFor(1, 9, []int{1, 9000}, []int{1, 2}, []int{1, 2}, PaddingValid),
		poolGeometryFor(1, 3, []int{300, 300}, []int{300, 300}, []int{300, 300}, PaddingValid))
	onEverySet(t, func(t *testing.T) {
		for _, g := range geometries {
			comparePool(t, g, rng)
		}
	})
}

// comparePool compares with the loops in Go.
func comparePool(t tester, g PoolGeometry, rng *rand.Rand) {
	inputs, outputs := sizeOf(g.In, g.Batch, g.Channels), sizeOf(g.Out, g.Batch, g.Channels)
	x, _ := guardPages(t, inputs)
	dy, _ := guardPages(t, outputs)
	fillElements(rng, x)
	fillElements(rng, dy)
	run := func(y, mean, dx, dMean []float32, places []int32) {
		MaxPool(g, x, y, places)
		MaxPoolGrad(g, dy, places, dx)
		AveragePool(g, x, mean)
		AveragePoolGrad(g, dy, dMean)
	}
	want, wantMean, wantDX, wantDMean := make([]float32, outputs), make([]float32, outputs), make([]float32, inputs), make([]float32, inputs)
	wantPlaces := make([]int32, outputs)
	onPortable(func() { run(want, wantMean, wantDX, wantDMean, wantPlaces) })
	y, mean, without, dx, dMean := newGuarded[float32](outputs), newGuarded[float32](outputs), newGuarded[float32](outputs), newGuarded[float32](inputs), newGuarded[float32](inputs)
	memory, _ := guardPages(t, outputs)
	places := unsafe.Slice((*int32)(unsafe.Pointer(unsafe.SliceData(memory))), outputs)
	run(y.data, mean.data, dx.data, dMean.data, places)
	MaxPool(g, x, without.data, nil)
	require.Equal(t, wantPlaces, places, "%+v: argmax", g)
	for i, v := range want { // of zeros of both signs one or the other
		require.True(t, same(float64(v), float64(y.data[i])), "%+v: max: element %d: want %v, got %v", g, i, v, y.data[i])
	}
	for _, c := range []struct {
		name string
		want []float32
		got  guardedSlice[float32]
	}{
		{"max without argmax", want, without}, {"gradient of max", wantDX, dx},
		{"mean", wantMean, mean}, {"gradient of mean", wantDMean, dMean},
	} {
		c.got.check(t, c.name)
		requireUlps(t, c.want, c.got.data, 0, fmt.Sprintf("%+v: %s", g, c.name))
	}
	y.check(t, "max")
}

func BenchmarkPool(b *testing.B) {
	for _, pooling := range []struct {
		name string
		g    PoolGeometry
	}{
		{"2×2 of 32", poolGeometryFor(64, 32, []int{28, 28}, []int{2, 2}, []int{2, 2}, PaddingValid)},
		{"3×3 of 64", poolGeometryFor(16, 64, []int{28, 28}, []int{3, 3}, []int{3, 3}, PaddingValid)},
		{"3×3 of 64 that overlap", poolGeometryFor(16, 64, []int{28, 28}, []int{3, 3}, []int{2, 2}, PaddingSame)},
		{"2 of 64 steps", poolGeometryFor(32, 64, []int{256}, []int{2}, []int{2}, PaddingValid)},
		{"2×2×2 of 16", poolGeometryFor(4, 16, []int{32, 32, 32}, []int{2, 2, 2}, []int{2, 2, 2}, PaddingValid)},
	} {
		g := pooling.g
		r := rand.New(rand.NewPCG(1, 1))
		x := randomSlice[float32](r, sizeOf(g.In, g.Batch, g.Channels))
		y := make([]float32, sizeOf(g.Out, g.Batch, g.Channels))
		places := make([]int32, len(y))
		b.Run(pooling.name, func(b *testing.B) {
			onEverySetB(b, func(b *testing.B) {
				for _, kernel := range []struct {
					name string
					run  func()
				}{
					{"MaxPool", func() { MaxPool(g, x, y, places) }},
					{"MaxPool without argmax", func() { MaxPool(g, x, y, nil) }},
					{"MaxPoolGrad", func() { MaxPoolGrad(g, y, places, x) }},
					{"AveragePool", func() { AveragePool(g, x, y) }},
					{"AveragePoolGrad", func() { AveragePoolGrad(g, y, x) }},
				} {
					b.Run(kernel.name, func(b *testing.B) {
						b.SetBytes(int64(4 * (len(x) + len(y))))
						b.ReportAllocs()
						for b.Loop() {
							kernel.run()
						}
					})
				}
			})
		})
	}
}
