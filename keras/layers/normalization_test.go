package layers_test

import (
	"encoding/json"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

func TestNormalization(t *testing.T) {
	layertest.Run(t, "Normalization", layertest.Cases{
		"default":           func() keras.Layer { return layers.Normalization() },
		"no axis":           func() keras.Layer { return layers.Normalization().Axis() },
		"axis 1":            func() keras.Layer { return layers.Normalization().Axis(1) },
		"axes":              func() keras.Layer { return layers.Normalization().Axis(-1, 1) },
		"axis of the batch": func() keras.Layer { return layers.Normalization().Axis(0) },
		"invert":            func() keras.Layer { return layers.Normalization().Invert(true) },
		"initial":           func() keras.Layer { return layers.Normalization() },
		"given":             func() keras.Layer { return layers.Normalization().Mean(3).Variance(2) },
		"given, inverted":   func() keras.Layer { return layers.Normalization().Mean(3).Variance(2).Invert(true) },
		"given for each channel": func() keras.Layer {
			return layers.Normalization().Mean(0.485, 0.456, 0.406).Variance(0.5, 0.25, 2)
		},
		"given for axis 1": func() keras.Layer { return layers.Normalization().Axis(1).Mean(0.5, -1).Variance(4, 0.25) },
		"given for the last of the axes": func() keras.Layer {
			return layers.Normalization().Axis(1, 3).Mean(0.5, -1).Variance(4, 0.25)
		},
		"given without deviation": func() keras.Layer { return layers.Normalization().Mean(1).Variance(0) },
		"uint8":                   func() keras.Layer { return layers.Normalization().Mean(100).Variance(400) },
		"mask":                    func() keras.Layer { return layers.Normalization() },
		"float64":                 func() keras.Layer { return layers.Normalization().WithDType(tensor.Float64) },
		"training":                func() keras.Layer { return layers.Normalization() },
		"given as one of a list": func() keras.Layer {
			return layers.Normalization().Statistics(vector(0.5), vector(4))
		},
		"given for two axes": func() keras.Layer {
			mean := tensor.New(tensor.WithShape(3, 2), tensor.WithBacking([]float32{0.5, -1, 1, 2, 0, 3}))
			variance := tensor.New(tensor.WithShape(3, 2), tensor.WithBacking([]float32{4, 0.25, 4, 0.25, 4, 0.25}))
			return layers.Normalization().Axis(1, 2).Statistics(mean, variance)
		},
	})
}

// vector is a tensor of rank 1.
func vector(v ...float64) *tensor.Dense {
	return tensor.New(tensor.WithBacking(v), tensor.WithShape(len(v)))
}

// recorded is a tensor of a fixture.
func recorded(t *testing.T, v any) *tensor.Dense {
	t.Helper()
	c := v.(keras.Config)
	get := func(key string) any { v, _ := c.Get(key); return v }
	shape, err := keras.ParseShape(get("shape"))
	require.NoError(t, err)
	dt, err := keras.ParseDType(get("dtype").(string))
	require.NoError(t, err)
	var numbers []float64
	for _, v := range get("data").([]any) {
		if n, ok := v.(int); ok {
			v = float64(n)
		}
		numbers = append(numbers, v.(float64))
	}
	if shape.Rank() == 0 {
		return data.Cast(tensor.New(tensor.FromScalar(numbers[0])), dt)
	}
	return data.Cast(tensor.New(tensor.WithBacking(numbers), tensor.WithShape(shape...)), dt)
}

// near compares two tensors of floats, as far as float32 goes.
func near(t *testing.T, want, got *tensor.Dense) {
	t.Helper()
	require.Equal(t, want.Shape(), got.Shape())
	require.Equal(t, want.Dtype(), got.Dtype())
	numbers := func(x *tensor.Dense) []float64 { return data.Reshape(data.Cast(x, tensor.Float64), -1).Float64s() }
	assert.InDeltaSlice(t, numbers(want), numbers(got), 2e-4, "values up to 255²")
}

func TestAdapt(t *testing.T) {
	text, err := os.ReadFile("testdata/adapt.json")
	require.NoError(t, err)
	var file struct{ Cases []keras.Config }
	require.NoError(t, json.Unmarshal(text, &file))
	require.NotEmpty(t, file.Cases)
	for _, c := range file.Cases {
		get := func(key string) any { v, _ := c.Get(key); return v }
		t.Run(get("name").(string), func(t *testing.T) {
			o, err := keras.New(keras.KindLayer, "Normalization")
			require.NoError(t, err)
			require.NoError(t, keras.Configure(o, get("config").(keras.Config)))
			l, x := o.(*layers.NormalizationLayer), recorded(t, get("data"))
			var from any = x
			if rows, ok := get("rows").(int); ok {
				ds := data.FromTensorSlices(x)
				if rows > 0 {
					ds = ds.Batch(rows)
				}
				from = ds
			}
			require.NoError(t, l.Adapt(from))
			near(t, recorded(t, get("mean")), l.Weights()[0].Value())
			near(t, recorded(t, get("variance")), l.Weights()[1].Value())
			shape, err := keras.ParseShape(get("build_shape"))
			require.NoError(t, err)
			assert.Equal(t, []keras.Shape{shape}, l.BuildShapes())
		})
	}
}

func TestAdaptedLayer(t *testing.T) {
	x := data.Reshape(vector(1, 10, 2, 20, 3, 60), 3, 2)
	l := layers.Normalization()
	require.NoError(t, l.Adapt(data.List{data.Slice(x, 0, 1), data.Slice(x, 1, 3)}), "batches of several sizes")
	y, err := models.Call(l, x)
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float32{-1.2247, -0.9258, 0, -0.4629, 1.2247, 1.3887}, y.Float32s(), 1e-4)

	require.NoError(t, l.Adapt(data.Slice(x, 0, 2)), "what was is forgotten")
	y, err = models.Call(l, x)
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float32{-1, -1, 1, 1, 3, 9}, y.Float32s(), 1e-4)
}

// TestAdaptIsExact: numbers far from 0, more than fit into one piece.
func TestAdaptIsExact(t *testing.T) {
	const n = 200_000
	x := make([]float64, n)
	for i := range x {
		x[i] = 1e6 + float64(i%2)
	}
	l := layers.Normalization().Axis().WithDType(tensor.Float64)
	require.NoError(t, l.Adapt(tensor.New(tensor.WithBacking(x), tensor.WithShape(n))))
	assert.InDelta(t, 1e6+0.5, l.Weights()[0].Value().ScalarValue(), 1e-6)
	assert.InDelta(t, 0.25, l.Weights()[1].Value().ScalarValue(), 1e-9)
}

func TestAdaptErrors(t *testing.T) {
	rows := data.Reshape(vector(1, 2, 3, 4), 2, 2)
	built := layers.Normalization()
	require.NoError(t, built.Adapt(rows))
	before := built.Weights()[0].Value()
	empty := data.FromFunc(func(int) (data.Element, error) { return data.Element{}, io.EOF })
	for _, c := range []struct {
		reason string
		l      *layers.NormalizationLayer
		x      any
		class  error
		text   string
	}{
		{"given", layers.Normalization().Mean(1).Variance(1), rows, keras.ErrState, "mean and variance are set"},
		{"no data", layers.Normalization(), nil, keras.ErrArgument, "received <nil>"},
		{"no tensor", layers.Normalization(), (*tensor.Dense)(nil), keras.ErrArgument, "received nil"},
		{"no Dataset", layers.Normalization(), (*data.Dataset)(nil), keras.ErrArgument, "received nil"},
		{"no batches", layers.Normalization(), data.List{}, keras.ErrData, "at least one batch"},
		{"an empty Dataset", layers.Normalization(), empty, keras.ErrData, "at least one batch"},
		{"without end", layers.Normalization(), data.FromTensorSlices(rows).Batch(2).Repeat(), keras.ErrData, "a Dataset that ends"},
		{"a dict", layers.Normalization(), data.FromTensorSlices(data.Dict{"a": rows}), keras.ErrData, "received map[string]"},
		{"no such axis", layers.Normalization().Axis(2), rows, keras.ErrShape, "axes [2]"},
		{"another size", built, data.List{rows, vector(1, 2, 3)}, keras.ErrShape, "expected axis 0 of input shape to have value 2"},
		{"half of the options", layers.Normalization().Variance(2), rows, keras.ErrArgument, "both `mean` and `variance` must be set. Received: mean=None and variance=2"},
	} {
		err := c.l.Adapt(c.x)
		require.ErrorContains(t, err, c.text, c.reason)
		assert.ErrorContains(t, err, "normalization", c.reason)
		assert.ErrorIs(t, err, c.class, c.reason)
	}
	assert.Equal(t, before, built.Weights()[0].Value(), "an error leaves the weights")
}

func TestNormalizationErrors(t *testing.T) {
	for _, c := range []struct {
		l    *layers.NormalizationLayer
		in   keras.Shape
		text string
	}{
		{layers.Normalization(), keras.Shape{3, keras.None}, "All `axis` values to be kept must have a known shape. Received axis=(-1,), inputs.shape=(None, 3, None), with unknown axis at index 2"},
		{layers.Normalization().Axis(3), keras.Shape{3}, "axes [3]"},
		{layers.Normalization().Axis(1, -1), keras.Shape{3}, "different axes [1 -1]"},
		{layers.Normalization().Mean(1, 2).Variance(1, 2), keras.Shape{3}, "a mean of shape (2,) on its axes (-1,)"},
		{layers.Normalization().Axis().Mean(1, 2).Variance(1, 2), keras.Shape{3}, "The rank of `mean` must be less than or equal to the number of axes (0). Received: mean shape (2,) for axis ()"},
		{layers.Normalization().Statistics(tensor.New(tensor.WithBacking([]string{"a"})), vector(1)), keras.Shape{3}, "string"},
		{layers.Normalization().Statistics(tensor.New(tensor.FromScalar(int32(2))), nil), keras.Shape{3}, "mean=2 and variance=None"},
		{layers.Normalization().Mean(1).Variance(1, 2), keras.Shape{3}, "Received: mean shape () and variance shape (2,)"},
		{layers.Normalization().Mean(1), keras.Shape{3}, "Received: mean=1 and variance=None"},
	} {
		assert.ErrorContains(t, c.l.Apply(keras.Input(c.in)).Err(), c.text)
	}
}

func BenchmarkAdapt(b *testing.B) {
	for name, shape := range map[string][]int{"images": {256, 32, 32, 3}, "table": {8192, 16}} {
		x := data.RandomInt(256, shape)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(x.Size()))
			for b.Loop() {
				if err := layers.Normalization().Adapt(x); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
