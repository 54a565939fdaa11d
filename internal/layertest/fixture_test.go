package layertest

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

func TestSameConfig(t *testing.T) {
	tests := []struct {
		reason, got, want string
		same              bool
	}{
		{"equal", `{"a": 1, "b": [true, null, "x"]}`, `{"a": 1, "b": [true, null, "x"]}`, true},
		{"numbers are numbers", `{"a": 1}`, `{"a": 1.0}`, true},
		{"Keras keeps some numbers as float32", `{"a": 0.01}`, `{"a": 0.009999999776482582}`, true},
		{"digits that ours lost count", `{"a": 0.009999999776482582}`, `{"a": 0.01}`, false},
		{"another number", `{"a": 1}`, `{"a": 2}`, false},
		{"a number is no word", `{"a": "1"}`, `{"a": 1}`, false},
		{"false is not null", `{"a": false}`, `{"a": null}`, false},
		{"the order of keys counts", `{"a": 1, "b": 2}`, `{"b": 2, "a": 1}`, false},
		{"a key too many", `{"a": 1, "b": 2}`, `{"a": 1}`, false},
		{"a key too few", `{"a": 1}`, `{"a": 1, "b": 2}`, false},
		{"a list is no number", `{"a": [1]}`, `{"a": 1}`, false},
		{"a longer list", `{"a": [1, 2]}`, `{"a": [1]}`, false},
		{"a null is no config", `{"a": null}`, `{"a": {}}`, false},
		{"inside", `{"a": {"b": [1]}}`, `{"a": {"b": [2]}}`, false},
		{"Keras's Identity forgets its gain", `{"class_name": "Identity", "config": {"gain": 2}}`, `{"class_name": "Identity", "config": {}}`, true},
		{"nobody else may", `{"class_name": "Orthogonal", "config": {"gain": 2}}`, `{"class_name": "Orthogonal", "config": {}}`, false},
	}
	for _, tt := range tests {
		got, err := keras.ParseJSON([]byte(tt.got))
		require.NoError(t, err)
		want, err := keras.ParseJSON([]byte(tt.want))
		require.NoError(t, err)
		assert.Equal(t, tt.same, sameConfig("config", got, want) == "", tt.reason)
	}
}

func TestArray(t *testing.T) {
	read := func(text string) *array {
		var a array
		require.NoError(t, json.Unmarshal([]byte(text), &a))
		return &a
	}
	a := read(`{"shape": [3, 2], "dtype": "float32", "data": [1, 2, 3, 4, 5, "inf"]}`)
	assert.Equal(t, []float64{1, 2, 3, 4}, a.tensor(tensor.Float64, nil).Float64s()[:4], "floats take the type that is wanted")
	assert.Equal(t, []float32{3, 4, 1, 2}, a.tensor(tensor.Float32, []int{1, 0}).Float32s(), "some samples")
	assert.Equal(t, []bool{true, false}, read(`{"shape": [2], "dtype": "bool", "data": [true, false]}`).tensor(tensor.Float32, nil).Bools())
	assert.Equal(t, tensor.Uint8, read(`{"shape": [1], "dtype": "uint8", "data": [255]}`).tensor(tensor.Float32, nil).Dtype())
}
