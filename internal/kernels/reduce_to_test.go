package kernels

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// repetitions are shapes and what they are repeated to.
var repetitions = []struct {
	reason   string
	from, to []int
}{
	{"rows and columns of an image", []int{2, 3, 1, 4, 1, 5}, []int{2, 3, 2, 4, 3, 5}},
	{"of one channel", []int{1, 3, 1, 4, 1, 1}, []int{1, 3, 2, 4, 3, 1}},
	{"often", []int{3, 1, 2, 1}, []int{3, 2, 2, 40}},
	{"channels first", []int{2, 3, 4, 1, 5, 1}, []int{2, 3, 4, 2, 5, 2}},
	{"a volume of many channels", []int{1, 2, 1, 2, 1, 2, 1, 70}, []int{1, 2, 2, 2, 2, 2, 2, 70}},
	{"the batch first", []int{1, 3, 1, 5}, []int{4, 3, 6, 5}},
	{"the batch and the last axis", []int{1, 130, 1}, []int{4, 130, 6}},
	{"several pieces", []int{40, 1, 9, 1, 67}, []int{40, 2, 9, 2, 67}},
	{"many rows", []int{1, 2, 1, 3}, []int{2, 2, 20000, 3}},
	{"a line for all", []int{2, 1, 3}, []int{2, 5, 3}},
	{"an element for all", nil, []int{3, 5}},
	{"an axis of nothing", []int{2, 1, 3, 1, 0}, []int{2, 4, 3, 2, 0}},
}

func TestExpandAndReduceTo(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	onEverySet(t, func(t *testing.T) {
		for _, tt := range repetitions {
			x, _ := guardPages(t, volume(tt.from))
			g, _ := guardPages(t, volume(tt.to))
			for i := range x {
				x[i] = rng.Float32()
			}
			expanded, sums := make([]float32, len(g)), make([]float64, len(x))
			for i := range g {
				at := naiveIndex(i, tt.to, tt.from)
				g[i] = rng.Float32() - 0.5
				expanded[i] = x[at]
				sums[at] += float64(g[i])
			}
			out, intact := guarded(t, make([]float32, len(g)))
			Expand(x, tt.from, out, tt.to)
			require.Equal(t, append([]float32{}, expanded...), append([]float32{}, out...), tt.reason)
			intact()
			dx, intact := guarded(t, make([]float32, len(x)))
			ReduceTo(g, tt.to, dx, tt.from)
			for i, want := range sums {
				require.InDelta(t, want, dx[i], 1e-7*max(1, want, -want), "%s, element %d", tt.reason, i)
			}
			intact()
			sameForAnyWorkers(t, func() []float32 {
				y := make([]float32, len(x))
				ReduceTo(g, tt.to, y, tt.from)
				return y
			})
		}
	})
	x, y := make([]float32, 24), make([]float32, 96)
	noAllocations(t, "Expand", func() { Expand(x, []int{2, 1, 3, 1, 4}, y, []int{2, 2, 3, 2, 4}) })
	noAllocations(t, "ReduceTo", func() { ReduceTo(y, []int{2, 2, 3, 2, 4}, x, []int{2, 1, 3, 1, 4}) })
}

func BenchmarkRepeatedImages(b *testing.B) {
	onEverySetB(b, func(b *testing.B) {
		for _, channels := range []int{1, 3, 16, 64} {
			rows := 8192 / channels
			from, to := []int{rows, 1, 32, 1, channels}, []int{rows, 2, 32, 2, channels}
			x, y := make([]float32, volume(from)), make([]float32, volume(to))
			b.Run(fmt.Sprint("2×2 of ", channels), func(b *testing.B) {
				perElement(b, "Expand", len(y), func() { Expand(x, from, y, to) })
				perElement(b, "ReduceTo", len(y), func() { ReduceTo(y, to, x, from) })
			})
		}
	})
}
