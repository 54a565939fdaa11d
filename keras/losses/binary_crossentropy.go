package losses

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

var _ Loss = (*BinaryCrossentropyLoss)(nil)

// BinaryCrossentropy returns the loss −(y·ln p + (1−y)·ln(1−p)), a mean over an axis,
// of probabilities p, clipped to [1e-7, 1−1e-7], for targets y of 0 and 1.
//
//	yTrue, yPred (batch, …, n)   values (batch, …)
//
// Defaults: FromLogits false, LabelSmoothing 0, Axis -1, Reduction SumOverBatchSize,
// name binary_crossentropy. Errors: targets that have not the predictions' shape.
func BinaryCrossentropy() *BinaryCrossentropyLoss {
	l := &BinaryCrossentropyLoss{cfg: crossentropyConfig{Axis: -1}}
	return l.init(l, "BinaryCrossentropy", "binary_crossentropy", &l.cfg, l.values)
}

// BinaryCrossentropyLoss is the loss that BinaryCrossentropy returns.
type BinaryCrossentropyLoss struct {
	base[BinaryCrossentropyLoss]
	cfg crossentropyConfig
}

// crossentropyConfig is that of the binary and of the categorical crossentropy.
type crossentropyConfig struct {
	FromLogits     bool    `keras:"from_logits"`
	LabelSmoothing float64 `keras:"label_smoothing"`
	Axis           int     `keras:"axis"`
}

// FromLogits sets from_logits: predictions are what a sigmoid makes probabilities of. Default false.
func (l *BinaryCrossentropyLoss) FromLogits(on bool) *BinaryCrossentropyLoss {
	l.cfg.FromLogits = on
	return l
}

// LabelSmoothing sets label_smoothing, s: targets become y·(1−s) + s/2. Default 0.
func (l *BinaryCrossentropyLoss) LabelSmoothing(s float64) *BinaryCrossentropyLoss {
	l.cfg.LabelSmoothing = s
	return l
}

// Axis sets axis, the one to take the mean over. Default -1.
func (l *BinaryCrossentropyLoss) Axis(axis int) *BinaryCrossentropyLoss { l.cfg.Axis = axis; return l }

func (l *BinaryCrossentropyLoss) values(_ *keras.Trace, c comparison) (values, valid *gorgonia.Node, err error) {
	if err := score.SameShape(shapeOf(c.target), shapeOf(c.output)); err != nil {
		return nil, nil, err
	}
	perm, err := score.AxisLast(c.output.Dims(), l.cfg.Axis)
	if err != nil {
		return nil, nil, err
	}
	target := c.target
	output, fromLogits := c.prediction(l.cfg.FromLogits, activations.Sigmoid)
	if perm != nil {
		target, output = ops.Transpose(target, perm...), ops.Transpose(output, perm...)
	}
	return ops.BinaryCrossentropy(target, output, fromLogits, l.cfg.LabelSmoothing), nil, nil
}
