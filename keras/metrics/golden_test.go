package metrics_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/metrics"
)

// fixture is testdata/metrics.json, written by tools/golden from real Keras.
type fixture struct {
	Cases   []goldenCase
	Lookups []struct {
		Identifier, Class string
		MetricName        string `json:"metric_name"`
		Error             *goldenError
	}
}

type goldenCase struct {
	Name, Class string
	Config      keras.Config
	MetricName  string `json:"metric_name"`
	Updates     []struct {
		YTrue        *goldenTensor `json:"y_true"`
		YPred        *goldenTensor `json:"y_pred"`
		SampleWeight *goldenTensor `json:"sample_weight"`
		Mask         *goldenTensor
		Result       float64
		Error        *goldenError
	}
	AfterReset float64 `json:"after_reset"`
}

type goldenError struct{ Type, Text string }

type goldenTensor struct {
	Shape []int
	DType string `json:"dtype"`
	Data  []any
}

func readFixture(t *testing.T) fixture {
	t.Helper()
	text, err := os.ReadFile("testdata/metrics.json")
	require.NoError(t, err)
	var f fixture
	require.NoError(t, json.Unmarshal(text, &f))
	require.NotEmpty(t, f.Cases)
	return f
}

// tensor is the tensor in its own type, nil for nil.
func (g *goldenTensor) tensor(t *testing.T) *tensor.Dense {
	t.Helper()
	if g == nil {
		return nil
	}
	if len(g.Shape) == 0 {
		return tensor.New(tensor.FromScalar(float32(g.Data[0].(float64))))
	}
	return tensor.New(tensor.WithShape(g.Shape...), tensor.WithBacking(g.backing(t)))
}

func (g *goldenTensor) backing(t *testing.T) any {
	t.Helper()
	switch g.DType {
	case "bool":
		return backing(g.Data, func(v any) bool { return v.(bool) })
	case "uint8":
		return backing(g.Data, func(v any) uint8 { return uint8(v.(float64)) })
	case "int32":
		return backing(g.Data, func(v any) int32 { return int32(v.(float64)) })
	case "int64":
		return backing(g.Data, func(v any) int64 { return int64(v.(float64)) })
	case "float32":
		return backing(g.Data, func(v any) float32 { return float32(v.(float64)) })
	}
	require.Fail(t, "a fixture of type "+g.DType)
	return nil
}

func backing[T any](data []any, f func(any) T) []T {
	out := make([]T, len(data))
	for i, v := range data {
		out[i] = f(v)
	}
	return out
}

// weight is the sample weight with the mask of the predictions, which Keras makes a
// weight of before a metric sees it.
func weight(t *testing.T, w, mask *goldenTensor) *tensor.Dense {
	t.Helper()
	switch {
	case mask == nil:
		return w.tensor(t)
	case w == nil:
		return mask.tensor(t)
	}
	require.Equal(t, w.Shape, mask.Shape)
	product := w.tensor(t)
	for i, on := range mask.backing(t).([]bool) {
		if !on {
			product.Float32s()[i] = 0
		}
	}
	return product
}

// valuer is a metric that takes values.
type valuer interface {
	UpdateValues(values, sampleWeight *tensor.Dense) error
}

// TestGolden feeds the batches that Keras was fed, and expects its result after each.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, c := range readFixture(t).Cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			o, err := keras.New(keras.KindMetric, c.Class)
			require.NoError(t, err)
			require.NoError(t, keras.Configure(o, c.Config))
			m := o.(metrics.Metric)
			assert.Equal(t, c.Class, m.Class())
			assert.Equal(t, c.MetricName, m.Name())
			sameConfig(t, c.Config, m.Config())
			for range 2 { // the second time after Reset, and of a clone
				feed(t, c, m)
				clone := m.Clone()
				sameConfig(t, c.Config, clone.Config())
				assert.Zero(t, clone.Result())
				m.Reset()
				assert.Equal(t, c.AfterReset, m.Result())
				m = clone
			}
		})
	}
}

func feed(t *testing.T, c goldenCase, m metrics.Metric) {
	t.Helper()
	for i, u := range c.Updates {
		var err error
		if v, ok := m.(valuer); ok {
			err = v.UpdateValues(u.YPred.tensor(t), weight(t, u.SampleWeight, u.Mask))
		} else {
			err = m.Update(u.YTrue.tensor(t), u.YPred.tensor(t), weight(t, u.SampleWeight, u.Mask))
		}
		if u.Error != nil {
			require.Error(t, err)
			if u.Error.Type == "ValueError" { // TensorFlow's own texts name its kernels
				assert.Equal(t, u.Error.Text, err.Error())
			}
			return
		}
		require.NoError(t, err, "batch %d", i)
		assert.InDelta(t, u.Result, m.Result(), 1e-6+1e-6*math.Abs(u.Result), "batch %d", i)
		assert.Nil(t, m.Vector())
	}
}

// sameConfig compares keys, their order, and values; Keras has 0 where this is 0.0.
func sameConfig(t *testing.T, want, got keras.Config) {
	t.Helper()
	if zero, _ := want.Get("label_smoothing"); zero == 0 {
		want = want.With("label_smoothing", 0.0)
	}
	assert.Equal(t, want.String(), got.String())
}

// TestGoldenNames: what Keras knows under a name. accuracy and acc are another thing in
// Keras's compile, which Named is for.
func TestGoldenNames(t *testing.T) {
	t.Parallel()
	for _, l := range readFixture(t).Lookups {
		n := metrics.Named(l.Identifier)
		assert.Equal(t, l.Identifier, n.Name())
		assert.Equal(t, l.Identifier, n.Identifier())
		switch {
		case l.Identifier == "accuracy" || l.Identifier == "acc":
			assert.NoError(t, n.Err())
		case l.Error != nil:
			require.Error(t, n.Err(), l.Identifier)
			assert.Equal(t, l.Error.Text, n.Err().Error())
			_, err := n.ForOutputs([]string{"out"})
			assert.Equal(t, n.Err(), err)
			one := tensor.New(tensor.WithBacking([]float32{1}))
			assert.Equal(t, n.Err(), n.Update(one, one, nil))
		default:
			require.NoError(t, n.Err(), l.Identifier)
			assert.Equal(t, l.Class, n.Class())
			own, _ := n.Config().Get("name")
			assert.Equal(t, l.Identifier, own)
		}
		if l.Error == nil { // outside of compile Keras finds the same by the registry
			o, err := keras.Deserialize(keras.KindMetric, l.Identifier)
			require.NoError(t, err)
			assert.Equal(t, l.Class, o.(metrics.Metric).Class())
			assert.Equal(t, l.MetricName, o.(metrics.Metric).Name())
		}
	}
}

// TestEveryClassIsCompared: a metric that is registered has cases from Keras.
func TestEveryClassIsCompared(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range readFixture(t).Cases {
		seen[c.Class] = true
	}
	for _, name := range keras.Registered(keras.KindMetric) {
		o, err := keras.New(keras.KindMetric, name)
		require.NoError(t, err)
		assert.True(t, seen[o.(metrics.Metric).Class()], name)
	}
}
