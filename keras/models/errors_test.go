package models_test

import (
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

// texts are the errors of a fixture by the names of their cases.
func texts(t *testing.T, file string) map[string]string {
	var f struct {
		Errors []struct {
			Name  string
			Error *struct{ Text string }
		}
	}
	fixture(t, file, &f)
	out := map[string]string{}
	for _, c := range f.Errors {
		if c.Error != nil {
			out[c.Name] = c.Error.Text
		}
	}
	return out
}

func chain(units int, activation string) *models.Model {
	x := input("x", 3)
	h := layers.Dense(4).Activation("tanh").WithName("hidden").Apply(x)
	d := dense(units, "out")
	if activation != "" {
		d.Activation("softmax")
	}
	return build(x, d.Apply(h), "chain")
}

func labels(n, classes int) *tensor.Dense {
	d := make([]int32, n)
	for i := range d {
		d[i] = int32(i * 7 % classes)
	}
	return tensor.New(tensor.WithShape(n), tensor.WithBacking(d))
}

func TestFitSaysWhatKerasSays(t *testing.T) {
	keraSays := texts(t, "fit.json")
	mse := models.CompileConfig{Optimizer: optimizers.SGD(), Loss: losses.Named("mse")}
	two := models.CompileConfig{Optimizer: optimizers.SGD(), Loss: losses.List{losses.Named("mse"), losses.Named("sparse_categorical_crossentropy")}}
	by := func(l losses.Losses) models.CompileConfig {
		return models.CompileConfig{Optimizer: optimizers.SGD(), Loss: l}
	}
	x, y, both := cosine(10, 3), cosine(10, 1), data.List{cosine(10, 1), labels(10, 3)}
	line := func() *models.Model { return chain(1, "") }
	for _, c := range []struct {
		name    string // of the case of the fixture
		model   func() *models.Model
		compile *models.CompileConfig
		x, y    any
		cfg     models.FitConfig
		want    string // instead of Keras's text
		kind    error
	}{
		{name: "not compiled", model: line, x: x, y: y, kind: keras.ErrState},
		{name: "validation_split of one sample", model: line, compile: &mse, x: cosine(1, 3), y: cosine(1, 1), cfg: models.FitConfig{ValidationSplit: 0.2}, kind: keras.ErrData},
		{name: "validation_split of all samples", model: line, compile: &mse, x: cosine(8, 3), y: cosine(8, 1), cfg: models.FitConfig{ValidationSplit: 0.999}, kind: keras.ErrData},
		{name: "8 and 5 samples", model: line, compile: &mse, x: cosine(8, 3), y: cosine(5, 1), want: "Make sure all arrays contain the same number of samples.'x' sizes: 8\n'y' sizes: 5", kind: keras.ErrData},
		{name: "one-hot labels of a sparse loss", model: func() *models.Model { return chain(3, "softmax") }, compile: ptr(by(losses.SparseCategoricalCrossentropy())), x: x, y: cosine(10, 3),
			want: "(10, 3)", kind: keras.ErrShape},
		{name: "last axis of the input", model: line, compile: &mse, x: cosine(10, 4), y: y, want: "Input 0 with name 'x' is incompatible with the layer: expected shape=(None, 3), found shape=(10, 4)", kind: keras.ErrShape},
		{name: "class_weight and sample_weight", model: line, compile: &mse, x: x, y: y, cfg: models.FitConfig{ClassWeight: map[int]float64{0: 1}, SampleWeight: cosine(10)}, kind: keras.ErrArgument},
		{name: "class_weight of two outputs", model: twoOutputs, compile: &two, x: x, y: both, cfg: models.FitConfig{ClassWeight: map[int]float64{0: 1}}, kind: keras.ErrArgument},
		{name: "no loss", model: line, compile: ptr(by(nil)), x: x, y: y, kind: keras.ErrState},
		{name: "one array for two outputs", model: twoOutputs, compile: &two, x: x, y: y, want: "y_true and y_pred have different structures", kind: keras.ErrData},
		{name: "three arrays for two outputs", model: twoOutputs, compile: &two, x: x, y: append(both, y), want: "['priority', 'department'], received 3", kind: keras.ErrData},
		{name: "a dict of data lacks an input", model: dictInputs, compile: &mse, x: data.Dict{"title": x}, y: y, kind: keras.ErrData},
		{name: "one input of two", model: dictInputs, compile: &mse, x: x, y: y, want: `expects 2 named input(s) with keys ['body', 'title'], but it received 1 input tensors.`, kind: keras.ErrData},
		{name: "a dict of data for one input of another name", model: line, compile: &mse, x: data.Dict{"image": x}, y: y, kind: keras.ErrData},
		{name: "EarlyStopping of a prefixed metric", model: twoOutputs, compile: &two, x: x, y: both,
			cfg: models.FitConfig{Callbacks: []callbacks.Callback{callbacks.EarlyStopping().Monitor("priority_loss")}}, kind: keras.ErrArgument},
	} {
		t.Run(c.name, func(t *testing.T) {
			keras.ClearSession()
			m := c.model()
			if c.compile != nil {
				require.NoError(t, m.Compile(*c.compile))
			}
			want := c.want
			if want == "" {
				want = keraSays[c.name]
			}
			require.NotEmpty(t, want)
			c.cfg.Verbose = models.Silent
			before := m.GetWeights()
			history, err := m.Fit(c.x, c.y, c.cfg)
			require.ErrorContains(t, err, want)
			assert.ErrorIs(t, err, c.kind)
			require.NotNil(t, history)
			assert.Empty(t, history.Epoch)
			if c.cfg.Callbacks == nil {
				assert.Equal(t, before, m.GetWeights())
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

func TestCompileSaysWhatKerasSays(t *testing.T) {
	kerasSays := texts(t, "fit.json")
	mse := losses.Named("mse")
	for _, c := range []struct {
		name  string
		model func() *models.Model
		cfg   models.CompileConfig
		want  string
	}{
		{"unknown loss", residual, models.CompileConfig{Loss: losses.Named("sparse_crossentropy")}, ""},
		{"unknown metric", residual, models.CompileConfig{Loss: mse, Metrics: metrics.List{metrics.Named("acuracy")}}, ""},
		{"unknown optimizer", residual, models.CompileConfig{Optimizer: optimizers.Named("adm"), Loss: mse}, ""},
		{"a loss dict that lacks an output", twoOutputs, models.CompileConfig{Loss: losses.ByOutput{"priority": mse}}, ""},
		{"a loss for an output that is not there", twoOutputs, models.CompileConfig{Loss: losses.ByOutput{"priority": mse, "nope": mse}}, "Expected keys ['priority', 'department'] in loss dict"},
		{"a weight for one loss of two", twoOutputs, models.CompileConfig{Loss: losses.List{mse, mse}, LossWeights: losses.WeightList{1}}, ""},
		{"metrics for one output of two", twoOutputs, models.CompileConfig{Loss: mse, Metrics: metrics.List{metrics.Named("mae")}}, "match the output structure of the model: ['X', 'X'].\nReceived: metrics=['mae']"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := c.model()
			want := c.want
			if want == "" {
				want = kerasSays[c.name]
			}
			require.NotEmpty(t, want)
			require.ErrorContains(t, m.Compile(c.cfg), want)
			assert.False(t, m.Compiled(), "a Compile with an error changes nothing")
		})
	}
}

func TestGraphErrorsAreThoseOfKeras(t *testing.T) {
	kerasSays := texts(t, "graph.json")
	fresh := func(f func() error) func() error {
		return func() error { keras.ClearSession(); return f() }
	}
	newErr := func(in, out any) error { _, err := models.New(in, out); return err }
	seqErr := func(l ...any) error { _, err := models.Sequential(l...); return err }
	layerErr := func(_ keras.Layer, err error) error { return err }
	for _, c := range []struct {
		name string
		do   func() error
		want string
		kind error
	}{
		{"two layers of one name", func() error {
			x := input("", 2)
			return newErr(x, dense(1, "d").Apply(dense(1, "d").Apply(x)))
		}, "", keras.ErrGraph},
		{"output that no input reaches", func() error { x, z := input("", 2), input("z", 2); return newErr(x, dense(1, "d").Apply(z)) },
			"", keras.ErrGraph},
		{"an input is missing", func() error {
			x, z := input("x", 2), input("z", 2)
			return newErr(x, layers.Add().Apply(x, z))
		}, "Output with path `` is not connected to `inputs`: it needs the input 'z', expected it among the model's inputs", keras.ErrGraph},
		{"an output of a dict that no input reaches", func() error {
			x, z := input("x", 2), input("z", 2)
			return newErr(x, keras.Dict{"good": x, "bad": z})
		}, "Output with path `bad` is not connected to `inputs`", keras.ErrGraph},
		{"an output of a list that a tensor in the middle does not reach", func() error {
			x := input("x", 2)
			h := dense(2, "h").Apply(x)
			return newErr(h, keras.List{dense(1, "y").Apply(h), dense(1, "z").Apply(x)})
		}, "Output with path `1` is not connected to `inputs`: it needs the input 'x'", keras.ErrGraph},
		{"inputs that are arrays", func() error { return newErr(cosine(2, 2), input("", 2)) }, "All `inputs` values must be KerasTensors: expected a *keras.Tensor, keras.List or keras.Dict, received *tensor.Dense", keras.ErrArgument},
		{"outputs that are arrays", func() error { return newErr(input("", 2), cosine(2, 2)) }, "received *tensor.Dense", keras.ErrArgument},
		{"model of another shape", func() error { return residual().Apply(input("", 5)).Err() }, ": Input 0 with name 'x' is incompatible with the layer: expected shape=(None, 4), found shape=(None, 5)", keras.ErrShape},
		{"model of another rank", func() error { return residual().Apply(input("", 5, 4)).Err() }, "found shape=(None, 5, 4)", keras.ErrShape},
		{"model of two inputs on one", func() error { return sharedLayer().Apply(input("", 4)).Err() }, `Layer "siamese" expects 2 input(s), but it received 1 input tensors.`, keras.ErrShape},
		{"model of dict inputs lacks a key", func() error {
			t, _ := keras.ApplyTo(dictInputs(), keras.Dict{"title": input("", 3)}).(*keras.Tensor)
			return t.Err()
		}, "", keras.ErrData},
		{"get_layer, unknown name", func() error { return layerErr(residual().GetLayer("nope")) }, "", keras.ErrArgument},
		{"get_layer, index too large", func() error { return layerErr(residual().GetLayerAt(9)) }, "", keras.ErrArgument},
		{"set_weights, wrong number", func() error { return residual().SetWeights([]*tensor.Dense{cosine(4, 4)}) }, "", keras.ErrShape},
		{"set_weights, wrong shape", func() error {
			return residual().SetWeights([]*tensor.Dense{cosine(3, 4), cosine(4), cosine(4, 2), cosine(2)})
		}, "", keras.ErrShape},
		{"Sequential of no layers", func() error { return models.Must(models.Sequential()).Build(keras.Shape{keras.None, 3}) },
			"Sequential model sequential cannot be built because it has no layers. Call `model.Add(layer)`.", keras.ErrState},
		{"Sequential, two layers of one name", func() error { return seqErr(dense(1, "d"), dense(1, "d")) }, "", keras.ErrGraph},
		{"Sequential, something else", func() error { return seqErr(3) }, "can be added to a Sequential model. Received: 3 (of type int)", keras.ErrArgument},
		{"Sequential, a second Input", func() error { return seqErr(input("", 4), layers.Dense(2), input("", 2)) }, "", keras.ErrGraph},
		{"Sequential, inputs before build", func() error { return models.Must(models.Sequential(layers.Dense(1))).Input().Err() }, "", keras.ErrState},
		{"Sequential, outputs before build", func() error { return models.Must(models.Sequential(layers.Dense(1))).Output().Err() }, "", keras.ErrState},
		{"Sequential, built for two shapes", func() error {
			m := models.Must(models.Sequential(layers.Dense(1)))
			models.Must(m, m.Build(keras.Shape{keras.None, 3}))
			return m.Build(keras.Shape{16, 3})
		}, "", keras.ErrState},
		{"Sequential, a layer that does not fit", func() error { return seqErr(input("", 4), layers.Conv2D(2, 3)) }, "conv2d (Conv2D)", keras.ErrShape},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := c.want
			if want == "" {
				want = kerasSays[c.name]
			}
			require.NotEmpty(t, want)
			err := fresh(c.do)()
			require.ErrorContains(t, err, want)
			assert.ErrorIs(t, err, c.kind)
		})
	}
}

func TestErrorsOfTensorsComeOutOfNew(t *testing.T) {
	in := keras.Input(keras.Shape{4})
	bad := layers.Dense(-1).Apply(in)
	m, err := models.New(in, layers.Dense(2).Apply(bad))
	require.ErrorContains(t, err, "units")
	require.ErrorContains(t, err, "errors_test.go:", "where the layer was called")
	require.NotNil(t, m)
	require.ErrorIs(t, m.Err(), keras.ErrArgument)

	// Whatever is done with it returns the error.
	_, fit := m.Fit(cosine(2, 4), cosine(2, 2))
	_, evaluate := m.Evaluate(cosine(2, 4), cosine(2, 2))
	_, predict := m.Predict(cosine(2, 4))
	_, train := m.TrainOnBatch(cosine(2, 4), cosine(2, 2))
	_, layer := m.GetLayer("x")
	_, json := m.ToJSON()
	_, clone := models.Clone(m)
	_, call := models.Call(m, cosine(2, 4))
	for what, got := range map[string]error{"Compile": m.Compile(models.CompileConfig{}), "Fit": fit, "Evaluate": evaluate, "Predict": predict,
		"TrainOnBatch": train, "GetLayer": layer, "ToJSON": json, "Clone": clone, "Call": call, "Summary": m.Summary().Err(),
		"Apply": m.Apply(in).Err(), "Input": m.Input().Err(), "Output": m.Output().Err(), "SetWeights": m.SetWeights(nil), "Build": m.Build(keras.Shape{2, 4})} {
		assert.ErrorIs(t, got, keras.ErrArgument, what)
	}
	assert.Empty(t, m.Layers())
	assert.Empty(t, m.Weights())
	assert.Panics(t, func() { models.Must(m, err) })
}

func TestTheZeroModelIsAnError(t *testing.T) {
	var m models.Model
	_, err := m.Predict(cosine(2, 4))
	require.ErrorIs(t, err, keras.ErrState)
	_, err = m.Fit(cosine(2, 4), nil)
	require.Error(t, err)
}

func TestSetWeightsWithAnErrorChangesNothing(t *testing.T) {
	m := residual()
	before := m.GetWeights()
	values := []*tensor.Dense{sine(4, 4), sine(4), sine(4, 2), nil}
	require.ErrorContains(t, m.SetWeights(values), "nil")
	assert.Equal(t, before, m.GetWeights())
	values[3] = tensor.New(tensor.WithShape(2), tensor.WithBacking([]float64{1.5, 2}))
	require.NoError(t, m.SetWeights(values), "float64 is cast")
	assert.Equal(t, []float32{1.5, 2}, m.GetWeights()[3].Data())
}
