package models_test

import (
	"errors"
	"io"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

func vector[T any](d ...T) *tensor.Dense {
	return tensor.New(tensor.WithShape(len(d)), tensor.WithBacking(d))
}

func column[T any](d ...T) *tensor.Dense {
	return tensor.New(tensor.WithShape(len(d), 1), tensor.WithBacking(d))
}

// TestDataAreCastToTheInput: as TensorFlow casts, with wrap-around.
func TestDataAreCastToTheInput(t *testing.T) {
	for _, c := range []struct {
		reason string
		dtype  tensor.Dtype
		given  *tensor.Dense
		want   []float64
	}{
		{"floats to uint8 lose their fraction and wrap around", tensor.Uint8, column[float32](300.7, -1, 2.5), []float64{44, 255, 2}},
		{"pixels to int8 wrap around", tensor.Int8, column[uint8](127, 128, 255), []float64{127, -128, -1}},
		{"floats to int32", tensor.Int32, column[float32](3.9, -3.9, 0), []float64{3, -3, 0}},
		{"float64 to float32", tensor.Float32, column(0.5, 1.5, 2.5), []float64{0.5, 1.5, 2.5}},
		{"Go's own int", tensor.Float32, column(1, 2, 3), []float64{1, 2, 3}},
		{"bools", tensor.Float32, column(true, false, true), []float64{1, 0, 1}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			in := keras.Input(keras.Shape{1}, keras.WithDType(c.dtype))
			m := build(in, layers.Rescaling(1).Apply(in), "")
			for what, predict := range map[string]func() (*tensor.Dense, error){
				"Predict":        func() (*tensor.Dense, error) { return m.Predict(c.given, models.PredictConfig{BatchSize: 2}) },
				"PredictOnBatch": func() (*tensor.Dense, error) { return m.PredictOnBatch(c.given) },
				"Call":           func() (*tensor.Dense, error) { return models.Call(m, c.given) },
			} {
				y, err := predict()
				require.NoError(t, err, what)
				assert.Equal(t, c.want, floats(y), what)
			}
		})
	}
}

func TestATrailingAxisOfOneIsAddedOrTakenAway(t *testing.T) {
	in := input("", 2, 1)
	wide := build(in, layers.Flatten().Apply(in), "")
	in = input("", 2)
	flat := build(in, layers.Activation("linear").Apply(in), "")
	for _, m := range []*models.Model{wide, flat} {
		for _, shape := range []keras.Shape{{3, 2}, {3, 2, 1}} {
			y, err := m.Predict(cosine(shape...))
			require.NoError(t, err, "%s", shape)
			assert.Equal(t, tensor.Shape{3, 2}, y.Shape())
			assert.Equal(t, floats(cosine(3, 2)), floats(y))
			y, err = models.Call(m, cosine(shape...))
			require.NoError(t, err)
			assert.Equal(t, floats(cosine(3, 2)), floats(y))
		}
	}
	_, err := flat.Predict(cosine(3, 2, 2))
	require.ErrorIs(t, err, keras.ErrShape)

	// A model inside another one does the same.
	outer := input("", 2)
	nested := build(outer, wide.Apply(outer), "")
	y, err := nested.Predict(cosine(3, 2))
	require.NoError(t, err)
	assert.Equal(t, floats(cosine(3, 2)), floats(y))
}

func TestBadDataAreErrors(t *testing.T) {
	x, y := cosine(4, 3), cosine(4, 1)
	var noTensor *tensor.Dense
	var noDataset *data.Dataset
	boom := errors.New("boom")
	empty := data.FromFunc(func(int) (data.Element, error) { return data.Element{}, io.EOF })
	broken := data.FromFunc(func(i int) (data.Element, error) {
		if i == 2 {
			return data.Element{}, boom
		}
		return data.Element{X: x, Y: y}, nil
	})
	for _, c := range []struct {
		reason string
		x, y   any
		cfg    models.FitConfig
		want   string
	}{
		{"no inputs", nil, y, models.FitConfig{}, "inputs"},
		{"a nil tensor", noTensor, y, models.FitConfig{}, "nil"},
		{"a nil tensor in a list", data.List{nil}, y, models.FitConfig{}, "a tensor for inputs 0"},
		{"an empty list", data.List{}, y, models.FitConfig{}, "received 0"},
		{"no targets", x, nil, models.FitConfig{}, `targets for output "out"`},
		{"nil targets", x, noTensor, models.FitConfig{}, `targets for output "out"`},
		{"something that is no tensor", []float32{1, 2}, y, models.FitConfig{}, "received []float32"},
		{"targets that are no tensor", x, []int{1}, models.FitConfig{}, "received []int"},
		{"two inputs for one", data.List{x, x}, y, models.FitConfig{}, "expects 1 input(s), but it received 2"},
		{"a scalar", tensor.New(tensor.FromScalar(float32(1))), y, models.FitConfig{}, "samples"},
		{"a nil Dataset", noDataset, nil, models.FitConfig{}, "Dataset"},
		{"a Dataset and targets", data.FromTensorSlices(x, y).Batch(2), y, models.FitConfig{}, "`y` should not be passed"},
		{"a Dataset and validation_split", data.FromTensorSlices(x, y).Batch(2), nil, models.FitConfig{ValidationSplit: 0.5}, "Argument `validation_split` is only supported for tensors"},
		{"a Dataset and weights", data.FromTensorSlices(x, y).Batch(2), nil, models.FitConfig{SampleWeight: cosine(4)}, "third part"},
		{"an empty Dataset", empty, nil, models.FitConfig{}, "empty dataset"},
		{"a Dataset whose function fails", broken, nil, models.FitConfig{}, "boom"},
		{"a Dataset made badly", data.FromTensorSlices(x, cosine(5, 1)), nil, models.FitConfig{}, "5"},
		{"a Dataset of samples", data.FromTensorSlices(x, cosine(4)), nil, models.FitConfig{}, "expected a Dataset of batches, received X (3,) float32, Y () float32; call Batch"},
		{"a Dataset without targets", data.FromTensorSlices(x).Batch(2), nil, models.FitConfig{}, `targets for output "out"`},
		{"validation data of a wrong kind", x, y, models.FitConfig{ValidationData: x}, "ValidationData"},
		{"validation data of wrong shape", x, y, models.FitConfig{ValidationData: data.Element{X: cosine(4, 2), Y: y}}, "found shape"},
		{"weights for other samples", x, y, models.FitConfig{SampleWeight: cosine(3)}, "'sample_weight' sizes: 3"},
		{"weights of a wrong kind", x, y, models.FitConfig{SampleWeight: 3.0}, "sample weights"},
		{"a batch size below 0", x, y, models.FitConfig{BatchSize: -1}, "BatchSize not below 0"},
		{"a split above 1", x, y, models.FitConfig{ValidationSplit: 1.5}, "ValidationSplit"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			m := compileMSE(t, chain(1, ""))
			c.cfg.Verbose = models.Silent
			history, err := m.Fit(c.x, c.y, c.cfg)
			require.ErrorContains(t, err, c.want)
			require.NotNil(t, history)
		})
	}
	m := chain(1, "")
	_, err := m.Fit(x, y, silent, silent)
	require.ErrorContains(t, err, "at most one FitConfig")
	_, err = m.Evaluate(x, y, models.EvaluateConfig{Steps: -1})
	require.ErrorContains(t, err, "Steps")
	_, err = m.Predict(broken)
	require.ErrorIs(t, err, boom)
	_, err = twoOutputs().Predict(x)
	require.ErrorContains(t, err, "use PredictAll")
}

func TestLabelsOutsideOfTheClassesAreErrors(t *testing.T) {
	m := chain(3, "softmax")
	require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD(), Loss: losses.SparseCategoricalCrossentropy()}))
	before := m.GetWeights()
	_, err := m.Fit(cosine(2, 3), vector[int32](0, 3), silent)
	require.ErrorContains(t, err, "3")
	require.ErrorIs(t, err, keras.ErrRun)
	assert.Equal(t, before, m.GetWeights())
}

func TestViewsAreReadAsTheyLook(t *testing.T) {
	whole := cosine(6, 4)
	view, err := whole.Slice(nil, tensor.S(1, 4)) // columns 1 to 3
	require.NoError(t, err)
	copied := view.Materialize().(*tensor.Dense)
	m := compileMSE(t, chain(1, ""))
	want, err := m.Predict(copied)
	require.NoError(t, err)
	for what, predict := range map[string]func() (*tensor.Dense, error){
		"Predict":        func() (*tensor.Dense, error) { return m.Predict(view) },
		"PredictOnBatch": func() (*tensor.Dense, error) { return m.PredictOnBatch(view) },
		"Call":           func() (*tensor.Dense, error) { return models.Call(m, view) },
	} {
		got, err := predict()
		require.NoError(t, err, what)
		near(t, floats(want), floats(got), 1e-6, what)
	}
	a, err := m.Evaluate(copied, cosine(6, 1), models.EvaluateConfig{Verbose: models.Silent})
	require.NoError(t, err)
	b, err := m.Evaluate(view, cosine(6, 1), models.EvaluateConfig{Verbose: models.Silent})
	require.NoError(t, err)
	assert.Equal(t, a.Values(), b.Values())
}

func TestEachEpochOfADatasetHasAnOrderOfItsOwn(t *testing.T) {
	m := compileMSE(t, chain(1, ""))
	var orders [][]float32
	var mu sync.Mutex // Map calls functions from several goroutines
	epochs := data.FromTensorSlices(cosine(20, 3), cosine(20, 1)).Shuffle(20, 7).Batch(20).MapX(func(x *tensor.Dense) (*tensor.Dense, error) {
		mu.Lock()
		defer mu.Unlock()
		orders = append(orders, slices.Clone(x.Float32s()))
		return x, nil
	})
	_, err := m.Fit(epochs, nil, models.FitConfig{Epochs: 2, Verbose: models.Silent})
	require.NoError(t, err)
	require.Len(t, orders, 2)
	assert.ElementsMatch(t, orders[0], orders[1])
	assert.NotEqual(t, orders[0], orders[1])
}

func TestPredictionsDoNotDependOnTheBatches(t *testing.T) {
	m := twoOutputs()
	x := cosine(7, 3)
	all, err := m.PredictAll(x, models.PredictConfig{BatchSize: 7})
	require.NoError(t, err)
	for _, size := range []int{1, 2, 3, 100} {
		got, err := m.PredictAll(x, models.PredictConfig{BatchSize: size})
		require.NoError(t, err)
		for i, want := range all.(data.List) {
			near(t, floats(want), floats(got.(data.List)[i]), 1e-6, "batches")
		}
	}
	dict, err := dictOfOutputs().PredictAll(data.FromTensorSlices(x).Batch(2))
	require.NoError(t, err)
	assert.Equal(t, tensor.Shape{7, 3}, dict.(data.Dict)["dept"].Shape())
}

func TestPredictionsBelongToTheCaller(t *testing.T) {
	m := chain(1, "")
	x := cosine(4, 3)
	first, err := m.Predict(x)
	require.NoError(t, err)
	kept := floats(first)
	_, err = m.Predict(sine(4, 3))
	require.NoError(t, err)
	assert.Equal(t, kept, floats(first), "another Predict leaves it alone")
	for i := range first.Float32s() {
		first.Float32s()[i] = 99
	}
	again, err := m.Predict(x)
	require.NoError(t, err)
	assert.Equal(t, kept, floats(again))
	assert.Equal(t, floats(cosine(4, 3)), floats(x), "the data are as they were")
}

// TestClassWeights: they are for training alone, and a Dataset's samples have them too.
func TestClassWeights(t *testing.T) {
	x, y := cosine(8, 3), labels(8, 3)
	fit := func(x, y any, cfg models.FitConfig) (*models.Model, *callbacks.History, error) {
		keras.SetRandomSeed(1)
		m := chain(3, "softmax")
		require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD(), Loss: losses.SparseCategoricalCrossentropy()}))
		cfg.ClassWeight, cfg.NoShuffle, cfg.Verbose = map[int]float64{0: 3, 2: 0.5}, true, models.Silent
		h, err := m.Fit(x, y, cfg)
		return m, h, err
	}
	m, want, err := fit(x, y, models.FitConfig{BatchSize: 2, ValidationSplit: 0.5})
	require.NoError(t, err)
	s, err := m.Evaluate(data.Slice(x, 4, 8), data.Slice(y, 4, 8), models.EvaluateConfig{BatchSize: 2, Verbose: models.Silent})
	require.NoError(t, err)
	assert.Equal(t, s.Loss(), want.History["val_loss"][0])

	ds := data.FromTensorSlices(data.Slice(x, 0, 4), data.Slice(y, 0, 4))
	_, got, err := fit(ds.Batch(2), nil, models.FitConfig{})
	require.NoError(t, err)
	assert.Equal(t, want.History["loss"], got.History["loss"])

	_, _, err = fit(data.FromTensorSlices(x, y, cosine(8)).Batch(2), nil, models.FitConfig{})
	require.ErrorContains(t, err, "`class_weight` and `sample_weight` at the same time")
}

func TestDataByName(t *testing.T) {
	title, body := cosine(4, 3), sine(4, 4)
	m := dictInputs()
	want, err := m.Predict(data.Dict{"title": title, "body": body})
	require.NoError(t, err)
	got, err := m.Predict(data.Dict{"title": title, "body": body, "other": cosine(9)})
	require.NoError(t, err, "others are not looked at")
	assert.Equal(t, want, got)
	got, err = m.Predict(data.List{body, title})
	require.NoError(t, err, "a list has the order of the sorted keys")
	assert.Equal(t, want, got)
	ds := data.FromTensorSlices(data.Dict{"title": title, "body": body}).Batch(2)
	got, err = m.Predict(ds)
	require.NoError(t, err)
	near(t, floats(want), floats(got), 1e-6, "a Dataset of dicts")

	siamese := sharedLayer()
	want, err = siamese.Predict(data.List{body, title4()})
	require.NoError(t, err)
	got, err = siamese.Predict(data.Dict{"b": title4(), "a": body})
	require.NoError(t, err, "a list of inputs takes a dict by the inputs' names")
	assert.Equal(t, want, got)
}

func title4() *tensor.Dense { return cosine(4, 4) }

// TestFloat64ModelsComputeInFloat64: the same training in both types differs by no more
// than float32's rounding.
func TestFloat64ModelsComputeInFloat64(t *testing.T) {
	run := func(dt tensor.Dtype) ([]float64, *tensor.Dense) {
		in := keras.Input(keras.Shape{3}, keras.WithDType(dt))
		h := layers.Dense(4).Activation("tanh").WithDType(dt).Apply(in)
		m := build(in, layers.Dense(1).WithDType(dt).Apply(h), "")
		setSine(t, m)
		require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD(0.1), Loss: losses.Named("mse"), Metrics: metrics.Named("mae")}))
		history, err := m.Fit(data.Cast(cosine(16, 3), dt), cosine(16, 1), models.FitConfig{Epochs: 3, NoShuffle: true, Verbose: models.Silent})
		require.NoError(t, err)
		p, err := m.Predict(cosine(16, 3))
		require.NoError(t, err)
		assert.Equal(t, dt, p.Dtype())
		return history.History["loss"], p
	}
	loss32, p32 := run(tensor.Float32)
	loss64, p64 := run(tensor.Float64)
	near(t, loss64, loss32, 1e-5, "losses")
	near(t, floats(p64), floats(p32), 1e-5, "predictions")
	assert.NotEqual(t, loss64, loss32)
}

func TestOddSizes(t *testing.T) {
	m := compileMSE(t, chain(1, ""))
	for _, n := range []int{1, 2, 31, 32, 33} {
		x, y := cosine(n, 3), cosine(n, 1)
		_, err := m.Fit(x, y, silent)
		require.NoError(t, err)
		p, err := m.Predict(x)
		require.NoError(t, err)
		assert.Equal(t, tensor.Shape{n, 1}, p.Shape())
	}
	p, err := m.PredictOnBatch(cosine(1, 3))
	require.NoError(t, err)
	assert.Equal(t, tensor.Shape{1, 1}, p.Shape())
}
