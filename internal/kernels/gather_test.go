package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// gatherCases are tables and numbers of ids.
var gatherCases = []struct {
	reason           string
	rows, width, ids int
}{
	{"one of all", 1, 1, 1},
	{"no ids", 3, 2, 0},
	{"an odd width", 5, 7, 4},
	{"every id often", 3, 33, 50},
	{"more rows than ids", 1000, 3, 11},
	{"pieces of columns", 50, 65, 700},
	{"pieces of ids, narrow rows", 50, 2, elementGrain},
	{"rows longer than a piece", 2, elementGrain + 5, 3},
}

// idsBelow are n ids of both signs that name rows.
func idsBelow[I int32 | int64](r *rand.Rand, n, rows int) []I {
	ids := make([]I, n)
	for i := range ids {
		ids[i] = I(r.IntN(2*rows) - rows)
	}
	return ids
}

func TestGather(t *testing.T) {
	onEverySet(t, func(t *testing.T) {
		testGather[int32, float32](t)
		testGather[int64, float64](t)
	})
}

func testGather[I int32 | int64, T Float](t *testing.T) {
	for _, tt := range gatherCases {
		r := rand.New(rand.NewPCG(1, 2))
		table := normalsOf[T](1, tt.rows*tt.width)
		table[0], table[len(table)-1] = T(math.Inf(1)), T(math.SmallestNonzeroFloat32)
		y, intact := guarded(t, make([]T, tt.ids*tt.width))
		dTable, gradientIntact := guarded(t, make([]T, len(table)))
		gradient := NewGatherGradient[I, T](tt.width)
		for step := range 3 {
			ids := idsBelow[I](r, max(0, tt.ids-step), tt.rows) // also fewer than before
			dy := normalsOf[T](uint64(step), len(ids)*tt.width)
			want, sums := make([]T, len(ids)*tt.width), make([]T, len(table))
			for i, id := range ids {
				at := (int(id) + tt.rows) % tt.rows
				for j := range tt.width {
					want[i*tt.width+j] = table[at*tt.width+j]
					sums[at*tt.width+j] += dy[i*tt.width+j]
				}
			}
			require.Equal(t, -1, Gather(table, tt.width, ids, y), tt.reason)
			require.Equal(t, want, y[:len(want)], tt.reason)
			gradient.Add(ids, dy, dTable)
			require.Equal(t, sums, dTable, "%s: step %d", tt.reason, step)
		}
		intact()
		gradientIntact()
	}
}

func TestGatherFindsWrongIDs(t *testing.T) {
	table, y := []float32{1, 2, 3, 4, 5, 6}, []float32{7, 7, 7, 7}
	for _, id := range []int64{3, -4, math.MaxInt64, math.MinInt64, 1 << 32} {
		assert.Equal(t, 1, Gather(table, 2, []int64{-3, id}, y), id)
		assert.Equal(t, []float32{7, 7, 7, 7}, y, "nothing is written")
	}
	assert.Zero(t, Gather(table, 2, []int32{math.MinInt32, 5}, y), "the first one is reported")
}

func TestGatherOnWorkers(t *testing.T) {
	const rows, width, n = 100, 65, 1000
	ids := idsBelow[int32](rand.New(rand.NewPCG(1, 3)), n, rows)
	sameForAnyWorkers(t, func() []float32 {
		y := make([]float32, n*width)
		require.Equal(t, -1, Gather(normalsOf[float32](1, rows*width), width, ids, y))
		return y
	})
	sameForAnyWorkers(t, func() []float32 {
		dTable := make([]float32, rows*width)
		NewGatherGradient[int32, float32](width).Add(ids, normalsOf[float32](2, n*width), dTable)
		return dTable
	})
}

func TestGatherAllocatesNothing(t *testing.T) {
	const rows, width, n = 100, 65, 1000
	ids := idsBelow[int32](rand.New(rand.NewPCG(1, 4)), n, rows)
	gradient, dy, dTable := NewGatherGradient[int32, float32](width), make([]float32, n*width), make([]float32, rows*width)
	noAllocations(t, "Gather", func() { Gather(dTable, width, ids[:9], dy) })
	noAllocations(t, "GatherGradient", func() { gradient.Add(ids, dy, dTable) })
}

// BenchmarkGather has the sizes of a model of texts: 32 of 100 words each, half of them padding.
func BenchmarkGather(b *testing.B) {
	const rows, n = 10000, 32 * 100
	ids := idsBelow[int32](rand.New(rand.NewPCG(1, 5)), n, rows)
	clear(ids[:n/2])
	for _, width := range []int{8, 64, 300} {
		table, y := make([]float32, rows*width), make([]float32, n*width)
		gradient := NewGatherGradient[int32, float32](width)
		b.Run(fmt.Sprintf("rows of %d", width), func(b *testing.B) {
			onEverySetB(b, func(b *testing.B) {
				perElement(b, "Gather", len(y), func() { Gather(table, width, ids, y) })
				perElement(b, "GatherGradient", len(y), func() { gradient.Add(ids, y, table) })
				perElement(b, "a table made 0", len(y), func() { clear(table) })
			})
		})
	}
}
