package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestReshape(t *testing.T) {
	layertest.Run(t, "Reshape", layertest.Cases{
		"split":                       func() keras.Layer { return layers.Reshape(2, 3) },
		"to rank 4":                   func() keras.Layer { return layers.Reshape(2, 3, 1) },
		"flatten":                     func() keras.Layer { return layers.Reshape(12) },
		"inferred axis":               func() keras.Layer { return layers.Reshape(-1, 2) },
		"inferred axis, unknown size": func() keras.Layer { return layers.Reshape(-1, 2) },
		"int32":                       func() keras.Layer { return layers.Reshape(3, 2) },
	})
}
