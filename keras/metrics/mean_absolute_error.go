package metrics

import "github.com/gokeras/gokeras/internal/kernels"

var _ Metric = (*MeanAbsoluteErrorMetric)(nil)

// MeanAbsoluteError returns the mean of |yPred−yTrue|.
//
//	yTrue, yPred (batch, …, n), broadcast to one shape
//
// Defaults: name mean_absolute_error. Errors of Update: shapes that do not broadcast.
func MeanAbsoluteError() *MeanAbsoluteErrorMetric {
	m := &MeanAbsoluteErrorMetric{}
	return m.init(m, MeanAbsoluteError, "MeanAbsoluteError", "mean_absolute_error", &none{}, rule{lines, absoluteError[float32], absoluteError[float64]})
}

// MeanAbsoluteErrorMetric is the metric that MeanAbsoluteError returns.
type MeanAbsoluteErrorMetric struct{ base[MeanAbsoluteErrorMetric] }

func absoluteError[T kernels.Float](w *work[T]) error {
	kernels.AbsoluteError(w.target, w.output, w.values, w.rows, w.classes)
	return nil
}
