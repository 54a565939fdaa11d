package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestSpatialDropout1D(t *testing.T) {
	layertest.Run(t, "SpatialDropout1D", layertest.Cases{
		"inference":           func() keras.Layer { return layers.SpatialDropout1D(0.4) },
		"rate 0, training":    func() keras.Layer { return layers.SpatialDropout1D(0) },
		"rate 1, training":    func() keras.Layer { return layers.SpatialDropout1D(1) },
		"seed, unknown sizes": func() keras.Layer { return layers.SpatialDropout1D(0.25).Seed(7) },
		"mask passes":         func() keras.Layer { return layers.SpatialDropout1D(0.5) },
	}, layertest.Trains)
}
