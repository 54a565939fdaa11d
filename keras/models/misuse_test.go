package models_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/optimizers"
)

func TestAZeroTensorIsAnError(t *testing.T) {
	m := compileMSE(t, chain(1, ""))
	before := m.GetWeights()
	x, y, zero := cosine(4, 3), cosine(4, 1), &tensor.Dense{}
	fit := func(x, y, w any) error {
		_, err := m.Fit(x, y, models.FitConfig{Verbose: models.Silent, SampleWeight: w})
		return err
	}
	_, called := models.Call(layers.Dense(1), zero)
	for name, c := range map[string]struct {
		err  error
		text string
	}{
		"inputs":         {fit(zero, y, nil), "expected a tensor for inputs 0, received a tensor without elements"},
		"targets":        {fit(x, zero, nil), `expected targets for output "out", received a tensor without elements`},
		"sample weights": {fit(x, y, zero), `expected sample weights for output "out", received a tensor without elements`},
		"weights":        {m.SetWeights([]*tensor.Dense{zero, zero, zero, zero}), "expected a tensor for hidden/kernel, received a tensor without elements"},
		"a layer":        {called, "expected a tensor, received one without elements"},
	} {
		assert.ErrorContains(t, c.err, c.text, name)
	}
	assert.Equal(t, before, m.GetWeights())
}

func TestDataOfAnUnknownOutputAreAnError(t *testing.T) {
	m := compileMSE(t, chain(1, ""))
	_, err := m.Evaluate(cosine(4, 3), data.Dict{"out": cosine(4, 1), "q": cosine(4, 1)})
	assert.ErrorContains(t, err, "expected targets for the outputs ['out'], received the key 'q'")
	_, err = m.Fit(cosine(4, 3), cosine(4, 1), models.FitConfig{Verbose: models.Silent, SampleWeight: data.Dict{"q": cosine(4)}})
	assert.ErrorContains(t, err, "expected sample weights for the outputs ['out'], received the key 'q'")
}

// TestPanicsOfUsersFunctionsAreErrors also trains afterwards: no lock stays taken.
func TestPanicsOfUsersFunctionsAreErrors(t *testing.T) {
	m := compileMSE(t, chain(1, ""))
	x, y := cosine(4, 3), cosine(4, 1)
	spoil := callbacks.Lambda(callbacks.LambdaSpec{OnEpochEnd: func(*callbacks.Run, int, callbacks.Logs) error { panic("boo") }})
	_, err := m.Fit(x, y, models.FitConfig{Verbose: models.Silent, Callbacks: []callbacks.Callback{spoil}})
	require.ErrorIs(t, err, keras.ErrRun)
	assert.ErrorContains(t, err, "panicked: boo")

	before := m.GetWeights()
	rate := optimizers.ScheduleFunc("rate", func(int) float64 { panic("no rate") })
	require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD().Schedule(rate), Loss: losses.Named("mse")}))
	_, err = m.Fit(x, y, silent)
	assert.ErrorContains(t, err, "the learning rate schedule panicked at step 0: no rate")
	assert.Equal(t, before, m.GetWeights())

	compileMSE(t, m)
	_, err = m.Fit(x, y, silent)
	require.NoError(t, err)
}

func TestNodesOfAnotherGraphAreErrors(t *testing.T) {
	foreign := func(*keras.Trace, *gorgonia.Node, *gorgonia.Node) (*gorgonia.Node, error) {
		return gorgonia.NewScalar(gorgonia.NewGraph(), tensor.Float32), nil
	}
	layer := layers.Lambda("foreign", func(t *keras.Trace, _ ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		n, err := foreign(t, nil, nil)
		return []*gorgonia.Node{n}, err
	})
	require.ErrorContains(t, layer.Apply(keras.Input(keras.Shape{3})).Err(), "received a node of another graph as output 0")
	for name, cfg := range map[string]models.CompileConfig{
		"loss":   {Loss: losses.Func("foreign", foreign)},
		"metric": {Loss: losses.Named("mse"), Metrics: metrics.Func("foreign", foreign)},
	} {
		m := chain(1, "")
		require.NoError(t, m.Compile(cfg))
		_, err := m.Fit(cosine(4, 3), cosine(4, 1), silent)
		assert.ErrorContains(t, err, "expected values from the "+name+" foreign, received a node of another graph")
	}
}

func TestCompileRefusesNilPointers(t *testing.T) {
	for _, cfg := range []models.CompileConfig{
		{Optimizer: (*optimizers.AdamOptimizer)(nil)},
		{Loss: (*losses.FuncLoss)(nil)},
		{Loss: losses.Named("mse"), Metrics: (*metrics.FuncMetric)(nil)},
	} {
		m := chain(1, "")
		assert.ErrorContains(t, m.Compile(cfg), "expected an optimizer, losses and metrics, received a nil *")
		assert.False(t, m.Compiled())
	}
}

func TestAnErrorOfAMetricNamesIt(t *testing.T) {
	m := chain(3, "softmax")
	require.NoError(t, m.Compile(models.CompileConfig{Loss: losses.SparseCategoricalCrossentropy(), Metrics: metrics.Accuracy()}))
	_, err := m.Fit(cosine(4, 3), labels(4, 3), silent)
	assert.ErrorContains(t, err, "metric accuracy: expected targets whose shape broadcasts")
}

func TestNilOptionsAreNoOptions(t *testing.T) {
	x := keras.Input(keras.Shape{3}, nil)
	m, err := models.New(x, layers.Dense(1).Apply(x), nil)
	require.NoError(t, err)
	text, err := m.ToJSON()
	require.NoError(t, err)
	_, err = models.FromJSON(text, nil)
	require.NoError(t, err)
}

func TestTensorsThatNoMemoryHoldsAreErrors(t *testing.T) {
	draw := func(f func(t *keras.Trace, x *gorgonia.Node) *gorgonia.Node) error {
		return layers.Lambda("huge", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(f(t, in[0]))
		}).Apply(keras.Input(keras.Shape{3})).Err()
	}
	assert.ErrorContains(t, draw(func(t *keras.Trace, _ *gorgonia.Node) *gorgonia.Node { return ops.Zeros(t, 1<<40, 1<<40) }), "at most 2^34 elements")
	assert.ErrorContains(t, draw(func(_ *keras.Trace, x *gorgonia.Node) *gorgonia.Node { return ops.Repeat(x, 1, 1<<45) }), "at most 17179869184 elements")
}

func TestAnOutputWithoutABatchAxisIsAnError(t *testing.T) {
	x := keras.Input(keras.Shape{3})
	total := layers.Lambda("total", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		return t.Out(ops.Sum(in[0]))
	})
	m := build(x, total.Apply(x), "total")
	_, err := m.Predict(cosine(4, 3))
	assert.ErrorContains(t, err, "expected output 0 with a batch axis, received a scalar")
}

func TestAnActivationThatGivesNothingIsAnError(t *testing.T) {
	activations.Register("misuse_nil", nil)
	activations.Register("misuse_none", func(*gorgonia.Node) *gorgonia.Node { return nil })
	for name, text := range map[activations.Activation]string{
		"misuse_nil":  "expected the function of the activation misuse_nil, received nil",
		"misuse_none": "expected a result of the activation misuse_none, received nil",
	} {
		_, err := models.Call(layers.Activation(name), cosine(4, 3))
		assert.ErrorContains(t, err, text)
	}
}

// An unbuilt Sequential may be asked for its summary and weights while another
// goroutine's Predict builds it.
func TestSequentialIsBuiltWhileOthersLook(t *testing.T) {
	for range 20 {
		s, err := models.Sequential(layers.Dense(8), layers.Dense(4))
		require.NoError(t, err)
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := s.Predict(data.RandomNormal([]int{2, 3}))
			assert.NoError(t, err)
		})
		wg.Go(func() {
			for range 20 {
				_ = s.Summary().String()
				_ = s.Weights()
			}
		})
		wg.Wait()
	}
}

func TestNilScores(t *testing.T) {
	var s *models.Scores
	_, ok := s.Get("loss")
	assert.False(t, ok)
	assert.Zero(t, s.Loss())
	assert.Empty(t, s.Names())
	assert.Empty(t, s.Values())
	assert.Empty(t, s.String())
	assert.NotContains(t, s.HTML(), "<td")
}

// A dataset that never ends needs somebody to say how long an epoch is.
func TestEndlessDataWithoutSteps(t *testing.T) {
	in := keras.Input(keras.Shape{3})
	m, err := models.New(in, layers.Dense(1).Apply(in))
	require.NoError(t, err)
	require.NoError(t, m.Compile(models.CompileConfig{Loss: losses.MeanSquaredError()}))
	x, y := data.RandomNormal([]int{4, 3}), data.RandomNormal([]int{4, 1})
	endless := data.FromTensorSlices(x, y).Batch(2).Repeat()
	for what, run := range map[string]func() error{
		"fit": func() error { _, err := m.Fit(endless, nil, models.FitConfig{Verbose: models.Silent}); return err },
		"evaluate": func() error {
			_, err := m.Evaluate(endless, nil, models.EvaluateConfig{Verbose: models.Silent})
			return err
		},
		"predict": func() error { _, err := m.Predict(endless); return err },
		"validation": func() error {
			_, err := m.Fit(x, y, models.FitConfig{ValidationData: endless, Verbose: models.Silent})
			return err
		},
	} {
		err := run()
		assert.ErrorContains(t, err, "expected a number of steps for a dataset that never ends, received none", what)
		assert.ErrorIs(t, err, keras.ErrArgument, what)
	}
	p, err := m.Predict(endless, models.PredictConfig{Steps: 3})
	require.NoError(t, err)
	assert.Equal(t, 6, p.Shape()[0])
}
