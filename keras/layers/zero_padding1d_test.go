package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestZeroPadding1D(t *testing.T) {
	layertest.Run(t, "ZeroPadding1D", layertest.Cases{
		"default":                   func() keras.Layer { return layers.ZeroPadding1D() },
		"2, batch 1, unknown steps": func() keras.Layer { return layers.ZeroPadding1D(2) },
		"(1, 2)":                    func() keras.Layer { return layers.ZeroPadding1D().Padding([2]int{1, 2}) },
		"nothing":                   func() keras.Layer { return layers.ZeroPadding1D(0) },
		"channels_first":            func() keras.Layer { return layers.ZeroPadding1D().Padding([2]int{0, 2}).DataFormat("channels_first") },
		"int32":                     func() keras.Layer { return layers.ZeroPadding1D(1) },
		"mask ends":                 func() keras.Layer { return layers.ZeroPadding1D() },
	})
}
