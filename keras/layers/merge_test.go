package layers_test

import (
	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
)

// mergeCases are those of all elementwise merge layers: with two inputs, and, for
// layers that take any number, with others.
func mergeCases(layer func() keras.Layer, anyNumber bool) layertest.Cases {
	cases := layertest.Cases{
		"two":                    layer,
		"rank 4, odd sizes":      layer,
		"broadcast":              layer,
		"lower rank gets axis 1": layer,
		"higher rank first":      layer,
		"unknown axes":           layer,
		"masks":                  layer,
		"one mask of two":        layer,
	}
	if anyNumber {
		cases["one"], cases["three"], cases["three ranks"], cases["three masks"] = layer, layer, layer, layer
	}
	return cases
}
