package models_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras/models"
)

func TestProgress(t *testing.T) {
	m := compileMSE(t, chain(1, ""))
	x, y := cosine(8, 3), cosine(8, 1)
	for _, c := range []struct {
		reason  string
		verbose int
		want    []string
	}{
		{"a bar by default", 0, []string{"Epoch 1/2\n", "\x1b[1m2/2\x1b[0m", " - loss: "}},
		{"one line an epoch", 2, []string{"Epoch 2/2\n2/2 - 0s - ", " - loss: "}},
		{"nothing", models.Silent, nil},
	} {
		var out bytes.Buffer
		_, err := m.Fit(x, y, models.FitConfig{Verbose: c.verbose, Epochs: 2, BatchSize: 4, Output: &out})
		require.NoError(t, err, c.reason)
		for _, w := range c.want {
			assert.Contains(t, out.String(), w, c.reason)
		}
		assert.Equal(t, c.want == nil, out.Len() == 0, c.reason)
	}
	var out bytes.Buffer
	_, err := m.Evaluate(x, y, models.EvaluateConfig{Verbose: 2, Output: &out})
	require.NoError(t, err)
	assert.Regexp(t, `^1/1 - 0s - .*s/step - loss: \d\.\d{4}\n$`, out.String())
	out.Reset()
	_, err = m.Predict(x, models.PredictConfig{Output: &out})
	require.NoError(t, err)
	assert.Zero(t, out.Len(), "Predict is silent unless Verbose is set")
	_, err = m.Predict(x, models.PredictConfig{Verbose: 2, Output: &out})
	require.NoError(t, err)
	assert.Regexp(t, `^1/1 - 0s - .*s/step\n$`, out.String())
	_, err = m.Fit(x, y, models.FitConfig{Output: broken{}})
	require.ErrorIs(t, err, io.ErrClosedPipe, "who cannot write hears of it")
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
