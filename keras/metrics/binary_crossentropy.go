package metrics

import (
	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
)

var _ Metric = (*BinaryCrossentropyMetric)(nil)

// BinaryCrossentropy returns the mean of −(y·ln p + (1−y)·ln(1−p)), of probabilities p,
// clipped to [1e-7, 1−1e-7], for targets y of 0 and 1.
//
//	yTrue, yPred (batch, …, n)
//
// Defaults: FromLogits false, LabelSmoothing 0, name binary_crossentropy. Errors of
// Update: targets that have not the predictions' shape.
func BinaryCrossentropy() *BinaryCrossentropyMetric {
	m := &BinaryCrossentropyMetric{}
	return m.init(m, BinaryCrossentropy, "BinaryCrossentropy", "binary_crossentropy", &m.cfg, rule{
		func(target, output keras.Shape) (plan, error) { return sameShape(target, output, -1) },
		func(w *work[float32]) error { return binaryCrossentropy(w, m.cfg) },
		func(w *work[float64]) error { return binaryCrossentropy(w, m.cfg) }})
}

// BinaryCrossentropyMetric is the metric that BinaryCrossentropy returns.
type BinaryCrossentropyMetric struct {
	base[BinaryCrossentropyMetric]
	cfg binaryCrossentropyConfig
}

type binaryCrossentropyConfig struct {
	FromLogits     bool    `keras:"from_logits"`
	LabelSmoothing float64 `keras:"label_smoothing"`
}

// FromLogits sets from_logits: predictions are what a sigmoid makes probabilities of. Default false.
func (m *BinaryCrossentropyMetric) FromLogits(on bool) *BinaryCrossentropyMetric {
	m.cfg.FromLogits = on
	return m
}

// LabelSmoothing sets label_smoothing, s: targets become y·(1−s) + s/2. Default 0.
func (m *BinaryCrossentropyMetric) LabelSmoothing(s float64) *BinaryCrossentropyMetric {
	m.cfg.LabelSmoothing = s
	return m
}

func binaryCrossentropy[T kernels.Float](w *work[T], cfg binaryCrossentropyConfig) error {
	kernels.BinaryCrossentropy(w.target, w.output, w.values, w.rows, w.classes, cfg.FromLogits, cfg.LabelSmoothing)
	return nil
}
