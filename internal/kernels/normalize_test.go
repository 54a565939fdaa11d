package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNormalizationLoops compares the loops of all sets with those in Go, on arrays
// beside pages that must not be touched.
func TestNormalizationLoops(t *testing.T) {
	const longest, mostRows = 70, 4
	var memory [7][2][]float32
	for i := range memory {
		memory[i][0], memory[i][1] = guardPages(t, mostRows*longest)
	}
	loops := []struct {
		name    string
		arrays  int // of rows
		row     int // of one row
		numbers int // of each row
		run     func(v [][]float32)
	}{
		{"normalizeColumns", 2, 3, 0, func(v [][]float32) { normalizeColumns(v[0], v[2], v[3], v[4], v[1]) }},
		{"normalizeColumnsGradient", 3, 4, 0, func(v [][]float32) { normalizeColumnsGradient(v[0], v[3], v[4], v[5], v[6], v[1], v[2]) }},
		{"normalizeColumnsGradient in place", 2, 4, 0, func(v [][]float32) { normalizeColumnsGradient(v[0], v[2], v[3], v[4], v[5], v[1], v[1]) }},
		{"scaleColumns", 2, 1, 0, func(v [][]float32) { scaleColumns(v[0], v[2], v[1]) }},
		{"normalizeRows", 2, 2, 2, func(v [][]float32) { normalizeRows(v[0], v[2], v[3], v[4], v[1]) }},
		{"normalizeRowsGradient", 3, 1, 4, func(v [][]float32) { normalizeRowsGradient(v[0], v[3], v[4], v[1], v[2]) }},
		{"normalizeRowsGradient in place", 2, 1, 4, func(v [][]float32) { normalizeRowsGradient(v[0], v[2], v[3], v[1], v[1]) }},
	}
	rng := rand.New(rand.NewPCG(7, 8))
	onEverySet(t, func(t *testing.T) {
		for _, loop := range loops {
			for width := 1; width <= longest; width++ {
				for _, rows := range []int{1, mostRows} {
					var sizes []int
					for range loop.arrays {
						sizes = append(sizes, rows*width)
					}
					for range loop.row {
						sizes = append(sizes, width)
					}
					if loop.numbers > 0 {
						sizes = append(sizes, rows*loop.numbers)
					}
					for side := range 2 {
						v, want := make([][]float32, len(sizes)), make([][]float32, len(sizes))
						for i, n := range sizes {
							v[i] = memory[i][side][:n:n]
							if side == 0 {
								v[i] = memory[i][0][mostRows*longest-n:]
							}
							fillElements(rng, v[i])
							want[i] = append([]float32(nil), v[i]...)
						}
						onPortable(func() { loop.run(want) })
						loop.run(v)
						for i := range v {
							requireUlps(t, want[i], v[i], 0, fmt.Sprint(loop.name, " of width ", width, ", array ", i))
						}
					}
				}
			}
		}
	})
}

// TestNormalizationSums compares the sums with their definitions, and allows what float64
// loses by another order.
func TestNormalizationSums(t *testing.T) {
	const longest, rows = 70, 5
	xs, _ := guardPages(t, rows*longest)
	ys, _ := guardPages(t, rows*longest)
	gs, _ := guardPages(t, longest)
	rng := rand.New(rand.NewPCG(9, 10))
	numbers := normalsOf[float64](1, 2*rows)
	onEverySet(t, func(t *testing.T) {
		for width := 1; width <= longest; width++ {
			x, y, gamma := xs[len(xs)-rows*width:], ys[len(ys)-rows*width:], gs[longest-width:]
			for _, special := range append([]float32{1}, specials...) {
				for _, s := range [][]float32{x, y, gamma} {
					for i := range s {
						s[i] = float32(rng.NormFloat64())
					}
				}
				x[rng.IntN(len(x))] = special
				for _, c := range []struct {
					name string
					n    int // sums
					run  func(sums, products []float64)
					term func(row, column int) (at int, u, v float64)
				}{
					{"addProducts", width, func(s, p []float64) { addProducts(x, y, nil, s, p) }, func(r, i int) (int, float64, float64) {
						return i, float64(x[r*width+i]), float64(y[r*width+i])
					}},
					{"addNormalized", width, func(s, p []float64) { addNormalized(y, x, numbers, s, p) }, func(r, i int) (int, float64, float64) {
						return i, float64(x[r*width+i]), (float64(y[r*width+i]) - numbers[2*r]) * numbers[2*r+1]
					}},
					{"addRowProducts", rows, func(s, p []float64) { addRowProducts(y, gamma, x, s, p) }, func(r, i int) (int, float64, float64) {
						return r, float64(x[r*width+i] * gamma[i]), float64(y[r*width+i])
					}},
				} {
					sums, sizes, got := make([]float64, 2*c.n), make([]float64, 2*c.n), newGuarded[float64](2*c.n)
					for i := range sums {
						sums[i], sizes[i], got.data[i] = 1, 1, 1
					}
					for r := range rows {
						for i := range width {
							at, u, v := c.term(r, i)
							sums[at] += u
							sums[c.n+at] += u * v
							sizes[at] += math.Abs(u)
							sizes[c.n+at] += math.Abs(u * v)
						}
					}
					c.run(got.data[:c.n], got.data[c.n:])
					got.check(t, c.name)
					for i, w := range sums {
						close := math.Abs(w-got.data[i]) <= 1e-15*float64(rows+width)*sizes[i]
						require.True(t, same(w, got.data[i]) || close, "%s, width %d, with %v: sum %d: want %v, got %v", c.name, width, special, i, w, got.data[i])
					}
				}
			}
		}
	})
}
