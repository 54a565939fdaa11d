package data

import (
	"fmt"
	"io"
	"sync/atomic"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// What Cardinality returns when it is not a number of elements.
const (
	Infinite = -1 // the Dataset never ends
	Unknown  = -2 // only iterating tells
)

// Dataset is a sequence of Elements, described by the stages that make it. It is
// immutable: every method returns a new Dataset. Iter reads it, as often as one
// likes and from several goroutines at once.
type Dataset struct {
	name        string // of the last stage
	stage       int    // its number, counted from 1
	cardinality int
	shuffled    bool // some stage draws from the global seed
	err         error
	open        func(stream) pass
	runs        atomic.Uint64 // iterators opened
}

// pass is one pass over a Dataset, used by one goroutine at a time.
type pass struct {
	next  func() (item, error) // io.EOF after the last
	close func()               // called once; waits for what the pass has started
}

func nothingToClose() {}

// atEnd reports whether a pass ended without a fault. A wrapped io.EOF is a fault, of
// a file that is too short for instance, as it is for the readers of package io.
func atEnd(err error) bool { return err == io.EOF }

// item is an Element on its way through the stages.
type item [3]field

// The fields of an item.
const (
	fieldX = iota
	fieldY
	fieldWeight
)

func (i item) element() Element {
	return Element{X: i[fieldX].value, Y: i[fieldY].value, SampleWeight: i[fieldWeight].value}
}

// field is one field of an Element. If it is shared, somebody else may read the
// same memory, now or later: it must be copied before it is given to a user, who
// may write to it.
type field struct {
	value  any
	shared bool
}

// own returns the field's value in memory that nobody else sees.
func (f field) own() any {
	if !f.shared {
		return f.value
	}
	return mapLeaves(f.value, clone)
}

// own returns a copy of the item that nobody else sees.
func (i item) own() item {
	for k, f := range i {
		i[k] = field{value: f.own()}
	}
	return i
}

// fieldName returns the name that an Element gives to field k.
func fieldName(k int) string { return [...]string{"X", "Y", "SampleWeight"}[k] }

// sharedItem checks what a user made and takes it into the pipeline. It counts as
// shared, because the maker may have kept it: X and Y of an autoencoder are one tensor.
func sharedItem(e Element) (item, error) {
	it := item{{e.X, true}, {e.Y, true}, {e.SampleWeight, true}}
	for k, f := range it {
		if _, _, err := Leaves(f.value); err != nil {
			return item{}, errors.WithMessage(err, fieldName(k))
		}
	}
	if e.X == nil {
		return item{}, errors.New("X: expected data, received nil")
	}
	return it, nil
}

// FromTensorSlices returns the Dataset of the rows, along axis 0, of x and of what
// may follow it: y, then sample weights. Each is a *tensor.Dense, a List or a Dict,
// y and weights may be nil; all leaves have the same length n, and element i holds
// their rows i, so that (60000, 28, 28) gives 60000 elements of (28, 28).
//
// Errors: no x; more than three structures; scalars; unequal lengths.
func FromTensorSlices(x any, yAndSampleWeight ...any) *Dataset {
	d := &Dataset{name: "FromTensorSlices", stage: 1}
	if len(yAndSampleWeight) > 2 {
		return d.fail("expected x, y and sample weights, received %d arguments", 1+len(yAndSampleWeight))
	}
	whole := item{fieldX: {x, true}}
	for i, v := range yAndSampleWeight {
		whole[fieldY+i] = field{v, true}
	}
	s, err := newSlicer(whole)
	if err != nil {
		return d.fail("%w", err)
	}
	d.cardinality = s.n
	d.open = func(stream) pass {
		i := 0
		return pass{close: nothingToClose, next: func() (item, error) {
			if i == s.n {
				return item{}, io.EOF
			}
			i++
			return s.at(i - 1), nil
		}}
	}
	return d
}

// slicer cuts an item into its rows along axis 0.
type slicer struct {
	whole  item
	leaves [len(item{})][]rows
	n      int
}

func newSlicer(whole item) (*slicer, error) {
	s := &slicer{whole: whole}
	if whole[fieldX].value == nil {
		return nil, errors.New("X: expected data, received nil")
	}
	for k, f := range whole {
		if f.value == nil {
			continue
		}
		n, err := Len(f.value)
		if err != nil {
			return nil, errors.WithMessage(err, fieldName(k))
		}
		if k == fieldX {
			s.n = n
		}
		if n != s.n {
			return nil, errors.Errorf("%s: expected %d samples, as X has, received %d", fieldName(k), s.n, n)
		}
		leaves, _, err := Leaves(f.value)
		if err != nil {
			return nil, errors.WithMessage(err, fieldName(k))
		}
		for _, t := range leaves {
			s.leaves[k] = append(s.leaves[k], rowsOf(t))
		}
	}
	return s, nil
}

// at returns the views of rows i.
func (s *slicer) at(i int) item {
	row := s.whole
	for k := range row {
		leaf := 0
		row[k].value = mapLeaves(row[k].value, func(*tensor.Dense) *tensor.Dense {
			leaf++
			return s.leaves[k][leaf-1].at(i)
		})
	}
	return row
}

// FromFunc returns the Dataset of f(0), f(1), … up to the first that returns
// io.EOF itself as its error; any other error ends the iteration and is reported
// by it. Every iterator, and every round of Repeat, starts again at 0. One
// iterator calls f from one goroutine at a time, several iterators do not wait for
// each other. f must not write again to a tensor that it has returned.
//
// Its cardinality is Unknown. Errors: f is nil.
func FromFunc(f func(i int) (Element, error)) *Dataset {
	d := &Dataset{name: "FromFunc", stage: 1, cardinality: Unknown}
	if f == nil {
		return d.fail("expected a function, received nil")
	}
	d.open = func(stream) pass {
		i, ended := 0, false
		return pass{close: nothingToClose, next: func() (item, error) {
			if ended { // Batch asks again after a remainder
				return item{}, io.EOF
			}
			var e Element
			err := recovered(func() (err error) {
				e, err = f(i)
				return err
			})
			if atEnd(err) {
				ended = true
				return item{}, io.EOF
			}
			var it item
			if err == nil {
				it, err = sharedItem(e)
			}
			if err != nil {
				return item{}, d.elementError(i, err)
			}
			i++
			return it, nil
		}}
	}
	return d
}

// Zip returns the Dataset of pairs: element i has the X of element i of xs as its
// X, and the X of element i of ys as its Y. It ends with the shorter one.
//
// Errors: a nil Dataset; at iteration, elements that have a Y or SampleWeight of their own.
func Zip(xs, ys *Dataset) *Dataset {
	d := &Dataset{name: "Zip", stage: 1}
	if xs == nil || ys == nil {
		return d.fail("expected two Datasets, received nil")
	}
	d.stage = 1 + max(xs.stage, ys.stage)
	d.shuffled = xs.shuffled || ys.shuffled
	d.cardinality = shorter(xs.cardinality, ys.cardinality)
	for _, side := range []*Dataset{xs, ys} {
		if side.err != nil {
			d.err = side.err
			return d
		}
	}
	d.open = func(s stream) pass {
		px, py := xs.open(s.child(0)), ys.open(s.child(1))
		i := 0
		return pass{
			close: func() { px.close(); py.close() },
			next: func() (item, error) {
				x, err := px.next()
				if err != nil {
					return item{}, err
				}
				y, err := py.next()
				if err != nil {
					return item{}, err
				}
				for _, side := range []item{x, y} {
					if side[fieldY].value != nil || side[fieldWeight].value != nil {
						return item{}, d.elementError(i, errors.New("expected elements that have only an X, received one with Y or SampleWeight"))
					}
				}
				i++
				return item{fieldX: x[fieldX], fieldY: y[fieldX]}, nil
			},
		}
	}
	return d
}

// Err returns the error of the first stage that was described wrongly, or nil.
// What goes wrong while elements are made is reported by the Iterator.
func (d *Dataset) Err() error { return d.err }

// String says which stage is the last and how many elements there are.
func (d *Dataset) String() string {
	if d.err != nil {
		return d.err.Error()
	}
	elements := fmt.Sprintf("%d elements", d.cardinality)
	switch d.cardinality {
	case Infinite:
		elements = "elements without end"
	case Unknown:
		elements = "an unknown number of elements"
	}
	return fmt.Sprintf("data: %s (stage %d): %s", d.name, d.stage, elements)
}

// Cardinality returns the number of elements, Infinite or Unknown.
func (d *Dataset) Cardinality() int { return d.cardinality }

// then returns the Dataset of one more stage, which inherits the error of d; open
// is still to be set.
func (d *Dataset) then(name string, cardinality int) *Dataset {
	next := &Dataset{name: name, stage: d.stage + 1, cardinality: cardinality, shuffled: d.shuffled, err: d.err}
	if d.open == nil && d.err == nil {
		return next.fail("expected a Dataset that FromTensorSlices, FromFunc or Zip made, received an empty one")
	}
	return next
}

// fail gives d its error, unless it has inherited one.
func (d *Dataset) fail(format string, args ...any) *Dataset {
	if d.err == nil {
		d.err = d.errorf(format, args...)
	}
	d.cardinality = Unknown
	return d
}
