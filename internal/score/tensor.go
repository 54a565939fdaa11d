package score

import (
	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
)

// Plain is a tensor as a program takes it: elements in memory order, int64 instead
// of int, and (1,) instead of a scalar. It is d itself where that is so.
func Plain(d *tensor.Dense) *tensor.Dense {
	if d.RequiresIterator() {
		d = d.Materialize().(*tensor.Dense)
	}
	shape := d.Shape()
	if len(shape) == 0 {
		shape = tensor.Shape{1}
	}
	switch {
	case d.Dtype() == tensor.Int:
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(convert(d.Ints(), new([]int64))))
	case len(d.Shape()) == 0:
		d = d.Clone().(*tensor.Dense)
		if err := d.Reshape(1); err != nil {
			panic(err) // one element fits a shape of one
		}
	}
	return d
}

// Floats gives the elements of a tensor of numbers or bools: its own memory if they
// are of type T, else converted into scratch, which grows as needed.
func Floats[T kernels.Float](d *tensor.Dense, scratch *[]T) ([]T, error) {
	if d.RequiresIterator() {
		d = d.Materialize().(*tensor.Dense)
	}
	if own, ok := sliceOf[T](d); ok {
		return own, nil
	}
	switch d.Dtype() {
	case tensor.Bool:
		from := d.Bools()
		to := Grow(scratch, len(from))
		for i, v := range from {
			to[i] = 0
			if v {
				to[i] = 1
			}
		}
		return to, nil
	case tensor.Int:
		return convert(d.Ints(), scratch), nil
	case tensor.Int8:
		return convert(d.Int8s(), scratch), nil
	case tensor.Int16:
		return convert(d.Int16s(), scratch), nil
	case tensor.Int32:
		return convert(d.Int32s(), scratch), nil
	case tensor.Int64:
		return convert(d.Int64s(), scratch), nil
	case tensor.Uint:
		return convert(d.Uints(), scratch), nil
	case tensor.Uint8:
		return convert(d.Uint8s(), scratch), nil
	case tensor.Uint16:
		return convert(d.Uint16s(), scratch), nil
	case tensor.Uint32:
		return convert(d.Uint32s(), scratch), nil
	case tensor.Uint64:
		return convert(d.Uint64s(), scratch), nil
	case tensor.Float32:
		return convert(d.Float32s(), scratch), nil
	case tensor.Float64:
		return convert(d.Float64s(), scratch), nil
	}
	return nil, errors.Errorf("expected numbers or bools, received %s", d.Dtype())
}

func sliceOf[T kernels.Float](d *tensor.Dense) (own []T, ok bool) {
	switch d.Dtype() {
	case tensor.Float32:
		own, ok = any(d.Float32s()).([]T)
	case tensor.Float64:
		own, ok = any(d.Float64s()).([]T)
	}
	return own, ok
}

// convert writes numbers of one type to scratch as numbers of another.
func convert[S, D int | int8 | int16 | int32 | int64 | uint | uint8 | uint16 | uint32 | uint64 | float32 | float64](from []S, scratch *[]D) []D {
	to := Grow(scratch, len(from))
	for i, v := range from {
		to[i] = D(v)
	}
	return to
}

// Grow gives n elements of scratch, which is replaced if it is too short.
func Grow[T any](scratch *[]T, n int) []T {
	if cap(*scratch) < n {
		*scratch = make([]T, n)
	}
	return (*scratch)[:n]
}
