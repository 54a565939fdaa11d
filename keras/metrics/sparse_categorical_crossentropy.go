package metrics

import (
	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
)

var _ Metric = (*SparseCategoricalCrossentropyMetric)(nil)

// SparseCategoricalCrossentropy returns the mean of −ln p of the class that a label
// names, of probabilities p, clipped to [1e-7, 1−1e-7] and scaled to the sum 1.
//
//	yTrue (batch, …) or (batch, …, 1)   yPred (batch, …, classes)
//
// Defaults: FromLogits false, no IgnoreClass, Axis -1, name
// sparse_categorical_crossentropy. Errors of Update: labels that have not the predictions'
// shape without the last axis; an axis that is not the last one; a label outside of
// [0, classes).
func SparseCategoricalCrossentropy() *SparseCategoricalCrossentropyMetric {
	m := &SparseCategoricalCrossentropyMetric{cfg: sparseCrossentropyConfig{Axis: -1}}
	return m.init(m, SparseCategoricalCrossentropy, "SparseCategoricalCrossentropy", "sparse_categorical_crossentropy", &m.cfg, rule{
		func(target, output keras.Shape) (plan, error) {
			if err := score.LastAxis(m.cfg.Axis, output); err != nil {
				return plan{}, err
			}
			return labels(target, output)
		},
		func(w *work[float32]) error { return sparseCrossentropy(w, m.cfg) },
		func(w *work[float64]) error { return sparseCrossentropy(w, m.cfg) }})
}

// SparseCategoricalCrossentropyMetric is the metric that SparseCategoricalCrossentropy returns.
type SparseCategoricalCrossentropyMetric struct {
	base[SparseCategoricalCrossentropyMetric]
	cfg sparseCrossentropyConfig
}

type sparseCrossentropyConfig struct {
	FromLogits  bool `keras:"from_logits"`
	IgnoreClass *int `keras:"ignore_class"`
	Axis        int  `keras:"axis"`
}

// FromLogits sets from_logits: predictions are what a softmax makes probabilities of. Default false.
func (m *SparseCategoricalCrossentropyMetric) FromLogits(on bool) *SparseCategoricalCrossentropyMetric {
	m.cfg.FromLogits = on
	return m
}

// IgnoreClass sets ignore_class: samples of this label have the value 0 and, where there
// are sample weights, do not count (as in Keras). Default none.
func (m *SparseCategoricalCrossentropyMetric) IgnoreClass(label int) *SparseCategoricalCrossentropyMetric {
	m.cfg.IgnoreClass = &label
	return m
}

// Axis sets axis, that of the classes: the last one, as on TensorFlow. Default -1.
func (m *SparseCategoricalCrossentropyMetric) Axis(axis int) *SparseCategoricalCrossentropyMetric {
	m.cfg.Axis = axis
	m.replan()
	return m
}

func sparseCrossentropy[T kernels.Float](w *work[T], cfg sparseCrossentropyConfig) error {
	ignored := kernels.NoIgnoredClass
	w.counts = nil
	if cfg.IgnoreClass != nil {
		ignored = *cfg.IgnoreClass
		w.counts = score.Grow(&w.numbers, w.rows)
		for i, label := range w.target {
			w.counts[i] = truth[float64](label != T(ignored))
		}
	}
	if bad := kernels.SparseCategoricalCrossentropy(w.target, w.output, w.values, w.rows, w.classes, cfg.FromLogits, ignored); bad >= 0 {
		return keras.Fault(keras.ErrData, "Received a label value of %v which is outside the valid range of [0, %d)", w.target[bad], w.classes)
	}
	return nil
}
