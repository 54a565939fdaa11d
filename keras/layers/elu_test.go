package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestELU(t *testing.T) {
	layertest.Run(t, "ELU", layertest.Cases{
		"default":                func() keras.Layer { return layers.ELU() },
		"alpha, batch 1, rank 4": func() keras.Layer { return layers.ELU().Alpha(0.5) },
		"negative alpha":         func() keras.Layer { return layers.ELU().Alpha(-2.0) },
		"mask passes":            func() keras.Layer { return layers.ELU() },
	})
}
