package metrics

import (
	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
)

var _ Metric = (*CategoricalAccuracyMetric)(nil)

// CategoricalAccuracy returns the share of samples whose largest prediction is that of
// the class with the largest target. Of several largest ones the first counts.
//
//	yTrue, yPred (batch, …, classes)
//
// Defaults: name categorical_accuracy. Errors of Update: targets that have not the
// predictions' shape.
func CategoricalAccuracy() *CategoricalAccuracyMetric {
	m := &CategoricalAccuracyMetric{}
	return m.init(m, CategoricalAccuracy, "CategoricalAccuracy", "categorical_accuracy", &none{},
		rule{oneHot, sameLargest[float32], sameLargest[float64]})
}

// CategoricalAccuracyMetric is the metric that CategoricalAccuracy returns.
type CategoricalAccuracyMetric struct {
	base[CategoricalAccuracyMetric]
}

// oneHot compares targets for each class with predictions for each class.
func oneHot(target, output keras.Shape) (plan, error) {
	p, err := sameShape(target, output, -1)
	if err == nil {
		err = someClass(output)
	}
	return p, err
}

// someClass reports predictions without classes, of which none is the largest.
func someClass(output keras.Shape) error {
	if output.Last() < 1 {
		return keras.Expected(keras.ErrShape, "predictions of at least 1 class", output)
	}
	return nil
}

func sameLargest[T kernels.Float](w *work[T]) error {
	index := score.Grow(&w.index, 2*w.rows)
	ofTarget, ofOutput := index[:w.rows], index[w.rows:]
	kernels.ArgMax(w.target, ofTarget, w.rows, w.classes, 1)
	kernels.ArgMax(w.output, ofOutput, w.rows, w.classes, 1)
	for i, k := range ofOutput {
		w.values[i] = truth[T](k == ofTarget[i])
	}
	return nil
}
