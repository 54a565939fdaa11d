package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestDropout(t *testing.T) {
	layertest.Run(t, "Dropout", layertest.Cases{
		"inference":         func() keras.Layer { return layers.Dropout(0.4) },
		"rate 0, training":  func() keras.Layer { return layers.Dropout(0) },
		"rate 1, training":  func() keras.Layer { return layers.Dropout(1) },
		"rate 1, inference": func() keras.Layer { return layers.Dropout(1) },
		"noise_shape":       func() keras.Layer { return layers.Dropout(0.5).NoiseShape(keras.None, 1, 3) },
		"seed":              func() keras.Layer { return layers.Dropout(0.25).Seed(7) },
		"mask passes":       func() keras.Layer { return layers.Dropout(0.5) },
	}, layertest.Trains)
}
