package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestSpatialDropout3D(t *testing.T) {
	layertest.Run(t, "SpatialDropout3D", layertest.Cases{
		"inference":           func() keras.Layer { return layers.SpatialDropout3D(0.4) },
		"rate 0, training":    func() keras.Layer { return layers.SpatialDropout3D(0) },
		"rate 1, training":    func() keras.Layer { return layers.SpatialDropout3D(1) },
		"seed, unknown sizes": func() keras.Layer { return layers.SpatialDropout3D(0.25).Seed(7) },
		"channels_first":      func() keras.Layer { return layers.SpatialDropout3D(0.3).DataFormat("channels_first") },
		"mask passes":         func() keras.Layer { return layers.SpatialDropout3D(0.5) },
	}, layertest.Trains)
}
