package models_test

import (
	"bytes"
	"log"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/models"
)

// story is a whole training as Keras ran it.
type story struct {
	Name         string
	Model        keras.Config
	Weights      []*array
	Compile      keras.Config
	X, Y         element
	SampleWeight element `json:"sample_weight"`
	Fit          struct {
		Epochs              int
		BatchSize           int             `json:"batch_size"`
		ValidationSplit     float64         `json:"validation_split"`
		ValidationSteps     int             `json:"validation_steps"`
		ValidationBatchSize int             `json:"validation_batch_size"`
		ValidationFreq      any             `json:"validation_freq"`
		StepsPerEpoch       int             `json:"steps_per_epoch"`
		InitialEpoch        int             `json:"initial_epoch"`
		ClassWeight         map[int]float64 `json:"class_weight"`
	}
	Dataset *struct {
		Batch  int
		Repeat bool
	}
	Validation []element
	Callbacks  []struct {
		Class string
		Args  map[string]any
	}
	History      map[string][]number
	Epoch        []int
	Warnings     []string
	Noted        [][]any
	Events       [][]any
	Trained      []*array
	Iterations   int
	Evaluate     any
	EvaluateDict map[string]number `json:"evaluate_dict"`
	Predict      element
}

func TestTrainingIsThatOfKeras(t *testing.T) {
	var file struct{ Stories []*story }
	fixture(t, "fit.json", &file)
	require.NotEmpty(t, file.Stories)
	var outputs struct{ Stories []*story } // tools/golden/output_losses.py says why
	fixture(t, "output_losses.json", &outputs)
	byName := map[string]*story{}
	for _, s := range outputs.Stories {
		byName[s.Name] = s
	}
	for _, s := range file.Stories {
		if o := byName[s.Name]; o != nil {
			for k, v := range o.History {
				if strings.HasSuffix(k, "_loss") {
					s.History[k] = v
				}
			}
			s.Evaluate, s.EvaluateDict = o.Evaluate, o.EvaluateDict
		}
		t.Run(s.Name, s.run)
	}
}

func (s *story) run(t *testing.T) {
	text, err := s.Model.MarshalJSON()
	require.NoError(t, err)
	m, err := models.FromJSON(text)
	require.NoError(t, err)
	require.NoError(t, m.SetWeights(tensors(s.Weights)))
	require.NoError(t, models.CompileFrom(m, s.Compile))
	cfg, events, noted := s.config(t)
	x, y := s.X.value, s.Y.value
	if s.Dataset != nil {
		ds := data.FromTensorSlices(x, y).Batch(s.Dataset.Batch)
		if s.Dataset.Repeat {
			ds = ds.Repeat()
		}
		x, y = ds, nil
	}
	var warnings bytes.Buffer
	log.SetOutput(&warnings)
	defer log.SetOutput(os.Stderr)
	history, err := m.Fit(x, y, cfg)
	require.NoError(t, err)

	assert.Equal(t, len(s.History), len(history.History), "keys %v", history.History)
	for k, want := range s.History {
		near(t, (&array{Data: want}).floats(), history.History[k], 1e-5, k)
	}
	assert.Equal(t, len(s.Epoch), len(history.Epoch))
	for i, e := range s.Epoch {
		assert.Equal(t, e, history.Epoch[i])
	}
	for i, w := range m.GetWeights() {
		// Training carries roundings on: a processor that fuses x*y+z drifts by 1.2e-5.
		near(t, s.Trained[i].floats(), floats(w), 3e-5, "weight "+m.Weights()[i].Path())
	}
	assert.Equal(t, s.Iterations, m.Optimizer().Iterations())
	for _, w := range s.Warnings {
		assert.Contains(t, warnings.String(), w)
	}
	assert.Equal(t, len(s.Warnings) > 0, strings.Contains(warnings.String(), "out of data"), warnings.String())
	if s.Events != nil {
		assert.Equal(t, s.events(), *events)
	}
	assert.Equal(t, len(s.Noted), len(*noted))
	for i, n := range s.Noted {
		assert.EqualValues(t, n[1], (*noted)[i].epoch)
		assert.InDelta(t, n[2], (*noted)[i].rate, 1e-7)
	}
	if s.Dataset == nil {
		s.evaluate(t, m, x, y)
	}
}

// evaluate compares what Evaluate and Predict give of the trained model.
func (s *story) evaluate(t *testing.T, m *models.Model, x, y any) {
	scores, err := m.Evaluate(x, y, models.EvaluateConfig{BatchSize: 4, Verbose: models.Silent, SampleWeight: s.SampleWeight.value})
	require.NoError(t, err)
	assert.Len(t, scores.Names(), len(s.EvaluateDict))
	for k, want := range s.EvaluateDict {
		got, ok := scores.Get(k)
		assert.True(t, ok, k)
		near(t, []float64{float64(want)}, []float64{got}, 1e-5, "evaluate "+k)
	}
	list, ok := s.Evaluate.([]any)
	if !ok {
		list = []any{s.Evaluate} // one value is no list
	}
	if len(list) == len(s.EvaluateDict) { // Keras lists some metrics twice
		values := make([]float64, len(list))
		for i, v := range list {
			values[i] = v.(float64)
		}
		near(t, values, scores.Values(), 1e-5, "order of "+scores.String())
	}
	got, err := m.PredictAll(x, models.PredictConfig{BatchSize: 4})
	require.NoError(t, err)
	want, _, err := data.Leaves(s.Predict.value)
	require.NoError(t, err)
	assert.IsType(t, s.Predict.value, got)
	leaves, _, err := data.Leaves(got)
	require.NoError(t, err)
	for i := range want {
		assert.Equal(t, want[i].Shape(), leaves[i].Shape())
		near(t, floats(want[i]), floats(leaves[i]), 2e-5, "predictions")
	}
}

func tensors(arrays []*array) []*tensor.Dense {
	out := make([]*tensor.Dense, len(arrays))
	for i, a := range arrays {
		out[i] = a.tensor()
	}
	return out
}
