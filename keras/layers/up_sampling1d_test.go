package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestUpSampling1D(t *testing.T) {
	layertest.Run(t, "UpSampling1D", layertest.Cases{
		"default":                        func() keras.Layer { return layers.UpSampling1D() },
		"size 3, batch 1, unknown steps": func() keras.Layer { return layers.UpSampling1D(3) },
		"size 1":                         func() keras.Layer { return layers.UpSampling1D(1) },
		"int32":                          func() keras.Layer { return layers.UpSampling1D(2) },
		"mask ends":                      func() keras.Layer { return layers.UpSampling1D() },
	})
}
