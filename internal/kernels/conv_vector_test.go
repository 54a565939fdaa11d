package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// The windows that a place gathers from are those that read it, for any stride,
// dilation and padding.
func TestInputSweep(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	for range 3000 {
		w := window{in: 1 + r.IntN(20), taps: 1 + r.IntN(7), stride: 1 + r.IntN(6), dilation: 1 + r.IntN(6), pad: r.IntN(12) - 3}
		type read struct{ place, window, tap int }
		want, got := map[read]bool{}, map[read]bool{}
		for o := -60; o < 60; o++ {
			for k := range w.taps {
				if i := o*w.stride + k*w.dilation - w.pad; i >= 0 && i < w.in {
					want[read{i, o, k}] = true
				}
			}
		}
		for rest := range min(w.stride, w.in) {
			s := w.inputSweep(rest)
			for i := range s.count {
				for tap := range s.taps {
					at := read{s.first + i*s.step, s.start + i*s.stride + tap*s.dilation, s.tap + tap*s.tapStep}
					require.False(t, got[at], "%+v: %+v twice", w, at)
					got[at] = true
				}
			}
		}
		require.Equal(t, want, got, "%+v", w)
	}
}

// randomGeometry returns one with padding before and after at random, mostly small.
func randomGeometry(r *rand.Rand, size, channels int) ConvGeometry {
	rank := 1 + r.IntN(maxRank)
	groups := []int{1, 1, 1, 2, 3}[r.IntN(5)]
	g := ConvGeometry{Batch: 1 + r.IntN(4), Groups: groups, InChannels: groups * (1 + r.IntN(channels)), OutChannels: groups * (1 + r.IntN(channels))}
	for range rank {
		in, k, s, d := 1+r.IntN(size), 1+r.IntN(4), 1+r.IntN(3), 1+r.IntN(3)
		if rank == maxRank {
			in = 1 + in/2
		}
		before, after := r.IntN(4), r.IntN(4)
		if r.IntN(2) == 0 {
			before, after = 0, 0
		}
		g.In, g.Kernel, g.Stride, g.Dilation = append(g.In, in), append(g.Kernel, k), append(g.Stride, s), append(g.Dilation, d)
		g.PadBefore, g.PadAfter = append(g.PadBefore, before), append(g.PadAfter, after)
		g.Out = append(g.Out, ValidSize(in+before+after, k, s, d))
	}
	return g
}

// poisonScratch fills the memory that the kernels will get with NaN.
func poisonScratch() {
	for class := range 20 {
		s := pools32.values.get(1 << class)
		(*s)[0] = float32(math.NaN())
		for done := 1; done < len(*s); done *= 2 {
			copy((*s)[done:], (*s)[:done])
		}
		pools32.values.put(s)
	}
}

func TestConvStaysInsideItsOperands(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(8, 2))
		for range 200 {
			g := randomGeometry(r, 9, 20)
			if r.IntN(3) == 0 {
				g.Groups, g.OutChannels = g.InChannels, g.InChannels
			}
			convStaysInside(t, g)
		}
	})
}

func convStaysInside(t tester, g ConvGeometry) {
	x0, x1 := guardPages(t, sizeOf(g.In, g.Batch, g.InChannels))
	w0, w1 := guardPages(t, sizeOf(g.Kernel, g.InChannels/g.Groups, g.OutChannels))
	y0, y1 := guardPages(t, sizeOf(g.Out, g.Batch, g.OutChannels))
	b0, b1 := guardPages(t, g.OutChannels)
	back0, back1 := guardPages(t, g.InChannels)
	for _, o := range []struct{ x, w, b, back, y []float32 }{{x0, w0, b0, back0, y0}, {x1, w1, b1, back1, y1}} {
		poisonScratch()
		Conv(g, o.x, o.w, o.b, false, o.y)
		ConvGradInput(g, o.w, o.y, o.x)
		ConvTranspose(g, o.y, o.w, o.back, true, o.x)
		ConvGradKernel(g, o.x, o.y, o.w)
		for _, all := range [][]float32{o.x, o.w, o.y} {
			require.False(t, slices.ContainsFunc(all, func(v float32) bool { return v != 0 }),
				"%+v: zeros give zeros, unless memory is read that nobody wrote", g)
		}
	}
}

// Images large enough to be cut into lines, planes and groups of samples.
func TestConvSetsAgree(t *testing.T) {
	defer func(s *instructionSet) { active = s }(active)
	r := rand.New(rand.NewPCG(8, 3))
	cases := []ConvGeometry{
		geometryFor(1, 24, 40, 1, []int{70, 60}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame),
		geometryFor(2, 24, 40, 1, []int{71, 60}, []int{4, 3}, []int{3, 2}, []int{1, 1}, PaddingSame),
		geometryFor(2, 24, 40, 1, []int{71, 60}, []int{4, 3}, []int{1, 1}, []int{2, 2}, PaddingValid),
		geometryFor(70, 24, 40, 1, []int{4, 3}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame),
		geometryFor(70, 24, 40, 1, []int{5, 6}, []int{3, 3}, []int{2, 2}, []int{1, 1}, PaddingValid),
		geometryFor(3, 16, 24, 2, []int{9, 14, 15}, []int{3, 2, 3}, []int{2, 1, 2}, []int{1, 1, 1}, PaddingSame),
	}
	for range 60 {
		g := randomGeometry(r, 30, 40)
		cases = append(cases, g)
		g.Groups, g.OutChannels = g.InChannels, g.InChannels*(1+r.IntN(2))
		cases = append(cases, g)
	}
	portable := instructionSets[len(instructionSets)-1]
	for _, g := range cases {
		x := randomSlice[float32](r, sizeOf(g.In, g.Batch, g.InChannels))
		w := randomSlice[float32](r, sizeOf(g.Kernel, g.InChannels/g.Groups, g.OutChannels))
		dy := randomSlice[float32](r, sizeOf(g.Out, g.Batch, g.OutChannels))
		bias := randomSlice[float32](r, g.OutChannels)
		var first [3][]float32
		for _, s := range instructionSets {
			active = s
			poisonScratch()
			got := [3][]float32{make([]float32, len(dy)), make([]float32, len(x)), make([]float32, len(w))}
			Conv(g, x, w, bias, false, got[0])
			ConvGradInput(g, w, dy, got[1])
			ConvGradKernel(g, x, dy, got[2])
			if first[0] == nil {
				first = got
			}
			if s != portable {
				require.Equal(t, first, got, "%+v on %s", g, s.name)
				continue
			}
			terms := [3]int{sizeOf(g.Kernel, g.InChannels), sizeOf(g.Kernel, g.OutChannels), sizeOf(g.Out, g.Batch)}
			for i, name := range []string{"y", "dx", "dw"} {
				requireClose(t, fmt.Sprintf("%+v: %s", g, name), to64(first[i]), got[i], 2*toleranceOf[float32](terms[i]))
			}
		}
	}
}

// What a unit of work holds, by the size of the images.
func TestPlanFrames(t *testing.T) {
	for _, test := range []struct {
		g      ConvGeometry
		check  func(t *testing.T, f frames)
		reason string
	}{
		{geometryFor(64, 8, 8, 1, []int{4, 4}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame), func(t *testing.T, f frames) {
			assert.Equal(t, 4, f.samples, "a sixteenth of the batch")
			assert.True(t, f.padded)
		}, "small images share a unit"},
		{geometryFor(1, 64, 64, 1, []int{64, 64}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame), func(t *testing.T, f frames) {
			assert.Equal(t, convPieces, f.units)
			assert.Equal(t, 4, f.lines)
		}, "one image is cut into lines"},
		{geometryFor(32, 256, 8, 1, []int{64, 64}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame), func(t *testing.T, f frames) {
			assert.LessOrEqual(t, f.frame.sample, frameSize)
			assert.Less(t, f.lines, 64)
		}, "a frame has to fit into the cache"},
		{geometryFor(2, 8, 8, 1, []int{9, 9}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingValid), func(t *testing.T, f frames) {
			assert.False(t, f.padded)
			assert.Equal(t, f.whole, f.frame)
		}, "without padding there is nothing to copy"},
		{geometryFor(2, 4, 4, 1, []int{5, 9, 9}, []int{3, 3, 3}, []int{1, 1, 1}, []int{1, 1, 1}, PaddingSame), func(t *testing.T, f frames) {
			assert.Equal(t, 10, f.units)
		}, "with three axes a unit is a plane"},
	} {
		c := newConv("test", test.g, make([]float32, sizeOf(test.g.In, test.g.Batch, test.g.InChannels)),
			make([]float32, sizeOf(test.g.Kernel, test.g.InChannels, test.g.OutChannels)), make([]float32, sizeOf(test.g.Out, test.g.Batch, test.g.OutChannels)))
		var one class
		for axis := range c.windows {
			one.axes[axis] = c.windows[axis].forwardSweep()
		}
		t.Run(test.reason, func(t *testing.T) {
			test.check(t, planFrames(c.batch, newImage(c.sizes(), c.cin, c.groups), []class{one}, work(c.terms, c.cout, 1), convPieces))
		})
	}
}

func TestConvSpecialNumbers(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		g := geometryFor(2, 3, 5, 1, []int{6, 7}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame)
		for _, v := range []float64{math.NaN(), math.Inf(1)} {
			x, w, y := make([]float32, 2*6*7*3), make([]float32, 3*3*3*5), make([]float32, 2*6*7*5)
			fill(w, 2)
			x[(3*7+4)*3+1] = float32(v)
			Conv(g, x, w, nil, true, y)
			for i, got := range y {
				sample, row, column := i/(6*7*5), i/(7*5)%6, i/5%7
				want := 0.0
				if sample == 0 && row >= 2 && row <= 4 && column >= 3 && column <= 5 {
					want = v
				}
				require.True(t, same(want, float64(got)), "%v reaches the windows that see it and no other: y[%d] is %v", v, i, got)
			}
		}
	})
}

func TestConvLeavesNoGoroutines(t *testing.T) {
	defer goleak.VerifyNone(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	onEverySet(t, func(t *testing.T) {
		runConv[float32](t, geometryFor(20, 3, 8, 1, []int{20, 20}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame), true)
	})
}

// Bits do not depend on the number of workers, for units of every kind.
func TestConvUnitsSameBitsForAnyWorkers(t *testing.T) {
	for i, g := range []ConvGeometry{
		geometryFor(1, 24, 40, 1, []int{70, 60}, []int{3, 3}, []int{1, 1}, []int{1, 1}, PaddingSame),
		geometryFor(70, 24, 40, 1, []int{5, 6}, []int{3, 3}, []int{2, 2}, []int{1, 1}, PaddingSame),
		geometryFor(70, 40, 40, 40, []int{25, 26}, []int{3, 3}, []int{2, 2}, []int{1, 1}, PaddingSame),
		geometryFor(3, 8, 24, 2, []int{9, 14, 15}, []int{3, 2, 3}, []int{2, 1, 2}, []int{1, 1, 1}, PaddingSame),
	} {
		r := rand.New(rand.NewPCG(8, uint64(i)))
		x := randomSlice[float32](r, sizeOf(g.In, g.Batch, g.InChannels))
		w := randomSlice[float32](r, sizeOf(g.Kernel, g.InChannels/g.Groups, g.OutChannels))
		dy := randomSlice[float32](r, sizeOf(g.Out, g.Batch, g.OutChannels))
		y, dx, dw := make([]float32, len(dy)), make([]float32, len(x)), make([]float32, len(w))
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			onEverySet(t, func(t *testing.T) {
				sameBits(t, func() []float32 { Conv(g, x, w, nil, false, y); return y })
				sameBits(t, func() []float32 { ConvGradInput(g, w, dy, dx); return dx })
				sameBits(t, func() []float32 { ConvGradKernel(g, x, dy, dw); return dw })
			})
		})
	}
}

// A dilation far beyond the image must not ask for a padded image of that size.
func TestConvWithAHugeDilation(t *testing.T) {
	const dilation = 1 << 20
	out, before, after := SamePadding(4, 3, 1, dilation)
	g := ConvGeometry{Batch: 1, In: []int{4, 4}, Out: []int{out, out}, Kernel: []int{3, 3}, Stride: []int{1, 1}, Dilation: []int{dilation, dilation},
		PadBefore: []int{before, before}, PadAfter: []int{after, after}, InChannels: 3, OutChannels: 2, Groups: 1}
	x, w, y := make([]float32, 4*4*3), make([]float32, 3*3*3*2), make([]float32, 4*4*2)
	for i := range x {
		x[i] = float32(i)
	}
	for i := range w {
		w[i] = float32(i % 7)
	}
	Conv(g, x, w, nil, false, y)
	centre := w[(1*3+1)*3*2:]
	for p := range 16 { // of nine taps only the one in the middle sees the image
		for o := range 2 {
			var want float32
			for c := range 3 {
				want += x[p*3+c] * centre[c*2+o]
			}
			if y[p*2+o] != want {
				t.Fatalf("pixel %d, filter %d: got %v, want %v", p, o, y[p*2+o], want)
			}
		}
	}
}
