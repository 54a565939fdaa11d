package models

import (
	"io"
	"slices"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
)

// stream is a source of a Dataset's elements, each a batch.
type stream struct {
	*reader
	ds *data.Dataset
}

// newStream makes elements while a step runs.
func newStream(r *reader, ds *data.Dataset) *stream { return &stream{r, ds.Prefetch(1)} }

func (s *stream) count() int { return max(0, s.ds.Cardinality()) }

func (s *stream) open() (batches, error) {
	if err := s.ds.Err(); err != nil {
		return nil, err
	}
	return &streamPass{s, s.ds.Iter()}, nil
}

type streamPass struct {
	*stream
	it *data.Iterator
}

func (p *streamPass) next() (batch, error) {
	if !p.it.Next() {
		if err := p.it.Err(); err != nil {
			return batch{}, err
		}
		return batch{}, io.EOF
	}
	e := p.it.Element()
	x, y, w, err := p.read(e)
	if err != nil {
		return batch{}, err
	}
	if slices.ContainsFunc(slices.Concat(x, y, w), func(t *tensor.Dense) bool { return t != nil && t.Dims() == 0 }) {
		return batch{}, keras.Expected(keras.ErrData, "a Dataset of batches", e.String()).WithHint("call Batch")
	}
	a, err := newArrays(x, y, w, 1)
	if err != nil {
		return batch{}, err
	}
	return batch{x, y, w, a.n}, nil
}

func (p *streamPass) close() { _ = p.it.Close() } // always nil
