package npy

import (
	"bytes"
	"encoding/binary"
	"io"
	"reflect"
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// Reader reads an array a few rows at a time: elements along its first axis.
type Reader struct {
	elements io.Reader
	dtype    tensor.Dtype
	order    binary.ByteOrder
	shape    []int // of what is left
}

// NewReader reads the head of an array of numbers or booleans. The array may take at most so many
// bytes as its file can hold. One in column-major order is read at once.
//
// Errors: what is no npy; elements of another type; no rows, or empty ones; an array of another
// size than the header says.
func NewReader(r io.Reader, atMost int64) (*Reader, error) {
	h, err := ReadHeader(r)
	if err != nil {
		return nil, err
	}
	a := &Reader{elements: r, order: binary.LittleEndian, shape: h.Shape}
	for dt, name := range types {
		if len(h.Descr) > 1 && h.Descr[1:] == name {
			a.dtype = dt
		}
	}
	if a.dtype.Type == nil {
		return nil, errors.Errorf("expected integers, booleans, or floats of 32 or 64 bits, received the type %.20q", h.Descr)
	}
	if h.Descr[0] == '>' {
		a.order = binary.BigEndian
	}
	if len(h.Shape) == 0 {
		return nil, errors.New("expected an array with an axis of samples, received a single number")
	}
	size, limit := int64(1), atMost/int64(a.dtype.Size())
	for _, n := range h.Shape {
		if n < 1 {
			return nil, errors.Errorf("expected at least one element, received shape %v", h.Shape)
		}
		if int64(n) > limit/size {
			return nil, errors.Errorf("expected no more elements than the file can hold, received shape %v", h.Shape)
		}
		size *= int64(n)
	}
	if h.Fortran && len(h.Shape) > 1 {
		raw := make([]byte, size*int64(a.dtype.Size()))
		if _, err := io.ReadFull(r, raw); err != nil {
			return nil, errors.WithMessagef(err, "expected %d elements", size)
		}
		a.elements = bytes.NewReader(transposed(raw, int(a.dtype.Size()), h.Shape))
	}
	return a, nil
}

// transposed is elements in row-major order that were in column-major order.
func transposed(raw []byte, width int, shape []int) []byte {
	out := make([]byte, 0, len(raw))
	strides := make([]int, len(shape))
	for i, stride := 0, width; i < len(shape); i++ {
		strides[i] = stride
		stride *= shape[i]
	}
	var axis func(i, from int)
	axis = func(i, from int) {
		if i == len(shape) {
			out = append(out, raw[from:from+width]...)
			return
		}
		for k := range shape[i] {
			axis(i+1, from+k*strides[i])
		}
	}
	axis(0, 0)
	return out
}

// Shape is the shape of what has not been read yet.
func (a *Reader) Shape() []int { return a.shape }

// Next is the next rows, as many as are wanted or left. After the last it gives io.EOF.
func (a *Reader) Next(rows int) (*tensor.Dense, error) {
	rows = min(rows, a.shape[0])
	if rows == 0 {
		switch n, err := io.ReadFull(a.elements, make([]byte, 1)); {
		case n > 0:
			return nil, errors.New("expected the end of the array, received more elements")
		default:
			return nil, err
		}
	}
	shape := append([]int{rows}, a.shape[1:]...)
	n := tensor.Shape(shape).TotalSize()
	raw := make([]byte, n*int(a.dtype.Size()))
	if read, err := io.ReadFull(a.elements, raw); err != nil {
		return nil, errors.WithMessagef(unexpected(err), "expected %d more elements, received %d", tensor.Shape(a.shape).TotalSize(), read/int(a.dtype.Size()))
	}
	elements := reflect.MakeSlice(reflect.SliceOf(a.dtype.Type), n, n).Interface()
	if _, err := binary.Decode(raw, a.order, elements); err != nil {
		return nil, errors.WithStack(err)
	}
	a.shape = slices.Clone(a.shape)
	a.shape[0] -= rows
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(elements)), nil
}

// unexpected is an error where the end of a file is none that a caller may take for his own.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Write writes an array.
//
// Errors: elements that are no numbers or booleans; those of w.
func Write(w io.Writer, t *tensor.Dense) error {
	h := Header{Descr: Descr(t.Dtype()), Shape: t.Shape()}
	if h.Descr == "" {
		return errors.Errorf("expected numbers, received elements of type %s", t.Dtype())
	}
	if _, err := w.Write(h.text()); err != nil {
		return errors.WithStack(err)
	}
	const piece = 1 << 14 // elements: what binary.Write copies
	all := reflect.ValueOf(t.Data())
	if all.Kind() != reflect.Slice {
		return errors.WithStack(binary.Write(w, binary.LittleEndian, t.Data()))
	}
	for from := 0; from < all.Len(); from += piece {
		part := all.Slice(from, min(from+piece, all.Len())).Interface()
		if err := binary.Write(w, binary.LittleEndian, part); err != nil {
			return errors.WithStack(err)
		}
	}
	return nil
}
