package models

import (
	"fmt"
	"io"
	"strings"

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
			sizes = append(sizes, fmt.Sprint(rows(t)))
		}
	}
	return strings.Join(sizes, ", ")
}

// rows is the number of samples.
func rows(t *tensor.Dense) int {
	if t.Dims() == 0 {
		return 0
	}
	return t.Shape()[0]
}

// newArrays checks that all tensors have the same number of samples, above 0.
func newArrays(x, y, w []*tensor.Dense, size int) (*arrays, error) {
	a := &arrays{x: x, y: y, w: w, n: rows(x[0]), size: size}
	for _, list := range [][]*tensor.Dense{x, y, w} {
		for _, t := range list {
			if t != nil && rows(t) != a.n {
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
	some := p.order[p.at:min(p.at+p.size, p.n)]
	p.at += len(some)
	for i, list := range p.gathers {
		for j, g := range list {
			if g != nil {
				p.out[i][j] = g(some)
			}
		}
	}
	return batch{p.out[0], p.out[1], p.out[2], len(some)}, nil
}

func (p *arrayPass) close() {}
