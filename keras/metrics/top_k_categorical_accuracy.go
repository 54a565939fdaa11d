package metrics

import (
	"math"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/score"
)

var _ Metric = (*TopKCategoricalAccuracyMetric)(nil)

// TopKCategoricalAccuracy returns the share of samples for which the class with the
// largest target has one of the k largest predictions; equal ones share a place.
//
//	yTrue, yPred (batch, …, classes)
//
// Defaults: K 5, name top_k_categorical_accuracy. Errors of Update: targets that have
// not the predictions' shape.
func TopKCategoricalAccuracy() *TopKCategoricalAccuracyMetric {
	m := &TopKCategoricalAccuracyMetric{cfg: topKConfig{K: 5}}
	return m.init(m, TopKCategoricalAccuracy, "TopKCategoricalAccuracy", "top_k_categorical_accuracy", &m.cfg, rule{oneHot,
		func(w *work[float32]) error { return largestInTop(w, m.cfg.K) },
		func(w *work[float64]) error { return largestInTop(w, m.cfg.K) }})
}

// TopKCategoricalAccuracyMetric is the metric that TopKCategoricalAccuracy returns.
type TopKCategoricalAccuracyMetric struct {
	base[TopKCategoricalAccuracyMetric]
	cfg topKConfig
}

type topKConfig struct {
	K int `keras:"k"`
}

// K sets k. Default 5.
func (m *TopKCategoricalAccuracyMetric) K(k int) *TopKCategoricalAccuracyMetric {
	m.cfg.K = k
	return m
}

func largestInTop[T kernels.Float](w *work[T], k int) error {
	index := score.Grow(&w.index, w.rows)
	kernels.ArgMax(w.target, index, w.rows, w.classes, 1)
	for r, class := range index {
		w.values[r] = truth[T](inTop(w.output[r*w.classes:][:w.classes], class, k))
	}
	return nil
}

// inTop reports whether fewer than k classes have a larger prediction, as TensorFlow's
// in_top_k: a line with something that is not finite has no top.
func inTop[T kernels.Float](line []T, class, k int) bool {
	larger := 0
	for _, v := range line {
		if math.IsInf(float64(v), 0) || math.IsNaN(float64(v)) {
			return false
		}
		if v > line[class] {
			larger++
		}
	}
	return larger < k
}
