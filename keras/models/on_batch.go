package models

import (
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
)

// TrainOnBatch makes one step of training on a batch, and gives its loss and
// metrics from before the step. An optional third argument is the sample weights.
func (m *Model) TrainOnBatch(x, y any, sampleWeight ...any) (*Scores, error) {
	c, b, err := m.onBatch(x, y, sampleWeight)
	if err != nil {
		return nil, err
	}
	m.trainer.mu.Lock()
	defer m.trainer.mu.Unlock()
	step, err := m.newTrainStep(c)
	if err != nil {
		return nil, err
	}
	t := newTally(c)
	if err := step.run(b, t, true); err != nil {
		return nil, m.locate(err)
	}
	return t.scores(), nil
}

// TestOnBatch gives the loss and metrics of a batch.
func (m *Model) TestOnBatch(x, y any, sampleWeight ...any) (*Scores, error) {
	c, b, err := m.onBatch(x, y, sampleWeight)
	if err != nil {
		return nil, err
	}
	t := newTally(c)
	var p program
	if err := m.testStep(c, b, t, &p); err != nil {
		return nil, m.locate(err)
	}
	return t.scores(), nil
}

// PredictOnBatch computes the output of one batch for a model with one output.
func (m *Model) PredictOnBatch(x any) (*tensor.Dense, error) {
	if err := m.prepareFor(x); err != nil {
		return nil, err
	}
	a, err := m.arraySource(data.Element{X: x}, 1, false)
	if err != nil {
		return nil, err
	}
	outs, err := m.predictStep(batch{x: a.x, size: a.n})
	if err != nil {
		return nil, m.locate(err)
	}
	if len(outs) != 1 {
		return nil, m.fault(keras.Fault(keras.ErrArgument, "the model has %d outputs", len(outs)).WithHint("use PredictAll"))
	}
	return outs[0], nil
}

// onBatch readies a model and a batch.
func (m *Model) onBatch(x, y any, sampleWeight []any) (*compiled, batch, error) {
	w, err := one("sample weight", sampleWeight)
	if err != nil {
		return nil, batch{}, err
	}
	if err := m.prepareFor(x); err != nil {
		return nil, batch{}, err
	}
	c, err := m.compiled()
	if err != nil {
		return nil, batch{}, err
	}
	a, err := m.arraySource(data.Element{X: x, Y: y, SampleWeight: w}, 1, true)
	if err != nil {
		return nil, batch{}, err
	}
	return c, batch{a.x, a.y, a.w, a.n}, nil
}
