package metrics

import "github.com/gokeras/gokeras/internal/kernels"

var _ Metric = (*MeanSquaredErrorMetric)(nil)

// MeanSquaredError returns the mean of (yPred−yTrue)².
//
//	yTrue, yPred (batch, …, n), broadcast to one shape
//
// Defaults: name mean_squared_error. Errors of Update: shapes that do not broadcast.
func MeanSquaredError() *MeanSquaredErrorMetric {
	m := &MeanSquaredErrorMetric{}
	return m.init(m, MeanSquaredError, "MeanSquaredError", "mean_squared_error", &none{}, rule{lines, squaredError[float32], squaredError[float64]})
}

// MeanSquaredErrorMetric is the metric that MeanSquaredError returns.
type MeanSquaredErrorMetric struct{ base[MeanSquaredErrorMetric] }

func squaredError[T kernels.Float](w *work[T]) error {
	kernels.SquaredError(w.target, w.output, w.values, w.rows, w.classes)
	return nil
}
