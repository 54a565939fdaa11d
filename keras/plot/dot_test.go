package plot_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/plot"
)

// arguments are those of Keras's model_to_dot.
type arguments struct {
	Shapes      bool   `json:"show_shapes"`
	DType       bool   `json:"show_dtype"`
	Names       bool   `json:"show_layer_names"`
	Expand      bool   `json:"expand_nested"`
	Activations bool   `json:"show_layer_activations"`
	Trainable   bool   `json:"show_trainable"`
	RankDir     string `json:"rankdir"`
	Splines     string
	DPI         int
}

func (a arguments) options() []plot.Option {
	var opts []plot.Option
	for _, o := range []struct {
		given  bool
		option plot.Option
	}{
		{a.Shapes, plot.ShowShapes()}, {a.DType, plot.ShowDType()}, {a.Names, plot.ShowLayerNames()},
		{a.Expand, plot.ExpandNested()}, {a.Activations, plot.ShowLayerActivations()}, {a.Trainable, plot.ShowTrainable()},
		{a.RankDir != "", plot.RankDir(a.RankDir)}, {a.Splines != "", plot.Splines(a.Splines)}, {a.DPI != 0, plot.DPI(a.DPI)},
	} {
		if o.given {
			opts = append(opts, o.option)
		}
	}
	return opts
}

func TestDotIsThatOfKeras(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "dot.json"))
	require.NoError(t, err)
	var file struct {
		Cases []struct {
			Name string
			Args arguments
			Dot  string
		}
	}
	require.NoError(t, json.Unmarshal(text, &file))
	require.Len(t, file.Cases, len(zoo))
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) {
			keras.ClearSession()
			path := filepath.Join(t.TempDir(), "model.dot")
			require.NoError(t, plot.Model(zoo[c.Name](), path, c.Args.options()...))
			got, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, c.Dot, string(got))
		})
	}
}
