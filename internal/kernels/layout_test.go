package kernels

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// numbered is 0, 1, 2, ….
func numbered(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i)
	}
	return x
}

func TestTransposeIsItsLoop(t *testing.T) { onEverySet(t, testTransposeIsItsLoop) }

func testTransposeIsItsLoop(t *testing.T) {
	for _, tt := range []struct {
		reason      string
		shape, perm []int
	}{
		{"scalar", nil, nil},
		{"identity", []int{2, 3, 4}, []int{0, 1, 2}},
		{"matrix", []int{3, 5}, []int{1, 0}},
		{"matrix of odd size, larger than a tile", []int{37, 53}, []int{1, 0}},
		{"channels last to first", []int{2, 4, 5, 3}, []int{0, 3, 1, 2}},
		{"channels first to last", []int{2, 3, 4, 5}, []int{0, 2, 3, 1}},
		{"the last axis stays", []int{3, 4, 5}, []int{1, 0, 2}},
		{"reversed", []int{2, 3, 4, 5}, []int{3, 2, 1, 0}},
		{"heads of attention", []int{2, 7, 3, 5}, []int{0, 2, 1, 3}},
		{"blocks between strides", []int{9, 3, 17, 19}, []int{3, 1, 0, 2}},
		{"axes of length 1", []int{1, 3, 1, 2, 1}, []int{4, 3, 0, 2, 1}},
		{"empty", []int{2, 0, 3}, []int{2, 1, 0}},
		{"rank 6", []int{2, 3, 2, 3, 2, 3}, []int{5, 1, 3, 0, 4, 2}},
		{"many planes", []int{200, 20, 30}, []int{0, 2, 1}},
	} {
		t.Log(tt.reason)
		checkTranspose(t, tt.shape, tt.perm)
	}
	x, y := numbered(12), make([]float32, 12)
	noAllocations(t, "Transpose", func() { Transpose(x, []int{3, 4}, []int{1, 0}, y) })
}

// checkTranspose compares with the loop.
func checkTranspose(t tester, shape, perm []int) {
	x, _ := guardPages(t, volume(shape))
	copy(x, numbered(len(x)))
	y, intact := guarded(t, make([]float32, len(x)))
	Transpose(x, shape, perm, y)
	intact()
	strides := make([]int, len(shape)) // of y, for each axis of x
	for d, s := len(perm)-1, 1; d >= 0; d-- {
		strides[perm[d]] = s
		s *= shape[perm[d]]
	}
	for i, v := range x {
		at, rest := 0, i
		for d := len(shape) - 1; d >= 0; d-- {
			at += rest % shape[d] * strides[d]
			rest /= shape[d]
		}
		if y[at] != v {
			t.Fatalf("%v by %v: element %d: want %v, got %v", shape, perm, at, v, y[at])
		}
	}
}

func FuzzTranspose(f *testing.F) { fuzz(f, anyTransposition) }

func anyTransposition(t *rapid.T) {
	var shape, axes []int
	total := 1
	for d := range rapid.IntRange(0, 6).Draw(t, "rank") {
		n := rapid.IntRange(0, min(70, 3*elementGrain/max(total, 1))).Draw(t, "axis")
		total *= n
		shape, axes = append(shape, n), append(axes, d)
	}
	checkTranspose(t, shape, rapid.Permutation(axes).Draw(t, "permutation"))
}

func TestTransposeOfBytes(t *testing.T) {
	y := make([]uint8, 6)
	Transpose([]uint8{1, 2, 3, 4, 5, 6}, []int{2, 3}, []int{1, 0}, y)
	assert.Equal(t, []uint8{1, 4, 2, 5, 3, 6}, y)
}

func TestSliceAndPutAxis(t *testing.T) {
	x := numbered(2 * 4 * 3)
	part, intact := guarded(t, make([]float32, 2*2*3))
	SliceAxis(x, part, 2, 4, 3, 1, 2)
	intact()
	assert.Equal(t, []float32{3, 4, 5, 6, 7, 8, 15, 16, 17, 18, 19, 20}, append([]float32{}, part...))

	dx, intact := guarded(t, x)
	SliceAxisGradient(part, dx, 2, 4, 3, 1, 2)
	intact()
	assert.Equal(t, []float32{0, 0, 0, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 15, 16, 17, 18, 19, 20, 0, 0, 0}, append([]float32{}, dx...))

	// Cut into three pieces, one of them empty, and put together again.
	whole, intact := guarded(t, make([]float32, len(x)))
	for _, cut := range [][2]int{{0, 1}, {1, 0}, {1, 3}} {
		piece := make([]float32, 2*cut[1]*3)
		SliceAxis(x, piece, 2, 4, 3, cut[0], cut[1])
		PutAxis(piece, whole, 2, 4, 3, cut[0], cut[1])
	}
	intact()
	assert.Equal(t, x, append([]float32{}, whole...))
}

func TestFlipAxis(t *testing.T) {
	for _, tt := range []struct {
		outer, n, inner int
		want            []float32
	}{
		{1, 3, 2, []float32{4, 5, 2, 3, 0, 1}},
		{2, 3, 1, []float32{2, 1, 0, 5, 4, 3}},
		{2, 1, 3, []float32{0, 1, 2, 3, 4, 5}},
		{0, 3, 2, []float32{}},
	} {
		y, intact := guarded(t, make([]float32, len(tt.want)))
		FlipAxis(numbered(len(tt.want)), y, tt.outer, tt.n, tt.inner)
		intact()
		assert.Equal(t, tt.want, append([]float32{}, y...))
	}
}

func TestPadAndCrop(t *testing.T) {
	y, intact := guarded(t, make([]float32, 4*5))
	Pad([]float32{1, 2, 3, 4}, []int{2, 2}, y, []int{4, 5}, []int{2, 1}, 9)
	intact()
	assert.Equal(t, []float32{
		9, 9, 9, 9, 9,
		9, 9, 9, 9, 9,
		9, 1, 2, 9, 9,
		9, 3, 4, 9, 9,
	}, append([]float32{}, y...))

	for _, tt := range []struct{ small, large, before []int }{
		{nil, nil, nil},
		{[]int{3}, []int{7}, []int{4}},
		{[]int{2, 3, 4}, []int{5, 3, 6}, []int{3, 0, 1}},
		{[]int{2, 3, 4}, []int{2, 5, 4}, []int{0, 1, 0}},
		{[]int{2, 3, 4}, []int{5, 3, 4}, []int{1, 0, 0}},
		{[]int{2, 3, 4}, []int{2, 3, 4}, []int{0, 0, 0}},
		{[]int{0, 3}, []int{2, 4}, []int{1, 1}},
		{[]int{2, 0}, []int{2, 4}, []int{0, 1}},
		{[]int{3, 60, 50, 5}, []int{3, 63, 50, 5}, []int{0, 2, 0, 0}},
		{[]int{40, 30, 21, 3}, []int{40, 32, 25, 3}, []int{0, 1, 3, 0}},
		{[]int{2, 3, 20, 300}, []int{2, 4, 22, 301}, []int{0, 1, 2, 1}},
	} {
		x := numbered(volume(tt.small))
		y, intact := guarded(t, make([]float32, volume(tt.large)))
		Pad(x, tt.small, y, tt.large, tt.before, -1)
		intact()
		want := make([]float32, len(y))
		fill(want, -1)
		for i, v := range x {
			at, stride, rest := 0, 1, i
			for d := len(tt.small) - 1; d >= 0; d-- {
				at += (rest%tt.small[d] + tt.before[d]) * stride
				rest /= tt.small[d]
				stride *= tt.large[d]
			}
			want[at] = v
		}
		require.Equal(t, want, append([]float32{}, y...), "%v in %v", tt.small, tt.large)
		back, intact := guarded(t, make([]float32, len(x)))
		Crop(y, tt.large, tt.before, back, tt.small)
		intact()
		require.Equal(t, x, append([]float32{}, back...), "%v in %v", tt.small, tt.large)
	}
	x, large := numbered(4), make([]float32, 20)
	noAllocations(t, "Pad", func() { Pad(x, []int{2, 2}, large, []int{4, 5}, []int{1, 2}, 0) })
	noAllocations(t, "Crop", func() { Crop(large, []int{4, 5}, []int{1, 2}, x, []int{2, 2}) })
}

func BenchmarkPad(b *testing.B) {
	for _, channels := range []int{3, 64} {
		small, large, before := []int{8, 32, 32, channels}, []int{8, 34, 34, channels}, []int{0, 1, 1, 0}
		x, y := numbered(volume(small)), make([]float32, volume(large))
		b.Run(fmt.Sprint("images of ", channels), func(b *testing.B) {
			perElement(b, "Pad", len(y), func() { Pad(x, small, y, large, before, 0) })
			perElement(b, "Crop", len(x), func() { Crop(y, large, before, x, small) })
		})
	}
}

func BenchmarkTranspose(b *testing.B) {
	const n = 1 << 16
	x, y := normalsOf[float32](1, n), make([]float32, n)
	onEverySetB(b, func(b *testing.B) {
		perElement(b, "matrix", n, func() { Transpose(x, []int{256, 256}, []int{1, 0}, y) })
		perElement(b, "channels of 3 first", n/3*3, func() { Transpose(x, []int{1, 1, n / 3, 3}, []int{0, 3, 1, 2}, y) })
		perElement(b, "channels of 16 first", n, func() { Transpose(x, []int{16, 16, 16, 16}, []int{0, 3, 1, 2}, y) })
		perElement(b, "heads of 64", n, func() { Transpose(x, []int{4, 64, 4, 64}, []int{0, 2, 1, 3}, y) })
	})
}
