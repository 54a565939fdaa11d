package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestPermute(t *testing.T) {
	layertest.Run(t, "Permute", layertest.Cases{
		"(2, 1)":                            func() keras.Layer { return layers.Permute(2, 1) },
		"(3, 1, 2), batch 1, unknown sizes": func() keras.Layer { return layers.Permute(3, 1, 2) },
		"(1,)":                              func() keras.Layer { return layers.Permute(1) },
		"int32":                             func() keras.Layer { return layers.Permute(2, 1) },
		"mask ends":                         func() keras.Layer { return layers.Permute(2, 1) },
	})
}
