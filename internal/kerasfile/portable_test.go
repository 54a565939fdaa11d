package kerasfile_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
)

func parse(t testing.TB, text string) keras.Config {
	t.Helper()
	var cfg keras.Config
	require.NoError(t, cfg.UnmarshalJSON([]byte(text)))
	return cfg
}

func TestPortable(t *testing.T) {
	for _, tt := range []struct{ reason, from, want string }{
		{
			"a policy is its name, keys that are new go where they say nothing",
			`{"module": "keras.layers", "class_name": "Dense", "config": {"name": "d", "dtype": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float64"}, "registered_name": null},
			  "units": 2, "kernel_initializer": {"module": "keras.initializers", "class_name": "GlorotUniform", "config": {"seed": 3, "input_axes": null, "output_axes": null}, "registered_name": null},
			  "quantization_config": null}, "registered_name": null}`,
			`{"module": "keras.layers", "class_name": "Dense", "config": {"name": "d", "dtype": "float64",
			  "units": 2, "kernel_initializer": {"module": "keras.initializers", "class_name": "GlorotUniform", "config": {"seed": 3}, "registered_name": null}}, "registered_name": null}`,
		},
		{
			"what a key says is kept",
			`{"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 3], "ragged": false, "name": "x", "optional": true}, "registered_name": null}`,
			`{"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 3], "name": "x", "optional": true}, "registered_name": null}`,
		},
		{
			"a layer of a user's",
			`{"module": null, "class_name": "InputLayer", "config": {"ragged": false}, "registered_name": "mine>InputLayer"}`,
			`{"module": null, "class_name": "InputLayer", "config": {"ragged": false}, "registered_name": "mine>InputLayer"}`,
		},
		{
			"an initializer has its old name",
			`{"module": "keras.initializers", "class_name": "Orthogonal", "config": {"seed": null, "gain": 1.0}, "registered_name": null}`,
			`{"module": "keras.initializers", "class_name": "OrthogonalInitializer", "config": {"seed": null, "gain": 1.0}, "registered_name": null}`,
		},
		{
			"shapes that a layer without weights was built for",
			`{"module": "keras.layers", "class_name": "Dot", "config": {"axes": 1}, "registered_name": null, "build_config": {"input_shape": [[null, 3], [null, 3]]}, "name": "dot"}`,
			`{"module": "keras.layers", "class_name": "Dot", "config": {"axes": 1}, "registered_name": null, "name": "dot"}`,
		},
		{
			"a layer from which others are made",
			`{"module": "keras.layers", "class_name": "Bidirectional", "config": {"layer": {"module": "keras.layers", "class_name": "GRU", "build_config": {"input_shape": [null, 2, 3]}},
			  "backward_layer": {"module": "keras.layers", "class_name": "GRU", "build_config": {"input_shape": [null, 2, 3]}}}, "build_config": {"input_shape": [null, 2, 3]}}`,
			`{"module": "keras.layers", "class_name": "Bidirectional", "config": {"layer": {"module": "keras.layers", "class_name": "GRU"},
			  "backward_layer": {"module": "keras.layers", "class_name": "GRU", "build_config": {"input_shape": [null, 2, 3]}}}, "build_config": {"input_shape": [null, 2, 3]}}`,
		},
		{
			"a function that Keras does not have",
			`{"module": "keras.layers", "class_name": "LSTM", "config": {"activation": "tanh", "recurrent_activation": "legacy_hard_sigmoid"}, "registered_name": null}`,
			`{"module": "keras.layers", "class_name": "LSTM", "config": {"activation": "tanh", "recurrent_activation":
			  {"module": "builtins", "class_name": "function", "config": "legacy_hard_sigmoid", "registered_name": "function"}}, "registered_name": null}`,
		},
		{
			"one input, two outputs, and an operation",
			`{"module": "keras.src.models.functional", "class_name": "Functional", "config": {"name": "m", "layers": [
			  {"module": "keras.src.ops.numpy", "class_name": "Argmax", "config": {"axis": -1, "keepdims": false, "name": "argmax"}, "registered_name": "Argmax", "name": "argmax", "inbound_nodes": []}],
			  "input_layers": ["x", 0, 0], "output_layers": {"a": ["argmax", 0, 0]}}, "registered_name": "Functional"}`,
			`{"module": "keras.src.models.functional", "class_name": "Functional", "config": {"name": "m", "layers": [
			  {"module": "keras.src.ops.numpy", "class_name": "Argmax", "config": {"axis": -1}, "registered_name": "Argmax", "name": "argmax", "inbound_nodes": []}],
			  "input_layers": [["x", 0, 0]], "output_layers": {"a": ["argmax", 0, 0]}}, "registered_name": "Functional"}`,
		},
		{
			"an operation with a name that Keras might give to another layer",
			`{"class_name": "Functional", "config": {"layers": [
			  {"module": "keras.layers", "class_name": "Concatenate", "config": {"axis": 1, "name": "concatenate"}, "name": "concatenate"},
			  {"module": "keras.src.ops.numpy", "class_name": "Concatenate", "config": {"axis": 1, "name": "concatenate_1"}, "name": "concatenate_1"}]}}`,
			`{"class_name": "Functional", "config": {"layers": [
			  {"module": "keras.layers", "class_name": "Concatenate", "config": {"axis": 1, "name": "concatenate"}, "name": "concatenate"},
			  {"module": "keras.src.ops.numpy", "class_name": "Concatenate", "config": {"axis": 1, "name": "concatenate_1"}, "name": "concatenate_1"}]}}`,
		},
		{
			"outputs that are those of models",
			`{"class_name": "Functional", "config": {"layers": [{"class_name": "Functional", "name": "once", "inbound_nodes": [{}]}, {"class_name": "Functional", "name": "twice", "inbound_nodes": [{}, {}]},
			  {"class_name": "Sequential", "name": "stack", "inbound_nodes": [{}, {}]}], "output_layers": [["once", 1, 2], {"a": ["twice", 1, 0]}, ["stack", 1, 0]]}}`,
			`{"class_name": "Functional", "config": {"layers": [{"class_name": "Functional", "name": "once", "inbound_nodes": [{}]}, {"class_name": "Functional", "name": "twice", "inbound_nodes": [{}, {}]},
			  {"class_name": "Sequential", "name": "stack", "inbound_nodes": [{}, {}]}], "output_layers": [["once", 0, 2], {"a": ["twice", 1, 0]}, ["stack", 1, 0]]}}`,
		},
		{
			"what a model was compiled with",
			`{"compile_config": {"optimizer": {"module": "keras.optimizers", "class_name": "Adam", "config": {"name": "adam", "learning_rate": 0.001}, "registered_name": null},
			  "loss": {"module": "keras.losses", "class_name": "Dice", "config": {"name": "dice", "axis": null}, "registered_name": null}, "metrics": [["mae"]], "loss_weights": [1.0]}}`,
			`{"compile_config": {"optimizer": {"module": "keras.optimizers", "class_name": "Adam", "config": {"name": "adam", "learning_rate": 0.001}, "registered_name": null},
			  "loss": {"module": "keras.losses", "class_name": "Dice", "config": {"name": "dice"}, "registered_name": null}, "metrics": [["mae"]], "loss_weights": [1.0]}}`,
		},
	} {
		cfg, want := parse(t, tt.from), parse(t, tt.want)
		before := cfg.String()
		got := kerasfile.Portable(cfg)
		assert.Equal(t, want.String(), got.String(), tt.reason)
		assert.Equal(t, before, cfg.String(), "%s: the config itself has not changed", tt.reason)
		assert.Equal(t, want.String(), kerasfile.Portable(got).String(), "%s: twice is once", tt.reason)
	}
}
