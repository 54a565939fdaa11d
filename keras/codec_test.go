package keras_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

type word string

// common is embedded: its fields stand in its place.
type common struct {
	Seed *int `keras:"seed"`
}

// everything has a field of every kind that a config can hold.
type everything struct {
	Flag  bool    `keras:"flag"`
	Int   int     `keras:"int"`
	Int8  int8    `keras:"int8"`
	Uint  uint    `keras:"uint"`
	Uint8 uint8   `keras:"uint8"`
	F64   float64 `keras:"f64"`
	F32   float32 `keras:"f32"`
	Word  word    `keras:"word"`
	common
	Dtype       tensor.Dtype           `keras:"dtype"`
	Activation  activations.Activation `keras:"activation"`
	Optional    *float64               `keras:"optional"`
	Sizes       []int                  `keras:"sizes"`
	Table       [][]float64            `keras:"table"`
	Any         any                    `keras:"any"`
	Initializer keras.Initializer      `keras:"initializer"`
	Regularizer keras.Regularizer      `keras:"regularizer"`
	Constraint  keras.Constraint       `keras:"constraint"`
	Layer       keras.Layer            `keras:"layer"`
	Layers      []keras.Layer          `keras:"layers"`
	NoKey       int
	//lint:ignore U1000 a tag on a field that is not exported makes no option
	hidden int `keras:"hidden"`
}

func defaults() *everything {
	return &everything{Int: 1, Word: "w", Dtype: tensor.Float32, Sizes: []int{2}}
}

const encodedDefaults = `{"flag": false, "int": 1, "int8": 0, "uint": 0, "uint8": 0, "f64": 0.0, "f32": 0.0, "word": "w", "seed": null, "dtype": "float32", ` +
	`"activation": "linear", "optional": null, "sizes": [2], "table": null, "any": null, "initializer": null, "regularizer": null, "constraint": null, "layer": null, "layers": null}`

func config(t testing.TB, text string) keras.Config {
	t.Helper()
	var c keras.Config
	require.NoError(t, c.UnmarshalJSON([]byte(text)), text)
	return c
}

func TestFieldsRoundTrip(t *testing.T) {
	assert.Equal(t, encodedDefaults, keras.EncodeFields(defaults()).String(), "keys in the order of the fields")

	seed, optional := 7, 0.25
	full := &everything{
		Flag: true, Int: -3, Int8: -128, Uint: 9, Uint8: 255, F64: 1e-7, F32: 0.1, Word: "same", common: common{&seed}, Dtype: tensor.Uint8,
		Activation: "relu", Optional: &optional, Sizes: []int{}, Table: [][]float64{{1, 2.5}, {}}, Any: []any{1, "x", nil},
		Initializer: initializers.Zeros(), Regularizer: regularizers.L2(0.5), Constraint: constraints.NonNeg(),
		Layer: layers.Flatten().WithName("inner"), Layers: []keras.Layer{layers.Flatten().WithName("first")},
	}
	flatten := func(name string) string {
		return `{"module": "keras.layers", "class_name": "Flatten", "config": {"name": "` + name + `", "trainable": true, "dtype": {"module": "keras", ` +
			`"class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": null}, "data_format": "channels_last"}, "registered_name": null}`
	}
	text := `{"flag": true, "int": -3, "int8": -128, "uint": 9, "uint8": 255, "f64": 1e-07, "f32": 0.1, "word": "same", "seed": 7, "dtype": "uint8", ` +
		`"activation": "relu", "optional": 0.25, "sizes": [], "table": [[1.0, 2.5], []], "any": [1, "x", null], ` +
		`"initializer": {"module": "keras.initializers", "class_name": "Zeros", "config": {}, "registered_name": null}, ` +
		`"regularizer": {"module": "keras.regularizers", "class_name": "L2", "config": {"l2": 0.5}, "registered_name": null}, ` +
		`"constraint": {"module": "keras.constraints", "class_name": "NonNeg", "config": {}, "registered_name": null}, ` +
		`"layer": ` + flatten("inner") + `, "layers": [` + flatten("first") + `]}`
	assert.Equal(t, text, keras.EncodeFields(full).String())

	again := defaults()
	require.NoError(t, keras.DecodeFields(again, config(t, text)))
	assert.Equal(t, text, keras.EncodeFields(again).String())
	assert.Equal(t, full.Table, again.Table)
	assert.Equal(t, full.Any, again.Any)
	assert.Equal(t, "first", again.Layers[0].Name())
	require.NoError(t, keras.DecodeFields(again, config(t, encodedDefaults)), "back to None")
	assert.Equal(t, encodedDefaults, keras.EncodeFields(again).String())
	assert.Nil(t, again.Seed)
	assert.Nil(t, again.Initializer)
}

func TestFieldsAreReadAsKerasWrites(t *testing.T) {
	for _, tt := range []struct {
		reason, text, key, want string
	}{
		{"a whole float for an int", `{"int": 3.0}`, "int", "3"},
		{"an int for a float", `{"f64": 3}`, "f64", "3.0"},
		{"infinity", `{"f64": Infinity}`, "f64", "Infinity"},
		{"one size for a list of sizes", `{"sizes": 3}`, "sizes", "[3]"},
		{"the name of an object", `{"initializer": "zeros"}`, "initializer", `{"module": "keras.initializers", "class_name": "Zeros", "config": {}, "registered_name": null}`},
		{"a policy for a dtype", `{"dtype": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float64"}}}`, "dtype", `"float64"`},
		{"a config of any kind", `{"any": {"b": 1, "a": 2.0}}`, "any", `{"b": 1, "a": 2.0}`},
		{"a key of a later Keras that is None", `{"lora_rank": null, "int": 5}`, "int", "5"},
	} {
		o := defaults()
		require.NoError(t, keras.DecodeFields(o, config(t, tt.text)), tt.reason)
		v, _ := keras.EncodeFields(o).Get(tt.key)
		assert.Equal(t, tt.want, dumps(t, v), tt.reason)
		assert.Equal(t, word("w"), o.Word, "a key that is missing leaves the default")
	}
}

// holder has layers in the fields of its own type: they are inside it, no options.
type holder struct {
	keras.Base
	Units int           `keras:"units"`
	Head  keras.Layer   `keras:"head"`
	Rest  []keras.Layer `keras:"rest"`
}

func (*holder) Call(*keras.Trace, ...*gorgonia.Node) ([]*gorgonia.Node, error) { return nil, nil }

func TestLayersInsideAreNoOptions(t *testing.T) {
	assert.Equal(t, `{"units": 2}`, keras.EncodeFields(&holder{Units: 2, Head: layers.Flatten()}).String())
	assert.ErrorContains(t, keras.DecodeFields(&holder{}, config(t, `{"head": 3}`)), "received head")
}

func TestFieldsThatCannotBeRead(t *testing.T) {
	for _, tt := range []struct {
		reason, text, want string
	}{
		{"a key that no field has", `{"unit": 3}`, "expected one of the keys activation, any, constraint, dtype, f32, f64, flag, initializer, int, int8, layer, layers, optional, regularizer, seed, sizes, table, uint, uint8, word, received unit"},
		{"a layer that is a number", `{"layer": 3}`, "layer: expected an object with class_name and config, received 3"},
		{"an object that is no layer", `{"layers": [{"class_name": "Zeros", "config": {}}]}`, "layers: expected the name of a registered layer, received Zeros"},
		{"a field without a tag", `{"NoKey": 3}`, "received NoKey"},
		{"a word for an int", `{"int": "3"}`, `int: expected int, received "3"`},
		{"a broken number for an int", `{"int": 2.5}`, "int: expected int, received 2.5"},
		{"an int that is too large for any", `{"int": 1e30}`, "int: expected int, received 1e+30"},
		{"NaN for an int", `{"int": NaN}`, "int: expected int, received NaN"},
		{"None for an int", `{"int": null}`, "int: expected int, received null"},
		{"an int that overflows its field", `{"int8": 200}`, "int8: expected int8, received 200"},
		{"a negative number for an unsigned one", `{"uint": -1}`, "uint: expected uint, received -1"},
		{"an unsigned one that overflows", `{"uint8": 256}`, "uint8: expected uint8, received 256"},
		{"a number for a flag", `{"flag": 1}`, "flag: expected bool, received 1"},
		{"a flag for a number", `{"f64": true}`, "f64: expected float64, received true"},
		{"a number for a word", `{"word": 1}`, "word: expected keras_test.word, received 1"},
		{"a list for a number", `{"f64": [1]}`, "f64: expected float64, received [1]"},
		{"a wrong element", `{"sizes": [1, "2"]}`, `sizes: expected int, received "2"`},
		{"a dtype that nobody knows", `{"dtype": "float31"}`, `dtype: expected a dtype: one of bool, float32, float64, int16, int32, int64, int8, uint16, uint32, uint64, uint8, received "float31"`},
		{"an activation that nobody knows", `{"activation": "rlu"}`, "activation: "},
		{"an object that nobody knows", `{"initializer": "glorot"}`, "initializer: expected the name of a registered initializer, received glorot"},
		{"an object of another kind", `{"initializer": {"class_name": "L2", "config": {}}}`, "initializer: expected the name of a registered initializer, received L2"},
		{"an object without a class", `{"constraint": {"config": {}}}`, "constraint: expected a class_name, received {\"config\": {}}"},
		{"an object that is a number", `{"regularizer": 3}`, "regularizer: expected an object with class_name and config, received 3"},
		{"an object whose config is a number", `{"initializer": {"class_name": "Zeros", "config": 3}}`, "initializer: expected an object as the config of Zeros, received 3"},
	} {
		err := keras.DecodeFields(defaults(), config(t, tt.text))
		assert.ErrorIs(t, err, keras.ErrConfig, tt.reason)
		assert.ErrorContains(t, err, tt.want, tt.reason)
	}
	err := keras.DecodeFields(defaults(), config(t, `{"int": "3", "unit": 3, "sizes": [null]}`))
	for _, want := range []string{`int: expected int, received "3"`, "received unit", "sizes: expected int, received null"} {
		assert.ErrorContains(t, err, want, "all violations at once")
	}
	long := make([]any, 10_000)
	assert.Less(t, len(keras.DecodeFields(defaults(), keras.Config{{Key: "int", Value: long}}).Error()), 200, "an error is not as long as a hostile file")
}

func TestOptionsThatAreNone(t *testing.T) {
	assert.Nil(t, keras.EncodeFields(nil))
	assert.Nil(t, keras.EncodeFields(struct{}{}), "not a pointer")
	assert.Nil(t, keras.EncodeFields((*everything)(nil)))
	assert.NoError(t, keras.DecodeFields(nil, keras.Config{{Key: "a", Value: nil}}))
	assert.ErrorContains(t, keras.DecodeFields(nil, keras.Config{{Key: "a", Value: 1}}), "received a")
}

// strange has fields that no config can hold.
type strange struct {
	keras.Base
	Table map[string]int `keras:"table"`
	Hook  []func()       `keras:"hook"`
	Fine  int            `keras:"fine"`
}

func TestFieldsThatNoConfigHolds(t *testing.T) {
	assert.NoError(t, keras.CheckFields(defaults()))
	l := &strange{Fine: 3}
	err := keras.CheckFields(l)
	assert.ErrorIs(t, err, keras.ErrArgument)
	assert.EqualError(t, err, "a config cannot hold the field table of type map[string]int; a config cannot hold the field hook of type []func()")

	v, _ := keras.EncodeFields(l).Get("fine")
	assert.Equal(t, 3, v)
	v, ok := keras.EncodeFields(l).Get("table")
	assert.True(t, ok)
	assert.Nil(t, v, "no panic")
}

func TestParseDType(t *testing.T) {
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64, tensor.Bool, tensor.Int8, tensor.Int16, tensor.Int32, tensor.Int64,
		tensor.Uint8, tensor.Uint16, tensor.Uint32, tensor.Uint64} {
		got, err := keras.ParseDType(dt.String())
		require.NoError(t, err)
		assert.Equal(t, dt, got)
	}
	for _, v := range []any{"mixed_float16", "string", 3, nil, math.NaN(), keras.Config{}} {
		_, err := keras.ParseDType(v)
		assert.ErrorIs(t, err, keras.ErrConfig)
	}
}
