package layers_test

import (
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestInputLayer(t *testing.T) {
	layertest.Run(t, "InputLayer", layertest.Cases{
		"shape": func() keras.Layer { return layers.InputLayer(keras.Shape{784}) },
		"unknown axes, uint8": func() keras.Layer {
			return layers.InputLayer(keras.Shape{keras.None, keras.None, 1}, keras.WithDType(tensor.Uint8), keras.WithName("image"))
		},
		"batch_size":  func() keras.Layer { return layers.InputLayer(keras.Shape{3}, keras.WithBatchSize(16)) },
		"batch_shape": func() keras.Layer { return layers.InputLayer(nil, keras.WithBatchShape(keras.Shape{16, 10, 5})) },
		"no axes":     func() keras.Layer { return layers.InputLayer(keras.Shape{}) },
		"int32":       func() keras.Layer { return layers.InputLayer(keras.Shape{keras.None}, keras.WithDType(tensor.Int32)) },
		"optional": func() keras.Layer { // a key that files may have; there is no option for it
			l := layers.InputLayer(keras.Shape{2})
			cfg := l.Config().Without("name").With("optional", true)
			keras.ClearSession()
			require.NoError(t, l.FromConfig(cfg))
			return l
		},
	})
}
