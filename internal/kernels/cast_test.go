package kernels

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tf.cast of TensorFlow 2, one element at a time (its vectorized path saturates for some pairs of types).
func TestCastOfFloats(t *testing.T) {
	v := []float64{300.7, -1, 2.5, -2.5, 255.9, 256, 3e9, -3e9, 1e19, -1e19, 1e30, math.NaN(), math.Inf(1), math.Inf(-1), 0.5, -0.5, 128, 40000, 70000}
	const low32, low64 = math.MinInt32, math.MinInt64
	for _, want := range []any{
		[]bool{true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true},
		[]uint8{44, 255, 2, 254, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 64, 112},
		[]int8{44, -1, 2, -2, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -128, 64, 112},
		[]int16{300, -1, 2, -2, 255, 256, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, -25536, 4464},
		[]int32{300, -1, 2, -2, 255, 256, low32, low32, low32, low32, low32, low32, low32, low32, 0, 0, 128, 40000, 70000},
		[]int64{300, -1, 2, -2, 255, 256, 3000000000, -3000000000, low64, low64, low64, low64, low64, low64, 0, 0, 128, 40000, 70000},
		to32(v),
	} {
		for _, src := range []any{v, to32(v)} {
			got := emptyLike(want, len(v))
			require.NoError(t, Cast(src, got))
			if f, ok := want.([]float32); ok {
				close32(t, v, got.([]float32), "float32")
				require.Len(t, f, len(v))
				continue
			}
			assert.Equal(t, want, got, "%T to %T", src, want)
		}
	}
}

func TestCastOfIntegersAndBools(t *testing.T) {
	for _, tt := range []struct {
		reason    string
		src, want any
	}{
		{"low bits", []int32{300, -1, 65536 + 7}, []uint8{44, 255, 7}},
		{"low bits", []int64{1<<33 + 5, -1 << 33}, []int32{5, 0}},
		{"the sign bit", []uint8{200, 127}, []int8{-56, 127}},
		{"sign extension", []int8{-56}, []int64{-56}},
		{"images", []uint8{0, 128, 255}, []float32{0, 128, 255}},
		{"labels", []int64{3, -7}, []float64{3, -7}},
		{"rounded to 24 bits", []int32{1<<24 + 1}, []float32{1 << 24}},
		{"all but 0", []int16{0, -3, 256}, []bool{false, true, true}},
		{"all but 0", []float64{0, math.Copysign(0, -1), 1e-320, math.NaN()}, []bool{false, false, true, true}},
		{"0 or 1", []bool{true, false}, []float32{1, 0}},
		{"0 or 1", []bool{true, false}, []uint8{1, 0}},
		{"same type", []bool{true, false}, []bool{true, false}},
		{"overflow", []float64{1e300, 1}, []float32{float32(math.Inf(1)), 1}},
		{"nothing", []int8{}, []float32{}},
	} {
		n := lengthOf(tt.want)
		got := emptyLike(tt.want, n)
		require.NoError(t, Cast(tt.src, got), tt.reason)
		assert.Equal(t, tt.want, got, "%s: %T to %T", tt.reason, tt.src, tt.want)
	}
}

// Each pair of types carries small numbers.
func TestCastOfAllPairs(t *testing.T) {
	types := []any{[]bool{}, []uint8{}, []int8{}, []int16{}, []int32{}, []int64{}, []float32{}, []float64{}}
	ones := []float32{0, 1, 1, 0}
	for _, from := range types {
		src := emptyLike(from, 4)
		require.NoError(t, Cast(ones, src))
		for _, to := range types {
			dst, back := emptyLike(to, 4), make([]float32, 4)
			require.NoError(t, Cast(src, dst))
			require.NoError(t, Cast(dst, back))
			assert.Equal(t, ones, back, "%T to %T", from, to)
		}
	}
}

func emptyLike(slice any, n int) any {
	switch slice.(type) {
	case []bool:
		return make([]bool, n)
	case []uint8:
		return make([]uint8, n)
	case []int8:
		return make([]int8, n)
	case []int16:
		return make([]int16, n)
	case []int32:
		return make([]int32, n)
	case []int64:
		return make([]int64, n)
	case []float32:
		return make([]float32, n)
	}
	return make([]float64, n)
}

func lengthOf(slice any) int {
	switch s := slice.(type) {
	case []bool:
		return len(s)
	case []uint8:
		return len(s)
	case []int8:
		return len(s)
	case []int32:
		return len(s)
	case []int64:
		return len(s)
	case []float32:
		return len(s)
	}
	return len(slice.([]float64))
}

func TestCastErrors(t *testing.T) {
	const kinds = ": expected slices of bool or of an integer or floating type"
	dst := []float32{7}
	assert.EqualError(t, Cast([]complex64{1}, dst), "kernels: cast of []complex64 to []float32"+kinds)
	for _, src := range []any{[]float32{1}, []int8{1}, []bool{true}} {
		assert.ErrorContains(t, Cast(src, []string{""}), "to []string"+kinds)
	}
	assert.EqualError(t, Cast([]int8{1, 2}, dst), "kernels: cast of 2 elements of []int8 to 1 of []float32")
	assert.Equal(t, []float32{7}, dst)
}

// The types that Go programs have by chance, such as []int, go the same ways.
func TestCastOfOtherIntegers(t *testing.T) {
	for _, src := range []any{[]int{300, 7}, []uint{300, 7}, []uint16{300, 7}, []uint32{300, 7}, []uint64{300, 7}} {
		bytes, floats := make([]uint8, 2), make([]float32, 2)
		require.NoError(t, Cast(src, bytes))
		require.NoError(t, Cast(src, floats))
		assert.Equal(t, []uint8{44, 7}, bytes, "%T", src)
		assert.Equal(t, []float32{300, 7}, floats, "%T", src)
	}
	src := []float64{-1, 3e9, math.NaN(), 1e19}
	u64, u32, i := make([]uint64, 4), make([]uint32, 4), make([]int, 4)
	require.NoError(t, Cast(src, u64))
	require.NoError(t, Cast(src, u32))
	require.NoError(t, Cast(src, i))
	assert.Equal(t, []uint64{math.MaxUint64, 3e9, 1 << 63, 1e19}, u64)
	assert.Equal(t, []uint32{math.MaxUint32, 3e9, 0, 0}, u32)
	assert.Equal(t, []int{-1, 3e9, math.MinInt64, math.MinInt64}, i)
}

func TestCastOfManyElements(t *testing.T) {
	x := make([]uint8, 3*elementGrain+5)
	for i := range x {
		x[i] = uint8(i)
	}
	sameForAnyWorkers(t, func() []float32 {
		y, intact := guarded(t, make([]float32, len(x)))
		require.NoError(t, Cast(x, y))
		intact()
		for i, v := range y {
			if v != float32(uint8(i)) {
				t.Fatalf("element %d: %v", i, v)
			}
		}
		return y
	})
}

func BenchmarkCast(b *testing.B) {
	const n = 1 << 16
	bytes, floats := make([]uint8, n), make([]float32, n)
	perElement(b, "uint8 to float32", n, func() { _ = Cast(bytes, floats) })
	integers, doubles := make([]int64, n), make([]float64, n)
	perElement(b, "int64 to float32", n, func() { _ = Cast(integers, floats) })
	perElement(b, "float64 to float32", n, func() { _ = Cast(doubles, floats) })
	perElement(b, "float32 to uint8", n, func() { _ = Cast(floats, bytes) })
}
