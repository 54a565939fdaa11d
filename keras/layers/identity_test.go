package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestIdentity(t *testing.T) {
	layertest.Run(t, "Identity", layertest.Cases{
		"rank 2":          func() keras.Layer { return layers.Identity() },
		"rank 1, batch 1": func() keras.Layer { return layers.Identity() },
		"unknown sizes":   func() keras.Layer { return layers.Identity() },
		"uint8":           func() keras.Layer { return layers.Identity() },
		"mask passes":     func() keras.Layer { return layers.Identity() },
	})
}
