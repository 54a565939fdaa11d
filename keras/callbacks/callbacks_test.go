package callbacks_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

func fixture(t *testing.T, name string, file any) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, file))
}

// number is a JSON number, or "nan", "inf", "-inf".
type number float64

func (n *number) UnmarshalJSON(text []byte) error {
	f, err := strconv.ParseFloat(string(bytes.Trim(text, `"`)), 64)
	*n = number(f)
	return err
}

func logsOf(m map[string]number) callbacks.Logs {
	if m == nil {
		return nil
	}
	logs := callbacks.Logs{}
	for k, v := range m {
		logs[k] = float64(v)
	}
	return logs
}

type progress struct {
	Name                   string
	Verbose, Epochs, Steps int
	Events                 []progressEvent
}

type progressEvent struct {
	NS   int64
	Hook string
	At   int
	Logs map[string]number
	Out  string
}

func TestProgressIsThatOfKeras(t *testing.T) {
	var file struct{ Cases []progress }
	fixture(t, "progbar.json", &file)
	require.NotEmpty(t, file.Cases)
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) {
			// The fixture's clock is a float64 of seconds: what it lacks of a nanosecond
			// decides in which direction 85.5 ms are rounded. So a time may be off.
			off := make([]int64, len(c.Events))
			for i, e := range c.Events {
				got := c.replay(t, off[:i+1])
				for _, d := range []int64{-1, 1, -2, 2} {
					if got != e.Out {
						off[i] = d
						got = c.replay(t, off[:i+1])
					}
				}
				require.Equal(t, e.Out, got, "%s at %d ns", e.Hook, e.NS)
			}
		})
	}
}

// replay tells a logger the first events, at times that are off, and gives what it wrote at the last one.
func (c progress) replay(t *testing.T, off []int64) string {
	var now time.Time
	var out bytes.Buffer
	r := callbacks.NewRun(nil, &out)
	r.Verbose, r.Epochs, r.Steps = c.Verbose, c.Epochs, c.Steps
	p := &callbacks.ProgbarLogger{}
	callbacks.SetClock(p, func() time.Time { return now })
	hooks := map[string]func(int, callbacks.Logs) error{
		"on_train_begin":       func(_ int, l callbacks.Logs) error { return p.OnTrainBegin(r, l) },
		"on_train_end":         func(_ int, l callbacks.Logs) error { return p.OnTrainEnd(r, l) },
		"on_epoch_begin":       func(i int, l callbacks.Logs) error { return p.OnEpochBegin(r, i, l) },
		"on_epoch_end":         func(i int, l callbacks.Logs) error { return p.OnEpochEnd(r, i, l) },
		"on_train_batch_end":   func(i int, l callbacks.Logs) error { return p.OnTrainBatchEnd(r, i, l) },
		"on_test_begin":        func(_ int, l callbacks.Logs) error { return p.OnTestBegin(r, l) },
		"on_test_end":          func(_ int, l callbacks.Logs) error { return p.OnTestEnd(r, l) },
		"on_test_batch_end":    func(i int, l callbacks.Logs) error { return p.OnTestBatchEnd(r, i, l) },
		"on_predict_begin":     func(_ int, l callbacks.Logs) error { return p.OnPredictBegin(r, l) },
		"on_predict_end":       func(_ int, l callbacks.Logs) error { return p.OnPredictEnd(r, l) },
		"on_predict_batch_end": func(i int, l callbacks.Logs) error { return p.OnPredictBatchEnd(r, i, l) },
	}
	for i := range off {
		e := c.Events[i]
		now = time.Unix(1000, e.NS+off[i])
		out.Reset()
		require.Contains(t, hooks, e.Hook)
		require.NoError(t, hooks[e.Hook](e.At, logsOf(e.Logs)))
	}
	return out.String()
}

// What another callback adds to the logs is shown behind the metrics, as Keras's dicts
// keep the order in which keys came.
func TestProgressShowsAddedNumbersLast(t *testing.T) {
	var out bytes.Buffer
	r := callbacks.NewRun(nil, &out)
	r.Verbose, r.Epochs, r.Steps = 2, 1, 1
	p := &callbacks.ProgbarLogger{}
	require.NoError(t, p.OnTrainBegin(r, nil))
	require.NoError(t, p.OnEpochBegin(r, 0, nil))
	require.NoError(t, p.OnTrainBatchEnd(r, 0, callbacks.Logs{"loss": 1, "mae": 2}))
	require.NoError(t, p.OnEpochEnd(r, 0, callbacks.Logs{"learning_rate": 0.5, "loss": 1, "mae": 2, "val_loss": 3, "val_mae": 4}))
	assert.Regexp(t, `loss: 1.0000 - mae: 2.0000 - val_loss: 3.0000 - val_mae: 4.0000 - learning_rate: 0.5000\n$`, out.String())
}

// line is the model of the fixture: one weight, compiled.
func line(t *testing.T) *models.Model {
	t.Helper()
	in := keras.Input(keras.Shape{1}, keras.WithName("x"))
	m, err := models.New(in, layers.Dense(1).UseBias(false).Apply(in))
	require.NoError(t, err)
	require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD(0.1), Loss: losses.Named("mse"), Metrics: metrics.Named("accuracy")}))
	zero := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(2, 1))
	_, err = m.TrainOnBatch(zero, zero)
	require.NoError(t, err)
	return m
}

type driven struct {
	Name, Class string
	Args        map[string]any
	Epochs      []struct {
		Logs         map[string]number
		LogsAfter    map[string]number `json:"logs_after"`
		LearningRate float64           `json:"learning_rate"`
		Stop         bool
		Out          string
	}
	End struct {
		Out    string
		Weight float64
	}
	Warnings []string
}

func TestCallbacksDoWhatKerasDoes(t *testing.T) {
	var file struct{ Cases []driven }
	fixture(t, "callbacks.json", &file)
	require.NotEmpty(t, file.Cases)
	for _, c := range file.Cases {
		t.Run(c.Name, c.run)
	}
}

func (c driven) run(t *testing.T) {
	if c.Args["mode"] == "up" {
		t.Skip("Keras falls back to auto, here it is an error: TestModes")
	}
	m := line(t)
	cb := c.callback(t)
	var out, warnings bytes.Buffer
	log.SetOutput(&warnings)
	defer log.SetOutput(os.Stderr)
	r := callbacks.NewRun(m, &out)
	r.Optimizer, r.Epochs, r.Steps, r.Directions = m.Optimizer(), len(c.Epochs), 1, map[string]bool{"accuracy": true}
	require.NoError(t, cb.OnTrainBegin(r, callbacks.Logs{}))
	for i, e := range c.Epochs {
		out.Reset()
		logs := logsOf(e.Logs)
		require.NoError(t, cb.OnEpochBegin(r, i, nil))
		require.NoError(t, m.SetWeights([]*tensor.Dense{tensor.New(tensor.WithShape(1, 1), tensor.WithBacking([]float32{float32(i)}))}))
		require.NoError(t, cb.OnTrainBatchEnd(r, 0, callbacks.Logs{"loss": logs["loss"]}))
		require.NoError(t, cb.OnEpochEnd(r, i, logs))
		assert.Equal(t, e.Out, out.String(), "epoch %d", i)
		assert.Equal(t, e.Stop, r.Stopped(), "epoch %d", i)
		assert.InDelta(t, e.LearningRate, m.Optimizer().LearningRate(), 1e-7)
		assert.Len(t, logs, len(e.LogsAfter))
		for k, v := range e.LogsAfter {
			if !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0) {
				assert.InDelta(t, float64(v), logs[k], 1e-7, k)
			}
		}
	}
	out.Reset()
	require.NoError(t, cb.OnTrainEnd(r, nil))
	assert.Equal(t, c.End.Out, out.String())
	assert.Equal(t, float32(c.End.Weight), m.GetWeights()[0].Float32s()[0])
	assert.Equal(t, len(c.Warnings), strings.Count(warnings.String(), "\n"))
	for _, w := range c.Warnings {
		assert.Contains(t, warnings.String(), w)
	}
}

func (c driven) callback(t *testing.T) callbacks.Callback {
	number := func(key string) float64 { f, _ := c.Args[key].(float64); return f }
	switch c.Class {
	case "EarlyStopping":
		e := callbacks.EarlyStopping().Patience(int(number("patience"))).Verbose(int(number("verbose"))).
			MinDelta(number("min_delta")).StartFromEpoch(int(number("start_from_epoch")))
		if v, ok := c.Args["baseline"].(float64); ok {
			e.Baseline(v)
		}
		if v, ok := c.Args["monitor"].(string); ok {
			e.Monitor(v)
		}
		if v, ok := c.Args["mode"].(string); ok {
			e.Mode(callbacks.Mode(v))
		}
		if v, ok := c.Args["restore_best_weights"].(bool); ok {
			e.RestoreBestWeights(v)
		}
		return e
	case "ReduceLROnPlateau":
		p := callbacks.ReduceLROnPlateau().Cooldown(int(number("cooldown"))).MinLR(number("min_lr")).Verbose(int(number("verbose")))
		if v, ok := c.Args["patience"].(float64); ok {
			p.Patience(int(v))
		}
		if v, ok := c.Args["factor"].(float64); ok {
			p.Factor(v)
		}
		if v, ok := c.Args["min_delta"].(float64); ok {
			p.MinDelta(v)
		}
		if v, ok := c.Args["mode"].(string); ok {
			p.Mode(callbacks.Mode(v))
		}
		return p
	case "LearningRateScheduler":
		return callbacks.LearningRateScheduler(func(_ int, rate float64) float64 { return rate * number("factor") }).Verbose(int(number("verbose")))
	case "TerminateOnNaN":
		return callbacks.TerminateOnNaN()
	}
	require.Fail(t, "unknown callback", c.Class)
	return nil
}

func TestReduceLROnPlateauErrors(t *testing.T) {
	m := line(t)
	r := callbacks.NewRun(m, nil)
	require.EqualError(t, callbacks.ReduceLROnPlateau().OnTrainBegin(r, nil), "ReduceLROnPlateau needs an optimizer")
	r.Optimizer = m.Optimizer()
	require.EqualError(t, callbacks.ReduceLROnPlateau().Factor(1).OnTrainBegin(r, nil), "ReduceLROnPlateau does not support a factor >= 1.0. Received factor=1.0")
	require.ErrorContains(t, callbacks.ReduceLROnPlateau().Monitor("val_x").OnEpochEnd(r, 0, callbacks.Logs{}), "ReduceLROnPlateau callback received monitor=val_x")
}

func TestModes(t *testing.T) {
	run := func(directions map[string]bool) *callbacks.Run {
		r := callbacks.NewRun(nil, nil)
		r.Directions = directions
		return r
	}
	for _, c := range []struct {
		reason, monitor string
		mode            callbacks.Mode
		directions      map[string]bool
		want            string
	}{
		{"the loss falls", "val_loss", callbacks.Auto, nil, ""},
		{"a metric by its bare name", "val_acc", callbacks.Auto, map[string]bool{"acc": true}, ""},
		{"a metric of one output of several", "val_a_acc", callbacks.Auto, map[string]bool{"acc": true}, "EarlyStopping callback received monitor=val_a_acc, but Keras isn't able to automatically determine whether that metric should be maximized or minimized."},
		{"a mode makes it known", "val_a_acc", callbacks.Max, nil, ""},
		{"an unknown mode", "val_loss", "up", nil, "expected a mode auto, min or max, received up"},
	} {
		e := callbacks.EarlyStopping().Monitor(c.monitor).Mode(c.mode)
		err := e.OnEpochEnd(run(c.directions), 0, callbacks.Logs{c.monitor: 1})
		if c.want == "" {
			require.NoError(t, err, c.reason)
			continue
		}
		require.ErrorContains(t, err, c.want, c.reason)
		require.ErrorIs(t, err, keras.ErrArgument, c.reason)
	}
}

func TestDirectionsComeFromTheCompiledMetrics(t *testing.T) {
	for _, c := range []struct {
		metric  metrics.Metric
		monitor string
		want    string // the epoch after which training stops, as monitored values fall
	}{
		{metrics.Named("mae"), "mae", ""},
		{metrics.MeanSquaredError(), "mean_squared_error", ""},
	} {
		in := keras.Input(keras.Shape{1})
		m, err := models.New(in, layers.Dense(1).UseBias(false).Apply(in))
		require.NoError(t, err)
		require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD(0.1), Loss: losses.Named("mse"), Metrics: c.metric}))
		x := tensor.New(tensor.WithShape(2, 1), tensor.WithBacking([]float32{1, 2}))
		history, err := m.Fit(x, tensor.New(tensor.WithShape(2, 1), tensor.WithBacking([]float32{5, 10})),
			models.FitConfig{Epochs: 4, Verbose: models.Silent, Callbacks: []callbacks.Callback{callbacks.EarlyStopping().Monitor(c.monitor)}})
		require.NoError(t, err)
		assert.Len(t, history.Epoch, 4, "%s falls, which is good", c.monitor)
		history, err = m.Fit(x, tensor.New(tensor.WithShape(2, 1), tensor.WithBacking([]float32{5, 10})),
			models.FitConfig{Epochs: 4, Verbose: models.Silent, Callbacks: []callbacks.Callback{callbacks.EarlyStopping().Monitor(c.monitor).Mode(callbacks.Max)}})
		require.NoError(t, err)
		assert.Len(t, history.Epoch, 2, "with mode max it is not")
	}
}

func TestHistoryKeepsVectorsApart(t *testing.T) {
	h := &callbacks.History{}
	r := callbacks.NewRun(nil, nil)
	require.NoError(t, h.OnTrainBegin(r, nil))
	vector := []float64{1, 3}
	r.Vectors = map[string][]float64{"f1": vector}
	require.NoError(t, h.OnEpochEnd(r, 4, callbacks.Logs{"f1": 2, "loss": 0.5}))
	vector[0] = 99
	require.NoError(t, h.OnEpochEnd(r, 5, callbacks.Logs{"f1": 4, "loss": 0.25}))
	assert.Equal(t, []int{4, 5}, h.Epoch)
	assert.Equal(t, map[string][]float64{"f1": {2, 4}, "loss": {0.5, 0.25}}, h.History)
	assert.Equal(t, [][]float64{{1, 3}, {99, 3}}, h.Vectors["f1"])
	require.NoError(t, h.OnTrainBegin(r, nil))
	assert.Empty(t, h.History, "a new training starts anew")
}

func TestHistoryIsATable(t *testing.T) {
	h := &callbacks.History{Epoch: []int{0, 1, 2}, History: map[string][]float64{
		"val_loss": {0.75}, "loss": {1, 0.5, 0.25}, "accuracy": {0, 0.5, math.NaN()}, "zeal": {1, 2, 3e-5},
	}}
	assert.Equal(t, ""+
		"epoch  accuracy    loss        zeal  val_loss\n"+
		"    1    0.0000  1.0000      1.0000          \n"+
		"    2    0.5000  0.5000      2.0000    0.7500\n"+
		"    3       nan  0.2500  3.0000e-05          ", h.String(), "validated every second epoch")
	shown := h.SimpleRender()
	assert.Equal(t, h.String(), shown["text/plain"])
	assert.Equal(t, h.HTML(), shown["text/html"])
	assert.Equal(t, 4, strings.Count(h.HTML(), "<tr>"))
	assert.Contains(t, h.HTML(), ">3.0000e-05</td>")

	assert.Equal(t, []int{1}, h.EpochsOf("val_loss"))
	assert.Equal(t, []int{0, 1, 2}, h.EpochsOf("loss"))
	assert.Empty(t, h.EpochsOf("nope"))

	for _, none := range []*callbacks.History{nil, {}} {
		assert.Equal(t, "no epochs", none.String())
		assert.Contains(t, none.HTML(), "no epochs")
	}
}

func TestLongHistoriesAreCut(t *testing.T) {
	h := &callbacks.History{History: map[string][]float64{}}
	for i := range 500 {
		h.Epoch, h.History["loss"] = append(h.Epoch, i), append(h.History["loss"], float64(i))
	}
	lines := strings.Split(h.String(), "\n")
	require.Len(t, lines, 22)
	assert.Equal(t, "   10    9.0000", lines[10])
	assert.Equal(t, "    …         …", lines[11])
	assert.Equal(t, "  500  499.0000", lines[21])
}

func TestLambdaCallsItsFunctions(t *testing.T) {
	boom := errors.New("boom")
	r := callbacks.NewRun(nil, nil)
	var called []string
	whole := func(name string) func(*callbacks.Run, callbacks.Logs) error {
		return func(*callbacks.Run, callbacks.Logs) error { called = append(called, name); return boom }
	}
	numbered := func(name string) func(*callbacks.Run, int, callbacks.Logs) error {
		return func(_ *callbacks.Run, n int, _ callbacks.Logs) error {
			called = append(called, name+strconv.Itoa(n))
			return boom
		}
	}
	hooks := func(c callbacks.Callback) []error {
		return []error{
			c.OnTrainBegin(r, nil), c.OnTrainEnd(r, nil), c.OnTestBegin(r, nil), c.OnTestEnd(r, nil), c.OnPredictBegin(r, nil), c.OnPredictEnd(r, nil),
			c.OnEpochBegin(r, 1, nil), c.OnEpochEnd(r, 2, nil), c.OnTrainBatchBegin(r, 3, nil), c.OnTrainBatchEnd(r, 4, nil),
			c.OnTestBatchBegin(r, 5, nil), c.OnTestBatchEnd(r, 6, nil), c.OnPredictBatchBegin(r, 7, nil), c.OnPredictBatchEnd(r, 8, nil),
		}
	}
	for _, c := range []callbacks.Callback{callbacks.Lambda(callbacks.LambdaSpec{}), callbacks.Base{}} {
		for _, err := range hooks(c) {
			require.NoError(t, err, "without a function nothing happens")
		}
	}
	full := callbacks.Lambda(callbacks.LambdaSpec{
		OnTrainBegin: whole("train begin"), OnTrainEnd: whole("train end"), OnTestBegin: whole("test begin"), OnTestEnd: whole("test end"),
		OnPredictBegin: whole("predict begin"), OnPredictEnd: whole("predict end"), OnEpochBegin: numbered("epoch begin "), OnEpochEnd: numbered("epoch end "),
		OnTrainBatchBegin: numbered("batch begin "), OnTrainBatchEnd: numbered("batch end "), OnTestBatchBegin: numbered("test batch begin "),
		OnTestBatchEnd: numbered("test batch end "), OnPredictBatchBegin: numbered("predict batch begin "), OnPredictBatchEnd: numbered("predict batch end "),
	})
	for _, err := range hooks(full) {
		require.Equal(t, boom, err)
	}
	assert.Equal(t, []string{"train begin", "train end", "test begin", "test end", "predict begin", "predict end", "epoch begin 1", "epoch end 2",
		"batch begin 3", "batch end 4", "test batch begin 5", "test batch end 6", "predict batch begin 7", "predict batch end 8"}, called)
}

func TestBadSchedulesAreErrors(t *testing.T) {
	m := line(t)
	r := callbacks.NewRun(m, nil)
	require.ErrorIs(t, callbacks.LearningRateScheduler(func(int, float64) float64 { return 1 }).OnEpochBegin(r, 0, nil), keras.ErrState)
	r.Optimizer = m.Optimizer()
	require.ErrorContains(t, callbacks.LearningRateScheduler(nil).OnEpochBegin(r, 0, nil), "a schedule")
	require.ErrorContains(t, callbacks.LearningRateScheduler(func(int, float64) float64 { return math.NaN() }).OnEpochBegin(r, 0, nil), "a finite learning rate")
}
