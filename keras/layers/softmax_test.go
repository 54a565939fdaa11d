package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestSoftmax(t *testing.T) {
	last := func() keras.Layer { return layers.Softmax() }
	layertest.Run(t, "Softmax", layertest.Cases{
		"default":              last,
		"batch 1, rank 4":      last,
		"axis 1":               func() keras.Layer { return layers.Softmax().Axis(1) },
		"axes":                 func() keras.Layer { return layers.Softmax().Axis(1, 2) },
		"mask":                 last,
		"mask of all":          last,
		"mask that broadcasts": last,
		"axes, mask":           func() keras.Layer { return layers.Softmax().Axis(1, 2) },
	})
}
