package models_test

import (
	"bytes"
	"log"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
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
			s.History, s.Evaluate, s.EvaluateDict = o.History, o.Evaluate, o.EvaluateDict
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
		near(t, s.Trained[i].floats(), floats(w), 1e-5, "weight "+m.Weights()[i].Path())
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

type rateNoted struct {
	epoch int
	rate  float64
}

// config is the FitConfig of a story, with what its callbacks write down.
func (s *story) config(t *testing.T) (models.FitConfig, *[]event, *[]rateNoted) {
	f := s.Fit
	cfg := models.FitConfig{Epochs: f.Epochs, BatchSize: f.BatchSize, ValidationSplit: f.ValidationSplit, ValidationSteps: f.ValidationSteps,
		ValidationBatchSize: f.ValidationBatchSize, StepsPerEpoch: f.StepsPerEpoch, InitialEpoch: f.InitialEpoch,
		ClassWeight: f.ClassWeight, SampleWeight: s.SampleWeight.value, NoShuffle: true, Verbose: models.Silent}
	switch freq := f.ValidationFreq.(type) {
	case float64:
		cfg.ValidationFreq = int(freq)
	case []any:
		t.Skip("ValidationFreq is an int here")
	}
	if v := s.Validation; v != nil {
		e := data.Element{X: v[0].value, Y: v[1].value}
		if len(v) > 2 {
			e.SampleWeight = v[2].value
		}
		cfg.ValidationData = e
	}
	noted := &[]rateNoted{}
	for _, c := range s.Callbacks {
		cfg.Callbacks = append(cfg.Callbacks, newCallback(t, c.Class, c.Args, noted))
	}
	recorder := &recorder{}
	cfg.Callbacks = append(cfg.Callbacks, recorder)
	return cfg, &recorder.events, noted
}

func newCallback(t *testing.T, class string, args map[string]any, noted *[]rateNoted) callbacks.Callback {
	integer := func(key string) int { n, _ := args[key].(float64); return int(n) }
	switch class {
	case "EarlyStopping":
		c := callbacks.EarlyStopping().Patience(integer("patience")).StartFromEpoch(integer("start_from_epoch"))
		if v, ok := args["restore_best_weights"].(bool); ok {
			c.RestoreBestWeights(v)
		}
		if v, ok := args["min_delta"].(float64); ok {
			c.MinDelta(v)
		}
		if v, ok := args["baseline"].(float64); ok {
			c.Baseline(v)
		}
		if v, ok := args["monitor"].(string); ok {
			c.Monitor(v)
		}
		if v, ok := args["mode"].(string); ok {
			c.Mode(callbacks.Mode(v))
		}
		return c
	case "LearningRateScheduler":
		factor := args["factor"].(float64)
		return callbacks.LearningRateScheduler(func(epoch int, rate float64) float64 {
			*noted = append(*noted, rateNoted{epoch, rate})
			return rate * math.Pow(factor, float64(epoch))
		})
	case "Stop":
		var now int
		return callbacks.Lambda(callbacks.LambdaSpec{
			OnEpochBegin: func(_ *callbacks.Run, epoch int, _ callbacks.Logs) error { now = epoch; return nil },
			OnTrainBatchEnd: func(r *callbacks.Run, batch int, _ callbacks.Logs) error {
				if now == integer("epoch") && batch == integer("batch") {
					r.Stop()
				}
				return nil
			},
		})
	}
	require.Fail(t, "unknown callback", class)
	return nil
}

// event is a hook, its number (−1: none) and the names in its logs.
type event struct {
	hook  string
	at    int
	names string
}

func (s *story) events() []event {
	list := make([]event, len(s.Events))
	for i, e := range s.Events {
		list[i] = event{hook: e[0].(string), at: -1}
		if at, ok := e[1].(float64); ok {
			list[i].at = int(at)
		}
		names, _ := e[2].([]any)
		for _, n := range names {
			list[i].names += n.(string) + " "
		}
	}
	return list
}

// recorder writes down every hook.
type recorder struct{ events []event }

func (r *recorder) note(hook string, at int, logs callbacks.Logs) error {
	e := event{hook: hook, at: at}
	for _, n := range logs.Names() {
		e.names += n + " "
	}
	r.events = append(r.events, e)
	return nil
}

func (r *recorder) OnTrainBegin(_ *callbacks.Run, l callbacks.Logs) error {
	return r.note("on_train_begin", -1, l)
}
func (r *recorder) OnTrainEnd(_ *callbacks.Run, l callbacks.Logs) error {
	return r.note("on_train_end", -1, l)
}
func (r *recorder) OnTestBegin(_ *callbacks.Run, l callbacks.Logs) error {
	return r.note("on_test_begin", -1, l)
}
func (r *recorder) OnTestEnd(_ *callbacks.Run, l callbacks.Logs) error {
	return r.note("on_test_end", -1, l)
}
func (r *recorder) OnPredictBegin(_ *callbacks.Run, l callbacks.Logs) error {
	return r.note("on_predict_begin", -1, l)
}
func (r *recorder) OnPredictEnd(_ *callbacks.Run, l callbacks.Logs) error {
	return r.note("on_predict_end", -1, l)
}

func (r *recorder) OnEpochBegin(_ *callbacks.Run, i int, l callbacks.Logs) error {
	return r.note("on_epoch_begin", i, l)
}
func (r *recorder) OnEpochEnd(_ *callbacks.Run, i int, l callbacks.Logs) error {
	return r.note("on_epoch_end", i, l)
}
func (r *recorder) OnTrainBatchBegin(_ *callbacks.Run, i int, l callbacks.Logs) error {
	return r.note("on_train_batch_begin", i, l)
}
func (r *recorder) OnTrainBatchEnd(_ *callbacks.Run, i int, l callbacks.Logs) error {
	return r.note("on_train_batch_end", i, l)
}
func (r *recorder) OnTestBatchBegin(_ *callbacks.Run, i int, l callbacks.Logs) error {
	return r.note("on_test_batch_begin", i, l)
}
func (r *recorder) OnTestBatchEnd(_ *callbacks.Run, i int, l callbacks.Logs) error {
	return r.note("on_test_batch_end", i, l)
}
func (r *recorder) OnPredictBatchBegin(_ *callbacks.Run, i int, l callbacks.Logs) error {
	return r.note("on_predict_batch_begin", i, l)
}
func (r *recorder) OnPredictBatchEnd(_ *callbacks.Run, i int, l callbacks.Logs) error {
	return r.note("on_predict_batch_end", i, l)
}

func tensors(arrays []*array) []*tensor.Dense {
	out := make([]*tensor.Dense, len(arrays))
	for i, a := range arrays {
		out[i] = a.tensor()
	}
	return out
}
