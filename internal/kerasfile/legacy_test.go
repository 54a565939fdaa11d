package kerasfile_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/internal/hdf5"
	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
)

// TestWriteLegacy: what Keras wrote is written as Keras wrote it.
func TestWriteLegacy(t *testing.T) {
	g := readGolden(t)
	theirs, err := openFile(t, "saved.h5")
	require.NoError(t, err)
	w := model(g.Cases[0].Layers)
	w.Optimizer = g.adam()
	require.NoError(t, theirs.Read(w, kerasfile.Options{}))

	var b bytes.Buffer
	require.NoError(t, kerasfile.WriteLegacy(&b, g.Config, w))
	content, err := os.ReadFile("testdata/saved.h5")
	require.NoError(t, err)
	want := describe(t, content)
	want["@training_config"] = strings.Replace(want["@training_config"].(string), `"mse"`, `"mean_squared_error"`, 1)
	assert.Equal(t, want, describe(t, b.Bytes()))
}

// describe is all there is in a file.
func describe(t *testing.T, content []byte) map[string]any {
	f, err := hdf5.Open(bytes.NewReader(content), int64(len(content)))
	require.NoError(t, err)
	root, err := f.Root()
	require.NoError(t, err)
	all := map[string]any{}
	attributes := func(path string, o hdf5.Object) {
		for _, a := range o.Attributes() {
			v, err := a.Value()
			require.NoError(t, err)
			all[path+"@"+a.Name()] = v
		}
	}
	attributes("", root)
	require.NoError(t, root.Walk(func(path string, o hdf5.Object) error {
		attributes(path, o)
		if d, ok := o.(*hdf5.Dataset); ok {
			values := make([]float64, d.Len())
			all[path] = values
			all[path+":"] = fmt.Sprint(d.Type(), d.Shape())
			return d.Read(values, 0)
		}
		return nil
	}))
	return all
}

// TestLegacyConfig: the words that Keras finds again in a file of this format, and what stands where Keras reads it.
func TestLegacyConfig(t *testing.T) {
	object := func(module, class string, registered any, config keras.Config) keras.Config {
		return keras.Config{{Key: "module", Value: module}, {Key: "class_name", Value: class}, {Key: "config", Value: config},
			{Key: "registered_name", Value: registered}, {Key: "build_config", Value: keras.Config{}}}
	}
	named := func(name string) keras.Config { return keras.Config{{Key: "name", Value: name}} }
	inner := object("keras", "Sequential", nil, keras.Config{{Key: "layers", Value: []any{object("keras.layers", "Dense", nil, named("d"))}}})
	model := object("keras.src.models.functional", "Functional", "Functional", keras.Config{{Key: "layers", Value: []any{
		inner,
		object("keras.src.ops.numpy", "Add", "Add", named("add")),
		object("mine", "Mine", "mine>Mine", named("m")),
	}}})
	model = append(model, keras.Entry{Key: "compile_config", Value: keras.Config{
		{Key: "optimizer", Value: object("keras.optimizers", "Adam", nil, named("adam"))},
		{Key: "loss", Value: keras.Config{{Key: "x", Value: "mse"}, {Key: "y", Value: []any{"mae", "poisson", nil}},
			{Key: "z", Value: object("keras.losses", "Huber", nil, named("mse"))}}},
		{Key: "metrics", Value: []any{"mse", "bce"}},
	}})
	var b bytes.Buffer
	require.NoError(t, kerasfile.WriteLegacy(&b, model, kerasfile.Weights{}))
	attributes := describe(t, b.Bytes())
	assert.Equal(t, `{"class_name": "Functional", "config": {"layers": [`+
		`{"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {"name": "d"}}]}}, `+
		`{"module": "keras.src.ops.numpy", "class_name": "Add", "config": {"name": "add"}, "registered_name": "Add", "build_config": {}}, `+
		`{"module": "mine", "class_name": "Mine", "config": {"name": "m"}, "registered_name": "mine>Mine", "build_config": {}}]}}`, attributes["@model_config"])
	assert.Equal(t, `{"loss": {"x": "mean_squared_error", "y": ["mean_absolute_error", "poisson", null], "z": {"class_name": "Huber", "config": {"name": "mse"}}}, `+
		`"metrics": ["mse", "bce"], "optimizer_config": {"class_name": "Adam", "config": {"name": "adam"}}}`, attributes["@training_config"])

	b.Reset()
	require.NoError(t, kerasfile.WriteLegacy(&b, model.With("compile_config", keras.Config{}), kerasfile.Weights{}))
	assert.NotContains(t, describe(t, b.Bytes()), "@training_config", "a model that is not compiled")
	config, err := open(t, b.Bytes()).Config()
	require.NoError(t, err)
	_, ok := config.Get("compile_config")
	assert.False(t, ok)
}

// TestManyLayers: more names than an attribute holds.
func TestManyLayers(t *testing.T) {
	w := kerasfile.Weights{}
	for i := range 9000 {
		l := kerasfile.Legacy{Name: fmt.Sprintf("a_layer_with_a_rather_long_name_%d", i)}
		if i%1000 == 0 {
			l.Variables = []*keras.Variable{counted("kernel", i+1)}
		}
		w.Layers = append(w.Layers, l)
	}
	var b bytes.Buffer
	require.NoError(t, kerasfile.WriteLegacy(&b, config, w))
	assert.NotContains(t, describe(t, b.Bytes()), "model_weights@layer_names")
	for _, l := range w.Layers {
		for _, v := range l.Variables {
			v.Memory().Zero()
		}
	}
	require.NoError(t, open(t, b.Bytes()).Read(w, kerasfile.Options{}))
	last := floats(w.Layers[8000].Variables[0])
	assert.Equal(t, 8001., last[8000])
}

// TestKeras1: it is refused, and the reason named.
func TestKeras1(t *testing.T) {
	for name, attributes := range map[string]map[string]string{
		"1.2":         {"keras_version": "1.2.2", "model_config": "{}"},
		"weights":     {"keras_version": "1.1.0"},
		"before that": {"model_config": "{}"},
	} {
		var c hdf5.Contents
		for key, value := range attributes {
			c.Attribute("", key, value)
		}
		c.Attribute("", "layer_names", []string{"dense"})
		var b bytes.Buffer
		_, err := c.WriteTo(&b)
		require.NoError(t, err)
		_, err = kerasfile.Open(bytes.NewReader(b.Bytes()), int64(b.Len()))
		require.ErrorIs(t, err, kerasfile.ErrWeights, name)
		assert.ErrorContains(t, err, "Keras 1", name)
	}
}

// TestStateOfKeras2: an optimizer's state in the orders of older versions. Variable i of the file has the value i + 1.
func TestStateOfKeras2(t *testing.T) {
	kernel, bias := []int{2, 3}, []int{3}
	wanted := []array{
		{Name: "iteration", DType: "int64"}, {Name: "learning_rate", DType: "float32"},
		{Name: "dense_kernel_momentum", DType: "float32", Shape: kernel}, {Name: "dense_kernel_velocity", DType: "float32", Shape: kernel},
		{Name: "dense_bias_momentum", DType: "float32", Shape: bias}, {Name: "dense_bias_velocity", DType: "float32", Shape: bias},
	}
	weights := []*keras.Variable{
		array{Name: "kernel", Path: "dense/kernel", DType: "float32", Shape: kernel}.variable(),
		array{Name: "bias", Path: "dense/bias", DType: "float32", Shape: bias}.variable(),
	}
	type saved struct {
		name  string
		shape []int
	}
	for _, tt := range []struct {
		version string
		saved   []saved
		want    []float64 // of each variable
		warning string
	}{
		{"3.15.1", []saved{{"adam/iteration", nil}, {"adam/learning_rate", nil}, {"adam/dense_kernel_momentum", kernel}, {"adam/dense_kernel_velocity", kernel},
			{"adam/dense_bias_momentum", bias}, {"adam/dense_bias_velocity", bias}}, []float64{1, 2, 3, 4, 5, 6}, ""},
		{"2.11.0", []saved{{"iteration:0", nil}, {"Adam/m/dense/kernel:0", kernel}, {"Adam/v/dense/kernel:0", kernel}, {"Adam/m/dense/bias:0", bias}, {"Adam/v/dense/bias:0", bias}},
			[]float64{1, 0, 2, 3, 4, 5}, ""},
		{"2.2.4-tf", []saved{{"Adam/iter:0", nil}, {"Adam/dense/kernel/m:0", kernel}, {"Adam/dense/bias/m:0", bias}, {"Adam/dense/kernel/v:0", kernel}, {"Adam/dense/bias/v:0", bias}},
			[]float64{1, 0, 2, 4, 3, 5}, ""},
		{"2.0.6", []saved{{"Variable:0", kernel}, {"Variable_1:0", bias}, {"Variable_2:0", kernel}, {"Variable_3:0", bias}}, []float64{0, 0, 1, 3, 2, 4}, ""},
		{"2.1.3", []saved{{"Variable:0", kernel}}, make([]float64, 6),
			"Skipping variable loading for optimizer 'adam', because it has 6 variables whereas the saved optimizer has 1 variables."},
	} {
		t.Run(tt.version, func(t *testing.T) {
			var c hdf5.Contents
			c.Attribute("", "keras_version", tt.version)
			c.Attribute("model_weights", "layer_names", []string{"dense"})
			c.Attribute("model_weights/dense", "weight_names", []string{"kernel", "bias"})
			c.Dataset("model_weights/dense/kernel", hdf5.Float32, kernel, make([]float32, 6))
			c.Dataset("model_weights/dense/bias", hdf5.Float32, bias, make([]float32, 3))
			var names []string
			for i, s := range tt.saved {
				names = append(names, s.name)
				path := "optimizer_weights/" + s.name
				if strings.Contains(s.name, "iter") {
					c.Dataset(path, hdf5.Int64, nil, []int64{int64(i + 1)})
				} else {
					c.Dataset(path, hdf5.Float32, s.shape, slices.Repeat([]float32{float32(i + 1)}, keras.Shape(s.shape).Size()))
				}
			}
			c.Attribute("optimizer_weights", "weight_names", names)
			var b bytes.Buffer
			_, err := c.WriteTo(&b)
			require.NoError(t, err)

			w := kerasfile.Weights{
				Tree:      kerasfile.Object{Parts: []kerasfile.Part{{Path: "layers/dense", Object: kerasfile.Object{Variables: weights}}}},
				Layers:    []kerasfile.Legacy{{Name: "dense", Variables: weights}},
				Optimizer: golden{Optimizer: wanted}.adam(),
			}
			f := open(t, b.Bytes())
			warnings := heard(func() { require.NoError(t, f.Read(w, kerasfile.Options{})) })
			assert.Equal(t, tt.warning, strings.Join(warnings, "; "))
			for i, v := range w.Optimizer.Variables {
				assert.Equal(t, slices.Repeat([]float64{tt.want[i]}, v.Size()), floats(v), v.Name())
			}
		})
	}
}

// TestTensorFlowKeras213: TensorFlow's Keras 2.12 and 2.13 have the layers of a model in another group.
func TestTensorFlowKeras213(t *testing.T) {
	var c hdf5.Contents
	for i, path := range []string{"dense", "dense_1/cell"} {
		c.Dataset("_layer_checkpoint_dependencies/"+path+"/vars/0", hdf5.Float32, []int{1}, []float32{float32(i + 1)})
	}
	c.Dataset("optimizer/vars/0", hdf5.Int64, nil, []int64{5})
	var b bytes.Buffer
	_, err := c.WriteTo(&b)
	require.NoError(t, err)
	weights := []*keras.Variable{counted("a", 1), counted("b", 1)}
	iteration := scalar("iteration", int64(0))
	require.NoError(t, open(t, b.Bytes()).Read(kerasfile.Weights{
		Tree: kerasfile.Object{Parts: []kerasfile.Part{
			{Path: "layers/dense", Object: kerasfile.Object{Variables: weights[:1]}},
			{Path: "layers/dense_1/cell", Object: kerasfile.Object{Variables: weights[1:]}},
		}},
		Optimizer: kerasfile.Object{Variables: []*keras.Variable{iteration, scalar("learning_rate", float32(1))}},
	}, kerasfile.Options{}))
	assert.Equal(t, []float64{1}, floats(weights[0]))
	assert.Equal(t, []float64{2}, floats(weights[1]))
	assert.Equal(t, []float64{5}, floats(iteration))
}
