package metrics

import (
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
)

// accumulator is the state of Keras's Mean: a weighted sum of values, and the sum of
// the weights.
type accumulator struct {
	total, count float64
	sums         bool // Keras's Sum: axes are summed, where Mean takes means

	weighing                      weighing
	seenValues, seenWeight        keras.Shape // the shapes that weighing is for
	seenCounts                    bool
	values, masked, both, numbers []float64
	converted                     []float64
}

// weighing is how weights of a shape meet values of a shape.
type weighing struct {
	weight keras.Shape // what the weights are seen as
	counts keras.Shape // and what says which values count; nil without
	both   keras.Shape // of the product of these
	last   keras.Shape // what the product is seen as
	values keras.Shape // and the values, after a mean over trail elements each
	trail  int
}

// mean is the result of Mean.
func (a *accumulator) mean() float64 {
	if a.count == 0 {
		return 0
	}
	return a.total / a.count
}

// add takes values of a shape with the weights of a batch, as Keras's
// reduce_to_samplewise_values. counts, where it is not nil, has 0 for values that do
// not count; as in Keras it matters only if there are weights.
func add[T kernels.Float](a *accumulator, values []T, shape keras.Shape, counts []float64, sampleWeight *tensor.Dense) error {
	if sampleWeight == nil {
		total := kernels.SumAll(values)
		samples := 1
		if len(shape) > 0 {
			samples = shape[0]
		}
		a.total += total / a.divisor(shape)
		a.count += float64(samples)
		return nil
	}
	if err := a.weigh(shape, keras.Shape(sampleWeight.Shape()), counts != nil); err != nil {
		return err
	}
	weight, err := score.Floats(sampleWeight, &a.converted)
	if err != nil {
		return err
	}
	w := &a.weighing
	if counts != nil {
		a.masked = score.Grow(&a.masked, size(w.both))
		kernels.Broadcast(kernels.Mul, weight, w.weight, counts, w.counts, a.masked, w.both)
		weight = a.masked
	}
	v := score.Grow(&a.values, size(w.values))
	means(values, v, w.trail, a.sums)
	a.both = score.Grow(&a.both, len(v))
	kernels.Broadcast(kernels.Mul, v, w.values, weight, w.last, a.both, w.values)
	inner := a.divisor(w.values)
	a.total += kernels.SumAll(a.both) / inner
	if len(weight) > 0 {
		a.count += kernels.SumAll(weight) * float64(len(v)/len(weight)) / inner
	}
	return nil
}

// divisor is what makes a sum over all axes one of means over all but the first.
func (a *accumulator) divisor(shape keras.Shape) float64 {
	if a.sums || len(shape) < 2 {
		return 1
	}
	return float64(size(shape[1:]))
}

// weigh finds out how weights meet values, unless it is known from the last batch.
func (a *accumulator) weigh(values, weight keras.Shape, counts bool) error {
	if a.seenValues != nil && values.Equal(a.seenValues) && weight.Equal(a.seenWeight) && counts == a.seenCounts {
		return nil
	}
	w := weighing{weight: weight.Clone(), both: weight.Clone(), trail: 1}
	ok := true
	if counts {
		w.counts, w.weight = score.SameRank(values.Clone(), w.weight)
		w.both, ok = kernels.BroadcastShape(w.weight, w.counts)
	}
	w.values, w.last = score.SameRank(values.Clone(), w.both)
	if n := len(w.last); len(w.values) > n {
		w.trail = size(w.values[n:])
		w.values = w.values[:n]
	}
	if ok {
		var full keras.Shape
		full, ok = kernels.BroadcastShape(w.values, w.last)
		ok = ok && w.values.Equal(full)
	}
	if !ok {
		return keras.Expected(keras.ErrShape, "sample weights whose shape broadcasts to that of the values, "+values.String(), weight)
	}
	a.weighing, a.seenCounts = w, counts
	a.seenValues, a.seenWeight = append(keras.Shape{}, values...), append(keras.Shape{}, weight...)
	return nil
}

// means writes the mean, or sum, of each n elements of x.
func means[T kernels.Float](x []T, out []float64, n int, sums bool) {
	for i := range out {
		var s float64
		for _, v := range x[i*n:][:n] {
			s += float64(v)
		}
		if !sums {
			s /= float64(n)
		}
		out[i] = s
	}
}

// addTensor is add for a tensor of values.
func (a *accumulator) addTensor(values, sampleWeight *tensor.Dense) error {
	numbers, err := score.Floats(values, &a.numbers)
	if err != nil {
		return err
	}
	return add(a, numbers, keras.Shape(values.Shape()), nil, sampleWeight)
}
