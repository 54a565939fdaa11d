package losses

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// Reduction is how the values of the samples become one loss.
type Reduction string

// Keras's reductions, of values v that have been multiplied with weights w.
const (
	SumOverBatchSize     Reduction = "sum_over_batch_size"     // Σv / number of values; what is masked does not count
	Mean                 Reduction = "mean"                    // the same
	Sum                  Reduction = "sum"                     // Σv
	MeanWithSampleWeight Reduction = "mean_with_sample_weight" // Σv / Σw, 0 where Σw is
	NoReduction          Reduction = "none"                    // v
)

// EncodeConfig is the word in a config.
func (r Reduction) EncodeConfig() any { return string(r) }

// DecodeConfig reads the word from a config. None is NoReduction.
func (r *Reduction) DecodeConfig(v any) error {
	word, ok := v.(string)
	switch {
	case v == nil:
		word = string(NoReduction)
	case !ok:
		word = fmt.Sprint(v)
	}
	*r = Reduction(word)
	return r.validate()
}

// validate reports a word that is none of the reductions.
func (r Reduction) validate() error {
	switch r {
	case SumOverBatchSize, Mean, Sum, MeanWithSampleWeight, NoReduction:
		return nil
	}
	return keras.Fault(keras.ErrArgument, "Invalid value for argument `reduction`. Expected one of {'%s', '%s', '%s', '%s', '%s', None}. Received: reduction=%s",
		SumOverBatchSize, Sum, NoReduction, Mean, MeanWithSampleWeight, string(r))
}

// overNumber reports a reduction that divides by the number of values.
func (r Reduction) overNumber() bool { return r == SumOverBatchSize || r == Mean }

// of weighs and reduces values. weight and mask may be nil.
func (r Reduction) of(values, weight, mask *gorgonia.Node) *gorgonia.Node {
	if weight = r.weights(values.Dtype(), weight, mask); weight != nil {
		if r == MeanWithSampleWeight && values.Dims() > 0 {
			// Weights of the sum 1 make the sum of the values their mean.
			weight = weightOp("weights over their sum", weight, values.Dtype(), overSum[float32], overSum[float64])
		}
		v, w := score.SameRank(shapeOf(values), shapeOf(weight))
		values = ops.Mul(reshaped(values, v), reshaped(weight, w))
	}
	switch {
	case r == NoReduction || values.Dims() == 0:
		return values
	case r == Sum || r == MeanWithSampleWeight && weight != nil:
		return ops.Sum(values)
	}
	return ops.Mean(values)
}

// weights are the weights of the samples with those that the mask stands for: 1
// where it is true, 0 where it is false. In a mean over the number of values the
// former are so much greater that what is masked does not count.
func (r Reduction) weights(dt tensor.Dtype, weight, mask *gorgonia.Node) *gorgonia.Node {
	if weight != nil {
		weight = ops.Cast(weight, dt)
	}
	if mask == nil {
		return weight
	}
	mask = ops.Cast(mask, dt)
	if r.overNumber() {
		mask = weightOp("weights of a mask", mask, dt, overValid[float32], overValid[float64])
	}
	if weight == nil {
		return mask
	}
	m, w := score.SameRank(shapeOf(mask), shapeOf(weight))
	return ops.Mul(reshaped(weight, w), reshaped(mask, m))
}

// weightOp computes weights from weights of the same shape. No gradient flows through it.
func weightOp(name string, weight *gorgonia.Node, dt tensor.Dtype, f32 func(w, out []float32), f64 func(w, out []float64)) *gorgonia.Node {
	return op.Apply(op.Spec{
		Name:    name,
		Outputs: []op.Output{op.Like(weight)},
		Run:     op.ByType(dt, runWeights(f32), runWeights(f64)),
	}, weight)
}

func runWeights[T kernels.Float](f func(w, out []T)) op.Run {
	return func(in, out []any) error {
		f(in[0].([]T), out[0].([]T))
		return nil
	}
}

// overSum writes w/Σw, 0 if Σw is 0.
func overSum[T kernels.Float](w, out []T) { divide(w, out, kernels.SumAll(w)) }

// overValid writes w·n/Σw for the n weights, 0 or 1, of a mask: 0 if all are.
func overValid[T kernels.Float](w, out []T) { divide(w, out, kernels.SumAll(w)/float64(len(w))) }

func divide[T kernels.Float](w, out []T, by float64) {
	if by == 0 {
		clear(out)
		return
	}
	for i, v := range w {
		out[i] = T(float64(v) / by)
	}
}

// bothMasks is true where both are. Either may be nil.
func bothMasks(a, b *gorgonia.Node) *gorgonia.Node {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return ops.LogicalAnd(ops.Cast(a, tensor.Bool), ops.Cast(b, tensor.Bool))
}
