package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestAverage(t *testing.T) {
	layer := func() keras.Layer { return layers.Average() }
	layertest.Run(t, "Average", layertest.Cases{
		"two":                    layer,
		"rank 4, odd sizes":      layer,
		"broadcast":              layer,
		"lower rank gets axis 1": layer,
		"higher rank first":      layer,
		"unknown axes":           layer,
		"masks":                  layer,
		"one mask of two":        layer,
		"three":                  layer,
		"one":                    layer,
		"three ranks":            layer,
		"three masks":            layer,
	})
}
