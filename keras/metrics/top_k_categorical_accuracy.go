package metrics

import (
	"math"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
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

var _ Metric = (*SparseTopKCategoricalAccuracyMetric)(nil)

// SparseTopKCategoricalAccuracy returns the share of samples for which the class that
// the label names has one of the k largest predictions; equal ones share a place.
//
//	yTrue (batch, …) or (batch, …, 1)   yPred (batch, …, classes)
//
// Defaults: K 5, FromSortedIDs false, name sparse_top_k_categorical_accuracy. Errors of
// Update: labels that have not the predictions' shape without the last axis. A label
// outside of the classes is no hit.
func SparseTopKCategoricalAccuracy() *SparseTopKCategoricalAccuracyMetric {
	m := &SparseTopKCategoricalAccuracyMetric{cfg: sparseTopKConfig{K: 5}}
	return m.init(m, SparseTopKCategoricalAccuracy, "SparseTopKCategoricalAccuracy", "sparse_top_k_categorical_accuracy", &m.cfg, rule{labels,
		func(w *work[float32]) error { return labelInTop(w, m.cfg) },
		func(w *work[float64]) error { return labelInTop(w, m.cfg) }})
}

// SparseTopKCategoricalAccuracyMetric is the metric that SparseTopKCategoricalAccuracy returns.
type SparseTopKCategoricalAccuracyMetric struct {
	base[SparseTopKCategoricalAccuracyMetric]
	cfg sparseTopKConfig
}

type sparseTopKConfig struct {
	K             int  `keras:"k"`
	FromSortedIDs bool `keras:"from_sorted_ids"`
}

// K sets k. Default 5.
func (m *SparseTopKCategoricalAccuracyMetric) K(k int) *SparseTopKCategoricalAccuracyMetric {
	m.cfg.K = k
	return m
}

// FromSortedIDs sets from_sorted_ids: yPred has the numbers of classes, the most likely
// ones first. Default false: it has a number for each class.
func (m *SparseTopKCategoricalAccuracyMetric) FromSortedIDs(on bool) *SparseTopKCategoricalAccuracyMetric {
	m.cfg.FromSortedIDs = on
	return m
}

// Config is Keras's, which has from_sorted_ids only where it is set.
func (m *SparseTopKCategoricalAccuracyMetric) Config() keras.Config {
	cfg := m.base.Config()
	if !m.cfg.FromSortedIDs {
		return cfg.Without("from_sorted_ids")
	}
	return cfg
}

func largestInTop[T kernels.Float](w *work[T], k int) error {
	index := score.Grow(&w.index, w.rows)
	kernels.ArgMax(w.target, index, w.rows, w.classes, 1)
	for r, class := range index {
		w.values[r] = truth[T](inTop(w.output[r*w.classes:][:w.classes], class, k))
	}
	return nil
}

func labelInTop[T kernels.Float](w *work[T], cfg sparseTopKConfig) error {
	for r, label := range w.target {
		line := w.output[r*w.classes:][:w.classes]
		var hit bool
		switch {
		case cfg.FromSortedIDs:
			for _, id := range line[:max(0, min(cfg.K, len(line)))] {
				hit = hit || id == label
			}
		case label > -1 && label < T(w.classes): // as an int32: cut towards 0
			hit = inTop(line, int(label), cfg.K)
		}
		w.values[r] = truth[T](hit)
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
