package losses

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var _ Loss = (*MeanSquaredErrorLoss)(nil)

// MeanSquaredError returns the loss mean (yPred−yTrue)², over the last axis.
//
//	yTrue, yPred (batch, …, n), broadcast to one shape   values (batch, …)
//
// Defaults: Reduction SumOverBatchSize, name mean_squared_error. Errors: shapes that do not broadcast.
func MeanSquaredError() *MeanSquaredErrorLoss {
	l := &MeanSquaredErrorLoss{}
	return l.init(l, "MeanSquaredError", "mean_squared_error", &none{}, l.values)
}

// MeanSquaredErrorLoss is the loss that MeanSquaredError returns.
type MeanSquaredErrorLoss struct{ base[MeanSquaredErrorLoss] }

func (l *MeanSquaredErrorLoss) values(_ *keras.Trace, c comparison) (values, valid *gorgonia.Node, err error) {
	target, output, err := c.broadcast()
	if err != nil {
		return nil, nil, err
	}
	return ops.SquaredError(target, output), nil, nil
}
