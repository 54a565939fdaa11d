package metrics

import (
	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
)

var _ Metric = (*CategoricalCrossentropyMetric)(nil)

// CategoricalCrossentropy returns the mean of −Σ y·ln p over an axis of classes, of
// probabilities p, scaled to the sum 1 and clipped to [1e-7, 1−1e-7], for one-hot
// targets y.
//
//	yTrue, yPred (batch, …, classes)
//
// Defaults: FromLogits false, LabelSmoothing 0, Axis -1, name categorical_crossentropy.
// Errors of Update: targets that have not the predictions' shape.
func CategoricalCrossentropy() *CategoricalCrossentropyMetric {
	m := &CategoricalCrossentropyMetric{cfg: categoricalCrossentropyConfig{Axis: -1}}
	return m.init(m, CategoricalCrossentropy, "CategoricalCrossentropy", "categorical_crossentropy", &m.cfg, rule{
		func(target, output keras.Shape) (plan, error) { return sameShape(target, output, m.cfg.Axis) },
		func(w *work[float32]) error { return categoricalCrossentropy(w, m.cfg) },
		func(w *work[float64]) error { return categoricalCrossentropy(w, m.cfg) }})
}

// CategoricalCrossentropyMetric is the metric that CategoricalCrossentropy returns.
type CategoricalCrossentropyMetric struct {
	base[CategoricalCrossentropyMetric]
	cfg categoricalCrossentropyConfig
}

type categoricalCrossentropyConfig struct {
	FromLogits     bool    `keras:"from_logits"`
	LabelSmoothing float64 `keras:"label_smoothing"`
	Axis           int     `keras:"axis"`
}

// FromLogits sets from_logits: predictions are what a softmax makes probabilities of. Default false.
func (m *CategoricalCrossentropyMetric) FromLogits(on bool) *CategoricalCrossentropyMetric {
	m.cfg.FromLogits = on
	return m
}

// LabelSmoothing sets label_smoothing, s: targets become y·(1−s) + s/classes. Default 0.
func (m *CategoricalCrossentropyMetric) LabelSmoothing(s float64) *CategoricalCrossentropyMetric {
	m.cfg.LabelSmoothing = s
	return m
}

// Axis sets axis, that of the classes. Default -1.
func (m *CategoricalCrossentropyMetric) Axis(axis int) *CategoricalCrossentropyMetric {
	m.cfg.Axis = axis
	m.replan()
	return m
}

func categoricalCrossentropy[T kernels.Float](w *work[T], cfg categoricalCrossentropyConfig) error {
	kernels.CategoricalCrossentropy(w.target, w.output, w.values, w.rows, w.classes, cfg.FromLogits, cfg.LabelSmoothing)
	return nil
}
