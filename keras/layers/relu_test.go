package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestReLU(t *testing.T) {
	layertest.Run(t, "ReLU", layertest.Cases{
		"default":         func() keras.Layer { return layers.ReLU() },
		"batch 1, rank 4": func() keras.Layer { return layers.ReLU() },
		"max_value":       func() keras.Layer { return layers.ReLU().MaxValue(1) },
		"negative_slope":  func() keras.Layer { return layers.ReLU().NegativeSlope(0.1) },
		"threshold":       func() keras.Layer { return layers.ReLU().Threshold(0.5) },
		"all":             func() keras.Layer { return layers.ReLU().MaxValue(1.5).NegativeSlope(0.2).Threshold(0.4) },
		"mask passes":     func() keras.Layer { return layers.ReLU() },
	})
}
