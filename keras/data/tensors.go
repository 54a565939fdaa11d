package data

import (
	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// ExpandDims returns t with a new axis of length 1 at the given place; -1 is after
// the last. It shares t's memory, as NumPy's expand_dims does.
//
// Panics with an error: an axis outside of -rank-1 … rank.
func ExpandDims(t *tensor.Dense, axis int) *tensor.Dense {
	shape := t.Shape()
	rank := len(shape)
	at := axis
	if at < 0 {
		at += rank + 1
	}
	if at < 0 || at > rank {
		throw("ExpandDims", "expected an axis from %d to %d for %s, received %d", -rank-1, rank, describe(t), axis)
	}
	expanded := make([]int, 0, rank+1)
	expanded = append(expanded, shape[:at]...)
	expanded = append(expanded, 1)
	expanded = append(expanded, shape[at:]...)
	return fromBacking(backing(t).Interface(), expanded...)
}

// Reshape returns t in another shape of as many elements; one dimension may be -1,
// which stands for what is left. It shares t's memory, as NumPy's reshape does.
//
// Panics with an error: another number of elements; more than one -1.
func Reshape(t *tensor.Dense, dims ...int) *tensor.Dense {
	shape := append([]int(nil), dims...)
	open, known := -1, 1
	for i, d := range shape {
		switch {
		case d == -1 && open < 0:
			open = i
		case d < 1 || d > maxElements/known:
			throw("Reshape", "expected positive dimensions and at most one -1 for %s, received %v", describe(t), dims)
		default:
			known *= d
		}
	}
	n := size(t.Shape())
	if open >= 0 && n%known == 0 {
		shape[open] = n / known
		known = n
	}
	if known != n {
		throw("Reshape", "expected a shape of %d elements for %s, received %v", n, describe(t), dims)
	}
	return fromBacking(backing(t).Interface(), shape...)
}

// Slice returns the rows from … to-1 of t along axis 0, t[from:to] in Python. It
// shares t's memory, as a NumPy slice does.
//
// Panics with an error: a scalar; no rows, or rows that t does not have.
func Slice(t *tensor.Dense, from, to int) *tensor.Dense {
	if t.IsScalar() {
		throw("Slice", "expected rows along axis 0, received the scalar %s", describe(t))
	}
	if from < 0 || to <= from || to > t.Shape()[0] {
		throw("Slice", "expected 0 ≤ from < to ≤ %d for %s, received %d and %d", t.Shape()[0], describe(t), from, to)
	}
	r := rowsOf(t)
	return fromBacking(r.elements.Slice(from*r.size, to*r.size).Interface(), append([]int{to - from}, r.shape...)...)
}

// Rows returns the rows of t along axis 0 with the given indices, in their order:
// (n, d…) becomes (len(indices), d…). The result is a copy.
//
// Errors: nil or a scalar; no indices; an index that t does not have.
func Rows(t *tensor.Dense, indices []int) (*tensor.Dense, error) {
	if t == nil {
		return nil, errors.New("data: Rows: expected a tensor, received nil")
	}
	if t.IsScalar() {
		return nil, errors.Errorf("data: Rows: expected rows along axis 0, received the scalar %s", describe(t))
	}
	if len(indices) == 0 {
		return nil, errors.New("data: Rows: expected at least one index, received none")
	}
	n := t.Shape()[0]
	for _, i := range indices {
		if i < 0 || i >= n {
			return nil, errors.Errorf("data: Rows: expected indices from 0 to %d for %s, received %d", n-1, describe(t), i)
		}
	}
	return rowsOf(t).gather(indices), nil
}
