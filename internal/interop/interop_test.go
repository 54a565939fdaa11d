package interop

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/examples/guide/functional"
	"github.com/gokeras/gokeras/examples/guide/layout"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/models"
)

// TestLoadsWhatKerasSaved compares the models in the folder GOKERAS_INTEROP_BACK, which Keras loaded
// and saved again, with what they gave before.
func TestLoadsWhatKerasSaved(t *testing.T) {
	back := os.Getenv("GOKERAS_INTEROP_BACK")
	if back == "" {
		t.Skip("GOKERAS_INTEROP_BACK is not set: make interop does that")
	}
	files, err := filepath.Glob(filepath.Join(back, "*.keras"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".keras")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(folder(), name+".json"))
			require.NoError(t, err)
			v, err := keras.ParseJSON(text)
			require.NoError(t, err)
			wanted := func(key string) any { v, _ := v.(keras.Config).Get(key); return v }
			keras.ClearSession()
			m, err := models.Load(path, models.WithCustomLayers(classes(t, name)))
			require.NoError(t, err)
			y, err := m.PredictAll(decode(wanted("inputs")), models.PredictConfig{BatchSize: 1 << 20})
			require.NoError(t, err)
			same(t, decode(wanted("outputs")), y)
			assert.Equal(t, wanted("summary"), m.Summary().String())
			same(t, decode(wanted("optimizer")), state(m))
		})
	}
}

// classes are those of the programs that a file may come from.
func classes(t *testing.T, name string) map[string]func() keras.Layer {
	return map[string]func() keras.Layer{
		"MinimalCell":   func() keras.Layer { return NewMinimalCell(0) },
		"CustomDense":   func() keras.Layer { return functional.NewCustomDense(0) },
		"MLP":           func() keras.Layer { return functional.NewSubclassedMLP() },
		"MyCustomModel": func() keras.Layer { return layout.NewCustom(10) },
		"CustomRNN": func() keras.Layer {
			l := functional.NewCustomRNN(32)
			if strings.HasSuffix(name, "pooled") { // which its config does not say
				c, err := functional.PooledClassifier(32)
				require.NoError(t, err)
				l.Classifier = c
			}
			return l
		},
	}
}

// same compares structures of tensors, to 1e-5 of the largest element.
func same(t *testing.T, want, got any) {
	switch want := want.(type) {
	case data.List:
		require.Len(t, got, len(want))
		for i := range want {
			same(t, want[i], got.(data.List)[i])
		}
	case data.Dict:
		require.Len(t, got, len(want))
		for k := range want {
			same(t, want[k], got.(data.Dict)[k])
		}
	case *tensor.Dense:
		w, g := elements(want), elements(got.(*tensor.Dense))
		require.Len(t, g, len(w))
		scale := 1e-3
		for _, x := range w {
			if !math.IsInf(x, 0) {
				scale = max(scale, math.Abs(x))
			}
		}
		for i := range w {
			if g[i] != w[i] && !(math.Abs(g[i]-w[i]) <= 1e-5*scale) {
				require.Failf(t, "differs", "element %d: want %v, got %v", i, w[i], g[i])
			}
		}
	}
}

func elements(t *tensor.Dense) []float64 {
	c, _ := encode(t).(keras.Config).Get("data")
	return c.([]float64)
}

func TestStructures(t *testing.T) {
	x := tensor.New(tensor.WithShape(2), tensor.WithBacking([]float32{1, 2}))
	y := tensor.New(tensor.WithShape(1, 1), tensor.WithBacking([]int64{3}))
	scalar := tensor.New(tensor.FromScalar(int64(7)))
	for _, s := range []any{x, data.List{x, y}, data.Dict{"a": x, "b": y}, scalar} {
		text, err := keras.Config{{Key: "x", Value: encode(s)}}.MarshalJSON()
		require.NoError(t, err)
		v, err := keras.ParseJSON(text)
		require.NoError(t, err)
		again, _ := v.(keras.Config).Get("x")
		same(t, s, decode(again))
	}
}
