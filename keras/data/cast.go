package data

import (
	"reflect"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
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
	if !numeric(dtype) {
		throw("Cast", "expected a type of numbers or bool, received %v", dtype)
	}
	elements := backing(t)
	converted := reflect.MakeSlice(reflect.SliceOf(dtype.Type), elements.Len(), elements.Len()).Interface()
	if err := kernels.Cast(elements.Interface(), converted); err != nil {
		throw("Cast", "%v", err) // the types were checked: never
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
	elements := numbers(t)
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
	elements := numbers(t)
	equal := make([]uint8, len(elements))
	for i, e := range elements {
		if e == v {
			equal[i] = 1
		}
	}
	return fromBacking(equal, t.Shape()...)
}

// numeric reports whether Cast takes elements of the type.
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

// numbers are the elements of a numeric tensor as float64.
func numbers(t *tensor.Dense) []float64 {
	return backing(Cast(t, tensor.Float64)).Interface().([]float64)
}
