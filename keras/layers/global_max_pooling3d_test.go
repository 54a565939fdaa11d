package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestGlobalMaxPooling3D(t *testing.T) {
	layertest.Run(t, "GlobalMaxPooling3D", layertest.Cases{
		"default":                 func() keras.Layer { return layers.GlobalMaxPooling3D() },
		"batch 1, odd sizes":      func() keras.Layer { return layers.GlobalMaxPooling3D() },
		"keepdims":                func() keras.Layer { return layers.GlobalMaxPooling3D().KeepDims(true) },
		"channels_first":          func() keras.Layer { return layers.GlobalMaxPooling3D().DataFormat("channels_first") },
		"channels_first keepdims": func() keras.Layer { return layers.GlobalMaxPooling3D().DataFormat("channels_first").KeepDims(true) },
	})
}
