package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestRescaling(t *testing.T) {
	layertest.Run(t, "Rescaling", layertest.Cases{
		"scale":            func() keras.Layer { return layers.Rescaling(1.0 / 255) },
		"scale and offset": func() keras.Layer { return layers.Rescaling(1 / 127.5).Offset(-1) },
		"uint8":            func() keras.Layer { return layers.Rescaling(1.0 / 255) },
		"int8":             func() keras.Layer { return layers.Rescaling(1.0 / 255) },
		"int32":            func() keras.Layer { return layers.Rescaling(2).Offset(0.5) },
		"a scale and an offset for each channel": func() keras.Layer {
			return layers.Rescaling(1).Scale(0.5, 2, -1).Offset(0.25, 0, 1)
		},
		"an offset for each channel": func() keras.Layer { return layers.Rescaling(0.5).Offset(0.25, -1) },
	})
}
