package models_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/models"
)

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
