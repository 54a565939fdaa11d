package kernels

import (
	"math"

	"github.com/pkg/errors"
)

// number is an element type of Cast other than bool.
type number interface {
	uint8 | int8 | int16 | int32 | int64 | float32 | float64
}

// Cast writes src to dst element by element, as TensorFlow's cast does:
//
//   - from float to integer towards zero, then as from a wider integer;
//   - to a narrower integer by keeping the low bits: 300.7 to uint8 is 44, -1 is 255;
//   - what has no int32 (for int64: no int64), as NaN, ±Inf and 3e9, becomes the
//     smallest of them first: math.MinInt32 in an int32, 0 in the narrower ones;
//   - to bool true for all but 0, so also for NaN; from bool 0 or 1.
//
// src and dst are slices of bool, uint8, int8, int16, int32, int64, float32 or
// float64, of equal length, else an error comes back and dst is untouched.
func Cast(src, dst any) error {
	switch s := src.(type) {
	case []bool:
		return castBools(s, dst)
	case []uint8:
		return castNumbers(s, dst)
	case []int8:
		return castNumbers(s, dst)
	case []int16:
		return castNumbers(s, dst)
	case []int32:
		return castNumbers(s, dst)
	case []int64:
		return castNumbers(s, dst)
	case []float32:
		return castFloats(s, dst)
	case []float64:
		return castFloats(s, dst)
	}
	return castTypeError(src, dst)
}

func castBools(src []bool, dst any) error {
	switch d := dst.(type) {
	case []bool:
		return convert(src, d, func(v bool) bool { return v })
	case []uint8:
		return convert(src, d, numberOf[uint8])
	case []int8:
		return convert(src, d, numberOf[int8])
	case []int16:
		return convert(src, d, numberOf[int16])
	case []int32:
		return convert(src, d, numberOf[int32])
	case []int64:
		return convert(src, d, numberOf[int64])
	case []float32:
		return convert(src, d, numberOf[float32])
	case []float64:
		return convert(src, d, numberOf[float64])
	}
	return castTypeError(src, dst)
}

// castNumbers is for conversions that Go defines as C does: integers to anything,
// anything to floats and to bool.
func castNumbers[S number](src []S, dst any) error {
	switch d := dst.(type) {
	case []bool:
		return convert(src, d, func(v S) bool { return v != 0 })
	case []uint8:
		return convert(src, d, func(v S) uint8 { return uint8(v) })
	case []int8:
		return convert(src, d, func(v S) int8 { return int8(v) })
	case []int16:
		return convert(src, d, func(v S) int16 { return int16(v) })
	case []int32:
		return convert(src, d, func(v S) int32 { return int32(v) })
	case []int64:
		return convert(src, d, func(v S) int64 { return int64(v) })
	case []float32:
		return convert(src, d, func(v S) float32 { return float32(v) })
	case []float64:
		return convert(src, d, func(v S) float64 { return float64(v) })
	}
	return castTypeError(src, dst)
}

// castFloats takes the conversions to integers, where Go leaves what is out of
// range to the processor, through a checked one.
func castFloats[S Float](src []S, dst any) error {
	switch d := dst.(type) {
	case []uint8:
		return convert(src, d, func(v S) uint8 { return uint8(truncate32(float64(v))) })
	case []int8:
		return convert(src, d, func(v S) int8 { return int8(truncate32(float64(v))) })
	case []int16:
		return convert(src, d, func(v S) int16 { return int16(truncate32(float64(v))) })
	case []int32:
		return convert(src, d, func(v S) int32 { return truncate32(float64(v)) })
	case []int64:
		return convert(src, d, func(v S) int64 { return truncate64(float64(v)) })
	}
	return castNumbers(src, dst)
}

func convert[S, D any](src []S, dst []D, f func(S) D) error {
	if len(src) != len(dst) {
		return errors.Errorf("kernels: cast of %d elements of %T to %d of %T", len(src), src, len(dst), dst)
	}
	if len(src) <= elementGrain {
		convertPiece(src, dst, f)
		return nil
	}
	Parallel(len(src), elementGrain, func(lo, hi int) { convertPiece(src[lo:hi], dst[lo:hi], f) })
	return nil
}

func convertPiece[S, D any](src []S, dst []D, f func(S) D) {
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] = f(v)
	}
}

func castTypeError(src, dst any) error {
	return errors.Errorf("kernels: cast of %T to %T: expected slices of bool, uint8, int8, int16, int32, int64, float32 or float64", src, dst)
}

func numberOf[D number](v bool) D {
	if v {
		return 1
	}
	return 0
}

func truncate32(v float64) int32 {
	if v >= math.MinInt32 && v < math.MaxInt32+1 {
		return int32(v)
	}
	return math.MinInt32
}

func truncate64(v float64) int64 {
	if v >= math.MinInt64 && v < math.MaxInt64 { // as a float64 MaxInt64 is 2⁶³
		return int64(v)
	}
	return math.MinInt64
}
