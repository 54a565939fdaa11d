package losses

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
)

var _ Loss = (*FuncLoss)(nil)

// Func returns a loss with a formula of yours, for instance with keras/ops: the value
// of each sample, (batch, …), or one for all.
//
//	losses.Func("log_cosh", func(t *keras.Trace, yTrue, yPred *gorgonia.Node) (*gorgonia.Node, error) { … })
//
// f gets targets and predictions of one floating type. As with Keras's losses, an axis
// of 1 at the end that one of them lacks is added or dropped before, and weights, mask
// and Reduction (default SumOverBatchSize) are applied after.
func Func(name string, f func(t *keras.Trace, yTrue, yPred *gorgonia.Node) (*gorgonia.Node, error)) *FuncLoss {
	l := &FuncLoss{}
	return l.init(l, "LossFunctionWrapper", name, &none{}, func(t *keras.Trace, c comparison) (values, valid *gorgonia.Node, err error) {
		if f == nil {
			return nil, nil, keras.Expected(keras.ErrArgument, "a function for the loss "+name, "nil")
		}
		values, err = f(t, c.target, c.output)
		switch {
		case err != nil:
		case values == nil:
			err = keras.Expected(keras.ErrArgument, "values from the loss "+name, "nil")
		case values.Graph() != t.Graph():
			err = keras.Expected(keras.ErrArgument, "values from the loss "+name, "a node of another graph")
		}
		return values, nil, err
	})
}

// FuncLoss is the loss that Func returns.
type FuncLoss struct{ base[FuncLoss] }

// Config is Keras's of a loss that is a function: its name stands for it.
func (l *FuncLoss) Config() keras.Config {
	return append(l.base.Config(), keras.Entry{Key: "fn", Value: keras.Config{
		{Key: "module", Value: "builtins"}, {Key: "class_name", Value: "function"},
		{Key: "config", Value: l.Name()}, {Key: "registered_name", Value: "function"},
	}})
}
