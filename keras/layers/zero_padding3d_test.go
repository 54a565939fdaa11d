package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestZeroPadding3D(t *testing.T) {
	layertest.Run(t, "ZeroPadding3D", layertest.Cases{
		"default":                           func() keras.Layer { return layers.ZeroPadding3D() },
		"(1, 2, 0), batch 1, unknown sizes": func() keras.Layer { return layers.ZeroPadding3D(1, 2, 0) },
		"((1, 0), (0, 2), (1, 1))":          func() keras.Layer { return layers.ZeroPadding3D().Padding([2]int{1, 0}, [2]int{0, 2}, [2]int{1, 1}) },
		"channels_first": func() keras.Layer {
			return layers.ZeroPadding3D().Padding([2]int{0, 1}, [2]int{2, 0}, [2]int{0, 0}).DataFormat("channels_first")
		},
	})
}
