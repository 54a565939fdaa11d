package models

import (
	"fmt"
	"io"
	"log"
	"strings"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
)

// batch is one step's data, in the order of the model's inputs and outputs. y and
// w have nil where an output has no target or weight; y is nil as a whole for Predict.
type batch struct {
	x, y, w []*tensor.Dense
	size    int
}

// source gives the batches of an epoch, as often as it is opened.
type source interface {
	open() (batches, error)
	// count is the number of batches, 0 where it is unknown or there is no end.
	count() int
}

// batches are read until io.EOF.
type batches interface {
	next() (batch, error)
	close()
}

// arrays is a source of tensors that are in memory.
type arrays struct {
	x, y, w []*tensor.Dense
	n, size int
	shuffle bool
	key     uint64
	passes  uint64
}

// sizesOf reports the number of samples of each tensor, in Keras's words.
func sizesOf(list []*tensor.Dense) string {
	sizes := make([]string, 0, len(list))
	for _, t := range list {
		if t != nil {
			sizes = append(sizes, fmt.Sprint(samples(t)))
		}
	}
	return strings.Join(sizes, ", ")
}

func samples(t *tensor.Dense) int {
	if t.Dims() == 0 {
		return 0
	}
	return t.Shape()[0]
}

// newArrays checks that all tensors have the same number of samples, above 0.
func newArrays(x, y, w []*tensor.Dense, size int) (*arrays, error) {
	a := &arrays{x: x, y: y, w: w, n: samples(x[0]), size: size}
	for _, list := range [][]*tensor.Dense{x, y, w} {
		for _, t := range list {
			if t != nil && samples(t) != a.n {
				text := "Data cardinality is ambiguous. Make sure all arrays contain the same number of samples.'x' sizes: " + sizesOf(x)
				if len(y) > 0 {
					text += "\n'y' sizes: " + sizesOf(y)
				}
				if len(w) > 0 {
					text += "\n'sample_weight' sizes: " + sizesOf(w)
				}
				return nil, keras.Fault(keras.ErrData, "%s", text)
			}
		}
	}
	if a.n == 0 {
		return nil, keras.Expected(keras.ErrData, "at least one sample", "none")
	}
	if size < 1 {
		return nil, keras.Expected(keras.ErrArgument, "a batch size above 0", size)
	}
	return a, nil
}

// slice is the samples from lo to hi.
func (a *arrays) slice(lo, hi int) (out *arrays) {
	cut := func(list []*tensor.Dense) []*tensor.Dense {
		s := make([]*tensor.Dense, len(list))
		for i, t := range list {
			if t != nil {
				s[i] = data.Slice(t, lo, hi)
			}
		}
		return s
	}
	return &arrays{x: cut(a.x), y: cut(a.y), w: cut(a.w), n: hi - lo, size: a.size}
}

func (a *arrays) count() int { return (a.n + a.size - 1) / a.size }

func (a *arrays) open() (batches, error) {
	p := &arrayPass{arrays: a}
	if a.shuffle {
		p.order = kernels.Permutation(kernels.Mix(a.key, a.passes), a.n)
		a.passes++
	} else {
		p.order = make([]int, a.n)
		for i := range p.order {
			p.order[i] = i
		}
	}
	for i, list := range [][]*tensor.Dense{a.x, a.y, a.w} {
		for _, t := range list {
			g, err := newGather(t, min(a.size, a.n))
			if err != nil {
				return nil, err
			}
			p.gathers[i] = append(p.gathers[i], g)
		}
		p.out[i] = make([]*tensor.Dense, len(list))
	}
	return p, nil
}

// arrayPass is one pass over arrays. It hands out the same memory for each batch.
type arrayPass struct {
	*arrays
	order   []int
	at      int
	gathers [3][]gather
	out     [3][]*tensor.Dense
}

func (p *arrayPass) next() (batch, error) {
	if p.at >= p.n {
		return batch{}, io.EOF
	}
	rows := p.order[p.at:min(p.at+p.size, p.n)]
	p.at += len(rows)
	for i, list := range p.gathers {
		for j, g := range list {
			if g != nil {
				p.out[i][j] = g(rows)
			}
		}
	}
	return batch{p.out[0], p.out[1], p.out[2], len(rows)}, nil
}

func (p *arrayPass) close() {}

// gather copies rows of a tensor into memory of its own.
type gather func(rows []int) *tensor.Dense

func newGather(t *tensor.Dense, size int) (gather, error) {
	if t == nil {
		return nil, nil
	}
	if t.RequiresIterator() {
		t = t.Materialize().(*tensor.Dense)
	}
	switch d := t.Data().(type) {
	case []float32:
		return gatherOf(d, t.Shape(), size), nil
	case []float64:
		return gatherOf(d, t.Shape(), size), nil
	case []uint8:
		return gatherOf(d, t.Shape(), size), nil
	case []int8:
		return gatherOf(d, t.Shape(), size), nil
	case []int16:
		return gatherOf(d, t.Shape(), size), nil
	case []int32:
		return gatherOf(d, t.Shape(), size), nil
	case []int64:
		return gatherOf(d, t.Shape(), size), nil
	case []bool:
		return gatherOf(d, t.Shape(), size), nil
	}
	return nil, keras.Expected(keras.ErrData, "numbers", t.Dtype())
}

func gatherOf[T any](src []T, shape tensor.Shape, size int) gather {
	row := len(src) / shape[0]
	dst := make([]T, size*row)
	tensors := map[int]*tensor.Dense{} // of a full batch, and of a short last one
	return func(rows []int) *tensor.Dense {
		for i, r := range rows {
			copy(dst[i*row:(i+1)*row], src[r*row:])
		}
		t, ok := tensors[len(rows)]
		if !ok {
			s := shape.Clone()
			s[0] = len(rows)
			t = tensor.New(tensor.WithShape(s...), tensor.WithBacking(dst[:len(rows)*row]))
			tensors[len(rows)] = t
		}
		return t
	}
}

// stream is a source of a Dataset's elements, each a batch.
type stream struct {
	m    *Model
	ds   *data.Dataset
	with bool // targets are needed
}

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
	if e.X == nil {
		return batch{}, keras.Expected(keras.ErrData, "elements with inputs", "an element whose X is nil")
	}
	if err := p.m.prepareFor(e.X); err != nil {
		return batch{}, err
	}
	x, y, w, err := p.m.element(e, p.with)
	if err != nil {
		return batch{}, err
	}
	a, err := newArrays(x, y, w, 1)
	if err != nil {
		return batch{}, err
	}
	return batch{x, y, w, a.n}, nil
}

func (p *streamPass) close() { _ = p.it.Close() } // always nil

// epochs reads a source epoch by epoch, as Keras's EpochIterator does: with a number
// of steps the source is read on from where the last epoch ended.
type epochs struct {
	source source
	steps  int // per epoch; 0: until the end
	total  int // batches in the source; 0: unknown
	pass   batches
	seen   int
}

func newEpochs(s source, steps int) (*epochs, error) {
	if steps < 0 {
		return nil, keras.Expected(keras.ErrArgument, "a number of steps above 0", steps)
	}
	return &epochs{source: s, steps: steps, total: s.count()}, nil
}

// length is the number of steps in an epoch, 0 where it is unknown.
func (e *epochs) length() int {
	if e.steps > 0 {
		return e.steps
	}
	return e.total
}

func (e *epochs) reopen() (err error) {
	e.close()
	e.seen = 0
	e.pass, err = e.source.open()
	return err
}

func (e *epochs) close() {
	if e.pass != nil {
		e.pass.close()
		e.pass = nil
	}
}

const outOfData = "Your input ran out of data; interrupting training. Make sure that your dataset or generator can generate at least `steps_per_epoch * epochs` batches. You may need to use the `.repeat()` function when building your dataset."

// run calls step for each batch of the next epoch, until it says stop.
func (e *epochs) run(step func(i int, b batch) (stop bool, err error)) error {
	if e.pass == nil || e.steps == 0 {
		if err := e.reopen(); err != nil {
			return err
		}
	}
	limit := e.length()
	for i := 0; limit == 0 || i < limit; i++ {
		b, err := batch{}, io.EOF
		if e.total == 0 || e.seen < e.total {
			b, err = e.pass.next()
		}
		if errors.Is(err, io.EOF) {
			e.close()
			if e.steps > 0 {
				log.Print(outOfData)
			} else if i == 0 {
				return keras.Expected(keras.ErrData, "at least one batch", "an empty dataset")
			}
			if e.total == 0 {
				e.total = e.seen
			}
			return nil
		}
		if err != nil {
			e.close()
			return err
		}
		e.seen++
		stop, err := step(i, b)
		if stop || err != nil {
			return err
		}
	}
	if e.total > 0 && e.seen >= e.total {
		e.close()
	}
	return nil
}
