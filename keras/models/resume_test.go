package models_test

import (
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// state is all that a training changes.
type state struct{ weights, optimizer []*tensor.Dense }

func stateOf(r *callbacks.Run) state {
	s := state{weights: r.Model.GetWeights()}
	for _, v := range r.Optimizer.Variables() {
		s.optimizer = append(s.optimizer, v.Value())
	}
	return s
}

func (s state) restore(r *callbacks.Run) error {
	if err := r.Model.SetWeights(s.weights); err != nil {
		return err
	}
	if err := r.Optimizer.Build(r.Model.Weights()); err != nil {
		return err
	}
	for i, v := range r.Optimizer.Variables() {
		if err := v.Assign(s.optimizer[i]); err != nil {
			return err
		}
	}
	return nil
}

// TestFitGoesOnWhereItWasInterrupted: after any batch, with the same data in the same order,
// to the same bits.
func TestFitGoesOnWhereItWasInterrupted(t *testing.T) {
	x, y := cosine(22, 3), cosine(22, 1)
	rows := func() *data.Dataset { return data.FromTensorSlices(x, y) }
	tensors := func() (any, any) { return x, y }
	dataset := func(make func() *data.Dataset) func() (any, any) { return func() (any, any) { return make(), nil } }
	for _, c := range []struct {
		name string
		data func() (x, y any)
		cfg  models.FitConfig
	}{
		{"shuffled tensors", tensors, models.FitConfig{BatchSize: 4}},
		{"tensors in order", tensors, models.FitConfig{BatchSize: 4, NoShuffle: true}},
		{"later epochs", tensors, models.FitConfig{BatchSize: 2, InitialEpoch: 1}},
		{"steps that divide the data", tensors, models.FitConfig{BatchSize: 4, StepsPerEpoch: 3}},
		{"steps that do not", tensors, models.FitConfig{BatchSize: 4, StepsPerEpoch: 4}},
		{"a dataset", dataset(func() *data.Dataset { return rows().Batch(4) }), models.FitConfig{}},
		{"a dataset shuffled with a seed", dataset(func() *data.Dataset { return rows().Shuffle(22, 3).Batch(4) }), models.FitConfig{}},
		{"a dataset shuffled without one", dataset(func() *data.Dataset { return rows().Shuffle(22).Batch(4) }), models.FitConfig{}},
		{"a dataset without an end", dataset(func() *data.Dataset { return rows().Shuffle(22).Repeat().Batch(4) }), models.FitConfig{StepsPerEpoch: 4}},
		{"a dataset of unknown length", dataset(func() *data.Dataset {
			return data.FromFunc(func(i int) (data.Element, error) {
				if i == 5 {
					return data.Element{}, io.EOF
				}
				return data.Element{X: data.Slice(x, 4*i, 4*i+4), Y: data.Slice(y, 4*i, 4*i+4)}, nil
			})
		}), models.FitConfig{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			type step struct{ epoch, batch int }
			fit := func(begin, after func(r *callbacks.Run, steps []step) error) (steps []step, loss []float64, weights []*tensor.Dense) {
				keras.SetRandomSeed(5)
				m := chain(1, "")
				require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD(0.1).Momentum(0.9), Loss: losses.Named("mse")}))
				epoch := 0
				cfg := c.cfg
				cfg.Epochs, cfg.Verbose = 3, models.Silent
				cfg.Callbacks = []callbacks.Callback{callbacks.Lambda(callbacks.LambdaSpec{
					OnTrainBegin: func(r *callbacks.Run, _ callbacks.Logs) error { return begin(r, nil) },
					OnEpochBegin: func(_ *callbacks.Run, e int, _ callbacks.Logs) error { epoch = e; return nil },
					OnTrainBatchEnd: func(r *callbacks.Run, batch int, _ callbacks.Logs) error {
						steps = append(steps, step{epoch, batch})
						return after(r, steps)
					},
				})}
				x, y := c.data()
				history, err := m.Fit(x, y, cfg)
				require.NoError(t, err)
				return steps, history.History["loss"], m.GetWeights()
			}
			nothing := func(*callbacks.Run, []step) error { return nil }
			var states []state
			steps, loss, want := fit(nothing, func(r *callbacks.Run, _ []step) error { states = append(states, stateOf(r)); return nil })
			require.GreaterOrEqual(t, len(steps), 8)
			for i, done := range steps {
				at := step{done.epoch, done.batch + 1}
				if i+1 < len(steps) && i%2 == 0 { // the end of an epoch may also be the beginning of the next one
					at = steps[i+1]
				}
				resume := func(r *callbacks.Run, _ []step) error {
					assert.Equal(t, c.cfg.InitialEpoch, r.InitialEpoch)
					r.InitialEpoch, r.InitialBatch = at.epoch, at.batch
					return states[i].restore(r)
				}
				rest, lossOfRest, got := fit(resume, nothing)
				assert.Equal(t, steps[i+1:], append([]step{}, rest...), "from %v", at)
				assert.Equal(t, want, got, "from %v", at)
				whole := len(lossOfRest)
				if at.batch > 0 {
					whole--
				}
				assert.Equal(t, loss[len(loss)-whole:], lossOfRest[len(lossOfRest)-whole:], "of whole epochs, from %v", at)
			}
		})
	}
}

// The averages take the place of the weights at the end, also where nothing was left to train.
func TestAFitThatIsOverEndsAsItWouldHave(t *testing.T) {
	m := chain(1, "")
	require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD(0.1).UseEMA(true), Loss: losses.Named("mse")}))
	fit := func(spec callbacks.LambdaSpec) {
		_, err := m.Fit(cosine(8, 3), cosine(8, 1), models.FitConfig{Epochs: 2, Verbose: models.Silent, Callbacks: []callbacks.Callback{callbacks.Lambda(spec)}})
		require.NoError(t, err)
	}
	var last state
	fit(callbacks.LambdaSpec{OnEpochEnd: func(r *callbacks.Run, _ int, _ callbacks.Logs) error { last = stateOf(r); return nil }})
	want := m.GetWeights()
	assert.NotEqual(t, last.weights, want)
	fit(callbacks.LambdaSpec{OnTrainBegin: func(r *callbacks.Run, _ callbacks.Logs) error {
		r.InitialEpoch = 2
		return last.restore(r)
	}})
	assert.Equal(t, want, m.GetWeights())
}
