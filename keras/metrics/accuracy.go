package metrics

import "github.com/gokeras/gokeras/internal/kernels"

var _ Metric = (*AccuracyMetric)(nil)

// Accuracy returns the share of predictions that are equal to their targets.
//
//	yTrue, yPred (batch, …), broadcast to one shape
//
// Defaults: name accuracy. Errors of Update: shapes that do not broadcast.
//
// In Compile, Named("accuracy") is another one: see there.
func Accuracy() *AccuracyMetric {
	m := &AccuracyMetric{}
	return m.init(m, Accuracy, "Accuracy", "accuracy", &none{}, rule{elements, equal[float32], equal[float64]})
}

// AccuracyMetric is the metric that Accuracy returns.
type AccuracyMetric struct{ base[AccuracyMetric] }

func equal[T kernels.Float](w *work[T]) error {
	for i, v := range w.output {
		w.values[i] = truth[T](v == w.target[i])
	}
	return nil
}
