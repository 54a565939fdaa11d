package kernels

import (
	"math"
	"unsafe"

	"github.com/pkg/errors"
)

type integer interface {
	int | int8 | int16 | int32 | int64 | uint | uint8 | uint16 | uint32 | uint64
}

type number interface{ integer | Float }

// Cast converts the elements of src to the type of dst's, as TensorFlow does:
//
//   - from float to integer towards zero, then as from a wider integer;
//   - to a narrower integer by keeping the low bits: 300.7 to uint8 is 44, -1 is 255;
//   - what is outside of int32 (for types above 32 bits: of int64), as NaN, ±Inf and
//     3e9, becomes the smallest of them first: math.MinInt32 in an int32, 0 in the
//     narrower ones (so the instructions of x86-64, where C leaves it open);
//   - to bool true for all but 0, so also for NaN; from bool 0 or 1.
//
// src and dst are slices of bool or of one of Go's integer or floating types, of
// equal length, else an error comes back and dst is untouched.
func Cast(src, dst any) error {
	switch s := src.(type) {
	case []bool:
		return castBools(s, dst)
	case []int:
		return castIntegers(s, dst)
	case []int8:
		return castIntegers(s, dst)
	case []int16:
		return castIntegers(s, dst)
	case []int32:
		return castIntegers(s, dst)
	case []int64:
		return castIntegers(s, dst)
	case []uint:
		return castIntegers(s, dst)
	case []uint8:
		if d, ok := dst.([]float32); ok && len(d) == len(s) {
			castBytes(s, d)
			return nil
		}
		return castIntegers(s, dst)
	case []uint16:
		return castIntegers(s, dst)
	case []uint32:
		return castIntegers(s, dst)
	case []uint64:
		return castIntegers(s, dst)
	case []float32:
		return castFloats(s, dst)
	case []float64:
		return castFloats(s, dst)
	}
	return castTypeError(src, dst)
}

// castBools goes through bytes.
func castBools(src []bool, dst any) error {
	if d, ok := dst.([]bool); ok {
		return convert(src, d, func(v bool) bool { return v })
	}
	bytes := make([]uint8, len(src))
	for i, v := range src {
		if v {
			bytes[i] = 1
		}
	}
	return castIntegers(bytes, dst)
}

// castIntegers needs no care: Go wraps around as C does.
func castIntegers[S integer](src []S, dst any) error {
	switch d := dst.(type) {
	case []int:
		return cast(src, d)
	case []int8:
		return cast(src, d)
	case []int16:
		return cast(src, d)
	case []int32:
		return cast(src, d)
	case []int64:
		return cast(src, d)
	case []uint:
		return cast(src, d)
	case []uint8:
		return cast(src, d)
	case []uint16:
		return cast(src, d)
	case []uint32:
		return cast(src, d)
	case []uint64:
		return cast(src, d)
	}
	return castToFloatOrBool(src, dst)
}

// castFloats takes the conversions to integers, where Go leaves what is out of
// range to the processor, through checked ones.
func castFloats[S Float](src []S, dst any) error {
	switch d := dst.(type) {
	case []int8:
		return convert(src, d, func(v S) int8 { return int8(truncate32(float64(v))) })
	case []int16:
		return convert(src, d, func(v S) int16 { return int16(truncate32(float64(v))) })
	case []int32:
		return convert(src, d, func(v S) int32 { return truncate32(float64(v)) })
	case []uint8:
		return convert(src, d, func(v S) uint8 { return uint8(truncate32(float64(v))) })
	case []uint16:
		return convert(src, d, func(v S) uint16 { return uint16(truncate32(float64(v))) })
	case []int:
		return convert(src, d, func(v S) int { return int(truncate64(float64(v))) })
	case []int64:
		return convert(src, d, func(v S) int64 { return truncate64(float64(v)) })
	case []uint32:
		return convert(src, d, func(v S) uint32 { return uint32(truncate64(float64(v))) })
	case []uint:
		return convert(src, d, func(v S) uint { return uint(truncateUnsigned(float64(v))) })
	case []uint64:
		return convert(src, d, func(v S) uint64 { return truncateUnsigned(float64(v)) })
	}
	return castToFloatOrBool(src, dst)
}

func castToFloatOrBool[S number](src []S, dst any) error {
	switch d := dst.(type) {
	case []bool:
		return convert(src, d, func(v S) bool { return v != 0 })
	case []float32:
		return cast(src, d)
	case []float64:
		return cast(src, d)
	}
	return castTypeError(src, dst)
}

// cast converts as Go does, and without the calls of convert.
func cast[S, D number](src []S, dst []D) error {
	if len(src) != len(dst) {
		return castLengthError(src, dst)
	}
	if len(src) <= elementGrain {
		castPiece(src, dst)
		return nil
	}
	Parallel(len(src), elementGrain, func(lo, hi int) { castPiece(src[lo:hi], dst[lo:hi]) })
	return nil
}

func castPiece[S, D number](src []S, dst []D) {
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] = D(v)
	}
}

func convert[S, D any](src []S, dst []D, f func(S) D) error {
	if len(src) != len(dst) {
		return castLengthError(src, dst)
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

// castBytes converts images.
func castBytes(src []uint8, dst []float32) {
	if len(src) <= elementGrain {
		castBytesPiece(src, dst)
		return
	}
	Parallel(len(src), elementGrain, func(lo, hi int) { castBytesPiece(src[lo:hi], dst[lo:hi]) })
}

func castBytesPiece(src []uint8, dst []float32) {
	if l := loopsFor[float32](); l != nil {
		whole := len(src) / active.lanes * active.lanes
		l.fromBytes(unsafe.SliceData(dst), unsafe.SliceData(src), whole)
		src, dst = src[whole:], dst[whole:]
	}
	castPiece(src, dst)
}

func castLengthError[S, D any](src []S, dst []D) error {
	return errors.Errorf("kernels: cast of %d elements of %T to %d of %T", len(src), src, len(dst), dst)
}

func castTypeError(src, dst any) error {
	return errors.Errorf("kernels: cast of %T to %T: expected slices of bool or of an integer or floating type", src, dst)
}

// truncate32 is the instruction CVTTSD2SI with a 32-bit result.
func truncate32(v float64) int32 {
	if v > math.MinInt32-1 && v < math.MaxInt32+1 {
		return int32(v)
	}
	return math.MinInt32
}

// truncate64 is the instruction CVTTSD2SI with a 64-bit result.
func truncate64(v float64) int64 {
	if v >= math.MinInt64 && v < 1<<63 {
		return int64(v)
	}
	return math.MinInt64
}

// truncateUnsigned is what compilers make of it for uint64.
func truncateUnsigned(v float64) uint64 {
	if v >= 1<<63 && v < 1<<64 {
		return uint64(int64(v-1<<63)) + 1<<63
	}
	return uint64(truncate64(v))
}
