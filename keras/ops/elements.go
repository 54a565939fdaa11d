package ops

import (
	"cmp"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
)

// mover is what can be done with elements of any type. Its operands are slices of
// that type.
type mover interface {
	copy(x, y any)
	transpose(x, y any, shape, perm []int)
	slice(x, y any, outer, n, inner, start, length int)
	sliceGradient(dy, dx any, outer, n, inner, start, length int)
	put(x, y any, outer, n, inner, start, length int)
	flip(x, y any, outer, n, inner int)
	constant(value float64) any // a slice of one element
	pad(x, y, value any, xShape, yShape, before []int)
	crop(y, x any, yShape, xShape, before []int)
	expand(x, y any, xShape, yShape []int)
	choose(cond []bool, a, b, y any, condShape, aShape, bShape, yShape []int)
	compare(c comparison, a, b any, y []bool, aShape, bShape, yShape []int)
}

// comparison names a relation of two elements.
type comparison uint8

const (
	equal comparison = iota
	notEqual
	less
	lessEqual
)

// elements implements mover. A type without an order has no less.
type elements[T comparable] struct{ less func(a, b T) bool }

// elementsOf is the mover of a type.
func elementsOf(dt tensor.Dtype) mover {
	switch dt {
	case tensor.Bool:
		return elements[bool]{}
	case tensor.Uint8:
		return elements[uint8]{before[uint8]}
	case tensor.Uint16:
		return elements[uint16]{before[uint16]}
	case tensor.Uint32:
		return elements[uint32]{before[uint32]}
	case tensor.Uint64:
		return elements[uint64]{before[uint64]}
	case tensor.Int8:
		return elements[int8]{before[int8]}
	case tensor.Int16:
		return elements[int16]{before[int16]}
	case tensor.Int32:
		return elements[int32]{before[int32]}
	case tensor.Int64:
		return elements[int64]{before[int64]}
	case tensor.Float32:
		return elements[float32]{before[float32]}
	case tensor.Float64:
		return elements[float64]{before[float64]}
	}
	check(false, "bool, a type of integers, float32 or float64", dt)
	return nil
}

// before is a < b; with NaN it is false, unlike cmp.Less.
func before[T cmp.Ordered](a, b T) bool { return a < b }

func (elements[T]) copy(x, y any) { copy(y.([]T), x.([]T)) }

func (elements[T]) transpose(x, y any, shape, perm []int) {
	kernels.Transpose(x.([]T), shape, perm, y.([]T))
}

func (elements[T]) slice(x, y any, outer, n, inner, start, length int) {
	kernels.SliceAxis(x.([]T), y.([]T), outer, n, inner, start, length)
}

func (elements[T]) sliceGradient(dy, dx any, outer, n, inner, start, length int) {
	kernels.SliceAxisGradient(dy.([]T), dx.([]T), outer, n, inner, start, length)
}

func (elements[T]) put(x, y any, outer, n, inner, start, length int) {
	kernels.PutAxis(x.([]T), y.([]T), outer, n, inner, start, length)
}

func (elements[T]) flip(x, y any, outer, n, inner int) {
	kernels.FlipAxis(x.([]T), y.([]T), outer, n, inner)
}

func (elements[T]) constant(value float64) any {
	v := make([]T, 1)
	if err := kernels.Cast([]float64{value}, v); err != nil {
		panic(errors.Wrap(err, "value"))
	}
	return v
}

func (elements[T]) pad(x, y, value any, xShape, yShape, before []int) {
	kernels.Pad(x.([]T), xShape, y.([]T), yShape, before, value.([]T)[0])
}

func (elements[T]) crop(y, x any, yShape, xShape, before []int) {
	kernels.Crop(y.([]T), yShape, before, x.([]T), xShape)
}

func (elements[T]) expand(x, y any, xShape, yShape []int) {
	kernels.Expand(x.([]T), xShape, y.([]T), yShape)
}

func (elements[T]) choose(cond []bool, a, b, y any, condShape, aShape, bShape, yShape []int) {
	kernels.Select(cond, condShape, a.([]T), aShape, b.([]T), bShape, y.([]T), yShape)
}

func (e elements[T]) compare(c comparison, a, b any, y []bool, aShape, bShape, yShape []int) {
	kernels.Compare(e.relation(c), a.([]T), aShape, b.([]T), bShape, y, yShape)
}

func (e elements[T]) relation(c comparison) func(a, b T) bool {
	switch c {
	case equal:
		return func(a, b T) bool { return a == b }
	case notEqual:
		return func(a, b T) bool { return a != b }
	case less:
		return e.less
	default:
		return func(a, b T) bool { return a == b || e.less(a, b) }
	}
}
