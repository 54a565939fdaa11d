package metrics

import "gorgonia.org/tensor"

var _ Metric = (*SumMetric)(nil)

// Sum returns the weighted sum of values.
//
// Defaults: name sum.
func Sum() *SumMetric {
	m := &SumMetric{}
	m.init(m, Sum, "Sum", "sum", &none{}, rule{})
	m.state.sums = true
	return m
}

// SumMetric is the metric that Sum returns.
type SumMetric struct{ base[SumMetric] }

// UpdateValues takes values with their weights, which may be nil. Weights of lower rank
// are for the sums over the further axes.
func (m *SumMetric) UpdateValues(values, sampleWeight *tensor.Dense) error {
	return m.updateValues(values, sampleWeight)
}

// Update reports that there is nothing to compare.
func (m *SumMetric) Update(_, _, _ *tensor.Dense) error { return m.noComparison() }

// Result is the sum over all batches since Reset; 0 without any.
func (m *SumMetric) Result() float64 { return m.state.total }
