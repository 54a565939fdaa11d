package metrics

import (
	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
)

var _ Metric = (*SparseCategoricalAccuracyMetric)(nil)

// SparseCategoricalAccuracy returns the share of samples whose largest prediction is
// that of the class that the label names. Of several largest ones the first counts.
//
//	yTrue (batch, …) or (batch, …, 1)   yPred (batch, …, classes)
//
// Defaults: name sparse_categorical_accuracy. Errors of Update: labels that have not the
// predictions' shape without the last axis. A label outside of the classes is no hit.
func SparseCategoricalAccuracy() *SparseCategoricalAccuracyMetric {
	m := &SparseCategoricalAccuracyMetric{}
	return m.init(m, SparseCategoricalAccuracy, "SparseCategoricalAccuracy", "sparse_categorical_accuracy", &none{},
		rule{labelsOfClasses, largestIsLabel[float32], largestIsLabel[float64]})
}

// SparseCategoricalAccuracyMetric is the metric that SparseCategoricalAccuracy returns.
type SparseCategoricalAccuracyMetric struct {
	base[SparseCategoricalAccuracyMetric]
}

// labelsOfClasses compares class numbers with predictions for each class.
func labelsOfClasses(target, output keras.Shape) (plan, error) {
	p, err := labels(target, output)
	if err == nil {
		err = someClass(output)
	}
	return p, err
}

func largestIsLabel[T kernels.Float](w *work[T]) error {
	index := score.Grow(&w.index, w.rows)
	kernels.ArgMax(w.output, index, w.rows, w.classes, 1)
	for i, k := range index {
		w.values[i] = truth[T](T(k) == w.target[i])
	}
	return nil
}
