package models_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/interop"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// feed is data for the inputs of a model, in a list.
func feed(m *models.Model, samples int) data.List {
	var list data.List
	for i, t := range m.Inputs() {
		shape := append([]int{samples}, t.Shape()[1:]...)
		for k, d := range shape {
			if d == keras.None {
				shape[k] = 12
			}
		}
		x := sine(shape...)
		for j := range x.Float32s() {
			x.Float32s()[j] += 0.3 * float32(i+1)
		}
		list = append(list, x)
	}
	return list
}

var singleList = regexp.MustCompile(`_layers": \[(\["[^"]*", \d+, \d+\])\]`)

// TestSaveAndLoad: what was read is the model that was written: its summary, its config, its numbers.
func TestSaveAndLoad(t *testing.T) {
	for name, make := range graphs {
		t.Run(name, func(t *testing.T) {
			keras.ClearSession()
			m := make()
			x := feed(m, 2)
			want, err := m.PredictAll(x)
			require.NoError(t, err)
			config, err := m.ToJSON()
			require.NoError(t, err)
			summary := m.Summary().String()
			dir := t.TempDir()
			for _, file := range []string{"model.keras", "model.h5"} {
				path := filepath.Join(dir, file)
				require.NoError(t, m.Save(path))
				keras.ClearSession()
				again, err := models.Load(path)
				require.NoError(t, err, file)
				got, err := again.PredictAll(x)
				require.NoError(t, err)
				assert.Equal(t, want, got, file)
				assert.Equal(t, summary, again.Summary().String(), file)
				if file == "model.keras" {
					reread, err := again.ToJSON()
					require.NoError(t, err)
					assert.Equal(t, withoutSingleLists(config), withoutSingleLists(reread))
				}
			}
			path := filepath.Join(dir, "model.weights.h5")
			require.NoError(t, m.SaveWeights(path))
			keras.ClearSession()
			other := make()
			require.NoError(t, other.LoadWeights(path))
			got, err := other.PredictAll(x)
			require.NoError(t, err)
			assert.Equal(t, want, got, "weights alone")
			interop.Leave(t, "graph "+name, m, x)
		})
	}
}

// withoutSingleLists is a config in which one input or output stands for a list of one: Keras 3.0 reads only the
// list, and both are the same to those who use the model.
func withoutSingleLists(text []byte) string {
	return string(singleList.ReplaceAll(text, []byte(`_layers": $1`)))
}

func TestSaveToAndLoadBytes(t *testing.T) {
	keras.ClearSession()
	m := residual()
	var b bytes.Buffer
	require.NoError(t, m.SaveTo(&b))
	again, err := models.LoadBytes(b.Bytes())
	require.NoError(t, err)
	assert.Equal(t, m.GetWeights(), again.GetWeights())
	assert.Equal(t, m.Name(), again.Name())
	assert.False(t, again.Compiled())
	assert.ErrorContains(t, m.SaveTo(nil), "residual (Functional): expected a writer, received nil")
}

func TestACompiledModelIsCompiled(t *testing.T) {
	keras.ClearSession()
	m := twoOutputs()
	cfg := models.CompileConfig{
		Optimizer:   optimizers.RMSprop().Schedule(optimizers.ExponentialDecay(0.01, 3, 0.5)),
		Loss:        losses.ByOutput{"priority": losses.MeanSquaredError(), "department": losses.Named("categorical_crossentropy")},
		LossWeights: losses.WeightsByOutput{"priority": 1, "department": 0.2},
		Metrics:     metrics.ByOutput{"department": metrics.List{metrics.Named("accuracy")}},
	}
	require.NoError(t, m.Compile(cfg))
	x, y := feed(m, 4), data.Dict{"priority": cosine(4, 1), "department": cosine(4, 3)}
	_, err := m.TrainOnBatch(x, y)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "m.keras")
	require.NoError(t, m.Save(path))
	again, err := models.Load(path)
	require.NoError(t, err)
	require.True(t, again.Compiled())
	assert.Equal(t, 1, again.Optimizer().Iterations())
	assert.InDelta(t, m.Optimizer().LearningRate(), again.Optimizer().LearningRate(), 0)
	want, err := m.TrainOnBatch(x, y)
	require.NoError(t, err)
	got, err := again.TrainOnBatch(x, y)
	require.NoError(t, err)
	assert.Equal(t, want.String(), got.String())
	assert.Equal(t, m.GetWeights(), again.GetWeights(), "the same bits")
	interop.Leave(t, "two outputs, compiled", m, x)

	bare, err := models.Load(path, models.WithoutCompile())
	require.NoError(t, err)
	assert.False(t, bare.Compiled())
}

func TestASequentialThatIsNotBuiltIsSaved(t *testing.T) {
	keras.ClearSession()
	m, err := models.Sequential(layers.Dense(3).Activation("relu"), layers.Dense(1))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "m.keras")
	require.NoError(t, m.Save(path))
	again, err := models.Load(path)
	require.NoError(t, err)
	assert.False(t, again.Built())
	require.NoError(t, again.Build(keras.Shape{keras.None, 2}))
	assert.Equal(t, 13, again.CountParams())
	assert.ErrorIs(t, m.SaveWeights(filepath.Join(t.TempDir(), "m.weights.h5")), keras.ErrState)
}

// TestAClassOfThisProgramIsWrittenAsFunctional, also inside another model: Python needs no class for it.
func TestAClassOfThisProgramIsWrittenAsFunctional(t *testing.T) {
	keras.ClearSession()
	in := input("in", 3)
	encoder := models.Must(models.New(in, layers.Dense(2).Apply(in), models.WithClass("Encoder")))
	x, z := input("x", 3), input("z", 3)
	m := models.Must(models.New(keras.List{x, z}, layers.Dense(1).Apply(layers.Add().Apply(encoder.Apply(x), encoder.Apply(z))), models.WithClass("Siamese")))
	var b bytes.Buffer
	require.NoError(t, m.SaveTo(&b))
	again, err := models.LoadBytes(b.Bytes())
	require.NoError(t, err)
	assert.Equal(t, "Functional", again.Class())
	assert.Equal(t, "siamese", again.Name())
	assert.Equal(t, m.GetWeights(), again.GetWeights())
	interop.Leave(t, "classes of a program", again, feed(m, 2))
}

type perFeature struct {
	keras.Base
	Factor float64 `keras:"factor"`
	w      *keras.Variable
}

func newPerFeature(factor float64) *perFeature {
	l := &perFeature{Factor: factor}
	l.Init(l, "PerFeature")
	return l
}

func (l *perFeature) Build(in ...keras.Shape) error {
	l.w = l.AddWeight("scale", keras.Shape{in[0].Last()}, initializers.RandomNormal())
	return nil
}

func (l *perFeature) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.Mul(in[0], t.Var(l.w)))
}

func TestCustomLayersAreLoadedWithTheOption(t *testing.T) {
	keras.ClearSession()
	x := input("x", 3)
	m := build(x, newPerFeature(2).Apply(x), "")
	path := filepath.Join(t.TempDir(), "m.keras")
	require.NoError(t, m.Save(path))
	_, err := models.Load(path)
	assert.ErrorIs(t, err, keras.ErrConfig)
	assert.ErrorContains(t, err, "PerFeature")
	assert.ErrorContains(t, err, path)
	again, err := models.Load(path, models.WithCustomLayers(map[string]func() keras.Layer{"PerFeature": func() keras.Layer { return newPerFeature(0) }}))
	require.NoError(t, err)
	assert.Equal(t, m.GetWeights(), again.GetWeights())
	assert.InDelta(t, 2, again.Layers()[1].(*perFeature).Factor, 0)
}

func TestALossOfAProgramIsNotReadBack(t *testing.T) {
	keras.ClearSession()
	m := residual()
	require.NoError(t, m.Compile(models.CompileConfig{Loss: losses.Func("mine", func(_ *keras.Trace, yTrue, yPred *gorgonia.Node) (*gorgonia.Node, error) {
		return ops.Mean(ops.Square(ops.Sub(yTrue, yPred)), -1), nil
	})}))
	path := filepath.Join(t.TempDir(), "m.keras")
	require.NoError(t, m.Save(path))
	_, err := models.Load(path)
	assert.ErrorContains(t, err, "mine")
	assert.ErrorContains(t, err, "WithoutCompile")
	_, err = models.Load(path, models.WithoutCompile())
	assert.NoError(t, err)
}

func TestSkipMismatchAndByName(t *testing.T) {
	var warnings []string
	keras.SetWarnings(func(text string) { warnings = append(warnings, text) })
	defer keras.SetWarnings(nil)
	with := func(classes int) *models.Model {
		keras.ClearSession()
		x := input("x", 4)
		return build(x, dense(classes, "head").Apply(dense(3, "body").Apply(x)), "net")
	}
	dir := t.TempDir()
	for _, file := range []string{"net.weights.h5", "net.keras", "net.h5"} {
		path := filepath.Join(dir, file)
		trained := with(10)
		if file == "net.weights.h5" {
			require.NoError(t, trained.SaveWeights(path))
		} else {
			require.NoError(t, trained.Save(path))
		}
		m := with(2)
		before := m.GetWeights()
		require.Error(t, m.LoadWeights(path))
		assert.Equal(t, before, m.GetWeights(), "an error changes nothing")
		warnings = nil
		require.NoError(t, m.LoadWeights(path, models.SkipMismatch()))
		assert.NotEmpty(t, warnings, file)
		assert.Equal(t, trained.GetWeights()[:2], m.GetWeights()[:2], "the body is read")
		assert.Equal(t, before[2], m.GetWeights()[2], "the head is not")
		if file != "net.h5" {
			assert.ErrorIs(t, m.LoadWeights(path, models.ByName()), keras.ErrArgument)
			continue
		}
		keras.ClearSession()
		x := input("x", 4)
		longer := build(x, dense(5, "new").Apply(dense(3, "body").Apply(x)), "")
		require.NoError(t, longer.LoadWeights(path, models.ByName()))
		assert.Equal(t, trained.GetWeights()[:2], longer.GetWeights()[:2])
	}
}

func TestSaveErrors(t *testing.T) {
	keras.ClearSession()
	m := residual()
	dir := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(dir, "model"):               "Invalid filepath extension for saving",
		filepath.Join(dir, "model.json"):          "Invalid filepath extension for saving",
		filepath.Join(dir, "none", "model.keras"): "no such file or directory",
		"": "Invalid filepath extension for saving",
		filepath.Join(dir, "a.keras", "b", "x.h5"):    "no such file or directory",
		filepath.Join(dir, "model.keras") + "\x00.h5": "invalid argument",
	} {
		err := m.Save(path)
		assert.ErrorContains(t, err, want, path)
		assert.ErrorContains(t, err, "residual", path)
	}
	assert.ErrorContains(t, m.SaveWeights(filepath.Join(dir, "model.h5")), "The filename must end in `.weights.h5`")
	broken, err := models.New(nil, nil)
	require.Error(t, err)
	assert.ErrorIs(t, broken.Save(filepath.Join(dir, "x.keras")), keras.ErrArgument)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries)
}

func TestLoadErrors(t *testing.T) {
	keras.ClearSession()
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	_, err := models.Load(filepath.Join(dir, "none.keras"))
	assert.ErrorIs(t, err, os.ErrNotExist)
	for _, path := range []string{write("empty.keras", ""), write("text.keras", "not a model"), write("zip.keras", "PK\x03\x04 and then nothing"), dir} {
		_, err := models.Load(path)
		assert.Error(t, err)
		assert.ErrorContains(t, err, path)
	}
	_, err = models.Load("testdata/weights.weights.h5")
	assert.ErrorContains(t, err, "weights alone")
	_, err = models.LoadBytes(nil)
	assert.Error(t, err)
}

// TestSaveWhileTraining: what is written is the state between two steps. (The race detector watches.)
func TestSaveWhileTraining(t *testing.T) {
	keras.ClearSession()
	m := residual()
	require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD(0.01).Momentum(0.9), Loss: losses.Named("mse")}))
	x, y := sine(32, 4), cosine(32, 2)
	_, err := m.TrainOnBatch(x, y)
	require.NoError(t, err)
	var all sync.WaitGroup
	all.Go(func() {
		_, err := m.Fit(x, y, models.FitConfig{Epochs: 30, BatchSize: 8, Verbose: models.Silent})
		assert.NoError(t, err)
	})
	for range 4 {
		all.Go(func() {
			for range 5 {
				var b bytes.Buffer
				assert.NoError(t, m.SaveTo(&b))
				_, err := models.LoadBytes(b.Bytes())
				assert.NoError(t, err)
			}
		})
	}
	all.Wait()
}

// TestTypesOfWeights: a model in float64, a state of integers.
func TestTypesOfWeights(t *testing.T) {
	keras.ClearSession()
	x := keras.Input(keras.Shape{3}, keras.WithDType(tensor.Float64))
	l := layers.Dense(2)
	l.WithDType(tensor.Float64)
	m := build(x, l.Apply(x), "")
	var b bytes.Buffer
	require.NoError(t, m.SaveTo(&b))
	again, err := models.LoadBytes(b.Bytes())
	require.NoError(t, err)
	assert.Equal(t, tensor.Float64, again.Weights()[0].DType())
	assert.Equal(t, m.GetWeights(), again.GetWeights())
}

// TestAMergeOfOneInputSaysAListOfShapes, without which Keras cannot build it again.
func TestAMergeOfOneInputSaysAListOfShapes(t *testing.T) {
	keras.ClearSession()
	x := input("x", 3)
	text, err := build(x, layers.Add().Apply(x), "").ToJSON()
	require.NoError(t, err)
	assert.Contains(t, string(text), `"build_config": {"input_shape": [[null, 3]]}`)
}
