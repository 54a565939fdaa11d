package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestGlobalMaxPooling1D(t *testing.T) {
	layertest.Run(t, "GlobalMaxPooling1D", layertest.Cases{
		"default":                 func() keras.Layer { return layers.GlobalMaxPooling1D() },
		"batch 1, unknown steps":  func() keras.Layer { return layers.GlobalMaxPooling1D() },
		"one step":                func() keras.Layer { return layers.GlobalMaxPooling1D() },
		"keepdims":                func() keras.Layer { return layers.GlobalMaxPooling1D().KeepDims(true) },
		"channels_first":          func() keras.Layer { return layers.GlobalMaxPooling1D().DataFormat("channels_first") },
		"channels_first keepdims": func() keras.Layer { return layers.GlobalMaxPooling1D().DataFormat("channels_first").KeepDims(true) },
		"mask ends":               func() keras.Layer { return layers.GlobalMaxPooling1D() },
	})
}
