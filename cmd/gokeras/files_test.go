package main

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/internal/hdf5"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/plot"
)

func TestSummary(t *testing.T) {
	workplace(t)
	assert.Equal(t, `Model: "two"
┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┓
┃ Layer (type)        ┃ Output Shape      ┃    Param # ┃ Connected to      ┃
┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━┩
│ a (InputLayer)      │ (None, 2)         │          0 │ -                 │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ b (InputLayer)      │ (None, 1)         │          0 │ -                 │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ concatenate         │ (None, 3)         │          0 │ a[0][0], b[0][0]  │
│ (Concatenate)       │                   │            │                   │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ total (Dense)       │ (None, 1)         │          4 │ concatenate[0][0] │
├─────────────────────┼───────────────────┼────────────┼───────────────────┤
│ double (Dense)      │ (None, 2)         │          6 │ a[0][0]           │
└─────────────────────┴───────────────────┴────────────┴───────────────────┘
 Total params: 10 (40.00 B)
 Trainable params: 10 (40.00 B)
 Non-trainable params: 0 (0.00 B)
`, succeeds(t, "summary", "two.keras"))

	one, err := models.Load("one.keras")
	require.NoError(t, err)
	for _, tt := range []struct {
		flags  []string
		config models.SummaryConfig
	}{
		{nil, models.SummaryConfig{}},
		{[]string{"--show-trainable"}, models.SummaryConfig{ShowTrainable: true}},
		{[]string{"--expand-nested"}, models.SummaryConfig{ExpandNested: true}},
		{[]string{"--line-length", "60"}, models.SummaryConfig{LineLength: 60}},
	} {
		assert.Equal(t, one.Summary(tt.config).String()+"\n", succeeds(t, append([]string{"summary", "one.keras"}, tt.flags...)...))
	}
}

// TestSummaryOfAStrangeLoss: a loss that only its own program knows does not keep a table back.
func TestSummaryOfAStrangeLoss(t *testing.T) {
	workplace(t)
	m, err := models.Load("one.keras")
	require.NoError(t, err)
	require.NoError(t, m.Compile(models.CompileConfig{Loss: losses.Func("strange", nil), Metrics: metrics.List{}}))
	require.NoError(t, m.Save("strange.keras"))
	assert.Contains(t, succeeds(t, "summary", "strange.keras"), "total (Dense)")
	status, _, stderr := gokeras("convert", "strange.keras", "other.keras")
	assert.Equal(t, 1, status)
	assert.Contains(t, stderr, "strange")
	succeeds(t, "convert", "strange.keras", "other.keras", "--without-compile")
}

func TestSummaryJSON(t *testing.T) {
	workplace(t)
	type object = map[string]any
	layer := func(name, class string, params, units float64) object {
		return object{"name": name, "class_name": class, "output_shapes": []any{[]any{nil, units}}, "params": params, "trainable": true}
	}
	tensor := func(name string, units float64) object {
		return object{"name": name, "shape": []any{nil, units}, "dtype": "float32"}
	}
	var got any
	require.NoError(t, json.Unmarshal([]byte(succeeds(t, "summary", "two.keras", "--json")), &got))
	assert.Equal(t, object{
		"name": "two", "class_name": "Functional", "params": 10., "trainable": true, "trainable_params": 10.,
		"inputs": []any{tensor("a", 2), tensor("b", 1)}, "outputs": []any{tensor("total", 1), tensor("double", 2)},
		"layers": []any{layer("a", "InputLayer", 0, 2), layer("b", "InputLayer", 0, 1), layer("concatenate", "Concatenate", 0, 3),
			layer("total", "Dense", 4, 1), layer("double", "Dense", 6, 2)},
	}, got)
}

func TestPlot(t *testing.T) {
	workplace(t)
	m, err := models.Load("two.keras")
	require.NoError(t, err)
	for _, tt := range []struct {
		flags   []string
		options []plot.Option
	}{
		{nil, nil},
		{[]string{"--show-shapes", "--show-dtype", "--rankdir", "LR"}, []plot.Option{plot.ShowShapes(), plot.ShowDType(), plot.RankDir("LR")}},
		{[]string{"--show-layer-names", "--show-layer-activations", "--show-trainable", "--expand-nested", "--dpi", "50"},
			[]plot.Option{plot.ShowLayerNames(), plot.ShowLayerActivations(), plot.ShowTrainable(), plot.ExpandNested(), plot.DPI(50)}},
	} {
		for _, path := range []string{"two.dot", "two.svg", "two.png"} {
			require.NoError(t, plot.Model(m, "want_"+path, tt.options...))
			assert.Empty(t, succeeds(t, append([]string{"plot", "two.keras", "-o", path}, tt.flags...)...))
			want, err := os.ReadFile("want_" + path)
			require.NoError(t, err)
			got, err := os.ReadFile(path)
			require.NoError(t, err)
			if path == "two.dot" { // which has the numbers of layers in memory
				ids := regexp.MustCompile(`\d{5,}`)
				want, got = ids.ReplaceAll(want, nil), ids.ReplaceAll(got, nil)
			}
			assert.Equal(t, string(want), string(got), "%s %v", path, tt.flags)
		}
	}
}

func TestInspect(t *testing.T) {
	workplace(t)
	text := succeeds(t, "inspect", "one.keras")
	text = regexp.MustCompile(`(\.keras,) .*\n(.* saved) .*`).ReplaceAllString(text, "$1 SIZE\n$2 THEN")
	assert.Equal(t, `format   .keras, SIZE
Keras    `+keras.Version+`, saved THEN
model    Functional "one", compiled
weights  2, 12 B
└── layers/dense/vars "total"
    ├── 0  (2, 1) float32
    └── 1  (1,) float32
`, text)

	assert.Equal(t, `format   .weights.h5, 54.57 KB
model    none, weights alone
weights  24, 1.57 KB
└── layers
    ├── bidirectional
    │   ├── backward_layer/cell/vars "lstm_cell"
    │   │   ├── 0  (4, 12) float32
    │   │   ├── 1  (3, 12) float32
    │   │   └── 2  (12,) float32
    │   └── forward_layer/cell/vars "lstm_cell"
    │       ├── 0  (4, 12) float32
    │       ├── 1  (3, 12) float32
    │       └── 2  (12,) float32
    ├── dense/vars "dense_1"
    │   ├── 0      (4, 4) float32
    │   └── 1      (4,) float32
    ├── dense_1/vars "dense_3"
    │   ├── 0      (10, 2) float32
    │   └── 1      (2,) float32
    ├── rnn/cell/cells
    │   ├── gru_cell/vars
    │   │   ├── 0  (4, 9) float32
    │   │   ├── 1  (3, 9) float32
    │   │   └── 2  (2, 9) float32
    │   └── simple_rnn_cell/vars
    │       ├── 0  (3, 4) float32
    │       ├── 1  (4, 4) float32
    │       └── 2  (4,) float32
    ├── sequential/layers
    │   ├── batch_normalization/vars
    │   │   ├── 0  (3,) float32
    │   │   ├── 1  (3,) float32
    │   │   ├── 2  (3,) float32
    │   │   └── 3  (3,) float32
    │   └── dense/vars
    │       ├── 0  (4, 3) float32
    │       └── 1  (3,) float32
    └── time_distributed/layer/vars "dense_2"
        ├── 0      (6, 4) float32
        └── 1      (4,) float32
`, succeeds(t, "inspect", "weights.weights.h5"))

	assert.Contains(t, succeeds(t, "inspect", "weights.legacy.h5"), `└── model_weights
    ├── bidirectional/bidirectional
    │   ├── backward_lstm/lstm_cell
    │   │   ├── bias              (12,) float32
`)
}

func TestInspectJSON(t *testing.T) {
	workplace(t)
	var got map[string]any
	require.NoError(t, json.Unmarshal([]byte(succeeds(t, "inspect", "two.keras", "--json")), &got))
	assert.Regexp(t, `^\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d$`, got["date_saved"])
	assert.Greater(t, got["bytes"], 100.)
	delete(got, "date_saved")
	delete(got, "bytes")
	weight := func(path, layer string, shape ...any) any {
		return map[string]any{"path": path, "layer": layer, "shape": shape, "dtype": "float32"}
	}
	assert.Equal(t, map[string]any{
		"format": ".keras", "keras_version": keras.Version, "class_name": "Functional", "name": "two", "compiled": false,
		"weights": []any{
			weight("layers/dense/vars/0", "total", 3., 1.), weight("layers/dense/vars/1", "total", 1.),
			weight("layers/dense_1/vars/0", "double", 2., 2.), weight("layers/dense_1/vars/1", "double", 2.),
		},
	}, got)
}

// TestInspectNames: names out of a file do nothing to a terminal, and are in the order of their numbers.
func TestInspectNames(t *testing.T) {
	workplace(t)
	var c hdf5.Contents
	for _, path := range []string{"vars/10", "vars/9", "a\x1b[2J", "世界/x", "世界/long name"} {
		c.Dataset(path, hdf5.Float32, []int{1}, []float32{1})
	}
	c.Attribute("vars", "name", "\x1b]0;title\a")
	write(t, "names.weights.h5", &c)
	assert.Contains(t, succeeds(t, "inspect", "names.weights.h5"), `
├── "a\x1b[2J"     (1,) float32
├── vars "\x1b]0;title\a"
│   ├── 9          (1,) float32
│   └── 10         (1,) float32
└── 世界
    ├── long name  (1,) float32
    └── x          (1,) float32
`)
}

// TestInspectKeras2: the config of a Sequential was a list, and the model had no name.
func TestInspectKeras2(t *testing.T) {
	workplace(t)
	var c hdf5.Contents
	c.Attribute("", "keras_version", "2.0.9")
	c.Attribute("", "model_config", `{"class_name": "Sequential", "config": [{"class_name": "Dense", "config": {"units": 1}}]}`)
	c.Attribute("", "training_config", `{"optimizer_config": {"class_name": "SGD", "config": {"lr": 0.1}}, "loss": "mse"}`)
	c.Attribute("model_weights", "layer_names", []string{"dense_1"})
	c.Attribute("model_weights/dense_1", "weight_names", []string{"dense_1/kernel:0"})
	c.Dataset("model_weights/dense_1/dense_1/kernel:0", hdf5.Float64, []int{2, 1}, []float64{1, 2})
	write(t, "old.h5", &c)
	assert.Regexp(t, `^format   \.h5, .*
Keras    2\.0\.9
model    Sequential, compiled
weights  1, 16 B
└── model_weights/dense_1/dense_1
    └── kernel:0  \(2, 1\) float64
$`, succeeds(t, "inspect", "old.h5"))
}

func write(t *testing.T, path string, c *hdf5.Contents) {
	f, err := os.Create(path)
	require.NoError(t, err)
	_, err = c.WriteTo(f)
	require.NoError(t, err)
	require.NoError(t, f.Close())
}

func TestConvert(t *testing.T) {
	workplace(t)
	assert.Empty(t, succeeds(t, "convert", "one.keras", "other.keras"))
	want, err := models.Load("one.keras")
	require.NoError(t, err)
	got, err := models.Load("other.keras")
	require.NoError(t, err)
	assert.True(t, got.Compiled())
	assert.Equal(t, want.Config().String(), got.Config().String())
	assert.Equal(t, want.GetWeights()[0].Data(), got.GetWeights()[0].Data())

	succeeds(t, "convert", "one.keras", "one.weights.h5")
	keras.ClearSession()
	in := keras.Input(keras.Shape{2})
	fresh, err := models.New(in, layers.Dense(1).Apply(in))
	require.NoError(t, err)
	require.NoError(t, fresh.LoadWeights("one.weights.h5"))
	assert.Equal(t, []float32{1, 1}, fresh.GetWeights()[0].Data())

	succeeds(t, "convert", "other.keras", "other.keras", "--without-compile")
	got, err = models.Load("other.keras")
	require.NoError(t, err)
	assert.False(t, got.Compiled())
}
