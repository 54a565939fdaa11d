package data

import (
	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/keras"
)

// Iterator reads a Dataset once:
//
//	it := ds.Iter()
//	defer it.Close()
//	for it.Next() { … it.Element() … }
//	err := it.Err()
//
// An Iterator is used by one goroutine at a time.
type Iterator struct {
	pass    pass
	element Element
	done    bool
	err     error
}

// Iter returns a new Iterator, which is independent of all others. Shuffle without a
// seed of its own draws from the global seed here, once.
func (d *Dataset) Iter() *Iterator {
	if d.err != nil {
		return &Iterator{err: d.err, done: true}
	}
	if d.open == nil {
		return &Iterator{err: errors.New("data: expected a Dataset that FromTensorSlices, FromFunc or Zip made, received an empty one"), done: true}
	}
	s := stream{run: d.runs.Add(1)}
	if d.shuffled {
		s.global = keras.NextSeed()
	}
	return &Iterator{pass: d.open(s)}
}

// Next moves to the next element and reports whether there is one. After the last,
// after an error and after Close it returns false.
func (it *Iterator) Next() bool {
	if it.done || it.pass.next == nil {
		return false
	}
	next, err := it.pass.next()
	if err != nil {
		if !atEnd(err) {
			it.err = err
		}
		it.Close()
		return false
	}
	it.element = next.own().element()
	return true
}

// Element returns the element that Next moved to; it belongs to the caller.
// Without one it returns the zero Element.
func (it *Iterator) Element() Element { return it.element }

// Err returns the error that ended the iteration, or nil.
func (it *Iterator) Err() error { return it.err }

// Close ends the iteration and returns when all work for it has stopped. Next calls
// it after the last element; who leaves the loop earlier must call it. It may be
// called again, and always returns nil: the result is for io.Closer.
func (it *Iterator) Close() error {
	it.element = Element{}
	if !it.done {
		it.done = true
		if it.pass.close != nil {
			it.pass.close()
		}
	}
	return nil
}
