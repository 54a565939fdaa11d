package losses

import (
	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/engine"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
)

// Evaluate computes a loss of tensors: a scalar, or with NoReduction the values of the
// samples. sampleWeight may be nil.
func Evaluate(loss Loss, yTrue, yPred, sampleWeight *tensor.Dense) (*tensor.Dense, error) {
	if loss == nil || yTrue == nil || yPred == nil {
		return nil, keras.Expected(keras.ErrArgument, "a loss, targets and predictions", "nil")
	}
	data := []*tensor.Dense{yTrue, yPred}
	if sampleWeight != nil {
		data = append(data, sampleWeight)
	}
	feeds := make([]op.Output, len(data))
	for i, d := range data {
		data[i] = score.Plain(d)
		feeds[i] = op.Output{Shape: data[i].Shape(), Dtype: data[i].Dtype()}
	}
	p, err := engine.Build(feeds, false, func(t *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
		value, err := loss.Value(t, in[0], in[1], append(in, nil)[2])
		return engine.Drawing{Outputs: []*gorgonia.Node{value}}, err
	})
	if err != nil {
		return nil, err
	}
	if err := p.Run(data); err != nil {
		return nil, err
	}
	switch v := p.Output(0).(type) {
	case *tensor.Dense:
		return v.Clone().(*tensor.Dense), nil
	case *gorgonia.F32:
		return tensor.New(tensor.FromScalar(float32(*v))), nil
	case *gorgonia.F64:
		return tensor.New(tensor.FromScalar(float64(*v))), nil
	default:
		return nil, errors.Errorf("expected a number or tensor as the loss, received %T", v)
	}
}
