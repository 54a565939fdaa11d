package models_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
)

// legacyStack is what to_json of Keras 2.0 wrote.
const legacyStack = `{"class_name": "Sequential", "keras_version": "2.0.8", "backend": "tensorflow", "config": [
	{"class_name": "Activation", "config": {"name": "a", "trainable": true, "batch_input_shape": [null, 5], "dtype": "float32", "activation": "hard_sigmoid"}}]}`

// legacyGraph is a functional model of Keras 2, compiled.
const legacyGraph = `{"class_name": "Model", "config": {"layers": [
	{"class_name": "InputLayer", "config": {"batch_input_shape": [null, 2], "name": "x"}, "name": "x", "inbound_nodes": []},
	{"class_name": "Dense", "config": {"units": 2, "name": "y"}, "name": "y", "inbound_nodes": [[["x", 0, 0, {}]], [["y", 0, 0, {"training": true}]]]}],
	"input_layers": [["x", 0, 0]], "output_layers": [["y", 1, 0]]},
	"compile_config": {"optimizer": {"class_name": "Adam", "config": {"lr": 0.5, "decay": 0.5}}, "loss": "mse"}}`

func TestFromJSONOfKeras2(t *testing.T) {
	m, err := models.FromJSON([]byte(legacyStack))
	require.NoError(t, err)
	y, err := m.Predict(tensor.New(tensor.WithShape(1, 5), tensor.WithBacking([]float32{-3, -2, 0, 1, 3})))
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float32{0, 0.1, 0.5, 0.7, 1}, y.Data(), 1e-7, "not what Keras 3 has under this name")

	text, err := m.ToJSON()
	require.NoError(t, err)
	again, err := models.FromJSON(text)
	require.NoError(t, err)
	z, err := again.Predict(tensor.New(tensor.WithShape(1, 5), tensor.WithBacking([]float32{-3, -2, 0, 1, 3})))
	require.NoError(t, err)
	assert.Equal(t, y.Data(), z.Data(), "nor is it changed on the way")

	var b bytes.Buffer
	require.NoError(t, m.SaveTo(&b))
	again, err = models.LoadBytes(b.Bytes())
	require.NoError(t, err)
	z, err = again.Predict(tensor.New(tensor.WithShape(1, 5), tensor.WithBacking([]float32{-3, -2, 0, 1, 3})))
	require.NoError(t, err)
	assert.Equal(t, y.Data(), z.Data(), "nor in a file")

	m, err = models.FromJSON([]byte(legacyGraph))
	require.NoError(t, err)
	assert.True(t, m.Compiled())

	_, err = models.FromJSON([]byte(`{"class_name": "Sequential", "keras_version": "1.2.2", "config": []}`))
	assert.ErrorIs(t, err, keras.ErrConfig)
}

// TestOperationsOfKeras2: 1 − relu(2x + x), and [1, 0.5] for the 1.
func TestOperationsOfKeras2(t *testing.T) {
	m, err := models.FromJSON([]byte(`{"class_name": "Functional", "keras_version": "2.15.0", "config": {"name": "m", "layers": [
		{"class_name": "InputLayer", "config": {"batch_input_shape": [null, 2], "dtype": "float32", "name": "x"}, "name": "x", "inbound_nodes": []},
		{"class_name": "TFOpLambda", "config": {"name": "tf.math.multiply", "trainable": true, "dtype": "float32", "function": "math.multiply"}, "name": "tf.math.multiply", "inbound_nodes": [["x", 0, 0, {"y": 2.0, "name": null}]]},
		{"class_name": "TFOpLambda", "config": {"name": "tf.__operators__.add", "trainable": true, "dtype": "float32", "function": "__operators__.add"}, "name": "tf.__operators__.add",
		 "inbound_nodes": [["tf.math.multiply", 0, 0, {"y": ["x", 0, 0], "name": null}]]},
		{"class_name": "TFOpLambda", "config": {"name": "tf.nn.relu", "trainable": true, "dtype": "float32", "function": "nn.relu"}, "name": "tf.nn.relu", "inbound_nodes": [["tf.__operators__.add", 0, 0, {"name": null}]]},
		{"class_name": "TFOpLambda", "config": {"name": "tf.math.subtract", "trainable": true, "dtype": "float32", "function": "math.subtract"}, "name": "tf.math.subtract",
		 "inbound_nodes": [["_CONSTANT_VALUE", -1, [1.0, 0.5], {"y": ["tf.nn.relu", 0, 0], "name": null}]]}],
		"input_layers": [["x", 0, 0]], "output_layers": [["tf.math.subtract", 0, 0]]}}`))
	require.NoError(t, err)
	y, err := m.Predict(tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float32{1, 2, -1, -2})))
	require.NoError(t, err)
	assert.Equal(t, []float32{-2, -5.5, 1, 0.5}, y.Data())
}

// TestLambdaOfPython: what a function of Python's is in Go, is told by its name or that of the layer.
func TestLambdaOfPython(t *testing.T) {
	twice := func() keras.Layer {
		return layers.Lambda("", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(ops.Scale(in[0], 2, 0))
		})
	}
	stack := func(function string) []byte {
		return []byte(`{"module": "keras", "class_name": "Sequential", "registered_name": null, "config": {"name": "s", "layers": [
			{"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 2], "name": "x"}, "registered_name": null},
			{"module": "keras.layers", "class_name": "Lambda", "config": {"name": "double", "trainable": true, "output_shape": {"module": "builtins", "class_name": "function", "config": "shape"},
			 "arguments": {}, "function": ` + function + `}, "registered_name": null}]}}`)
	}
	for _, tt := range []struct{ reason, function, key, want string }{
		{"by the function's name", `{"module": "builtins", "class_name": "function", "config": "times_two", "registered_name": "function"}`, "times_two", "times_two, a function of Python"},
		{"by that of Keras 2", `"times_two"`, "times_two", "times_two, a function of Python"},
		{"by the layer's name", `{"class_name": "__lambda__", "config": {"value": ["4wEAAAA="]}}`, "double", "code of Python, which is never run"},
		{"in Keras 2", `["4wEAAAA=", null, null]`, "double", "code of Python, which is never run"},
		{"all of them", `["4wEAAAA=", null, null]`, "Lambda", "code of Python, which is never run"},
	} {
		m, err := models.FromJSON(stack(tt.function), models.WithCustomLayers(map[string]func() keras.Layer{tt.key: twice}))
		require.NoError(t, err, tt.reason)
		y, err := m.Predict(tensor.New(tensor.WithShape(1, 2), tensor.WithBacking([]float32{1, -3})))
		require.NoError(t, err, tt.reason)
		assert.Equal(t, []float32{2, -6}, y.Data(), tt.reason)
		assert.Equal(t, "double", m.Layers()[0].Name(), tt.reason)

		_, err = models.FromJSON(stack(tt.function))
		assert.ErrorContains(t, err, "the Lambda layer double is "+tt.want+"; give WithCustomLayers a layer of yours", tt.reason)
	}
}
