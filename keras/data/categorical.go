package data

import (
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// ToCategorical returns labels as one-hot vectors in float32: (d…) becomes
// (d…, numClasses), and a last axis of length 1 is dropped first. Labels of any
// numeric type count as integers, their fractions are cut off. numClasses 0 means the
// largest label + 1.
//
// Errors: no tensor; elements that are no numbers; a label outside of 0 … numClasses-1,
// negative ones too (Keras counts those from the end); a negative numClasses.
func ToCategorical(labels *tensor.Dense, numClasses int) (*tensor.Dense, error) {
	if labels == nil {
		return nil, errors.New("data: ToCategorical: expected labels, received nil")
	}
	if !numeric(labels.Dtype()) {
		return nil, errors.Errorf("data: ToCategorical: expected numbers, received %s", describe(labels))
	}
	classes := backing(Cast(labels, tensor.Int64)).Interface().([]int64)
	if numClasses < 0 {
		return nil, errors.Errorf("data: ToCategorical: expected a number of classes, or 0 to find it, received %d", numClasses)
	}
	if numClasses == 0 {
		numClasses = int(max(0, min(slices.Max(classes), maxElements))) + 1
	}
	for i, c := range classes {
		if c < 0 || c >= int64(numClasses) {
			return nil, errors.Errorf("data: ToCategorical: expected labels from 0 to %d, received %d at position %d", numClasses-1, c, i)
		}
	}
	shape := labels.Shape().Clone()
	if rank := len(shape); rank > 1 && shape[rank-1] == 1 {
		shape = shape[:rank-1]
	}
	shape = append(shape, numClasses)
	if err := checkShape(shape); err != nil {
		return nil, errors.WithMessage(err, "data: ToCategorical")
	}
	hot := make([]float32, size(shape))
	for i, c := range classes {
		hot[i*numClasses+int(c)] = 1
	}
	return fromBacking(hot, shape...), nil
}
