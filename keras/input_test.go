package keras_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

// TestTensorsAsText compares symbolic tensors with Keras's repr.
func TestTensorsAsText(t *testing.T) {
	keras.ClearSession()
	made := map[string]*keras.Tensor{}
	in := func(name string, shape keras.Shape, opts ...keras.InputOption) {
		made[name] = keras.Input(shape, opts...)
	}
	in("one axis", keras.Shape{784})
	in("unknown axes, uint8", keras.Shape{keras.None, keras.None, 1}, keras.WithDType(tensor.Uint8))
	in("named", keras.Shape{3}, keras.WithName("mine"))
	in("no axis beside the batch", keras.Shape{})
	in("a batch shape", nil, keras.WithBatchShape(keras.Shape{16, 10, 5}), keras.WithDType(tensor.Int32))
	in("a batch size", keras.Shape{2}, keras.WithBatchSize(4), keras.WithDType(tensor.Bool))
	made["a layer's output"] = layers.Dense(2).Apply(keras.Input(keras.Shape{3}))

	for _, c := range section(t, golden(t, vocabulary), "tensors") {
		x := made[str(t, c, "name")]
		require.NotNil(t, x, c)
		require.NoError(t, x.Err())
		assert.Equal(t, str(t, c, "repr"), x.String(), c)
	}
}

func TestInput(t *testing.T) {
	keras.ClearSession()
	shape := keras.Shape{keras.None, 3}
	x := keras.Input(shape, keras.WithName("image"), keras.WithDType(tensor.Uint8))
	shape[1] = 9
	require.NoError(t, x.Err())
	assert.Equal(t, keras.Shape{keras.None, keras.None, 3}, x.Shape(), "a copy of what was given")
	x.Shape()[2] = 9
	assert.Equal(t, 3, x.Shape().Last(), "a copy is handed out")
	assert.Equal(t, tensor.Uint8, x.DType())
	assert.Equal(t, "image", x.Name())
	assert.Equal(t, 0, x.Index())

	l := x.Node().Layer()
	assert.Equal(t, "image", l.Name())
	assert.Equal(t, "InputLayer", l.Class())
	assert.Equal(t, tensor.Uint8, l.DType())
	assert.Same(t, x, l.Output())
	assert.Same(t, x, l.Input(), "what it is fed")
	assert.Empty(t, x.Node().Inputs())
	assert.Equal(t, keras.List{x}, x.Node().Outputs())
	assert.True(t, l.LayerBase().Built())

	assert.Equal(t, keras.Shape{keras.None}, keras.Input(nil).Shape(), "one number for each sample")
	plain := keras.Input(keras.Shape{2})
	assert.Equal(t, "keras_tensor_1", plain.Name())
	assert.Equal(t, "input_layer_1", plain.Node().Layer().Name(), "a named one takes up no number")
	assert.Equal(t, tensor.Float32, plain.DType())
	assert.Equal(t, keras.Shape{4, 2}, keras.Input(keras.Shape{2}, keras.WithBatchSize(4)).Shape())

	chained := layers.InputLayer(keras.Shape{2}).WithName("chained")
	assert.Equal(t, "chained", chained.Name())
	assert.Equal(t, "chained", chained.Output().Name(), "the tensor has the name of its layer")
}

func TestInputRefuses(t *testing.T) {
	said := map[string]string{} // by Keras
	for _, c := range section(t, golden(t, "models/testdata/graph.json"), "errors") {
		e, _ := c.Get("error")
		said[str(t, c, "name")] = str(t, e.(keras.Config), "text")
	}
	batch := keras.WithBatchShape(keras.Shape{2, 3})
	for _, tt := range []struct {
		reason string
		shape  keras.Shape
		opts   []keras.InputOption
		want   string
	}{
		{"a shape beside a batch shape", keras.Shape{3}, []keras.InputOption{batch}, said["shape and batch_shape"]},
		{"a batch size beside a batch shape", nil, []keras.InputOption{batch, keras.WithBatchSize(2)}, said["batch_size and batch_shape"]},
		{"a negative size", keras.Shape{-2}, nil, "Cannot convert '(None, -2)' to a shape. Negative dimensions are not allowed."},
		{"a negative size in a batch shape", nil, []keras.InputOption{keras.WithBatchShape(keras.Shape{-2})}, "Cannot convert '(-2,)' to a shape."},
		{"a name with a slash", keras.Shape{3}, []keras.InputOption{keras.WithName("a/b")}, `expected a name without the character /, received "a/b"`},
		{"no batch axis", nil, []keras.InputOption{keras.WithBatchShape(nil)}, "expected a shape with a batch axis, received ()"},
		{"a batch of none", keras.Shape{3}, []keras.InputOption{keras.WithBatchSize(0)}, "expected a positive batch size, received 0"},
		{"a negative batch", keras.Shape{3}, []keras.InputOption{keras.WithBatchSize(-1)}, "expected a positive batch size, received -1"},
		{"a dtype that no data have", keras.Shape{3}, []keras.InputOption{keras.WithDType(tensor.Complex64)}, "received complex64"},
		{"no dtype", keras.Shape{3}, []keras.InputOption{keras.WithDType(tensor.Dtype{})}, "expected a dtype: one of bool, float32, "},
	} {
		x := keras.Input(tt.shape, tt.opts...)
		require.Error(t, x.Err(), tt.reason)
		assert.ErrorIs(t, x.Err(), keras.ErrArgument, tt.reason)
		assert.ErrorContains(t, x.Err(), tt.want, tt.reason)
		assert.Regexp(t, `^input_layer\w* \(InputLayer\) at input_test.go:\d+: `, x.Err().Error(), tt.reason)
		assert.Equal(t, x.Err(), layers.Dense(2).Apply(x).Err(), "sticky")
	}
	assert.Equal(t, "Cannot convert '(-2,)' to a shape. Negative dimensions are not allowed.", said["negative shape"], "ours names the batch axis, too")
	assert.ErrorContains(t, layers.InputLayer(keras.Shape{2}).WithDType(tensor.Float64).Apply(keras.Input(nil)).Err(), "keras.WithDType")
	assert.ErrorContains(t, keras.NewInputLayer(keras.Shape{2}).Apply(keras.Input(nil)).Err(), "an input layer cannot be called")
	assert.Contains(t, keras.Input(keras.Shape{-2}).String(), "<KerasTensor error: input_layer")
}

func TestInputConfig(t *testing.T) {
	keras.ClearSession()
	x := keras.Input(keras.Shape{keras.None, 1}, keras.WithDType(tensor.Uint8), keras.WithName("image"))
	text := `{"batch_shape": [null, null, 1], "dtype": "uint8", "sparse": false, "ragged": false, "name": "image", "optional": false}`
	cfg := x.Node().Layer().Config()
	assert.Equal(t, text, cfg.String())

	again := &keras.InputLayer{}
	require.NoError(t, again.FromConfig(cfg))
	assert.Equal(t, text, again.Config().String())
	assert.Equal(t, "image", again.Output().Name())
	assert.Equal(t, "keras_tensor", keras.Input(nil).Name(), "reading a named one takes up no number")
	assert.Equal(t, "input_layer_1", keras.Input(nil).Node().Layer().Name())

	for _, tt := range []struct{ reason, text, want string }{
		{"no shape", `{"dtype": "uint8"}`, "expected a shape, received null"},
		{"a shape that is none", `{"batch_shape": [-5]}`, "expected a shape, received [-5]"},
		{"an unknown dtype", `{"batch_shape": [null], "dtype": "float31"}`, `received "float31"`},
		{"an unknown key", `{"batch_shape": [null], "shape": [3]}`, "received shape"},
		{"sparse data", `{"batch_shape": [null], "sparse": true}`, "expected a dense input, received a sparse or ragged one"},
		{"a broken name", `{"batch_shape": [null], "name": "a/b"}`, "expected a name without the character /"},
	} {
		assert.ErrorContains(t, (&keras.InputLayer{}).FromConfig(config(t, tt.text)), tt.want, tt.reason)
	}
}

// An input layer in a trace is called by nobody.
func TestInputIsNotCalled(t *testing.T) {
	l := keras.NewInputLayer(keras.Shape{2})
	_, err := l.Call(keras.NewTrace(gorgonia.NewGraph(), false))
	assert.ErrorIs(t, err, keras.ErrGraph)
}
