package losses

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var _ Loss = (*HuberLoss)(nil)

// Huber returns the loss that is a square near 0 and straight beyond delta: with
// e = |yPred−yTrue| the mean over the last axis of e²/2 where e ≤ delta, else
// delta·e − delta²/2.
//
//	yTrue, yPred (batch, …, n), broadcast to one shape   values (batch, …)
//
// Defaults: Delta 1, Reduction SumOverBatchSize, name huber_loss. Errors: shapes
// that do not broadcast.
func Huber() *HuberLoss {
	l := &HuberLoss{cfg: huberConfig{Delta: huberDelta}}
	return l.init(l, "Huber", "huber_loss", &l.cfg, l.values)
}

const huberDelta = 1.0

// HuberLoss is the loss that Huber returns.
type HuberLoss struct {
	base[HuberLoss]
	cfg huberConfig
}

type huberConfig struct {
	Delta float64 `keras:"delta"`
}

// Delta sets delta, where the square ends. Default 1.
func (l *HuberLoss) Delta(delta float64) *HuberLoss { l.cfg.Delta = delta; return l }

// Config is Keras's, which has no delta, and delta where it is set.
func (l *HuberLoss) Config() keras.Config { return without(l.base.Config(), "delta", huberDelta) }

func (l *HuberLoss) values(_ *keras.Trace, c comparison) (values, valid *gorgonia.Node, err error) {
	target, output, err := c.broadcast()
	if err != nil {
		return nil, nil, err
	}
	return ops.Huber(target, output, l.cfg.Delta), nil, nil
}
