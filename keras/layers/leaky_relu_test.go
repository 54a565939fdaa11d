package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestLeakyReLU(t *testing.T) {
	layertest.Run(t, "LeakyReLU", layertest.Cases{
		"default":                         func() keras.Layer { return layers.LeakyReLU() },
		"negative_slope, batch 1, rank 4": func() keras.Layer { return layers.LeakyReLU().NegativeSlope(0.1) },
		"no slope":                        func() keras.Layer { return layers.LeakyReLU().NegativeSlope(0.0) },
		"activity_regularizer": func() keras.Layer {
			return layers.LeakyReLU().ActivityRegularizer(regularizers.L1L2(0.02, 0.03))
		},
		"mask passes": func() keras.Layer { return layers.LeakyReLU() },
	})
}
