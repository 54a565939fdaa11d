package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestGaussianDropout(t *testing.T) {
	layertest.Run(t, "GaussianDropout", layertest.Cases{
		"inference":         func() keras.Layer { return layers.GaussianDropout(0.5) },
		"rate 0, training":  func() keras.Layer { return layers.GaussianDropout(0) },
		"seed, mask passes": func() keras.Layer { return layers.GaussianDropout(0.25).Seed(7) },
	}, layertest.Trains)
}
