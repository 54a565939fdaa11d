package metrics

import (
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

var _ Metric = (*MeanMetric)(nil)

// Mean returns the weighted mean of values: of a value for each sample, the mean of
// its elements. A scalar counts as one sample.
//
// Defaults: name mean.
func Mean() *MeanMetric {
	m := &MeanMetric{}
	return m.init(m, Mean, "Mean", "mean", &none{}, rule{})
}

// MeanMetric is the metric that Mean returns.
type MeanMetric struct{ base[MeanMetric] }

// UpdateValues takes values with the weights of their samples, which may be nil. Weights
// of lower rank are for the means over the further axes.
func (m *MeanMetric) UpdateValues(values, sampleWeight *tensor.Dense) error {
	return m.updateValues(values, sampleWeight)
}

// Update reports that there is nothing to compare.
func (m *MeanMetric) Update(_, _, _ *tensor.Dense) error { return m.noComparison() }

func (b *base[Self]) updateValues(values, sampleWeight *tensor.Dense) error {
	if values == nil {
		return keras.Expected(keras.ErrData, "values for the metric "+b.Name(), "nil")
	}
	return b.state.addTensor(values, sampleWeight)
}

func (b *base[Self]) noComparison() error {
	return keras.Fault(keras.ErrState, "the metric %s (%s) does not compare targets with predictions", b.Name(), b.class).
		WithHint("call UpdateValues")
}
