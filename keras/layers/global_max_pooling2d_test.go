package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestGlobalMaxPooling2D(t *testing.T) {
	layertest.Run(t, "GlobalMaxPooling2D", layertest.Cases{
		"default":                 func() keras.Layer { return layers.GlobalMaxPooling2D() },
		"batch 1, odd sizes":      func() keras.Layer { return layers.GlobalMaxPooling2D() },
		"one pixel":               func() keras.Layer { return layers.GlobalMaxPooling2D() },
		"keepdims":                func() keras.Layer { return layers.GlobalMaxPooling2D().KeepDims(true) },
		"channels_first":          func() keras.Layer { return layers.GlobalMaxPooling2D().DataFormat("channels_first") },
		"channels_first keepdims": func() keras.Layer { return layers.GlobalMaxPooling2D().DataFormat("channels_first").KeepDims(true) },
	})
}
