package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestCropping2D(t *testing.T) {
	layertest.Run(t, "Cropping2D", layertest.Cases{
		"default":                   func() keras.Layer { return layers.Cropping2D() },
		"1, batch 1, unknown sizes": func() keras.Layer { return layers.Cropping2D(1) },
		"(1, 2)":                    func() keras.Layer { return layers.Cropping2D(1, 2) },
		"((1, 0), (0, 2))":          func() keras.Layer { return layers.Cropping2D().Cropping([2]int{1, 0}, [2]int{0, 2}) },
		"channels_first": func() keras.Layer {
			return layers.Cropping2D().Cropping([2]int{0, 1}, [2]int{2, 1}).DataFormat("channels_first")
		},
		"uint8": func() keras.Layer { return layers.Cropping2D(1) },
	})
}
