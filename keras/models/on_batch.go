package models

import (
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras/data"
)

// TrainOnBatch makes one step of training on a batch, and gives its loss and
// metrics from before the step. An optional third argument is the sample weights.
func (m *Model) TrainOnBatch(x, y any, sampleWeight ...any) (*Scores, error) {
	n, c, b, err := m.onBatch(x, y, sampleWeight)
	if err != nil {
		return nil, m.locate(err)
	}
	t := newTally(c)
	s := m.newTrainStep(n, c)
	defer s.program.release()
	if err := s.run(b, t); err != nil {
		return nil, m.locate(err)
	}
	return t.scores(), nil
}

// TestOnBatch gives the loss and metrics of a batch.
func (m *Model) TestOnBatch(x, y any, sampleWeight ...any) (*Scores, error) {
	n, c, b, err := m.onBatch(x, y, sampleWeight)
	if err != nil {
		return nil, m.locate(err)
	}
	t := newTally(c)
	p := m.program(testing, n, c)
	defer p.release()
	if err := p.test(b, t); err != nil {
		return nil, m.locate(err)
	}
	return t.scores(), nil
}

// PredictOnBatch computes the output of one batch for a model with one output.
func (m *Model) PredictOnBatch(x any) (*tensor.Dense, error) {
	n, err := m.networkFor(x, allSamples)
	if err != nil {
		return nil, err
	}
	a, err := (&reader{m, n, nil}).arrays(data.Element{X: x}, 1)
	if err != nil {
		return nil, m.locate(err)
	}
	parts := make([]collected, len(n.outputs.flat))
	p := m.program(predicting, n, nil)
	defer p.release()
	if err := p.predict(batch{x: a.x, size: a.n}, parts, 1); err != nil {
		return nil, m.locate(err)
	}
	return m.single(tensors(parts))
}

// onBatch readies a model and a batch.
func (m *Model) onBatch(x, y any, sampleWeight []any) (n *network, c *compiled, b batch, err error) {
	w, err := one("sample weight", sampleWeight)
	if err != nil {
		return nil, nil, b, err
	}
	if n, err = m.networkFor(x, allSamples); err != nil {
		return nil, nil, b, err
	}
	if c, err = m.compiled(n); err != nil {
		return nil, nil, b, err
	}
	a, err := (&reader{m, n, c}).arrays(data.Element{X: x, Y: y, SampleWeight: w}, 1)
	if err != nil {
		return nil, nil, b, err
	}
	return n, c, batch{a.x, a.y, a.w, a.n}, nil
}
