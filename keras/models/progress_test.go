package models_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras/callbacks"
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

// Notebooks swap os.Stdout for each cell, also while a fit runs, and show of a line what
// follows its last carriage return.
func TestProgressInNotebooks(t *testing.T) {
	m := compileMSE(t, chain(1, ""))
	before := os.Stdout
	defer func() { os.Stdout = before }()
	var cells []*os.File
	swap := func(*callbacks.Run, int, callbacks.Logs) error {
		cell, err := os.Create(filepath.Join(t.TempDir(), "cell"))
		cells, os.Stdout = append(cells, cell), cell
		return err
	}
	_, err := m.Fit(cosine(64, 3), cosine(64, 1), models.FitConfig{Epochs: 2, BatchSize: 1, Callbacks: []callbacks.Callback{
		callbacks.Lambda(callbacks.LambdaSpec{
			OnEpochBegin:    swap,
			OnTrainBatchEnd: func(*callbacks.Run, int, callbacks.Logs) error { time.Sleep(2 * time.Millisecond); return nil }, // for several drawings
		})}})
	require.NoError(t, err)
	require.Len(t, cells, 2)
	for i, cell := range cells {
		require.NoError(t, cell.Close())
		written, err := os.ReadFile(cell.Name())
		require.NoError(t, err)
		assert.Greater(t, bytes.Count(written, []byte("\r")), 2, "it was drawn again and again")
		shown := regexp.MustCompile(`.*\r`).ReplaceAll(written, nil)
		shown = regexp.MustCompile(`\x1b\[\d+m`).ReplaceAll(shown, nil)
		assert.Regexp(t, fmt.Sprintf(`^Epoch %d/2\n64/64 ━{20} .* - loss: \d\.\d{4} *\n$`, i+1), string(shown))
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
