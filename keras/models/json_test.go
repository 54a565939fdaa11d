package models_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/optimizers"
)

type jsonCase struct{ Name, JSON string }

func jsonCases(t testing.TB) []jsonCase {
	var file struct{ Cases []jsonCase }
	fixture(t, "to_json.json", &file)
	require.NotEmpty(t, file.Cases)
	return file.Cases
}

// sorted is a config whose dicts of data, which a Go map has no order for, are
// in the order of their keys.
func sorted(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = sorted(e)
		}
		return out
	case keras.Config:
		out := keras.Config{}
		for _, e := range v {
			value := sorted(e.Value)
			if d, ok := value.(keras.Config); ok && (e.Key == "input_layers" || e.Key == "output_layers") {
				slices.SortFunc(d, func(a, b keras.Entry) int { return strings.Compare(a.Key, b.Key) })
			}
			out = append(out, keras.Entry{Key: e.Key, Value: value})
		}
		return out
	case int: // an option that Python was given as 6 is 6.0 here
		return float64(v)
	}
	return v
}

func canonical(t *testing.T, text string) string {
	v, err := keras.ParseJSON([]byte(text))
	require.NoError(t, err)
	return strings.ReplaceAll(sorted(v).(keras.Config).String(), "}, ", "},\n")
}

func TestJSONIsThatOfKeras(t *testing.T) {
	for _, c := range jsonCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			m, err := models.FromJSON([]byte(c.JSON))
			require.NoError(t, err)
			text, err := m.ToJSON()
			require.NoError(t, err)
			assert.Equal(t, canonical(t, c.JSON), canonical(t, string(text)))
		})
	}
}

func TestCompileConfigIsRead(t *testing.T) {
	in := keras.Input(keras.Shape{3})
	m := models.Must(models.New(in, keras.List{layers.Dense(2).WithName("a").Apply(in), layers.Dense(1).WithName("b").Apply(in)}))
	require.NoError(t, m.Compile(models.CompileConfig{
		Optimizer:       optimizers.SGD(0.5).Momentum(0.25),
		Loss:            losses.ByOutput{"a": losses.Huber(), "b": losses.Named("mse")},
		LossWeights:     losses.WeightsByOutput{"a": 1, "b": 0.5},
		Metrics:         metrics.ByOutput{"a": metrics.List{metrics.MeanAbsoluteError(), metrics.Named("acc")}},
		WeightedMetrics: metrics.List{metrics.Named("mse"), nil},
	}))
	text, err := m.ToJSON()
	require.NoError(t, err)
	again, err := models.FromJSON(text)
	require.NoError(t, err)
	require.True(t, again.Compiled())
	second, err := again.ToJSON()
	require.NoError(t, err)
	assert.Equal(t, string(text), string(second))
	assert.Contains(t, string(text), `"loss": {"a": {"module": "keras.losses", "class_name": "Huber"`)
	assert.Contains(t, string(text), `"b": "mse"}`)

	bare, err := models.FromJSON(text, models.WithoutCompile())
	require.NoError(t, err)
	assert.False(t, bare.Compiled())
}

func TestBadJSONIsAnError(t *testing.T) {
	good := jsonCases(t)[2].JSON
	for _, c := range []struct{ reason, text, want string }{
		{"nothing", ``, "not JSON"},
		{"no object", `[1, 2]`, "expected a JSON object"},
		{"cut off", good[:len(good)/2], "not JSON"},
		{"two values", good + good, "expected the end"},
		{"a layer is no model", `{"class_name": "Dense", "config": {"units": 3}}`, "expected a model, received Dense"},
		{"an unknown class", strings.Replace(good, `"Dense"`, `"Tense"`, 1), "Tense"},
		{"an option of another type", strings.Replace(good, `"units": 4`, `"units": "four"`, 1), "d1 (Dense)"},
		{"an option that no layer has", strings.Replace(good, `"units": 4`, `"units": 4, "tens": 1`, 1), "tens"},
		{"an option with a bad value", strings.Replace(good, `"units": 4`, `"units": -4`, 1), "units"},
		{"a call of a layer that is not there", strings.Replace(good, `["d1", 0, 0]`, `["d9", 0, 0]`, 1), "d9"},
		{"an output that is not there", strings.Replace(good, `["d1", 0, 0]`, `["d1", 0, 7]`, 1), "[d1 0 7]"},
		{"a call that is never made", strings.Replace(good, `["d1", 0, 0]`, `["d1", 7, 0]`, 1), "lead nowhere"},
		{"a cycle", strings.Replace(good, `["x", 0, 0]`, `["d2", 0, 0]`, 1), "lead nowhere"},
		{"an output layer that is not there", strings.Replace(good, `"output_layers": ["d2"`, `"output_layers": ["d9"`, 1), "d9"},
		{"no layers", `{"class_name": "Functional", "config": {"name": "m"}}`, "layers"},
		{"no config", `{"class_name": "Functional"}`, "layers"},
		{"no inputs", `{"class_name": "Functional", "config": {"name": "m", "layers": [], "input_layers": [], "output_layers": []}}`, "inputs"},
		{"deeply nested", strings.Repeat("[", 1_000_000), "nests deeper"},
		{"an unknown optimizer", strings.Replace(good, `"compile_config": {}`, `"compile_config": {"optimizer": "sdg"}`, 1), "Could not interpret optimizer identifier: sdg"},
		{"an unknown loss", strings.Replace(good, `"compile_config": {}`, `"compile_config": {"loss": "msse"}`, 1), "Could not interpret loss identifier: msse"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			_, err := models.FromJSON([]byte(c.text))
			require.ErrorContains(t, err, c.want)
		})
	}
}

func FuzzFromJSON(f *testing.F) {
	for _, c := range jsonCases(f) {
		f.Add([]byte(c.JSON))
	}
	f.Add([]byte(legacyStack))
	f.Add([]byte(legacyGraph))
	f.Fuzz(func(t *testing.T, text []byte) {
		if manyDigits(text) { // sizes that are in order but take all memory
			t.Skip()
		}
		m, err := models.FromJSON(text)
		if err != nil {
			return
		}
		if _, err := m.ToJSON(); err != nil {
			t.Fatal(err)
		}
		_ = m.Summary().String()
	})
}

func manyDigits(text []byte) bool {
	run := 0
	for _, b := range text {
		if run++; b < '0' || b > '9' {
			run = 0
		}
		if run > 3 || b == 'e' && run > 0 {
			return true
		}
	}
	return false
}

// scaled is a layer of a user.
type scaled struct {
	keras.Base
	Factor float64 `keras:"factor"`
}

func newScaled(factor float64) *scaled {
	l := &scaled{Factor: factor}
	l.Init(l, "Scaled")
	return l
}

func (l *scaled) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.Scale(in[0], l.Factor, 0))
}

func TestCustomLayersAreReadWithTheOption(t *testing.T) {
	in := keras.Input(keras.Shape{2})
	m := models.Must(models.New(in, newScaled(3).Apply(in)))
	text, err := m.ToJSON()
	require.NoError(t, err)
	_, err = models.FromJSON(text)
	require.ErrorIs(t, err, keras.ErrConfig, "nobody registered it")
	again, err := models.FromJSON(text, models.WithCustomLayers(map[string]func() keras.Layer{"Scaled": func() keras.Layer { return newScaled(0) }}))
	require.NoError(t, err)
	y, err := again.Predict(cosine(1, 2))
	require.NoError(t, err)
	near(t, []float64{1.5, 1.5 * math.Cos(1)}, floats(y), 1e-6, "the factor was read")

	for _, bad := range []map[string]func() keras.Layer{{"Scaled": nil}, {"Scaled": func() keras.Layer { return nil }}} {
		_, err = models.FromJSON(text, models.WithCustomLayers(bad))
		require.Error(t, err)
	}
}

func TestCloneHasTheLayersAndNewWeights(t *testing.T) {
	for _, c := range jsonCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			m, err := models.FromJSON([]byte(c.JSON))
			require.NoError(t, err)
			clone, err := models.Clone(m)
			require.NoError(t, err)
			assert.Equal(t, m.Compiled(), clone.Compiled())
			assert.Equal(t, m.CountParams(), clone.CountParams())
			require.Equal(t, len(m.Layers()), len(clone.Layers()))
			for i, l := range m.Layers() {
				assert.NotSame(t, l, clone.Layers()[i])
				assert.Equal(t, l.Class(), clone.Layers()[i].Class())
			}
			for i, w := range m.Weights() {
				assert.NotSame(t, w, clone.Weights()[i])
			}
		})
	}
}

func TestCloneNamesInputLayersAfterTheirTensors(t *testing.T) {
	keras.ClearSession()
	in := keras.Input(keras.Shape{3})
	m := models.Must(models.New(in, layers.Dense(1).Apply(in)))
	clone, err := models.Clone(m)
	require.NoError(t, err)
	assert.Equal(t, "keras_tensor", clone.Layers()[0].Name(), "was input_layer")
	assert.Equal(t, "dense", clone.Layers()[1].Name())
}

// TestASequentialWithoutItsInputLayerIsBuiltForItsShape: files of Keras 3.0 may lack the layer.
func TestASequentialWithoutItsInputLayerIsBuiltForItsShape(t *testing.T) {
	const text = `{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "Dense", "config": {"units": 2}}], "build_input_shape": %s}}`
	m, err := models.FromJSON([]byte(fmt.Sprintf(text, "[null, 3]")))
	require.NoError(t, err)
	assert.Equal(t, keras.Shape{keras.None, 3}, m.Input().Shape())
	assert.Len(t, m.Weights(), 2)
	_, err = models.FromJSON([]byte(fmt.Sprintf(text, "3")))
	require.ErrorIs(t, err, keras.ErrConfig)
}
