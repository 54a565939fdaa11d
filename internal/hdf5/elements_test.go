package hdf5

import (
	"encoding/binary"
	"math"
	"math/rand"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every number in half precision is kept, and every float32 becomes the nearest one.
func TestHalfPrecision(t *testing.T) {
	for h := range 1 << 16 {
		x := halfToFloat(uint16(h))
		sign, exponent, mantissa := float64(1-h>>15*2), h>>10&31, float64(h&1023)
		switch {
		case exponent == 31 && mantissa != 0:
			require.True(t, math.IsNaN(float64(x)), "%#x", h)
		case exponent == 31:
			require.Equal(t, math.Inf(int(sign)), float64(x), "%#x", h)
		case exponent == 0:
			require.Equal(t, sign*math.Ldexp(mantissa, -24), float64(x), "%#x", h)
		default:
			require.Equal(t, sign*math.Ldexp(1024+mantissa, exponent-25), float64(x), "%#x", h)
		}
		require.Equal(t, math.Signbit(float64(x)), h>>15 == 1, "%#x", h)
		if x == x {
			require.Equal(t, uint16(h), floatToHalf(x), "%#x", h)
		} else {
			require.True(t, math.IsNaN(float64(halfToFloat(floatToHalf(x)))), "%#x", h)
		}
	}
	nearest(t, floatToHalf, halfToFloat, 65536)
}

func TestBrainFloat(t *testing.T) {
	widen := func(h uint16) float32 { return math.Float32frombits(uint32(h) << 16) }
	for h := range 1 << 16 {
		if x := widen(uint16(h)); x == x {
			require.Equal(t, uint16(h), floatToBrain(x), "%#x", h)
		} else {
			require.True(t, math.IsNaN(float64(widen(floatToBrain(x)))), "%#x", h)
		}
	}
	quiet := math.Float32frombits(0x7f800001) // whose upper half is infinity's
	require.True(t, math.IsNaN(float64(widen(floatToBrain(quiet)))))
	nearest(t, floatToBrain, widen, math.Ldexp(1, 128))
}

// nearest checks rounding: between a number and its neighbours nothing is nearer, and of two the even one is taken. The
// number after the largest, which stands for infinity, is given.
func nearest(t *testing.T, narrow func(float32) uint16, widen func(uint16) float32, next float64) {
	value := func(h uint16) float64 {
		if x := float64(widen(h)); !math.IsInf(x, 0) {
			return x
		}
		return next
	}
	r := rand.New(rand.NewSource(4))
	infinity := narrow(float32(math.Inf(1)))
	for range 200_000 {
		h := uint16(r.Intn(int(infinity)))
		low, high := value(h), value(h+1)
		middle := (low + high) / 2
		for _, x := range []float64{middle, math.Nextafter(middle, 0), middle + (high-low)/8, low + (high-low)*r.Float64()} {
			x := float32(x)
			want := h
			if d := 2*float64(x) - low - high; d > 0 || d == 0 && h&1 == 1 {
				want++
			}
			require.Equal(t, want, narrow(x), "%v between %v and %v", x, low, high)
			require.Equal(t, want|1<<15, narrow(-x), "%v", -x)
		}
	}
}

// Numbers are converted between all types of which one can hold the other's.
func TestConversions(t *testing.T) {
	stored := map[Type][]float64{
		Int8: {-128, 127, 0}, Int16: {-1 << 15, 1<<15 - 1, 5}, Int32: {-1 << 31, 1<<31 - 1, 5}, Int64: {-1 << 62, 1 << 62, 5},
		Uint8: {0, 255, 7}, Uint16: {0, 1<<16 - 1, 7}, Uint32: {0, 1<<32 - 1, 7}, Uint64: {0, 1 << 63, 7},
		Float16: {-0.5, 65504, 1.0 / (1 << 24)}, BFloat16: {-0.5, 1 << 100, 3}, Float32: {-0.5, 1 << 100, 3}, Float64: {-0.5, math.Ldexp(1, 1000), 3}, Bools: {0, 1, 1},
	}
	for typ, values := range stored {
		for _, dst := range []any{make([]int8, 3), make([]int16, 3), make([]int32, 3), make([]int64, 3), make([]uint8, 3), make([]uint16, 3), make([]uint32, 3),
			make([]uint64, 3), make([]float32, 3), make([]float64, 3)} {
			for _, bigEndian := range []bool{false, true} {
				dt := datatype{Type: typ, bigEndian: bigEndian}
				raw := bytesOf(typ, values)
				for i := 0; bigEndian && i < len(raw); i += typ.Size {
					slices.Reverse(raw[i : i+typ.Size])
				}
				before := slices.Clone(raw)
				v := reflect.ValueOf(dst)
				fits, fraction := true, typ.Kind == Float || typ.Kind == BrainFloat
				for _, x := range values {
					converted := reflect.ValueOf(x).Convert(v.Type().Elem())
					back := converted.Convert(reflect.TypeOf(x)).Float()
					fits = fits && back == x && (x < math.MaxInt64 || v.Type().Elem().Kind() == reflect.Uint64)
				}
				e, err := elementsOf(dst, &dt)
				if float := v.Type().Elem().Kind() == reflect.Float32 || v.Type().Elem().Kind() == reflect.Float64; fraction && !float {
					assert.ErrorIs(t, err, ErrArgument, "%s to %T", typ, dst)
					continue
				} else if float {
					fits = true // rounded
				}
				require.NoError(t, err, "%s to %T", typ, dst)
				err = e.put(0, raw, &dt, nil)
				assert.Equal(t, before, raw, "changed")
				if !fits {
					assert.ErrorIs(t, err, ErrArgument, "%s to %T", typ, dst)
					continue
				}
				require.NoError(t, err, "%s to %T", typ, dst)
				for i, x := range values {
					assert.Equal(t, reflect.ValueOf(x).Convert(v.Type().Elem()).Interface(), v.Index(i).Interface(), "%s to %T", typ, dst)
				}
			}
		}
	}
}

// bytesOf are numbers as a file has them.
func bytesOf(t Type, values []float64) (b []byte) {
	for _, x := range values {
		var u uint64
		switch {
		case t == Float64:
			u = math.Float64bits(x)
		case t == Float32:
			u = uint64(math.Float32bits(float32(x)))
		case t == Float16:
			u = uint64(floatToHalf(float32(x)))
		case t == BFloat16:
			u = uint64(floatToBrain(float32(x)))
		case t.Kind == Int:
			u = uint64(int64(x))
		default:
			u = uint64(x)
		}
		b = append(b, binary.LittleEndian.AppendUint64(nil, u)[:t.Size]...)
	}
	return b
}

func TestBooleansAndTextsStayWhatTheyAre(t *testing.T) {
	for _, tt := range []struct {
		typ Type
		dst any
	}{
		{Int8, []bool{false}}, {Bools, []string{""}}, {Type{String, 3}, []float32{0}}, {Type{Opaque, 3}, []float32{0}}, {Type{Opaque, 3}, make([]byte, 4)},
		{Float32, []int{0}}, {Float32, nil}, {Float32, float32(0)},
	} {
		_, err := elementsOf(tt.dst, &datatype{Type: tt.typ})
		assert.ErrorIs(t, err, ErrArgument, "%s to %T", tt.typ, tt.dst)
	}
}
