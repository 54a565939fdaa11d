package losses

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var _ Loss = (*MeanAbsoluteErrorLoss)(nil)

// MeanAbsoluteError returns the loss mean |yPred−yTrue|, over the last axis.
//
//	yTrue, yPred (batch, …, n), broadcast to one shape   values (batch, …)
//
// Defaults: Reduction SumOverBatchSize, name mean_absolute_error. Errors: shapes that do not broadcast.
func MeanAbsoluteError() *MeanAbsoluteErrorLoss {
	l := &MeanAbsoluteErrorLoss{}
	return l.init(l, "MeanAbsoluteError", "mean_absolute_error", &none{}, l.values)
}

// MeanAbsoluteErrorLoss is the loss that MeanAbsoluteError returns.
type MeanAbsoluteErrorLoss struct{ base[MeanAbsoluteErrorLoss] }

func (l *MeanAbsoluteErrorLoss) values(_ *keras.Trace, c comparison) (values, valid *gorgonia.Node, err error) {
	target, output, err := c.broadcast()
	if err != nil {
		return nil, nil, err
	}
	return ops.AbsoluteError(target, output), nil, nil
}
