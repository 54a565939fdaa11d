package metrics

import (
	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
)

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
