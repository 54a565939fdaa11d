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
		wide := make([]int64, d.DataSize())
		convert(d.Ints(), wide)
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(wide))
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
	to := Grow(scratch, d.DataSize())
	switch d.Dtype() {
	case tensor.Bool:
		for i, v := range d.Bools() {
			to[i] = 0
			if v {
				to[i] = 1
			}
		}
	case tensor.Int:
		convert(d.Ints(), to)
	case tensor.Int8:
		convert(d.Int8s(), to)
	case tensor.Int16:
		convert(d.Int16s(), to)
	case tensor.Int32:
		convert(d.Int32s(), to)
	case tensor.Int64:
		convert(d.Int64s(), to)
	case tensor.Uint:
		convert(d.Uints(), to)
	case tensor.Uint8:
		convert(d.Uint8s(), to)
	case tensor.Uint16:
		convert(d.Uint16s(), to)
	case tensor.Uint32:
		convert(d.Uint32s(), to)
	case tensor.Uint64:
		convert(d.Uint64s(), to)
	case tensor.Float32:
		convert(d.Float32s(), to)
	case tensor.Float64:
		convert(d.Float64s(), to)
	default:
		return nil, errors.Errorf("expected numbers or bools, received %s", d.Dtype())
	}
	return to, nil
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

func convert[S, D int | int8 | int16 | int32 | int64 | uint | uint8 | uint16 | uint32 | uint64 | float32 | float64](from []S, to []D) {
	to = to[:len(from)]
	for i, v := range from {
		to[i] = D(v)
	}
}

// Grow gives n elements of scratch, which is replaced if it is too short.
func Grow[T any](scratch *[]T, n int) []T {
	if cap(*scratch) < n {
		*scratch = make([]T, n)
	}
	return (*scratch)[:n]
}
