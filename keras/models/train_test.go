package models_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/optimizers"
)

var silent = models.FitConfig{Verbose: models.Silent}

func compileMSE(t testing.TB, m *models.Model) *models.Model {
	t.Helper()
	require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD(0.1), Loss: losses.Named("mse")}))
	return m
}

// probe is a layer that hands its input on; draws counts how often it was drawn.
type probe struct {
	keras.Base
	draws int
	run   func() error
}

func newProbe(run func() error) *probe {
	l := &probe{run: run}
	l.Init(l, "Probe")
	return l
}

func (l *probe) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) { return in, nil }

func (l *probe) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	l.draws++
	return t.Out(op.Apply(op.Spec{
		Name: "probe", Outputs: []op.Output{op.Like(in[0])},
		Run: func(in, out []any) error {
			copy(out[0].([]float32), in[0].([]float32))
			if l.run != nil {
				return l.run()
			}
			return nil
		},
		Grad: func(_ gorgonia.Nodes, _, grad *gorgonia.Node, _ []bool) gorgonia.Nodes { return gorgonia.Nodes{grad} },
	}, in[0]))
}

func probed(run func() error) (*models.Model, *probe) {
	p := newProbe(run)
	in := input("x", 3)
	return build(in, dense(1, "out").Apply(p.Apply(dense(4, "hidden").Apply(in))), "probed"), p
}

func TestProgramsAreDrawnOncePerShape(t *testing.T) {
	m, p := probed(nil)
	compileMSE(t, m)
	p.draws = 0
	x, y := cosine(10, 3), cosine(10, 1)
	for range 2 {
		_, err := m.Fit(x, y, models.FitConfig{BatchSize: 4, Epochs: 3, Verbose: models.Silent})
		require.NoError(t, err)
	}
	assert.Equal(t, 2, p.draws, "batches of 4 and 2")
	for range 3 {
		_, err := m.Evaluate(x, y, models.EvaluateConfig{BatchSize: 4, Verbose: models.Silent})
		require.NoError(t, err)
	}
	assert.Equal(t, 4, p.draws, "evaluating has programs of its own")
	for range 3 {
		_, err := m.TrainOnBatch(data.Slice(x, 0, 4), data.Slice(y, 0, 4))
		require.NoError(t, err)
	}
	assert.Equal(t, 4, p.draws, "a batch of 4 is known")
	for range 3 {
		_, err := m.Predict(x, models.PredictConfig{BatchSize: 5})
		require.NoError(t, err)
	}
	assert.Equal(t, 5, p.draws)
}

func TestFrozenWeightsStay(t *testing.T) {
	for _, when := range []string{"before Compile", "after Compile", "while training"} {
		t.Run(when, func(t *testing.T) {
			m := chain(1, "")
			hidden, err := m.GetLayer("hidden")
			require.NoError(t, err)
			cfg := models.FitConfig{Verbose: models.Silent, NoShuffle: true}
			if when == "before Compile" {
				hidden.SetTrainable(false)
			}
			compileMSE(t, m)
			if when == "after Compile" {
				hidden.SetTrainable(false)
			}
			x, y := cosine(6, 3), cosine(6, 1)
			if when == "while training" {
				_, err = m.Fit(x, y, cfg)
				require.NoError(t, err)
				cfg.Epochs = 2
				cfg.Callbacks = []callbacks.Callback{callbacks.Lambda(callbacks.LambdaSpec{
					OnTrainBegin: func(*callbacks.Run, callbacks.Logs) error { hidden.SetTrainable(false); return nil }})}
			}
			before := m.GetWeights()
			_, err = m.Fit(x, y, cfg)
			require.NoError(t, err)
			after := m.GetWeights()
			assert.Equal(t, before[:2], after[:2], "frozen")
			assert.NotEqual(t, before[2], after[2], "trained")
			hidden.SetTrainable(true)
			if when == "while training" { // the optimizer knows the weights
				_, err = m.Fit(x, y, cfg)
				require.NoError(t, err)
			}
		})
	}
	t.Run("all", func(t *testing.T) {
		m := compileMSE(t, chain(1, ""))
		m.SetTrainable(false)
		before := m.GetWeights()
		_, err := m.Fit(cosine(6, 3), cosine(6, 1), silent)
		require.NoError(t, err)
		assert.Equal(t, before, m.GetWeights())
	})
}

// TestFrozenWeightsCostNoGradient: an Op whose gradient panics is harmless in front of a
// layer that has nothing to learn before it.
func TestFrozenWeightsCostNoGradient(t *testing.T) {
	called := false
	spy := layers.Lambda("spy", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		return t.Out(op.Apply(op.Spec{Name: "spy", Outputs: []op.Output{op.Like(in[0])},
			Run: func(in, out []any) error { copy(out[0].([]float32), in[0].([]float32)); return nil },
			Grad: func(_ gorgonia.Nodes, _, g *gorgonia.Node, _ []bool) gorgonia.Nodes {
				called = true
				return gorgonia.Nodes{g}
			}}, in[0]))
	})
	in := input("x", 3)
	first := dense(4, "first")
	m := build(in, dense(1, "out").Apply(spy.Apply(first.Apply(in))), "")
	compileMSE(t, m)
	first.SetTrainable(false)
	_, err := m.Fit(cosine(4, 3), cosine(4, 1), silent)
	require.NoError(t, err)
	assert.False(t, called)
	first.SetTrainable(true)
	require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD(), Loss: losses.Named("mse")}))
	_, err = m.Fit(cosine(4, 3), cosine(4, 1), silent)
	require.NoError(t, err)
	assert.True(t, called)
}

func TestTheSameSeedGivesTheSameBits(t *testing.T) {
	run := func(procs int) ([]*tensor.Dense, map[string][]float64) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		keras.SetRandomSeed(7)
		in := input("", 8, 8, 1)
		x := layers.Conv2D(4, 3).Activation("relu").Apply(in)
		x = layers.Dropout(0.3).Apply(layers.Flatten().Apply(x))
		m := build(in, layers.Dense(3).Activation("softmax").Apply(x), "")
		require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.Adam(), Loss: losses.SparseCategoricalCrossentropy(), Metrics: metrics.Named("accuracy")}))
		history, err := m.Fit(cosine(50, 8, 8, 1), labels(50, 3), models.FitConfig{BatchSize: 16, Epochs: 2, ValidationSplit: 0.2, Verbose: models.Silent})
		require.NoError(t, err)
		return m.GetWeights(), history.History
	}
	weights, history := run(1)
	for _, procs := range []int{1, 2, 4} {
		w, h := run(procs)
		assert.Equal(t, weights, w, "GOMAXPROCS %d", procs)
		assert.Equal(t, history, h, "GOMAXPROCS %d", procs)
	}
}

func TestStepsDoNotLeak(t *testing.T) {
	m := compileMSE(t, chain(1, ""))
	x, y := cosine(64, 3), cosine(64, 1)
	steps := func(epochs int) {
		_, err := m.Fit(x, y, models.FitConfig{BatchSize: 8, Epochs: epochs, Verbose: models.Silent, ValidationSplit: 0.25})
		require.NoError(t, err)
	}
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	steps(2)
	before, goroutines := heap(), runtime.NumGoroutine()
	steps(34) // of 6 steps
	assert.Less(t, int64(heap())-int64(before), int64(200<<10), "bytes after 200 steps")
	assert.LessOrEqual(t, runtime.NumGoroutine(), goroutines)
}

func TestLossesOfLayersCount(t *testing.T) {
	in := input("x", 2)
	spec := layers.CustomSpec{Name: "Pull", Call: func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		t.AddLoss(ops.Sum(ops.Square(in[0])))
		return t.Out(in[0])
	}}
	m := build(in, layers.Custom(spec).Apply(in), "")
	require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD()}))
	scores, err := m.TestOnBatch(tensor.New(tensor.WithShape(1, 2), tensor.WithBacking([]float32{3, 4})), nil)
	require.NoError(t, err)
	assert.Equal(t, 25.0, scores.Loss(), "a model without a loss, but its layers have one")
}

func TestLossScaleLeavesTheTrainingAsItIs(t *testing.T) {
	run := func(o optimizers.Optimizer) []*tensor.Dense {
		m := chain(1, "")
		setSine(t, m)
		require.NoError(t, m.Compile(models.CompileConfig{Optimizer: o, Loss: losses.Named("mse")}))
		history, err := m.Fit(cosine(4, 3), cosine(4, 1), silent)
		require.NoError(t, err)
		assert.Less(t, history.History["loss"][0], 1.0, "the loss is not scaled")
		return m.GetWeights()
	}
	plain, scaled := run(optimizers.SGD(0.1)), run(optimizers.SGD(0.1).LossScaleFactor(1024))
	for i := range plain {
		near(t, floats(plain[i]), floats(scaled[i]), 1e-6, "weights")
	}
}

func TestACallbackMayTrainAndAskTheModel(t *testing.T) {
	m := compileMSE(t, chain(1, ""))
	x, y := cosine(8, 3), cosine(8, 1)
	asked := 0
	_, err := m.Fit(x, y, models.FitConfig{Verbose: models.Silent, Epochs: 2, Callbacks: []callbacks.Callback{callbacks.Lambda(callbacks.LambdaSpec{
		OnEpochEnd: func(r *callbacks.Run, _ int, _ callbacks.Logs) error {
			asked++
			assert.Same(t, m, r.Model)
			if _, err := m.Predict(x); err != nil {
				return err
			}
			_, err := m.TrainOnBatch(x, y)
			return err
		}})}})
	require.NoError(t, err)
	assert.Equal(t, 2, asked)
	assert.Equal(t, 4, m.Optimizer().Iterations())
}
