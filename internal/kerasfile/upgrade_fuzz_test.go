package kerasfile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
)

// FuzzUpgrade: whatever the config, there is an error or a config, not much larger than it was, and
// Portable takes it.
func FuzzUpgrade(f *testing.F) {
	for _, version := range []string{"", "2.0.0", "2.15.0", "3.0.5"} {
		for _, text := range []string{
			`{"class_name": "Sequential", "config": [{"class_name": "Dense", "config": {"batch_input_shape": [null, 3], "activation": "hard_sigmoid", "kernel_initializer": {"class_name": "ZerosV2", "config": {"dtype": "float32"}}}}]}`,
			`{"class_name": "Model", "config": {"name": "m", "layers": [{"class_name": "InputLayer", "config": {"batch_input_shape": [null]}, "name": "x", "inbound_nodes": []},
			  {"class_name": "Model", "config": {"layers": []}, "name": "y", "inbound_nodes": [[["x", 0, 0, {"mask": ["x", 0, 0]}]], [{"a": ["y", 1, 0, {}]}]]}],
			  "input_layers": [["x", 0, 0]], "output_layers": {"a": ["y", 2, 0]}}, "compile_config": {"optimizer": {"class_name": "SGD", "config": {"lr": 1, "decay": 0.5}}, "metrics": [["mae"], [null]]}}`,
			`{"class_name": "Functional", "config": {"layers": [{"class_name": "GRU", "config": {}, "name": "g", "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["g", 0, 0]}}], "kwargs": {}}, [["g", 0, 0], ["g", 0, 1]], [["_CONSTANT_VALUE", -1, 2.0]]]}], "output_layers": ["g", 0, 0]}}`,
			`{"class_name": "Bidirectional", "config": {"layer": {"class_name": "Bidirectional", "config": {"go_backwards": true, "layer": {"class_name": "LSTM", "config": {"name": "l", "go_backwards": true, "time_major": false}}}}}}`,
			`{"class_name": "Lambda", "config": {"function": {"class_name": "function", "config": "p>f"}, "axis": [1], "mask_value": {"class_name": "__tensor__", "config": {"value": [0.0]}}}}`,
		} {
			f.Add([]byte(text), version)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, version string) {
		var cfg keras.Config
		if cfg.UnmarshalJSON(text) != nil {
			return
		}
		before := len(cfg.String())
		got, err := kerasfile.Upgrade(cfg, version)
		require.Equal(t, before, len(cfg.String()), "the config itself has changed")
		if err != nil {
			require.Nil(t, got)
			return
		}
		require.LessOrEqual(t, len(got.String()), 40*before+1000)
		kerasfile.Portable(got)
	})
}
