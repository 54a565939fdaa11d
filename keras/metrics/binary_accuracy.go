package metrics

import "github.com/gokeras/gokeras/internal/kernels"

var _ Metric = (*BinaryAccuracyMetric)(nil)

// BinaryAccuracy returns the share of predictions that are on the side of the threshold
// where their targets, 0 or 1, are: 1 is above it.
//
//	yTrue, yPred (batch, …), broadcast to one shape
//
// Defaults: Threshold 0.5, name binary_accuracy. Errors of Update: shapes that do not
// broadcast.
func BinaryAccuracy() *BinaryAccuracyMetric {
	m := &BinaryAccuracyMetric{cfg: binaryAccuracyConfig{Threshold: 0.5}}
	return m.init(m, BinaryAccuracy, "BinaryAccuracy", "binary_accuracy", &m.cfg, rule{elements,
		func(w *work[float32]) error { return sameSide(w, m.cfg.Threshold) },
		func(w *work[float64]) error { return sameSide(w, m.cfg.Threshold) }})
}

// BinaryAccuracyMetric is the metric that BinaryAccuracy returns.
type BinaryAccuracyMetric struct {
	base[BinaryAccuracyMetric]
	cfg binaryAccuracyConfig
}

type binaryAccuracyConfig struct {
	Threshold float64 `keras:"threshold"`
}

// Threshold sets threshold. Default 0.5; a prediction on it is 0.
func (m *BinaryAccuracyMetric) Threshold(t float64) *BinaryAccuracyMetric {
	m.cfg.Threshold = t
	return m
}

func sameSide[T kernels.Float](w *work[T], threshold float64) error {
	for i, v := range w.output {
		w.values[i] = truth[T](truth[T](v > T(threshold)) == w.target[i])
	}
	return nil
}
