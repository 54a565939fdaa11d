package kernels

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gokeras/gokeras/internal/race"
)

func TestWindowSizes(t *testing.T) {
	type sizes struct{ out, before, after int }
	for _, test := range []struct {
		n, k, stride, dilation int
		padding                Padding
		want                   sizes
		reason                 string
	}{
		{5, 3, 1, 1, PaddingValid, sizes{3, 0, 0}, "windows inside"},
		{5, 3, 2, 1, PaddingValid, sizes{2, 0, 0}, "the last window ends at the edge"},
		{6, 3, 2, 1, PaddingValid, sizes{2, 0, 0}, "an element is left over"},
		{7, 3, 1, 2, PaddingValid, sizes{3, 0, 0}, "dilation widens the window"},
		{2, 3, 2, 1, PaddingValid, sizes{0, 0, 0}, "no room, and -1/2 must not round to 0"},
		{0, 1, 1, 1, PaddingValid, sizes{0, 0, 0}, "an empty axis"},
		{5, 3, 1, 1, PaddingSame, sizes{5, 1, 1}, "as many windows as elements"},
		{5, 2, 1, 1, PaddingSame, sizes{5, 0, 1}, "the odd one after"},
		{28, 6, 2, 1, PaddingSame, sizes{14, 2, 2}, "MNIST model, second convolution"},
		{7, 2, 3, 1, PaddingSame, sizes{3, 0, 1}, "stride beyond the window"},
		{6, 2, 3, 1, PaddingSame, sizes{2, 0, 0}, "stride beyond the window, nothing to pad"},
		{3, 6, 1, 1, PaddingSame, sizes{3, 2, 3}, "window beyond the input"},
		{5, 3, 1, 2, PaddingSame, sizes{5, 2, 2}, "dilation widens the window"},
		{6, 3, 2, 2, PaddingCausal, sizes{3, 4, 0}, "all padding before"},
	} {
		out, before, after := ConvOutputSize(test.n, test.k, test.stride, test.dilation, test.padding)
		assert.Equal(t, test.want, sizes{out, before, after}, test.reason)
	}
	assert.Panics(t, func() { ConvOutputSize(5, 3, 1, 1, "full") })
}

func TestConvTransposeSizes(t *testing.T) {
	type sizes struct{ out, before, after int }
	for _, test := range []struct {
		n, k, stride, dilation, outputPadding int
		padding                               Padding
		want                                  sizes
		reason                                string
	}{
		{5, 3, 1, 1, -1, PaddingValid, sizes{7, 0, 0}, "all windows"},
		{5, 3, 2, 1, -1, PaddingValid, sizes{11, 0, 0}, "windows overlap"},
		{5, 2, 3, 1, -1, PaddingValid, sizes{15, 0, -1}, "a stride beyond the window: room after the last"},
		{5, 3, 1, 2, -1, PaddingValid, sizes{9, 0, 0}, "dilation widens the window"},
		{5, 3, 2, 1, 1, PaddingValid, sizes{12, 0, -1}, "one more"},
		{5, 2, 3, 1, 0, PaddingValid, sizes{14, 0, 0}, "no room after the last"},
		{5, 3, 1, 1, -1, PaddingSame, sizes{5, 1, 1}, "the same size"},
		{5, 4, 2, 1, -1, PaddingSame, sizes{10, 1, 1}, "twice the size"},
		{5, 3, 2, 1, -1, PaddingSame, sizes{10, 0, 1}, "the odd one after"},
		{5, 2, 3, 1, -1, PaddingSame, sizes{15, 0, -1}, "a stride beyond the window"},
		{5, 3, 1, 2, -1, PaddingSame, sizes{5, 2, 2}, "dilation widens the window"},
		{5, 3, 2, 1, 0, PaddingSame, sizes{9, 1, 1}, "a centre for each element"},
		{5, 3, 2, 1, 1, PaddingSame, sizes{10, 0, 1}, "and one more"},
		{5, 4, 2, 1, 1, PaddingSame, sizes{9, 1, 2}, "an even kernel has no centre"},
		{5, 1, 4, 1, 3, PaddingSame, sizes{20, 0, -3}, "room after the last"},
	} {
		out, before, after := ConvTransposeSize(test.n, test.k, test.stride, test.dilation, test.outputPadding, test.padding)
		assert.Equal(t, test.want, sizes{out, before, after}, test.reason)
		assert.Equal(t, test.n, ValidSize(out+before+after, test.k, test.stride, test.dilation), test.reason)
	}
	assert.Panics(t, func() { ConvTransposeSize(5, 3, 1, 1, -1, PaddingCausal) })
}

// geometryFor returns the geometry of a convolution with the given padding.
func geometryFor(batch, cin, cout, groups int, in, kernel, stride, dilation []int, padding Padding) ConvGeometry {
	g := ConvGeometry{Batch: batch, In: in, Kernel: kernel, Stride: stride, Dilation: dilation,
		InChannels: cin, OutChannels: cout, Groups: groups}
	for i := range in {
		out, before, after := ConvOutputSize(in[i], kernel[i], stride[i], dilation[i], padding)
		g.Out, g.PadBefore, g.PadAfter = append(g.Out, out), append(g.PadBefore, before), append(g.PadAfter, after)
	}
	return g
}

func sizeOf(sizes []int, more ...int) int {
	n := 1
	for _, s := range append(append([]int(nil), sizes...), more...) {
		n *= s
	}
	return n
}

// eachIndex calls f with all multi-indices below sizes in row-major order.
func eachIndex(sizes []int, f func(flat int, index []int)) {
	index := make([]int, len(sizes))
	for flat := range sizeOf(sizes) {
		rest := flat
		for i := len(sizes) - 1; i >= 0; i-- {
			index[i], rest = rest%sizes[i], rest/sizes[i]
		}
		f(flat, index)
	}
}

// naiveConv calls f for each product in the definition of a convolution, with the
// indices of the elements of x, w and y that take part.
func naiveConv(g ConvGeometry, f func(x, w, y int)) {
	gin, gout := g.InChannels/g.Groups, g.OutChannels/g.Groups
	eachIndex(g.Out, func(o int, out []int) {
		eachIndex(g.Kernel, func(k int, tap []int) {
			in := 0
			for i := range tap {
				at := out[i]*g.Stride[i] + tap[i]*g.Dilation[i] - g.PadBefore[i]
				if at < 0 || at >= g.In[i] {
					return
				}
				in = in*g.In[i] + at
			}
			for b := range g.Batch {
				for n := range g.OutChannels {
					for c := range gin {
						f((b*sizeOf(g.In)+in)*g.InChannels+n/gout*gin+c, (k*gin+c)*g.OutChannels+n,
							(b*sizeOf(g.Out)+o)*g.OutChannels+n)
					}
				}
			}
		})
	})
}

// runConv compares all kernels of a geometry with the definition.
func runConv[T Float](t require.TestingT, g ConvGeometry, withBias bool) {
	r := rand.New(rand.NewPCG(uint64(g.InChannels), uint64(g.OutChannels)))
	x := randomSlice[T](r, sizeOf(g.In, g.Batch, g.InChannels))
	w := randomSlice[T](r, sizeOf(g.Kernel, g.InChannels/g.Groups, g.OutChannels))
	dy := randomSlice[T](r, sizeOf(g.Out, g.Batch, g.OutChannels))
	bias, back := randomSlice[T](r, g.OutChannels), randomSlice[T](r, g.InChannels)
	wantY, wantDX, wantDW := make([]float64, len(dy)), make([]float64, len(x)), make([]float64, len(w))
	wantDB, wantT := make([]float64, len(bias)), make([]float64, len(x))
	for i, v := range dy {
		if withBias {
			wantY[i] = float64(bias[i%len(bias)])
		}
		wantDB[i%len(bias)] += float64(v)
	}
	naiveConv(g, func(ix, iw, iy int) {
		wantY[iy] += float64(x[ix]) * float64(w[iw])
		wantDX[ix] += float64(dy[iy]) * float64(w[iw])
		wantDW[iw] += float64(x[ix]) * float64(dy[iy])
	})
	for i, v := range wantDX {
		wantT[i] = v
		if withBias {
			wantT[i] += float64(back[i%len(back)])
		}
	}
	if !withBias {
		bias, back = nil, nil
	}
	y, dx, dw, db := newGuarded[T](len(dy)), newGuarded[T](len(x)), newGuarded[T](len(w)), newGuarded[T](g.OutChannels)
	transposed := newGuarded[T](len(x))
	Conv(g, x, w, bias, true, y.data)
	cut := append([]T(nil), y.data...)
	Conv(g, x, w, bias, false, y.data)
	for i, v := range y.data {
		require.Equal(t, max(v, 0), cut[i], "with relu: y[%d]", i)
	}
	ConvTranspose(g, dy, w, back, true, transposed.data)
	cut = append(cut[:0], transposed.data...)
	ConvTranspose(g, dy, w, back, false, transposed.data)
	for i, v := range transposed.data {
		require.Equal(t, max(v, 0), cut[i], "transposed, with relu: [%d]", i)
	}
	ConvGradInput(g, w, dy, dx.data)
	ConvGradKernel(g, x, dy, dw.data)
	ConvGradBias(g, dy, db.data)
	tolerance := toleranceOf[T](sizeOf(g.Kernel, g.InChannels) + sizeOf(g.Out, g.Batch) + sizeOf(g.Kernel, g.OutChannels))
	for _, c := range []struct {
		name string
		want []float64
		got  guardedSlice[T]
	}{{"y", wantY, y}, {"dx", wantDX, dx}, {"dw", wantDW, dw}, {"db", wantDB, db}, {"transposed", wantT, transposed}} {
		c.got.check(t, c.name)
		requireClose(t, fmt.Sprintf("%+v: %s", g, c.name), c.want, c.got.data, tolerance)
	}
}

func TestConvRandomGeometries(t *testing.T) {
	onEverySet(t, func(t *testing.T) { rapid.Check(t, anyConv) })
}

func FuzzConv(f *testing.F) { fuzz(f, anyConv) }

func anyConv(t *rapid.T) {
	rank := rapid.IntRange(1, maxRank).Draw(t, "rank")
	axis := func(name string, lo, hi int) []int {
		return rapid.SliceOfN(rapid.IntRange(lo, hi), rank, rank).Draw(t, name)
	}
	channels := rapid.OneOf(rapid.IntRange(0, 5), rapid.IntRange(0, []int{40, 30, 20}[rank-1]))
	groups, cin, cout := 1, channels.Draw(t, "in"), channels.Draw(t, "out")
	switch rapid.SampledFrom([]string{"", "groups", "depthwise"}).Draw(t, "kind") {
	case "groups":
		groups = rapid.IntRange(2, 3).Draw(t, "groups")
		cin, cout = cin/2*groups, cout/2*groups
	case "depthwise":
		groups = max(1, cin)
		cout = groups * rapid.IntRange(1, 3).Draw(t, "outputs a channel")
	}
	g := geometryFor(rapid.IntRange(0, 3).Draw(t, "batch"), cin, cout, groups,
		axis("size", 1, []int{20, 7, 4}[rank-1]), axis("kernel", 1, 4), axis("stride", 1, 3), axis("dilation", 1, 3),
		rapid.SampledFrom([]Padding{PaddingValid, PaddingSame, PaddingCausal}).Draw(t, "padding"))
	if rapid.Bool().Draw(t, "other padding") {
		g.PadBefore, g.PadAfter = axis("before", -2, 5), axis("after", -2, 5)
		for i := range g.Out {
			g.Out[i] = ValidSize(g.In[i]+g.PadBefore[i]+g.PadAfter[i], g.Kernel[i], g.Stride[i], g.Dilation[i])
		}
	}
	withBias := rapid.Bool().Draw(t, "bias")
	runConv[float32](t, g, withBias)
	runConv[float64](t, g, withBias)
	convStaysInside(t, g)
}

func TestConvGeometries(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		for _, test := range []struct {
			g      ConvGeometry
			reason string
		}{
			{geometryFor(1, 1, 1, 1, []int{1}, []int{1}, []int{1}, []int{1}, PaddingValid), "the smallest"},
			{geometryFor(0, 2, 3, 1, []int{5, 5}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame), "an empty batch: gradients of weights are 0"},
			{geometryFor(0, 2, 3, 1, []int{5}, []int{1}, []int{1}, []int{1}, PaddingSame), "an empty batch, pointwise"},
			{geometryFor(2, 2, 3, 1, []int{2, 9}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingValid), "no room: y is empty, the gradients are 0"},
			{geometryFor(2, 5, 7, 1, []int{6, 5}, []int{1, 1}, []int{1, 1}, []int{1, 1}, PaddingSame), "pointwise"},
			{geometryFor(2, 0, 3, 1, []int{5}, []int{3}, []int{1}, []int{1}, PaddingSame), "no input channels: only the bias"},
			{geometryFor(2, 3, 0, 1, []int{5}, []int{3}, []int{2}, []int{1}, PaddingSame), "no output channels: the gradient is 0"},
			{geometryFor(2, 0, 4, 2, []int{5}, []int{3}, []int{1}, []int{1}, PaddingSame), "no input channels, in groups"},
			{geometryFor(2, 4, 0, 2, []int{5}, []int{3}, []int{1}, []int{1}, PaddingSame), "no output channels, in groups"},
			{geometryFor(40, 3, 35, 1, []int{4, 5}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame), "small images: several samples at a time"},
			{geometryFor(40, 3, 35, 1, []int{6, 7}, []int{3, 3}, []int{2, 1}, []int{1, 1}, PaddingValid), "small images without padding"},
			{geometryFor(1, 2, 3, 1, []int{2500}, []int{3}, []int{1}, []int{2}, PaddingSame), "a long line: its sum over pixels comes in parts"},
			{geometryFor(1, 260, 5, 1, []int{3, 4}, []int{3, 5}, []int{1, 1}, []int{1, 1}, PaddingSame), "a long sum: lines of taps in parts"},
			{geometryFor(1, 1100, 3, 1, []int{2, 3}, []int{1, 2}, []int{1, 1}, []int{1, 2}, PaddingSame), "a long sum: the channels of a tap in parts"},
			{geometryFor(1, 3, 4, 1, []int{9, 8}, []int{4, 5}, []int{4, 6}, []int{2, 3}, PaddingSame), "stride and dilation with a common divisor"},
			{geometryFor(1, 3, 4, 1, []int{9, 8}, []int{4, 5}, []int{2, 3}, []int{3, 2}, PaddingSame), "stride and dilation without one"},
			{geometryFor(2, 8, 70, 2, []int{6, 7}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame), "groups of several panels"},
			{geometryFor(2, 6, 4, 2, []int{6, 5}, []int{1, 1}, []int{1, 1}, []int{1, 1}, PaddingSame), "pointwise but for the groups"},
			{geometryFor(2, 5, 7, 1, []int{6, 5}, []int{1, 1}, []int{2, 1}, []int{1, 1}, PaddingSame), "pointwise but for the stride"},
			{geometryFor(2, 3, 4, 1, []int{9, 8}, []int{2, 3}, []int{4, 5}, []int{1, 1}, PaddingValid), "strides skip elements"},
			{geometryFor(2, 3, 4, 1, []int{2, 3}, []int{7, 6}, []int{1, 2}, []int{1, 1}, PaddingSame), "a kernel larger than the input"},
			{geometryFor(2, 3, 4, 1, []int{9, 10}, []int{3, 2}, []int{1, 1}, []int{3, 4}, PaddingSame), "dilation"},
			{geometryFor(2, 6, 12, 6, []int{5, 6}, []int{3, 3}, []int{1, 2}, []int{1, 1}, PaddingSame), "depthwise, two outputs a channel"},
			{geometryFor(2, 43, 43, 43, []int{9, 8}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame), "depthwise, several panels"},
			{geometryFor(2, 21, 63, 21, []int{9, 8}, []int{3, 2}, []int{2, 3}, []int{1, 2}, PaddingSame), "depthwise, three outputs a channel, strides"},
			{geometryFor(2, 9, 9, 9, []int{1100}, []int{3}, []int{1}, []int{2}, PaddingCausal), "depthwise, a long line: its sum over windows comes in parts"},
			{geometryFor(20, 16, 16, 16, []int{12, 12}, []int{5, 5}, []int{1, 1}, []int{1, 1}, PaddingSame), "depthwise, several parts of the kernel's gradient"},
			{geometryFor(2, 20, 3, 1, []int{7, 9}, []int{3, 3}, []int{2, 3}, []int{1, 2}, PaddingSame), "channels in blocks, of which the last is narrow, and phases"},
			{geometryFor(2, 12, 4, 1, []int{1, 700}, []int{1, 3}, []int{1, 2}, []int{1, 1}, PaddingSame), "a line in several runs"},
			{geometryFor(3, 5, 5, 5, []int{4, 5, 6}, []int{2, 3, 2}, []int{1, 2, 1}, []int{2, 1, 1}, PaddingSame), "depthwise, three axes, dilation"},
			{geometryFor(1, 16, 3, 1, []int{40, 41}, []int{5, 5}, []int{1, 1}, []int{1, 1}, PaddingSame), "several blocks of outputs in a sample"},
			{geometryFor(9, 4, 8, 2, []int{20, 20}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame), "several parts of the kernel's gradient"},
			{geometryFor(2, 2, 3, 1, []int{4, 5, 6}, []int{3, 2, 3}, []int{2, 1, 2}, []int{1, 2, 1}, PaddingSame), "three axes"},
			{ConvGeometry{Batch: 2, In: []int{2, 3}, Out: []int{13, 17}, Kernel: []int{2, 3}, Stride: []int{1, 1}, Dilation: []int{1, 1},
				PadBefore: []int{5, 8}, PadAfter: []int{7, 8}, InChannels: 2, OutChannels: 3, Groups: 1}, "windows that see nothing but padding"},
			{ConvGeometry{Batch: 2, In: []int{3}, Out: []int{3}, Kernel: []int{1}, Stride: []int{2}, Dilation: []int{1},
				PadBefore: []int{0}, PadAfter: []int{2}, InChannels: 2, OutChannels: 3, Groups: 1}, "as many outputs as inputs, and yet not pointwise"},
			{ConvGeometry{Batch: 2, In: []int{7}, Out: []int{4}, Kernel: []int{2}, Stride: []int{2}, Dilation: []int{1},
				PadBefore: []int{-1}, PadAfter: []int{2}, InChannels: 2, OutChannels: 3, Groups: 1}, "negative padding crops, as transposed convolutions may ask"},
		} {
			for _, withBias := range []bool{false, true} {
				t.Log(test.reason)
				runConv[float32](t, test.g, withBias)
				runConv[float64](t, test.g, withBias)
			}
		}
	})
}

// The numbers are what Keras 3.15.1 (JAX) computes in Conv1D for x = 1, 2, …, n and
// kernel = 1, 2, …, k.
func TestConvAgainstKeras(t *testing.T) {
	for _, test := range []struct {
		n, k, stride, dilation int
		padding                Padding
		want                   []float64
	}{
		{5, 3, 1, 1, PaddingValid, []float64{14, 20, 26}},
		{5, 3, 2, 1, PaddingSame, []float64{8, 20, 14}},
		{6, 3, 2, 1, PaddingSame, []float64{14, 26, 17}},
		{7, 4, 3, 1, PaddingSame, []float64{20, 50, 20}},
		{5, 2, 1, 1, PaddingSame, []float64{5, 8, 11, 14, 5}},
		{5, 3, 1, 2, PaddingSame, []float64{11, 16, 22, 10, 13}},
		{7, 3, 1, 2, PaddingValid, []float64{22, 28, 34}},
		{3, 6, 1, 1, PaddingSame, []float64{26, 20, 14}},
		{3, 5, 2, 1, PaddingSame, []float64{26, 14}},
		{7, 2, 3, 1, PaddingSame, []float64{5, 14, 7}},
		{7, 2, 3, 1, PaddingValid, []float64{5, 14}},
		{1, 4, 2, 1, PaddingSame, []float64{2}},
		{6, 3, 1, 2, PaddingCausal, []float64{3, 6, 11, 16, 22, 28}},
		{6, 3, 2, 1, PaddingCausal, []float64{3, 14, 26}},
		{14, 6, 2, 1, PaddingSame, []float64{50, 91, 133, 175, 217, 259, 130}},
	} {
		g := geometryFor(1, 1, 1, 1, []int{test.n}, []int{test.k}, []int{test.stride}, []int{test.dilation}, test.padding)
		y := make([]float64, g.Out[0])
		Conv(g, sequence(test.n, func(i int) float64 { return float64(i + 1) }), sequence(test.k, func(i int) float64 { return float64(i + 1) }), nil, false, y)
		assert.Equal(t, test.want, y, "%+v", test)
	}
}

// The numbers are what keras.ops.conv of Keras 3.15.1 (JAX) computes.
func TestConvGroupsAgainstKeras(t *testing.T) {
	g := geometryFor(2, 4, 6, 2, []int{3, 4}, []int{3, 2}, []int{1, 2}, []int{1, 1}, PaddingSame)
	x := sequence(2*3*4*4, func(i int) float64 { return float64(i%7 - 3) })
	w := sequence(3*2*2*6, func(i int) float64 { return float64(i%5 - 2) })
	y := make([]float64, 2*3*2*6)
	Conv(g, x, w, nil, false, y)
	assert.Equal(t, []float64{
		-7, 5, 7, 7, -4, 5, 6, 9, 7, -4, 11, 11, 15, 7, -11, -5, 0, -5, 19, 6, -17, 19, 7, -15,
		-1, -7, 7, 5, -4, 7, -4, -14, -4, 6, -12, -10, 1, -6, 7, -10, -12, 6, -7, 5, 7, 7, -4, 5,
		4, 8, 2, -15, 7, 19, 15, 7, -11, -5, 0, -5, 9, 7, -10, 11, 11, -4, -1, -7, 7, 5, -4, 7,
	}, y)
}

func sequence(n int, f func(i int) float64) []float64 {
	s := make([]float64, n)
	for i := range s {
		s[i] = f(i)
	}
	return s
}

func TestConvSameBitsForAnyWorkers(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		g := geometryFor(24, 4, 6, 2, []int{15, 14}, []int{5, 5}, []int{1, 2}, []int{1, 1}, PaddingSame)
		p := geometryFor(24, 24, 16, 1, []int{15, 14}, []int{1, 1}, []int{1, 1}, []int{1, 1}, PaddingSame)
		for _, g := range []ConvGeometry{g, p} {
			r := rand.New(rand.NewPCG(5, 6))
			x := randomSlice[float32](r, sizeOf(g.In, g.Batch, g.InChannels))
			w := randomSlice[float32](r, sizeOf(g.Kernel, g.InChannels/g.Groups, g.OutChannels))
			dy := randomSlice[float32](r, sizeOf(g.Out, g.Batch, g.OutChannels))
			bias := randomSlice[float32](r, g.OutChannels)
			y, dx, dw, db := make([]float32, len(dy)), make([]float32, len(x)), make([]float32, len(w)), make([]float32, len(bias))
			sameBits(t, func() []float32 { Conv(g, x, w, bias, false, y); return y })
			sameBits(t, func() []float32 { ConvGradInput(g, w, dy, dx); return dx })
			sameBits(t, func() []float32 { ConvGradKernel(g, x, dy, dw); return dw })
			sameBits(t, func() []float32 { ConvGradBias(g, dy, db); return db })
		}
	})
}

// A batch of n gives each sample what a batch of one gives it.
func TestConvBatchOfOne(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		g := geometryFor(5, 3, 8, 1, []int{17, 16}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame)
		r := rand.New(rand.NewPCG(7, 8))
		x, w := randomSlice[float32](r, 5*17*16*3), randomSlice[float32](r, 3*3*3*8)
		all := make([]float32, 5*17*16*8)
		Conv(g, x, w, nil, false, all)
		g.Batch = 1
		for b := range 5 {
			one := make([]float32, 17*16*8)
			Conv(g, x[b*17*16*3:(b+1)*17*16*3], w, nil, false, one)
			require.Equal(t, one, all[b*17*16*8:(b+1)*17*16*8], "sample %d", b)
		}
	})
}

func TestSumRows(t *testing.T) {
	for _, test := range []struct {
		rows, cols int
		reason     string
	}{
		{0, 3, "no rows: 0"}, {3, 0, "no columns"}, {1, 5, "one row"}, {sumRowsGrain + 1, 2, "a second part holds one"},
		{3*sumRowsParts*sumRowsGrain + 7, 3, "parts longer than the grain"},
	} {
		x := randomSlice[float64](rand.New(rand.NewPCG(9, 9)), test.rows*test.cols)
		want := make([]float64, test.cols)
		for i, v := range x {
			want[i%test.cols] += v
		}
		got := newGuarded[float64](test.cols)
		SumRows(test.rows, test.cols, x, got.data)
		got.check(t, test.reason)
		requireClose(t, test.reason, want, got.data, toleranceOf[float64](test.rows))
	}
}

func TestConvPanicsOnContradictions(t *testing.T) {
	call := func(change func(g *ConvGeometry)) func() {
		g := geometryFor(1, 4, 4, 1, []int{5, 5}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingValid)
		change(&g)
		return func() { Conv(g, make([]float32, 5*5*4), make([]float32, 3*3*4*4), nil, false, make([]float32, 3*3*4)) }
	}
	require.NotPanics(t, call(func(*ConvGeometry) {}))
	for reason, change := range map[string]func(g *ConvGeometry){
		"no axes":                       func(g *ConvGeometry) { g.In = nil },
		"axes of different number":      func(g *ConvGeometry) { g.Stride = []int{1} },
		"stride 0":                      func(g *ConvGeometry) { g.Stride = []int{1, 0} },
		"more windows than fit":         func(g *ConvGeometry) { g.Out = []int{3, 4} },
		"groups that divide nothing":    func(g *ConvGeometry) { g.Groups = 3 },
		"x of another length":           func(g *ConvGeometry) { g.Batch = 2 },
		"a kernel of another length":    func(g *ConvGeometry) { g.Groups = 2 },
		"groups 0, the forgotten field": func(g *ConvGeometry) { g.Groups = 0 },
	} {
		assert.Panics(t, call(change), reason)
	}
}

func TestConvAllocates(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		if race.Enabled {
			t.Skip("the race detector makes sync.Pool drop things")
		}
		g := geometryFor(2, 3, 8, 1, []int{12, 12}, []int{3, 3}, []int{2, 2}, []int{1, 1}, PaddingSame)
		x, w, y := make([]float32, 2*12*12*3), make([]float32, 3*3*3*8), make([]float32, 2*6*6*8)
		for name, f := range map[string]func(){
			"Conv":           func() { Conv(g, x, w, nil, false, y) },
			"ConvTranspose":  func() { ConvTranspose(g, y, w, nil, true, x) },
			"ConvGradInput":  func() { ConvGradInput(g, w, y, x) },
			"ConvGradKernel": func() { ConvGradKernel(g, x, y, w) },
		} {
			assert.LessOrEqual(t, testing.AllocsPerRun(20, f), 2.0, "%s: the geometry and the function given to Parallel", name)
		}
	})
}

// BenchmarkConv runs the convolutions of the MNIST model on a batch of 256, those of a
// small ResNet on 64 samples, and others.
func BenchmarkConv(b *testing.B) {
	for _, layer := range []struct {
		name string
		g    ConvGeometry
	}{
		{"28x28 3x3 1to16", geometryFor(256, 1, 16, 1, []int{28, 28}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame)},
		{"28x28 6x6s2 16to32", geometryFor(256, 16, 32, 1, []int{28, 28}, []int{6, 6}, []int{2, 2}, []int{1, 1}, PaddingSame)},
		{"14x14 6x6s2 32to48", geometryFor(256, 32, 48, 1, []int{14, 14}, []int{6, 6}, []int{2, 2}, []int{1, 1}, PaddingSame)},
		{"64x64 3x3 64to64", geometryFor(8, 64, 64, 1, []int{64, 64}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame)},
		{"30x30 3x3 valid 32to64", geometryFor(64, 32, 64, 1, []int{30, 30}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingValid)},
		{"9x9 3x3 64to64", geometryFor(64, 64, 64, 1, []int{9, 9}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame)},
		{"9x9 3x3 valid 64to64", geometryFor(64, 64, 64, 1, []int{9, 9}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingValid)},
		{"8x8 3x3 256to256", geometryFor(32, 256, 256, 1, []int{8, 8}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame)},
		{"4x4 3x3 512to512", geometryFor(32, 512, 512, 1, []int{4, 4}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame)},
		{"28x28 4x4s2 64to128", geometryFor(64, 64, 128, 1, []int{28, 28}, []int{4, 4}, []int{2, 2}, []int{1, 1}, PaddingSame)},
		{"16x28x28 3x3x3 16to32", geometryFor(4, 16, 32, 1, []int{16, 28, 28}, []int{3, 3, 3}, []int{1, 1, 1}, []int{1, 1, 1}, PaddingSame)},
		{"128 5 64to128", geometryFor(32, 64, 128, 1, []int{128}, []int{5}, []int{1}, []int{1}, PaddingCausal)},
		{"28x28 3x3 depthwise 32", geometryFor(256, 32, 32, 32, []int{28, 28}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame)},
	} {
		g := layer.g
		r := rand.New(rand.NewPCG(1, 1))
		x := randomSlice[float32](r, sizeOf(g.In, g.Batch, g.InChannels))
		w := randomSlice[float32](r, sizeOf(g.Kernel, g.InChannels/g.Groups, g.OutChannels))
		y := randomSlice[float32](r, sizeOf(g.Out, g.Batch, g.OutChannels))
		bias := randomSlice[float32](r, g.InChannels)
		multiplications := work(len(y), sizeOf(g.Kernel), g.InChannels/g.Groups)
		for _, kernel := range []struct {
			name string
			run  func()
		}{
			{"forward", func() { Conv(g, x, w, nil, false, y) }},
			{"dX", func() { ConvGradInput(g, w, y, x) }},
			{"transposed", func() { ConvTranspose(g, y, w, bias, true, x) }},
			{"dW", func() { ConvGradKernel(g, x, y, w) }},
		} {
			b.Run(layer.name+"/"+kernel.name, func(b *testing.B) {
				onEverySetB(b, func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						kernel.run()
					}
					reportGFLOPS(b, multiplications)
				})
			})
		}
	}
}
