package data

import (
	"math"

	"gorgonia.org/tensor"
)

// Cast returns t with elements of another type, as a copy. Numbers are converted as
// TensorFlow does: fractions are cut off, and what is too large for an integer wraps
// around (300.7 becomes 44 and -1 becomes 255 in uint8). The few values for which C
// leaves it open are those of x86-64: floats outside of int32 (types up to int32) or
// int64 (larger types), infinities and NaN count as the lowest such integer. A bool is
// 0 or 1; a number is true unless it is 0.
//
// Panics with an error: elements or a type that are no numbers and no bools.
func Cast(t *tensor.Dense, dtype tensor.Dtype) *tensor.Dense {
	if !numeric(t.Dtype()) {
		throw("Cast", "expected numbers or bools, received %s", describe(t))
	}
	elements := backing(t).Interface()
	var converted any
	switch dtype {
	case tensor.Float32:
		converted = convertTo[float32](elements)
	case tensor.Float64:
		converted = convertTo[float64](elements)
	case tensor.Int:
		converted = convertTo[int](elements)
	case tensor.Int8:
		converted = convertTo[int8](elements)
	case tensor.Int16:
		converted = convertTo[int16](elements)
	case tensor.Int32:
		converted = convertTo[int32](elements)
	case tensor.Int64:
		converted = convertTo[int64](elements)
	case tensor.Uint:
		converted = convertTo[uint](elements)
	case tensor.Uint8:
		converted = convertTo[uint8](elements)
	case tensor.Uint16:
		converted = convertTo[uint16](elements)
	case tensor.Uint32:
		converted = convertTo[uint32](elements)
	case tensor.Uint64:
		converted = convertTo[uint64](elements)
	case tensor.Bool:
		converted = nonZero(convertTo[float64](elements))
	default:
		throw("Cast", "expected a type of numbers or bool, received %v", dtype)
	}
	return fromBacking(converted, t.Shape()...)
}

// Scale returns t times factor in float32, as a copy: Scale(pixels, 1.0/255).
//
// Panics with an error: elements that are no numbers and no bools.
func Scale(t *tensor.Dense, factor float64) *tensor.Dense {
	if !numeric(t.Dtype()) {
		throw("Scale", "expected numbers or bools, received %s", describe(t))
	}
	elements := convertTo[float64](backing(t).Interface())
	scaled := make([]float32, len(elements))
	for i, v := range elements {
		scaled[i] = float32(v * factor)
	}
	return fromBacking(scaled, t.Shape()...)
}

// Equal returns a uint8 tensor of t's shape that is 1 where t equals v, else 0.
// The elements of a float32 tensor are compared with v rounded to float32.
//
// Panics with an error: elements that are no numbers and no bools.
func Equal(t *tensor.Dense, v float64) *tensor.Dense {
	if !numeric(t.Dtype()) {
		throw("Equal", "expected numbers or bools, received %s", describe(t))
	}
	if t.Dtype() == tensor.Float32 {
		v = float64(float32(v))
	}
	elements := convertTo[float64](backing(t).Interface())
	equal := make([]uint8, len(elements))
	for i, e := range elements {
		if e == v {
			equal[i] = 1
		}
	}
	return fromBacking(equal, t.Shape()...)
}

type integer interface {
	int | int8 | int16 | int32 | int64 | uint | uint8 | uint16 | uint32 | uint64
}

type float interface{ float32 | float64 }

// numeric reports whether convertTo takes elements of the type.
func numeric(dtype tensor.Dtype) bool {
	switch dtype {
	case tensor.Float32, tensor.Float64,
		tensor.Int, tensor.Int8, tensor.Int16, tensor.Int32, tensor.Int64,
		tensor.Uint, tensor.Uint8, tensor.Uint16, tensor.Uint32, tensor.Uint64,
		tensor.Bool:
		return true
	default:
		return false
	}
}

// convertTo returns the numbers or bools of src, a slice of a numeric type, as a []D.
func convertTo[D integer | float](src any) []D {
	switch src := src.(type) {
	case []float32:
		return fromFloats[D](src)
	case []float64:
		return fromFloats[D](src)
	case []int:
		return fromIntegers[D](src)
	case []int8:
		return fromIntegers[D](src)
	case []int16:
		return fromIntegers[D](src)
	case []int32:
		return fromIntegers[D](src)
	case []int64:
		return fromIntegers[D](src)
	case []uint:
		return fromIntegers[D](src)
	case []uint8:
		return fromIntegers[D](src)
	case []uint16:
		return fromIntegers[D](src)
	case []uint32:
		return fromIntegers[D](src)
	case []uint64:
		return fromIntegers[D](src)
	default:
		dst := make([]D, len(src.([]bool)))
		for i, v := range src.([]bool) {
			if v {
				dst[i] = 1
			}
		}
		return dst
	}
}

// fromIntegers needs no care: Go wraps around as C does.
func fromIntegers[D integer | float, S integer](src []S) []D {
	dst := make([]D, len(src))
	for i, v := range src {
		dst[i] = D(v)
	}
	return dst
}

// fromFloats spells out what Go leaves to the machine: floats that an integer cannot hold.
func fromFloats[D integer | float, S float](src []S) []D {
	dst := make([]D, len(src))
	switch any(dst).(type) {
	case []float32, []float64:
		for i, v := range src {
			dst[i] = D(v)
		}
	case []int8, []uint8, []int16, []uint16, []int32:
		for i, v := range src {
			dst[i] = D(truncate32(float64(v)))
		}
	case []uint64, []uint:
		for i, v := range src {
			dst[i] = D(truncateUnsigned(float64(v)))
		}
	default:
		for i, v := range src {
			dst[i] = D(truncate64(float64(v)))
		}
	}
	return dst
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

// nonZero tells which numbers are not 0; NaN is not.
func nonZero(numbers []float64) []bool {
	dst := make([]bool, len(numbers))
	for i, v := range numbers {
		dst[i] = v != 0
	}
	return dst
}
