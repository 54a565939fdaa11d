package models_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
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
	keras.SetWarnings(func(string) {}) // that data run out
	defer keras.SetWarnings(nil)
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

// TestFitGoesOnWithWhatKerasLeft: as Keras does with it.
func TestFitGoesOnWithWhatKerasLeft(t *testing.T) {
	var file struct {
		Cases []struct {
			Epoch      []int
			Loss       []float64
			Weights    []array
			Iterations int
		}
	}
	fixture(t, "backup.json", &file)
	want := file.Cases[0]
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/backup")))
	in := input("", 3)
	x := layers.BatchNormalization().Apply(layers.Dense(4).Activation("tanh").Apply(in))
	m := build(in, layers.Dense(1).Apply(x), "")
	require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.Adam(0.01).AMSGrad(true), Loss: losses.Named("mse")}))
	history, err := m.Fit(cosine(12, 3), cosine(12, 1), models.FitConfig{BatchSize: 4, Epochs: 5, NoShuffle: true, Verbose: models.Silent,
		Callbacks: []callbacks.Callback{callbacks.BackupAndRestore(dir)}})
	require.NoError(t, err)
	assert.Equal(t, want.Epoch, history.Epoch)
	assert.InDeltaSlice(t, want.Loss, history.History["loss"], 1e-6)
	assert.Equal(t, want.Iterations, m.Optimizer().Iterations())
	for i, w := range m.GetWeights() {
		assert.InDeltaSlice(t, want.Weights[i].floats(), floats(w), 1e-5)
	}
}

// rules are optimizers with every option that is state, or that depends on state.
func rules() map[string]optimizers.Optimizer {
	return map[string]optimizers.Optimizer{
		"SGD":                      optimizers.SGD(0.1),
		"momentum":                 optimizers.SGD(0.1).Momentum(0.9),
		"nesterov":                 optimizers.SGD(0.1).Momentum(0.9).Nesterov(true).WeightDecay(0.1).ClipNorm(1),
		"RMSprop":                  optimizers.RMSprop(),
		"RMSprop momentum":         optimizers.RMSprop(0.01).Rho(0.8).Momentum(0.9).Epsilon(1e-5).GlobalClipNorm(1),
		"RMSprop centered":         optimizers.RMSprop(0.01).Momentum(0.9).Centered(true),
		"Adam":                     optimizers.Adam(),
		"AMSGrad":                  optimizers.Adam(0.01).AMSGrad(true).ClipValue(0.5),
		"AdamW":                    optimizers.AdamW(0.01),
		"averages":                 optimizers.Adam(0.01).UseEMA(true).EMAMomentum(0.9).EMAOverwriteFrequency(3),
		"accumulation":             optimizers.SGD(0.1).Momentum(0.9).GradientAccumulationSteps(3),
		"averages of accumulation": optimizers.Adam(0.01).UseEMA(true).EMAOverwriteFrequency(2).GradientAccumulationSteps(2),
		"loss scale":               optimizers.SGD(0.1).LossScaleFactor(1024),
		"ExponentialDecay":         optimizers.SGD().Momentum(0.5).Schedule(optimizers.ExponentialDecay(0.1, 3, 0.5).Staircase(true)),
		"PiecewiseConstantDecay":   optimizers.Adam().Schedule(optimizers.PiecewiseConstantDecay([]int{2, 5}, []float64{0.1, 0.05, 0.01})),
		"PolynomialDecay":          optimizers.AdamW().Schedule(optimizers.PolynomialDecay(0.1, 4).Cycle(true)),
		"InverseTimeDecay":         optimizers.RMSprop().Schedule(optimizers.InverseTimeDecay(0.1, 3, 0.5)),
		"CosineDecay":              optimizers.SGD().Schedule(optimizers.CosineDecay(0.01, 6).WarmupTarget(0.1).WarmupSteps(3)),
		"CosineDecayRestarts":      optimizers.SGD().Schedule(optimizers.CosineDecayRestarts(0.1, 3)),
	}
}

// layered has weights that are trained, frozen and moved by the batch, in two types.
func layered() *models.Model {
	in := input("", 3)
	x := layers.Dense(4).Activation("tanh").Apply(in)
	x = layers.Dense(4).Trainable(false).Apply(x)
	x = layers.BatchNormalization().Apply(x)
	return build(in, layers.Dense(2).WithDType(tensor.Float64).UseBias(false).Apply(x), "")
}

// TestSavedTrainingGoesOn: train, save, load, train on ends with the same bits as not stopping,
// also in the middle of an accumulation and before the first step.
func TestSavedTrainingGoesOn(t *testing.T) {
	x, y := cosine(6, 3), cosine(6, 2)
	train := func(t *testing.T, m *models.Model, steps int) {
		for range steps {
			_, err := m.TrainOnBatch(x, y)
			require.NoError(t, err)
		}
	}
	bits := func(m *models.Model) (all []*tensor.Dense) {
		for _, v := range append(m.Weights(), m.Optimizer().Variables()...) {
			all = append(all, v.Value())
		}
		return all
	}
	for name := range rules() {
		t.Run(name, func(t *testing.T) {
			for _, steps := range []int{0, 1, 4} {
				m := layered()
				require.NoError(t, m.Compile(models.CompileConfig{Optimizer: rules()[name], Loss: losses.Named("mse")}))
				train(t, m, steps)
				dir := t.TempDir()
				require.NoError(t, m.Save(filepath.Join(dir, "m.keras")))
				require.NoError(t, m.SaveWeights(filepath.Join(dir, "m.weights.h5")))
				before := bits(m)
				train(t, m, 7)
				want := bits(m)

				loaded, err := models.Load(filepath.Join(dir, "m.keras"))
				require.NoError(t, err)
				if steps > 0 { // before, only what was loaded has a state, as in Keras
					assert.Equal(t, before, bits(loaded))
				}
				train(t, loaded, 7)
				assert.Equal(t, want, bits(loaded), "the model, after %d steps", steps)

				other := layered()
				require.NoError(t, other.Compile(models.CompileConfig{Optimizer: rules()[name], Loss: losses.Named("mse")}))
				train(t, other, 2) // any: it makes the optimizer's state
				if steps > 0 {
					require.NoError(t, other.LoadWeights(filepath.Join(dir, "m.weights.h5")))
					assert.Equal(t, before, bits(other))
					train(t, other, 7)
					assert.Equal(t, want, bits(other), "the weights, after %d steps", steps)
				}
			}
		})
	}
}
