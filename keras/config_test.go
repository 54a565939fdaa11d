package keras_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

func TestConfig(t *testing.T) {
	c := keras.Config{{Key: "b", Value: 1}, {Key: "a", Value: nil}}
	v, ok := c.Get("a")
	assert.True(t, ok, "a key whose value is None is there")
	assert.Nil(t, v)
	_, ok = c.Get("c")
	assert.False(t, ok)

	assert.Equal(t, `{"b": 2, "a": null}`, c.With("b", 2).String(), "a key stays in its place")
	assert.Equal(t, `{"b": 1, "a": null, "c": "x"}`, c.With("c", "x").String(), "a new one comes last")
	assert.Equal(t, `{"a": null}`, c.Without("b", "z").String())
	assert.Equal(t, `{}`, c.Without("a", "b").String())
	assert.Equal(t, `{"b": 1, "a": null}`, c.String(), "the config itself has not changed")
	assert.Equal(t, `{}`, keras.Config(nil).String())
}

func TestConfigHoldsWhatGoHas(t *testing.T) {
	two := 2
	for _, tt := range []struct {
		reason string
		value  any
		want   string
	}{
		{"integers of other sizes", []int64{1, -2}, "[1, -2]"},
		{"unsigned ones", uint8(255), "255"},
		{"a float32 has its own digits", float32(0.1), "0.1"},
		{"words", []string{"a", "b"}, `["a", "b"]`},
		{"a pointer", &two, "2"},
		{"no pointer", (*int)(nil), "null"},
		{"no list", []int(nil), "null"},
		{"an empty list", []any{}, "[]"},
		{"a dtype", tensor.Uint8, `"uint8"`},
		{"configs in a list", []keras.Config{{{Key: "a", Value: 1.0}}}, `[{"a": 1.0}]`},
	} {
		assert.Equal(t, tt.want, dumps(t, tt.value), tt.reason)
	}
	for reason, v := range map[string]any{"a map": map[string]int{"a": 1}, "a struct": struct{}{}, "a function": func() {}, "a channel in a list": []any{make(chan int)}} {
		_, err := keras.Config{{Key: "v", Value: v}}.MarshalJSON()
		assert.ErrorIs(t, err, keras.ErrConfig, reason)
		assert.ErrorContains(t, err, "a config cannot hold", reason)
		assert.Contains(t, keras.Config{{Key: "v", Value: v}}.String(), "a config cannot hold", reason)
	}
}

func TestConfigAsJSON(t *testing.T) {
	text := `{"units": 7, "rate": 7.0, "names": ["a"], "inner": {"z": 1, "y": 1e-07}}`
	var c keras.Config
	require.NoError(t, c.UnmarshalJSON([]byte(text)))
	units, _ := c.Get("units")
	rate, _ := c.Get("rate")
	assert.Equal(t, 7, units)
	assert.Equal(t, 7.0, rate, "a float stays one")
	assert.Equal(t, text, c.String())

	var inside struct{ Config keras.Config }
	require.NoError(t, json.Unmarshal([]byte(`{"Config": {"b": 1, "a": 2}}`), &inside), "in a file of encoding/json")
	assert.Equal(t, `{"b": 1, "a": 2}`, inside.Config.String())

	err := c.UnmarshalJSON([]byte(`[1, 2]`))
	assert.EqualError(t, err, "expected a JSON object, received [1, 2]")
	assert.ErrorIs(t, err, keras.ErrConfig)
	assert.Equal(t, text, c.String(), "an error leaves the config as it was")
}
