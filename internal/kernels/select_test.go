package kernels

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// place is where an operand has element i of shape, found axis by axis.
func place(i int, shape, operand []int) int {
	at, stride := 0, 1
	for d := 1; d <= len(shape); d++ {
		n := shape[len(shape)-d]
		k := i % n
		i /= n
		if d <= len(operand) {
			if m := operand[len(operand)-d]; m != 1 {
				at += k * stride
				stride *= m
			}
		}
	}
	return at
}

// TestSelectAndExpand compares with a loop over indices.
func TestSelectAndExpand(t *testing.T) {
	for _, tt := range []struct {
		reason     string
		cond, a, b []int
	}{
		{"equal shapes", []int{2, 3}, []int{2, 3}, []int{2, 3}},
		{"a condition for each row", []int{4, 1}, []int{4, 5}, []int{5}},
		{"three ways to repeat", []int{2, 1, 1}, []int{3, 1}, []int{2, 1, 4}},
		{"a condition for each row, of a scalar", []int{4, 1}, []int{4, 5}, nil},
		{"scalars", nil, []int{2, 2}, nil},
		{"one element", nil, nil, nil},
		{"longer than a block", []int{600}, []int{2, 600}, []int{1}},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			shape, ok := BroadcastShape(tt.a, tt.b)
			require.True(t, ok)
			shape, ok = BroadcastShape(shape, tt.cond)
			require.True(t, ok)
			cond, a, b := make([]bool, volume(tt.cond)), normalsOf[float64](1, volume(tt.a)), normalsOf[float64](2, volume(tt.b))
			for i, v := range normalsOf[float64](3, len(cond)) {
				cond[i] = v > 0
			}
			want, expanded := make([]float64, volume(shape)), make([]float64, volume(shape))
			lower := make([]bool, volume(shape))
			for i := range want {
				va, vb := a[place(i, shape, tt.a)], b[place(i, shape, tt.b)]
				want[i], expanded[i], lower[i] = vb, va, va < vb
				if cond[place(i, shape, tt.cond)] {
					want[i] = va
				}
			}
			got, intact := guarded(t, make([]float64, volume(shape)))
			Select(cond, tt.cond, a, tt.a, b, tt.b, got, shape)
			assert.Equal(t, want, got)
			Expand(a, tt.a, got, shape)
			assert.Equal(t, expanded, got)
			intact()
			less := make([]bool, volume(shape))
			Compare(func(a, b float64) bool { return a < b }, a, tt.a, b, tt.b, less, shape)
			assert.Equal(t, lower, less)
			noAllocations(t, "Select", func() { Select(cond, tt.cond, a, tt.a, b, tt.b, got, shape) })
		})
	}
}

func TestClip(t *testing.T) {
	y := []float64{-2, -1, 0, 2, 3, math.NaN(), math.Inf(-1), math.Inf(1)}
	Clip(y, y, -1, 2)
	close32(t, []float64{-1, -1, 0, 2, 2, math.NaN(), -1, 2}, y, "Clip")
	sameForAnyWorkers(t, func() []float32 {
		x := normalsOf[float32](1, 2*elementGrain+1)
		Clip(x, x, -0.5, 1)
		return x
	})
}

func TestClipGradient(t *testing.T) {
	dx := make([]float32, 5)
	ClipGradient([]float32{-2, -1, 0, 2, 3}, []float32{1, 2, 3, 4, 5}, dx, -1, 2)
	assert.Equal(t, []float32{0, 2, 3, 4, 0}, dx, "the bounds belong to the inside, as in TensorFlow")
	ClipGradient([]float32{float32(math.NaN())}, []float32{1}, dx[:1], -1, 2)
	assert.Equal(t, float32(1), dx[0], "NaN is not clipped")
}

func BenchmarkSelect(b *testing.B) {
	rows := []int{512, 128}
	x, y := normalsOf[float32](1, volume(rows)), make([]float32, volume(rows))
	cond := make([]bool, volume(rows))
	for i := range cond {
		cond[i] = x[i] > 0
	}
	perElement(b, "of elements", len(x), func() { Select(cond, rows, x, rows, x[:1], nil, y, rows) })
	perElement(b, "of rows", len(x), func() { Select(cond[:512], []int{512, 1}, x, rows, x[:1], nil, y, rows) })
}

func TestAnyDiffers(t *testing.T) {
	testAnyDiffers[float32](t)
	testAnyDiffers[float64](t)
}

// testAnyDiffers changes some elements of rows that are all v.
func testAnyDiffers[T Float](t *testing.T) {
	const v = 1.5
	for _, tt := range []struct {
		reason  string
		rows, n int
	}{
		{"one element", 1, 1},
		{"no rows", 0, 4},
		{"rows without elements", 3, 0},
		{"short rows, in pieces", elementGrain + 3, 2},
		{"a row longer than a piece", 3, elementGrain + 1},
	} {
		x, want := make([]T, tt.rows*tt.n), make([]bool, tt.rows)
		for i := range x {
			x[i] = v
		}
		for r := range want {
			if want[r] = r%3 != 0 && tt.n > 0; want[r] {
				other := [...]T{0, T(math.NaN()), T(math.Inf(1)), -v}[r%4]
				x[r*tt.n+(5*r+tt.n-1)%tt.n] = other
			}
		}
		got := make([]bool, tt.rows)
		AnyDiffers(x, v, got, tt.n)
		assert.Equal(t, want, got, tt.reason)
	}
}
