package layers

import (
	"fmt"
	"slices"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
)

// Adapt sets the weights to the mean and the variance of data: a *tensor.Dense, a data.List of
// batches, or a *data.Dataset whose X are batches; one whose X have a single axis is batched first.
// It builds the layer. Call it before training: what was computed before is forgotten.
//
// Errors: Mean and Variance are set; no data, or without end; a batch whose axes have other
// sizes than those of the first. The weights stay as they were then.
func (l *NormalizationLayer) Adapt(x any) error { return keras.Locate(l.adapt(x), l, "") }

func (l *NormalizationLayer) adapt(x any) error {
	if l.cfg.Mean.array != nil {
		return keras.Fault(keras.ErrState, "mean and variance are set: there is nothing to adapt")
	}
	var m moments
	var err error
	switch x := x.(type) {
	case *tensor.Dense:
		err = l.count(&m, x, false)
	case data.List:
		for _, batch := range x {
			if err = l.count(&m, batch, false); err != nil {
				break
			}
		}
	case *data.Dataset:
		err = l.countAll(&m, x)
	default:
		err = keras.Expected(keras.ErrArgument, "a *tensor.Dense, a data.List or a *data.Dataset", fmt.Sprintf("%T", x))
	}
	switch {
	case err != nil:
		return err
	case m.n == 0:
		return keras.Expected(keras.ErrData, "at least one batch to adapt to", "none")
	}
	if err := l.mean.Assign(l.weight(m.mean)); err != nil {
		return err
	}
	for i := range m.squares {
		m.squares[i] /= m.n
	}
	return l.variance.Assign(l.weight(m.squares))
}

// weight is numbers as a value of the mean or the variance.
func (l *NormalizationLayer) weight(numbers []float64) *tensor.Dense {
	t := tensor.New(tensor.WithBacking(numbers), tensor.WithShape(l.mean.Shape()...))
	if l.mean.Shape().Rank() == 0 {
		t = tensor.New(tensor.FromScalar(numbers[0]))
	}
	return data.Cast(t, l.DType())
}

// countAll counts the batches of a Dataset.
func (l *NormalizationLayer) countAll(m *moments, ds *data.Dataset) error {
	switch {
	case ds == nil:
		return keras.Expected(keras.ErrArgument, "a *data.Dataset", "nil")
	case ds.Cardinality() == data.Infinite:
		return keras.Expected(keras.ErrData, "a Dataset that ends", "one without end").WithHint("adapt before Repeat, or use Take")
	}
	it := ds.Iter()
	defer func() { _ = it.Close() }()
	for first := true; it.Next(); first = false {
		x, ok := it.Element().X.(*tensor.Dense)
		if !ok {
			return keras.Expected(keras.ErrData, "a Dataset whose X are tensors", fmt.Sprintf("%T", it.Element().X))
		}
		if first && x.Dims() == 1 { // not a batch
			return l.countAll(m, ds.Batch(128))
		}
		if err := l.count(m, x, true); err != nil {
			return err
		}
	}
	return it.Err()
}

// count counts a batch. The layer is built for its shape, or where anySize says so for batches of any size.
func (l *NormalizationLayer) count(m *moments, x *tensor.Dense, anySize bool) error {
	if x == nil {
		return keras.Expected(keras.ErrArgument, "a tensor", "nil")
	}
	shape := keras.Shape(x.Shape().Clone())
	axes, err := intList(l.cfg.Axis).axes(shape)
	if err != nil {
		return err
	}
	if !l.Built() {
		built := shape.Clone()
		if anySize && !slices.Contains(axes, 0) {
			built[0] = keras.None
		}
		if err := l.BuildFor(built); err != nil {
			return err
		}
	}
	if err := l.fits(shape, axes); err != nil || shape.Size() == 0 {
		return err
	}
	if slices.Contains(axes, 0) {
		m.add(data.Cast(x, tensor.Float64), axes)
		return nil
	}
	const some = 1 << 16 // elements that are numbers of 8 bytes at once
	rows := max(1, some*shape[0]/shape.Size())
	for i := 0; i < shape[0]; i += rows {
		m.add(data.Cast(data.Slice(x, i, min(i+rows, shape[0])), tensor.Float64), axes)
	}
	return nil
}

// moments are the mean of n numbers, and the sum of the squares of what they differ from it, for
// each place of some axes.
type moments struct {
	n             float64
	mean, squares []float64
}

// add counts the elements of x, after T. F. Chan, G. H. Golub and R. J. LeVeque, "Updating
// Formulae and a Pairwise Algorithm for Computing Sample Variances", 1979.
func (m *moments) add(x *tensor.Dense, axes []int) {
	places := newPlaces(x.Shape(), axes)
	if m.mean == nil {
		m.mean, m.squares = make([]float64, places.count), make([]float64, places.count)
	}
	values := x.Float64s()
	n := float64(len(values) / places.count)
	mean, squares := make([]float64, places.count), make([]float64, places.count)
	places.each(values, func(v float64, at int) { mean[at] += v })
	for at := range mean {
		mean[at] /= n
	}
	places.each(values, func(v float64, at int) { squares[at] += (v - mean[at]) * (v - mean[at]) })
	total := m.n + n
	for at, v := range mean {
		d := v - m.mean[at]
		m.mean[at] += d * n / total
		m.squares[at] += squares[at] + d*d*m.n*n/total
	}
	m.n = total
}

// places says which element of a tensor stands at which place of some of its axes.
type places struct {
	shape   []int
	strides []int // of the places; 0 for the other axes
	count   int
}

func newPlaces(shape tensor.Shape, axes []int) places {
	p := places{shape: shape, strides: make([]int, len(shape)), count: 1}
	for a := len(shape) - 1; a >= 0; a-- {
		if slices.Contains(axes, a) {
			p.strides[a] = p.count
			p.count *= shape[a]
		}
	}
	return p
}

// each visits all elements, in order.
func (p places) each(values []float64, visit func(v float64, at int)) {
	last := len(p.shape) - 1
	index, at := make([]int, last+1), 0
	for len(values) > 0 {
		run := values[:p.shape[last]]
		values = values[len(run):]
		for i, v := range run {
			visit(v, at+i*p.strides[last])
		}
		for a := last - 1; a >= 0; a-- {
			index[a]++
			at += p.strides[a]
			if index[a] < p.shape[a] {
				break
			}
			at -= index[a] * p.strides[a]
			index[a] = 0
		}
	}
}
