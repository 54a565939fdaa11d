package losses

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

var _ Loss = (*CategoricalCrossentropyLoss)(nil)

// CategoricalCrossentropy returns the loss −Σ y·ln p over an axis of classes, of
// probabilities p, scaled to the sum 1 and clipped to [1e-7, 1−1e-7], for one-hot
// targets y. Targets of another sum are allowed; the gradient is the derivative of the
// loss for these too (TensorFlow's is not).
//
//	yTrue, yPred (batch, …, classes)   values (batch, …)
//
// Defaults: FromLogits false, LabelSmoothing 0, Axis -1, Reduction SumOverBatchSize,
// name categorical_crossentropy. Errors: targets that have not the predictions' shape.
func CategoricalCrossentropy() *CategoricalCrossentropyLoss {
	l := &CategoricalCrossentropyLoss{cfg: crossentropyConfig{Axis: -1}}
	return l.init(l, "CategoricalCrossentropy", "categorical_crossentropy", &l.cfg, l.values)
}

// CategoricalCrossentropyLoss is the loss that CategoricalCrossentropy returns.
type CategoricalCrossentropyLoss struct {
	base[CategoricalCrossentropyLoss]
	cfg crossentropyConfig
}

// FromLogits sets from_logits: predictions are what a softmax makes probabilities of. Default false.
func (l *CategoricalCrossentropyLoss) FromLogits(on bool) *CategoricalCrossentropyLoss {
	l.cfg.FromLogits = on
	return l
}

// LabelSmoothing sets label_smoothing, s: targets become y·(1−s) + s/classes. Default 0.
func (l *CategoricalCrossentropyLoss) LabelSmoothing(s float64) *CategoricalCrossentropyLoss {
	l.cfg.LabelSmoothing = s
	return l
}

// Axis sets axis, that of the classes. Default -1.
func (l *CategoricalCrossentropyLoss) Axis(axis int) *CategoricalCrossentropyLoss {
	l.cfg.Axis = axis
	return l
}

func (l *CategoricalCrossentropyLoss) values(_ *keras.Trace, c comparison) (values, valid *gorgonia.Node, err error) {
	if err := score.SameShape(shapeOf(c.target), shapeOf(c.output)); err != nil {
		return nil, nil, err
	}
	output, fromLogits := c.output, l.cfg.FromLogits
	if l.cfg.Axis == -1 { // the axis of the activation softmax
		output, fromLogits = c.prediction(fromLogits, activations.Softmax)
	}
	return ops.CategoricalCrossentropy(c.target, output, fromLogits, l.cfg.LabelSmoothing, l.cfg.Axis), nil, nil
}
