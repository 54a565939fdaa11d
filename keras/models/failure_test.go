package models_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/models"
)

func TestALossThatIsNotANumberEndsFitBeforeTheWeightsTakeHarm(t *testing.T) {
	m := compileMSE(t, chain(1, ""))
	before := m.GetWeights()
	x := cosine(4, 3)
	x.Float32s()[5] = float32(math.NaN())
	_, err := m.Fit(x, cosine(4, 1), silent)
	require.ErrorContains(t, err, "epoch 1, batch 1: expected a loss that is a number, received NaN")
	require.ErrorIs(t, err, keras.ErrRun)
	assert.Equal(t, before, m.GetWeights())
	_, err = m.TrainOnBatch(x, cosine(4, 1))
	require.ErrorIs(t, err, keras.ErrRun)

	var out bytes.Buffer
	history, err := m.Fit(x, cosine(4, 1), models.FitConfig{Verbose: models.Silent, Epochs: 3, Output: &out, Callbacks: []callbacks.Callback{callbacks.TerminateOnNaN()}})
	require.NoError(t, err, "TerminateOnNaN sees to it")
	assert.Len(t, history.Epoch, 1)
	assert.Equal(t, "Batch 0: Invalid loss, terminating training\n", out.String())
	_, err = m.Fit(x, cosine(4, 1), models.FitConfig{Verbose: models.Silent, Callbacks: []callbacks.Callback{callbacks.TerminateOnNaN().RaiseError(true)}})
	require.ErrorContains(t, err, "NaN or Inf loss encountered at batch 0. Loss value: ")
}

// TestAFailedStepKeepsTheWeightsOfTheLastOne covers everything that may go wrong in the
// third step: the layer of a user, a callback, the Context.
func TestAFailedStepKeepsTheWeightsOfTheLastOne(t *testing.T) {
	reference, _ := probed(nil)
	compileMSE(t, reference)
	setSine(t, reference)
	x, y := cosine(12, 3), cosine(12, 1)
	for i := range 2 {
		_, err := reference.TrainOnBatch(data.Slice(x, 4*i, 4*i+4), data.Slice(y, 4*i, 4*i+4))
		require.NoError(t, err)
	}
	oops := errors.New("oops")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	atSecond := func(f func() error) callbacks.Callback {
		return callbacks.Lambda(callbacks.LambdaSpec{OnTrainBatchEnd: func(_ *callbacks.Run, batch int, _ callbacks.Logs) error {
			if batch == 1 {
				return f()
			}
			return nil
		}})
	}
	steps := 0
	third := func(f func() error) func() error {
		return func() error {
			if steps++; steps == 3 {
				return f()
			}
			return nil
		}
	}
	for _, c := range []struct {
		reason string
		run    func() error
		cfg    models.FitConfig
		want   error
		text   string
	}{
		{"an Op's error", third(func() error { return oops }), models.FitConfig{}, oops, "(Probe): probe: oops"},
		{"an Op's panic", third(func() error { panic("ouch") }), models.FitConfig{}, keras.ErrRun, "ouch"},
		{"a callback's error", nil, models.FitConfig{Callbacks: []callbacks.Callback{atSecond(func() error { return oops })}}, oops, "oops"},
		{"the end of the Context", nil, models.FitConfig{Context: ctx, Callbacks: []callbacks.Callback{atSecond(func() error { cancel(); return nil })}}, context.Canceled, "context canceled"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			steps = 0
			m, _ := probed(c.run)
			compileMSE(t, m)
			setSine(t, m)
			c.cfg.BatchSize, c.cfg.NoShuffle, c.cfg.Verbose = 4, true, models.Silent
			history, err := m.Fit(x, y, c.cfg)
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, c.text)
			assert.Empty(t, history.Epoch)
			assert.Equal(t, reference.GetWeights(), m.GetWeights())
		})
	}
}

func TestTheContextGivesThePartialHistory(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	m := compileMSE(t, chain(1, ""))
	history, err := m.Fit(cosine(8, 3), cosine(8, 1), models.FitConfig{Epochs: 9, Verbose: models.Silent, Context: ctx, ValidationSplit: 0.5,
		Callbacks: []callbacks.Callback{callbacks.Lambda(callbacks.LambdaSpec{OnEpochEnd: func(_ *callbacks.Run, epoch int, _ callbacks.Logs) error {
			if epoch == 2 {
				cancel()
			}
			return nil
		}})}})
	require.Equal(t, context.Canceled, err, "the error of the Context and nothing around it")
	assert.Equal(t, []int{0, 1, 2}, history.Epoch)
	assert.Len(t, history.History["val_loss"], 3)
	_, err = m.Evaluate(cosine(8, 3), cosine(8, 1), models.EvaluateConfig{Context: ctx, Verbose: models.Silent})
	require.Equal(t, context.Canceled, err)
	_, err = m.Predict(cosine(8, 3), models.PredictConfig{Context: ctx})
	require.Equal(t, context.Canceled, err)
}
