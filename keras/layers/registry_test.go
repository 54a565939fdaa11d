package layers_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

// TestEveryClassHasCases: a class in the registry has a fixture, a test, and a case for each option.
func TestEveryClassHasCases(t *testing.T) {
	layertest.Complete(t, keras.Registered(keras.KindLayer),
		"name", "trainable", "dtype", // of every layer: Dense has the cases
		"quantization_config", "sparse", "ragged", // always None or false
		"SimpleRNN.activity_regularizer", // Keras forgets it
	)
}

// samples are arguments of setters, by type: of each list one at least must change something.
var samples = map[reflect.Type][]any{
	reflect.TypeFor[bool]():                   {true, false},
	reflect.TypeFor[int]():                    {3},
	reflect.TypeFor[float64]():                {0.375},
	reflect.TypeFor[[]int]():                  {[]int{3}},
	reflect.TypeFor[[]float64]():              {[]float64{0.375}},
	reflect.TypeFor[string]():                 {"other"},
	reflect.TypeFor[map[string]float64]():     {map[string]float64{"dmax": 0.375}},
	reflect.TypeFor[tensor.Dtype]():           {tensor.Float64},
	reflect.TypeFor[*tensor.Dense]():          {tensor.New(tensor.WithBacking([]float32{0.5}))},
	reflect.TypeFor[layers.Padding]():         {layers.Same},
	reflect.TypeFor[layers.DataFormat]():      {layers.ChannelsFirst},
	reflect.TypeFor[activations.Activation](): {activations.Tanh, activations.ReLU},
	reflect.TypeFor[layers.Interpolation]():   {layers.Bicubic},
	reflect.TypeFor[[][2]int]():               {[][2]int{{1, 2}}},
	reflect.TypeFor[layers.ScoreMode]():       {layers.ScoreConcat},
	reflect.TypeFor[layers.MergeMode]():       {layers.MergeSum},
	reflect.TypeFor[keras.Layer]():            {layers.GRU(1)},
	reflect.TypeFor[keras.Initializer]():      {initializers.Constant(3)},
	reflect.TypeFor[keras.Regularizer]():      {regularizers.L1(0.5)},
	reflect.TypeFor[keras.Constraint]():       {constraints.NonNeg()},
}

// forgotten are the options that Keras's config of a class does not have.
var forgotten = map[string][]string{
	"SimpleRNN":      {"Seed"},
	"SpatialDropout": {"Trainable", "ActivityRegularizer"},
}

// TestSetters: every chained setter of every class changes the config, and gives the layer itself.
func TestSetters(t *testing.T) {
	for _, class := range keras.Registered(keras.KindLayer) {
		if class == "InputLayer" { // has options, no setters
			continue
		}
		newLayer := func() reflect.Value {
			o, err := keras.New(keras.KindLayer, class)
			require.NoError(t, err)
			return reflect.ValueOf(o)
		}
		setters := 0
		for m := range newLayer().Type().Methods() {
			if m.Type.NumOut() != 1 || m.Type.Out(0) != newLayer().Type() || m.Name == "WithWeights" { // data, which no config has
				continue
			}
			setters++
			if slices.Contains(forgotten[strings.TrimRight(class, "123D")], m.Name) {
				continue
			}
			argument := m.Type.In(1)
			require.Contains(t, samples, argument, "%s.%s", class, m.Name)
			changed := slices.ContainsFunc(samples[argument], func(v any) bool {
				l := newLayer()
				before := l.Interface().(keras.Layer).Config().String()
				call := l.Method(m.Index).Call
				if m.Type.IsVariadic() {
					call = l.Method(m.Index).CallSlice
				}
				out := call(slices.Repeat([]reflect.Value{reflect.ValueOf(v)}, m.Type.NumIn()-1))
				assert.Equal(t, l.Pointer(), out[0].Pointer(), "%s.%s", class, m.Name)
				return l.Interface().(keras.Layer).Config().String() != before
			})
			assert.True(t, changed, "%s.%s changes nothing", class, m.Name)
		}
		assert.GreaterOrEqual(t, setters, 4, "%s: WithName, WithDType, Trainable, ActivityRegularizer", class)
	}
}

// TestMissingKeys: what a constructor requires and a config lacks is an error.
func TestMissingKeys(t *testing.T) {
	for class, want := range map[string]string{
		"Dense":            "Received an invalid value for `units`, expected a positive integer. Received: units=0",
		"Embedding":        "`input_dim` must be a positive integer. Received: input_dim=0 (of type int).",
		"Conv2D":           "The `kernel_size` argument must be a tuple of 2 integers. Received kernel_size=()",
		"AveragePooling2D": "The `pool_size` argument must be a tuple of 2 integers. Received pool_size=()",
	} {
		o, err := keras.New(keras.KindLayer, class)
		require.NoError(t, err)
		require.ErrorContains(t, keras.Configure(o, keras.Config{}), want, class)
	}
}

// TestConfigsOfWrongTypes: a config that Keras would not write is an error that names the key.
func TestConfigsOfWrongTypes(t *testing.T) {
	tests := []struct {
		reason, class, key string
		value              any
	}{
		{"a number where a list of sizes stands", "Reshape", "target_shape", "2"},
		{"words where numbers stand", "Rescaling", "scale", []any{"a"}},
		{"a word where padding stands", "ZeroPadding2D", "padding", "1"},
		{"three numbers where a pair stands", "Cropping2D", "cropping", []any{[]any{1, 2, 3}, 1}},
		{"a fraction of a pixel", "UpSampling2D", "size", []any{1.5, 2}},
		{"a fraction is no axis", "Softmax", "axis", []any{1.5}},
		{"a noise shape is a list", "Dropout", "noise_shape", 3},
		{"a key that the class does not have", "Flatten", "axis", 1},
		{"an object of another kind", "Dense", "kernel_initializer", "max_norm"},
	}
	for _, tt := range tests {
		o, err := keras.New(keras.KindLayer, tt.class)
		require.NoError(t, err)
		err = keras.Configure(o, keras.Config{{Key: tt.key, Value: tt.value}})
		require.ErrorIs(t, err, keras.ErrConfig, tt.reason)
		assert.ErrorContains(t, err, tt.key, tt.reason)
	}
}

// TestNumbersThatAreNone: NaN is not between 0 and 1, and no option is smaller than it.
func TestNumbersThatAreNone(t *testing.T) {
	x := keras.Input(keras.Shape{3})
	assert.Error(t, layers.Dropout(math.NaN()).Apply(x).Err())
	assert.Error(t, layers.ReLU().Threshold(math.NaN()).Apply(x).Err())
}

// As Keras 3.15.1 prints them.
func TestLayersPrintAsInKeras(t *testing.T) {
	keras.ClearSession()
	dense := layers.Dense(3)
	for _, c := range []struct {
		layer keras.Layer
		want  string
	}{
		{dense, "<Dense name=dense, built=False>"},
		{layers.Dropout(0.5), "<Dropout name=dropout, built=True>"},
		{layers.Flatten(), "<Flatten name=flatten, built=False>"},
		{layers.InputLayer(keras.Shape{3}), "<InputLayer name=input_layer, built=True>"},
		{layers.LSTM(3), "<LSTM name=lstm, built=False>"},
		{layers.Rescaling(2), "<Rescaling name=rescaling, built=False>"},
		{layers.MaxPooling2D(), "<MaxPooling2D name=max_pooling2d, built=True>"},
		{layers.Activation("relu"), "<Activation name=activation, built=True>"},
	} {
		assert.Equal(t, c.want, fmt.Sprint(c.layer))
	}
	dense.Apply(keras.Input(keras.Shape{2}))
	assert.Equal(t, "[<Dense name=dense, built=True>]", fmt.Sprint([]keras.Layer{dense}))
}
