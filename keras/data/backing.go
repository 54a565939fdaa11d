package data

import (
	"fmt"
	"math"
	"reflect"

	"github.com/gokeras/gokeras/keras"
	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// Rows are moved with package reflect: one copy per row for every element type,
// and memory that holds pointers (strings) stays visible to the garbage collector.

// backing returns the elements of t as a []T in row-major order. It shares the
// memory of t where t lies in that order, and is not a scalar.
func backing(t *tensor.Dense) reflect.Value {
	if t.IsScalar() {
		v := reflect.MakeSlice(reflect.SliceOf(t.Dtype().Type), 1, 1)
		v.Index(0).Set(reflect.ValueOf(t.ScalarValue()))
		return v
	}
	v := reflect.ValueOf(t.Data())
	if !t.RequiresIterator() && !t.DataOrder().IsColMajor() {
		return v
	}
	return gather(v, t.Shape(), t.Strides())
}

// gather returns the elements of src in row-major order of shape, where src lies
// in memory with the given strides.
func gather(src reflect.Value, shape, strides []int) reflect.Value {
	n := size(shape)
	dst := reflect.MakeSlice(src.Type(), n, n)
	at := make([]int, len(shape))
	for i, from := 0, 0; i < n; i++ {
		dst.Index(i).Set(src.Index(from))
		for axis := len(shape) - 1; axis >= 0; axis-- {
			at[axis]++
			from += strides[axis]
			if at[axis] < shape[axis] {
				break
			}
			from -= at[axis] * strides[axis]
			at[axis] = 0
		}
	}
	return dst
}

// fromBacking returns a tensor over elements, a []T that it shares.
func fromBacking(elements any, shape ...int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(elements))
}

// clone returns a copy of t, contiguous and row-major.
func clone(t *tensor.Dense) *tensor.Dense {
	src := backing(t)
	dst := reflect.MakeSlice(src.Type(), src.Len(), src.Len())
	reflect.Copy(dst, src)
	return fromBacking(dst.Interface(), t.Shape()...)
}

// rows is a tensor seen as the sequence of its rows along axis 0.
type rows struct {
	elements reflect.Value
	shape    []int // of one row
	size     int
}

func rowsOf(t *tensor.Dense) rows {
	shape := t.Shape().Clone()[1:]
	return rows{elements: backing(t), shape: shape, size: size(shape)}
}

// at returns a view of row i.
func (r rows) at(i int) *tensor.Dense {
	return fromBacking(r.elements.Slice(i*r.size, (i+1)*r.size).Interface(), r.shape...)
}

// gather returns a copy of the rows with the given indices, which exist.
func (r rows) gather(indices []int) *tensor.Dense {
	n := len(indices) * r.size
	dst := reflect.MakeSlice(r.elements.Type(), n, n)
	for k, i := range indices {
		reflect.Copy(dst.Slice(k*r.size, (k+1)*r.size), r.elements.Slice(i*r.size, (i+1)*r.size))
	}
	return fromBacking(dst.Interface(), append([]int{len(indices)}, r.shape...)...)
}

// size returns the number of elements of a shape, whose dimensions are known.
func size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// maxElements bounds what a shape that a caller made up may ask for: 64 GB of float32,
// less where int has 32 bits. More would be a mistake, such as labels that are times,
// and running out of memory cannot be reported as an error.
const maxElements = min(1<<34, math.MaxInt/8)

// checkShape returns an error unless shape has positive dimensions of a sensible product.
func checkShape(shape []int) error {
	n := 1
	for _, d := range shape {
		if d < 1 {
			return errors.Errorf("expected positive dimensions, received %v", shape)
		}
		if d > maxElements/n {
			return errors.Errorf("expected at most %d elements, received %v", maxElements, shape)
		}
		n *= d
	}
	return nil
}

// describe returns shape and type, as in "(28, 28) uint8".
func describe(t *tensor.Dense) string {
	return fmt.Sprintf("%v %v", keras.Shape(t.Shape()), t.Dtype())
}
