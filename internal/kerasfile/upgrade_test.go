package kerasfile_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
)

// object is an object as Keras 3 writes it.
func object(module, class, config string) string {
	return `{"module": "keras.` + module + `", "class_name": "` + class + `", "config": ` + config + `, "registered_name": null}`
}

func TestUpgradeOfLayers(t *testing.T) {
	for _, tt := range []struct{ reason, version, class, from, to, want string }{
		{"an input", "2.4.0", "InputLayer", `{"batch_input_shape": [null, 3], "dtype": "float32", "sparse": false, "ragged": false, "name": "x"}`,
			"", `{"batch_shape": [null, 3], "dtype": "float32", "sparse": false, "ragged": false, "name": "x"}`},
		{"keys that say nothing", "2.15.0", "LSTM", `{"units": 3, "time_major": false, "implementation": 1, "activation": "tanh", "unit_forget_bias": true}`,
			"", `{"units": 3, "activation": "tanh", "unit_forget_bias": true}`},
		{"a key that says something", "2.15.0", "LSTM", `{"units": 3, "time_major": true}`, "", `{"units": 3, "time_major": true}`},
		{"that of another class", "2.15.0", "Dense", `{"units": 3, "time_major": false}`, "", `{"units": 3, "time_major": false}`},
		{"keys that nobody reads", "2.15.0", "SeparableConv2D", `{"filters": 2, "groups": 1, "kernel_initializer": {"class_name": "Ones", "config": {}}, "kernel_regularizer": "l2"}`,
			"", `{"filters": 2}`},
		{"another name of a key", "2.1.3", "LeakyReLU", `{"name": "l", "alpha": 0.25}`, "", `{"name": "l", "negative_slope": 0.25}`},
		{"another name of a class", "2.1.3", "ThresholdedReLU", `{"theta": 0.5}`, "ReLU", `{"threshold": 0.5}`},
		{"one of the first version", "2.2.4-tf", "BatchNormalizationV1", `{"axis": [3], "fused": true, "dynamic": false}`, "BatchNormalization", `{"axis": 3}`},
		{"hard_sigmoid of Keras 2", "2.3.1", "LSTM", `{"activation": "hard_sigmoid", "recurrent_activation": "hard_sigmoid"}`,
			"", `{"activation": "legacy_hard_sigmoid", "recurrent_activation": "legacy_hard_sigmoid"}`},
		{"hard_sigmoid of Keras 3", "3.0.5", "LSTM", `{"activation": "hard_sigmoid"}`, "", `{"activation": "hard_sigmoid"}`},
		{"a function", "3.8.0", "Dense", `{"activation": {"module": "builtins", "class_name": "function", "config": "mine>twice", "registered_name": "function"}}`, "", `{"activation": "twice"}`},
		{"a GRU before reset_after", "2.0.8", "GRU", `{"units": 3}`, "", `{"units": 3, "reset_after": false}`},
		{"a GRU of Keras 3", "3.0.5", "GRU", `{"units": 3}`, "", `{"units": 3}`},
		{"initializers", "2.0.8", "Dense", `{"kernel_initializer": {"class_name": "VarianceScaling", "config": {"scale": 1.0, "distribution": "normal", "dtype": "float32"}},
		  "bias_initializer": {"class_name": "ZerosV2", "config": {}}, "kernel_regularizer": {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.5}}}`,
			"", `{"kernel_initializer": ` + object("initializers", "VarianceScaling", `{"scale": 1.0, "distribution": "truncated_normal"}`) +
				`, "bias_initializer": ` + object("initializers", "Zeros", `{}`) + `, "kernel_regularizer": ` + object("regularizers", "L1L2", `{"l1": 0.0, "l2": 0.5}`) + `}`},
		{"an initializer of Keras 3.0", "3.0.5", "GRU", `{"recurrent_initializer": {"module": "keras.initializers", "class_name": "OrthogonalInitializer", "config": {"gain": 1.0}, "registered_name": null}}`,
			"", `{"recurrent_initializer": ` + object("initializers", "Orthogonal", `{"gain": 1.0}`) + `}`},
		{"a layer inside", "2.2.4", "TimeDistributed", `{"layer": {"class_name": "LeakyReLU", "config": {"alpha": 0.5}}}`, "", `{"layer": ` + object("layers", "LeakyReLU", `{"negative_slope": 0.5}`) + `}`},
		{"what goes against a layer that goes backwards", "2.2.4-tf", "Bidirectional", `{"layer": {"class_name": "GRU", "config": {"name": "g", "go_backwards": true, "reset_after": true}}}`, "",
			`{"layer": ` + object("layers", "GRU", `{"name": "forward_g", "go_backwards": true, "reset_after": true}`) +
				`, "backward_layer": ` + object("layers", "GRU", `{"name": "backward_g", "go_backwards": false, "reset_after": true}`) + `}`},
		{"an array", "3.8.0", "Masking", `{"mask_value": {"class_name": "__tensor__", "config": {"value": [0.5], "dtype": "float32"}}}`, "", `{"mask_value": 0.5}`},
		{"an operation", "3.0.5", "Add", `{"name": "add"}`, "", `{"name": "add"}`},
	} {
		if tt.to == "" {
			tt.to = tt.class
		}
		got, err := kerasfile.Upgrade(parse(t, `{"class_name": "`+tt.class+`", "config": `+tt.from+`}`), tt.version)
		require.NoError(t, err, tt.reason)
		assert.Equal(t, parse(t, object("layers", tt.to, tt.want)).String(), got.String(), tt.reason)
	}
}

// TestUpgradeOfClassesOfUsers: what is not Keras's stays, but for what Keras 2 writes of all layers.
func TestUpgradeOfClassesOfUsers(t *testing.T) {
	for from, want := range map[string]string{
		`{"module": null, "class_name": "LeakyReLU", "config": {"alpha": 1}, "registered_name": "mine>LeakyReLU"}`:               "",
		`{"module": null, "class_name": "Sequential", "config": {"alpha": 1}, "registered_name": "mine>Sequential"}`:             "",
		`{"class_name": "Custom>Sampling", "config": {"batch_input_shape": [null, 2], "scale": 2}}`:                              `{"module": null, "class_name": "Custom>Sampling", "config": {"scale": 2}, "registered_name": "Custom>Sampling"}`,
		`{"module": "keras.ops.numpy", "class_name": "Add", "config": {"name": "add"}, "registered_name": "Add", "name": "add"}`: `{"module": "keras.src.ops.numpy", "class_name": "Add", "config": {"name": "add"}, "registered_name": "Add", "name": "add"}`,
	} {
		if want == "" {
			want = from
		}
		version := "2.15.0"
		got, err := kerasfile.Upgrade(parse(t, from), version)
		require.NoError(t, err)
		assert.Equal(t, parse(t, want).String(), got.String())
	}
}

func TestUpgradeOfStacks(t *testing.T) {
	input := func(name, dtype string) string {
		return object("layers", "InputLayer", `{"batch_shape": [null, 3], "dtype": "`+dtype+`", "name": "`+name+`_input"}`)
	}
	flatten := object("layers", "Flatten", `{"name": "f"}`)
	stack := func(config string) string {
		return `{"module": "keras", "class_name": "Sequential", "config": ` + config + `, "registered_name": null}`
	}
	for _, tt := range []struct{ reason, from, want string }{
		{"a bare list", `{"class_name": "Sequential", "config": [{"class_name": "Flatten", "config": {"name": "f", "batch_input_shape": [null, 3]}}]}`,
			`{"layers": [` + input("f", "float32") + `, ` + flatten + `]}`},
		{"a name and a type", `{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "Flatten", "config": {"name": "f", "batch_input_shape": [null, 3], "dtype": "float64"}}]}}`,
			`{"name": "s", "layers": [` + input("f", "float64") + `, ` + object("layers", "Flatten", `{"name": "f", "dtype": "float64"}`) + `]}`},
		{"an input of its own", `{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "InputLayer", "config": {"batch_input_shape": [null, 3], "name": "x"}},
		  {"class_name": "Flatten", "config": {"name": "f", "batch_input_shape": [null, 3]}}]}}`,
			`{"name": "s", "layers": [` + object("layers", "InputLayer", `{"batch_shape": [null, 3], "name": "x"}`) + `, ` + flatten + `]}`},
		{"a stack that begins with one", `{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "Sequential", "config": {"name": "inner", "layers": [
		  {"class_name": "Flatten", "config": {"name": "f", "batch_input_shape": [null, 3]}}]}}]}}`,
			`{"name": "s", "layers": [` + input("inner", "float32") + `, ` + stack(`{"name": "inner", "layers": [`+input("f", "float32")+`, `+flatten+`]}`) + `]}`},
		{"none", `{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "Flatten", "config": {"name": "f"}}], "build_input_shape": [null, 3]}}`,
			`{"name": "s", "layers": [` + flatten + `], "build_input_shape": [null, 3]}`},
		{"no layers", `{"class_name": "Sequential", "config": {"name": "s", "layers": []}}`, `{"name": "s", "layers": []}`},
	} {
		got, err := kerasfile.Upgrade(parse(t, tt.from), "2.2.2")
		require.NoError(t, err, tt.reason)
		assert.Equal(t, parse(t, stack(tt.want)).String(), got.String(), tt.reason)
	}
}

func TestUpgradeOfCalls(t *testing.T) {
	tensor := func(name, call, output string) string {
		return `{"class_name": "__keras_tensor__", "config": {"keras_history": ["` + name + `", ` + call + `, ` + output + `]}}`
	}
	for _, tt := range []struct{ reason, class, calls, want string }{
		{"one tensor", "Dense", `[[["x", 0, 0, {}]]]`, `{"args": [` + tensor("x", "0", "0") + `], "kwargs": {}}`},
		{"without options", "Dense", `[[["x", 0, 0]]]`, `{"args": [` + tensor("x", "0", "0") + `], "kwargs": {}}`},
		{"by itself", "Dense", `[["x", 0, 1, {"training": true}]]`, `{"args": [` + tensor("x", "0", "1") + `], "kwargs": {"training": true}}`},
		{"several", "Add", `[[["x", 0, 0, {}], ["x", 0, 1, {}]]]`, `{"args": [[` + tensor("x", "0", "0") + `, ` + tensor("x", "0", "1") + `]], "kwargs": {}}`},
		{"by name", "Functional", `[{"a": ["x", 0, 0, {"training": false}], "b": ["x", 0, 1, {"training": false}]}]`,
			`{"args": [{"a": ` + tensor("x", "0", "0") + `, "b": ` + tensor("x", "0", "1") + `}], "kwargs": {"training": false}}`},
		{"the second call of a model", "Dense", `[[["model", 2, 0, {}]]]`, `{"args": [` + tensor("model", "1", "0") + `], "kwargs": {}}`},
		{"states", "GRU", `[[["x", 0, 0, {}], ["x", 0, 1, {}]]]`, `{"args": [` + tensor("x", "0", "0") + `], "kwargs": {"initial_state": [` + tensor("x", "0", "1") + `]}}`},
		{"tensors by keyword", "LSTM", `[[["x", 0, 0, {"initial_state": [["x", 0, 1], ["x", 0, 2]], "mask": null}]]]`,
			`{"args": [` + tensor("x", "0", "0") + `], "kwargs": {"initial_state": [` + tensor("x", "0", "1") + `, ` + tensor("x", "0", "2") + `], "mask": null}}`},
		{"a value and a key", "MultiHeadAttention", `[[["x", 0, 0, {"value": ["x", 0, 1], "key": null}]]]`, `{"args": [` + tensor("x", "0", "0") + `, ` + tensor("x", "0", "1") + `], "kwargs": {}}`},
	} {
		from := `{"class_name": "Model", "config": {"name": "m", "layers": [
			{"class_name": "InputLayer", "config": {}, "name": "x", "inbound_nodes": []},
			{"class_name": "Model", "config": {}, "name": "model", "inbound_nodes": [[["x", 0, 0, {}]], [["model", 1, 0, {}]]]},
			{"class_name": "` + tt.class + `", "config": {}, "name": "y", "inbound_nodes": ` + tt.calls + `}],
			"input_layers": [["x", 0, 0]], "output_layers": [["y", 0, 0], ["model", 2, 0]]}}`
		got, err := kerasfile.Upgrade(parse(t, from), "2.4.0")
		require.NoError(t, err, tt.reason)
		cfg, _ := got.Get("config")
		layers, _ := cfg.(keras.Config).Get("layers")
		last := layers.([]any)[2].(keras.Config)
		calls, _ := last.Get("inbound_nodes")
		assert.Equal(t, parse(t, tt.want).String(), calls.([]any)[0].(keras.Config).String(), tt.reason)
		outputs, _ := cfg.(keras.Config).Get("output_layers")
		assert.Equal(t, []any{"model", 2, 0}, outputs.([]any)[1], "there the calls of a model are counted from 1, then as now")
	}
}

// TestUpgradeCountsFromWhereTheyWereCounted: a stack that learnt its input late, or Keras before 3.1, which
// counted calls outside of the model too.
func TestUpgradeCountsFromWhereTheyWereCounted(t *testing.T) {
	for _, tt := range []struct{ reason, version, class, calls, output, want, wantOutput string }{
		{"a stack with an input", "2.15.0", "Sequential", `[[["x", 0, 0, {}]], [["inner", 1, 0, {}]]]`, `["inner", 2, 0]`, `["inner", 0, 0]`, `["inner", 1, 0]`},
		{"a stack without", "2.15.0", "Sequential", `[[["x", 0, 0, {}]], [["inner", 0, 0, {}]]]`, `["inner", 1, 0]`, `["inner", 0, 0]`, `["inner", 1, 0]`},
		{"a model of Keras 3", "3.12.0", "Functional", `[{"args": [], "kwargs": {}}, {"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["inner", 0, 0]}}], "kwargs": {}}]`,
			`["inner", 2, 0]`, `["inner", 0, 0]`, `["inner", 2, 0]`},
		{"the call before the first is the last", "3.0.5", "Functional", `[{"args": [], "kwargs": {}}]`, `["inner", 0, 0]`, "", `["inner", 1, 0]`},
		{"calls outside", "3.0.5", "Functional", `[{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["inner", 5, 0]}}], "kwargs": {}}]`, `["inner", 1, 0]`, `["inner", 0, 0]`, `["inner", 1, 0]`},
	} {
		got, err := kerasfile.Upgrade(parse(t, `{"class_name": "Functional", "config": {"layers": [
			{"class_name": "InputLayer", "config": {}, "name": "x", "inbound_nodes": []},
			{"class_name": "`+tt.class+`", "config": {}, "name": "inner", "inbound_nodes": `+tt.calls+`}], "output_layers": [`+tt.output+`]}}`), tt.version)
		require.NoError(t, err, tt.reason)
		assert.Contains(t, got.String(), tt.want, tt.reason)
		assert.Contains(t, got.String(), `"output_layers": [`+tt.wantOutput+`]`, tt.reason)
	}
}

func TestUpgradeOfCompilation(t *testing.T) {
	for _, tt := range []struct{ reason, key, from, want string }{
		{"a rate", "optimizer", `{"class_name": "Adam", "config": {"lr": 0.5, "decay": 0.0, "epsilon": null}}`, object("optimizers", "Adam", `{"learning_rate": 0.5}`)},
		{"what is not read", "optimizer", `{"class_name": "Custom>SGD", "config": {"learning_rate": 0.5, "is_legacy_optimizer": false, "jit_compile": true}}`, object("optimizers", "SGD", `{"learning_rate": 0.5}`)},
		{"a rate that falls", "optimizer", `{"class_name": "SGD", "config": {"lr": 0.5, "decay": 0.25, "momentum": 0.0}}`,
			object("optimizers", "SGD", `{"learning_rate": `+object("optimizers.schedules", "InverseTimeDecay", `{"initial_learning_rate": 0.5, "decay_steps": 1, "decay_rate": 0.25, "staircase": false, "name": "InverseTimeDecay"}`)+`, "momentum": 0.0}`)},
		{"a schedule", "optimizer", `{"class_name": "SGD", "config": {"learning_rate": {"class_name": "CosineDecay", "config": {"decay_steps": 3}}}}`,
			object("optimizers", "SGD", `{"learning_rate": `+object("optimizers.schedules", "CosineDecay", `{"decay_steps": 3}`)+`}`)},
		{"a name", "optimizer", `"rmsprop"`, `"rmsprop"`},
		{"a loss", "loss", `{"class_name": "MeanSquaredError", "config": {"reduction": "auto", "name": "mse", "fn": "mean_squared_error"}}`, object("losses", "MeanSquaredError", `{"reduction": "sum_over_batch_size", "name": "mse"}`)},
		{"losses by name", "loss", `{"a": "logcosh", "b": {"class_name": "LossFunctionWrapper", "config": {"fn": "cosine_proximity"}}}`, `{"a": "log_cosh", "b": "cosine_similarity"}`},
		{"metrics of outputs", "metrics", `[["accuracy", {"class_name": "function", "config": "mae"}], [null], null]`, `[["accuracy", "mae"], [], null]`},
		{"a metric that is a function", "metrics", `[{"class_name": "MeanMetricWrapper", "config": {"name": "acc", "dtype": "float32", "fn": "nobody_knows_it"}}]`, `["nobody_knows_it"]`},
	} {
		got, err := kerasfile.Upgrade(parse(t, `{"class_name": "Sequential", "config": {"layers": []}, "compile_config": {"`+tt.key+`": `+tt.from+`, "sample_weight_mode": "temporal"}}`), "2.4.0")
		require.NoError(t, err, tt.reason)
		compile, _ := got.Get("compile_config")
		v, _ := compile.(keras.Config).Get(tt.key)
		want, err := keras.ParseJSON([]byte(tt.want))
		require.NoError(t, err)
		assert.Equal(t, want, v, tt.reason)
		assert.NotContains(t, got.String(), "sample_weight_mode")
	}
}

func TestUpgradeRefuses(t *testing.T) {
	for _, tt := range []struct{ reason, version, from, want string }{
		{"an older Keras", "1.2.2", `{}`, "expected a model of Keras 2 or later, received one of Keras 1.2.2; load it with Keras 2.2 and save it again"},
		{"one that the config names", "", `{"keras_version": "1.0"}`, "received one of Keras 1.0"},
		{"a layer of before", "2.0.0", `{"class_name": "Sequential", "config": [{"class_name": "Merge", "config": {}}]}`, "Merge, a layer that Keras no longer has"},
		{"a layer for a graphics card", "2.2.4", `{"class_name": "TimeDistributed", "config": {"layer": {"class_name": "CuDNNLSTM", "config": {}}}}`, "recurrent_activation sigmoid"},
		{"a constant", "2.4.0", `{"class_name": "Model", "config": {"layers": [{"class_name": "Add", "name": "add", "config": {}, "inbound_nodes": [[["_CONSTANT_VALUE", -1, 2.0, {}]]]}]}}`,
			"expected tensors for layer add, received a constant"},
		{"a function of TensorFlow", "2.4.0", `{"class_name": "TFOpLambda", "config": {"name": "tf.concat", "function": "concat"}}`, "received tf.concat; make the model again with layers"},
		{"an option of one", "2.4.0", `{"class_name": "Model", "config": {"layers": [{"class_name": "TFOpLambda", "name": "r", "config": {"name": "r", "function": "nn.relu"}, "inbound_nodes": [["r", 0, 0, {"axis": 1}]]}]}}`,
			"expected no option of r, received axis"},
	} {
		_, err := kerasfile.Upgrade(parse(t, tt.from), tt.version)
		require.ErrorIs(t, err, keras.ErrConfig, tt.reason)
		assert.ErrorContains(t, err, tt.want, tt.reason)
	}
}

// TestVersionOfAConfig: without a version the config says which it is.
func TestVersionOfAConfig(t *testing.T) {
	for from, want := range map[string]string{
		`{"class_name": "Dense", "config": {"activation": "hard_sigmoid"}}`:                                                     "legacy_hard_sigmoid",
		`{"class_name": "Dense", "config": {"activation": "hard_sigmoid"}, "keras_version": "2.15.0", "backend": "tensorflow"}`: "legacy_hard_sigmoid",
		`{"class_name": "Dense", "config": {"activation": "hard_sigmoid"}, "keras_version": "3.4.0"}`:                           "hard_sigmoid",
		`{"module": "keras.layers", "class_name": "Dense", "config": {"activation": "hard_sigmoid"}, "registered_name": null}`:  "hard_sigmoid",
	} {
		got, err := kerasfile.Upgrade(parse(t, from), "")
		require.NoError(t, err)
		assert.Equal(t, parse(t, object("layers", "Dense", `{"activation": "`+want+`"}`)).String(), got.String())
	}
}
