package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestUpSampling3D(t *testing.T) {
	layertest.Run(t, "UpSampling3D", layertest.Cases{
		"default":                                func() keras.Layer { return layers.UpSampling3D() },
		"size (1, 2, 3), batch 1, unknown sizes": func() keras.Layer { return layers.UpSampling3D(1, 2, 3) },
		"size 3, channels_first":                 func() keras.Layer { return layers.UpSampling3D(3).DataFormat("channels_first") },
		"uint8":                                  func() keras.Layer { return layers.UpSampling3D(2) },
	})
}
