package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestFlatten(t *testing.T) {
	last := func() keras.Layer { return layers.Flatten() }
	first := func() keras.Layer { return layers.Flatten().DataFormat("channels_first") }
	layertest.Run(t, "Flatten", layertest.Cases{
		"rank 4":                last,
		"rank 3":                last,
		"rank 2":                last,
		"rank 1":                last,
		"unknown axes":          last,
		"uint8":                 last,
		"channels_first rank 4": first,
		"channels_first rank 3": first,
		"channels_first rank 2": first,
	})
}
