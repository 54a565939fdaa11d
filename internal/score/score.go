// Package score has what losses and metrics share when they compare targets with
// predictions: how ranks are brought together, which shapes fit, and which of the
// three classification problems two shapes describe. Rules and texts are Keras's.
package score

import (
	"slices"

	"github.com/gokeras/gokeras/keras"
)

// SameRank is Keras's squeeze_or_expand_to_same_rank. Where the ranks differ by one
// and the longer shape ends in 1, the shorter one gets a last axis of 1 if it has
// rank 1, else the longer one loses its own. Other shapes stay as they are.
func SameRank(a, b keras.Shape) (keras.Shape, keras.Shape) {
	switch {
	case len(a) == len(b)+1 && a.Last() == 1:
		if len(b) == 1 {
			return a, keras.Shape{b[0], 1}
		}
		return a[:len(a)-1], b
	case len(b) == len(a)+1 && b.Last() == 1:
		b, a = SameRank(b, a)
	}
	return a, b
}

// SameShape reports targets that have not the shape of the predictions.
func SameShape(target, output keras.Shape) error {
	switch {
	case len(target) < 1:
		return fault("Arguments `target` and `output` must be at least rank 1. Received: ", target, output)
	case len(target) != len(output):
		return fault("Arguments `target` and `output` must have the same rank (ndim). Received: ", target, output)
	case !target.Accepts(output):
		return fault("Arguments `target` and `output` must have the same shape. Received: ", target, output)
	}
	return nil
}

// Labels reports labels that do not fit predictions with the classes on the last
// axis. A last axis of 1 that labels have too much is dropped: the shape returned
// is that of the predictions without their last axis.
func Labels(target, output keras.Shape) (keras.Shape, error) {
	if len(target) == len(output) && target.Last() == 1 {
		target = target[:len(target)-1]
	}
	switch {
	case len(output) < 1:
		return nil, keras.Fault(keras.ErrShape, "Argument `output` must be at least rank 1. Received: output.shape=%s", output)
	case len(target) != len(output)-1:
		return nil, fault("Argument `output` must have rank (ndim) `target.ndim - 1`. Received: ", target, output)
	case !target.Accepts(output[:len(output)-1]):
		return nil, fault("Arguments `target` and `output` must have the same shape up until the last dimension: ", target, output)
	}
	return target, nil
}

func fault(text string, target, output keras.Shape) error {
	return keras.Fault(keras.ErrShape, "%starget.shape=%s, output.shape=%s", text, target, output)
}

// LastAxis reports an axis that is not the last one of a shape.
func LastAxis(axis int, output keras.Shape) error {
	if axis != -1 && axis != len(output)-1 {
		return keras.Fault(keras.ErrArgument, "Only axis=-1 is currently supported. Received: axis=%d", axis)
	}
	return nil
}

// Problem is a kind of classification.
type Problem int

// The three kinds.
const (
	Binary            Problem = iota // one unit
	SparseCategorical                // class numbers against one unit a class
	Categorical                      // a target for each unit
)

// ProblemOf tells the kind by the shapes of targets and predictions, as Keras does
// for the metric "accuracy" and the loss "crossentropy".
func ProblemOf(target, output keras.Shape) Problem {
	switch {
	case output.Last() == 1:
		return Binary
	case len(target) < len(output) || target.Last() == 1:
		return SparseCategorical
	}
	return Categorical
}

// AxisLast is the permutation that makes an axis (negative: from the end) the last
// one and keeps the order of the others; nil where it is the last one already.
func AxisLast(rank, axis int) ([]int, error) {
	at := axis
	if at < 0 {
		at += rank
	}
	if at < 0 || at >= rank {
		return nil, keras.Fault(keras.ErrArgument, "expected an axis of a tensor of rank %d, received axis=%d", rank, axis)
	}
	if at == rank-1 {
		return nil, nil
	}
	perm := make([]int, 0, rank)
	for i := range rank {
		if i != at {
			perm = append(perm, i)
		}
	}
	return append(perm, at), nil
}

// Keys are the names of a map, sorted.
func Keys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
