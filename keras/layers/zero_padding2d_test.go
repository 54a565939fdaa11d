package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestZeroPadding2D(t *testing.T) {
	layertest.Run(t, "ZeroPadding2D", layertest.Cases{
		"default":                   func() keras.Layer { return layers.ZeroPadding2D() },
		"3, batch 1, unknown sizes": func() keras.Layer { return layers.ZeroPadding2D(3) },
		"(1, 2)":                    func() keras.Layer { return layers.ZeroPadding2D(1, 2) },
		"((1, 0), (2, 3))":          func() keras.Layer { return layers.ZeroPadding2D().Padding([2]int{1, 0}, [2]int{2, 3}) },
		"channels_first": func() keras.Layer {
			return layers.ZeroPadding2D().Padding([2]int{0, 1}, [2]int{2, 0}).DataFormat("channels_first")
		},
		"uint8": func() keras.Layer { return layers.ZeroPadding2D(1) },
	})
}
