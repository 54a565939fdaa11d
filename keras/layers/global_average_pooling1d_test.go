package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestGlobalAveragePooling1D(t *testing.T) {
	layertest.Run(t, "GlobalAveragePooling1D", layertest.Cases{
		"default":                      func() keras.Layer { return layers.GlobalAveragePooling1D() },
		"batch 1, unknown steps":       func() keras.Layer { return layers.GlobalAveragePooling1D() },
		"one step":                     func() keras.Layer { return layers.GlobalAveragePooling1D() },
		"keepdims":                     func() keras.Layer { return layers.GlobalAveragePooling1D().KeepDims(true) },
		"channels_first":               func() keras.Layer { return layers.GlobalAveragePooling1D().DataFormat("channels_first") },
		"channels_first keepdims":      func() keras.Layer { return layers.GlobalAveragePooling1D().DataFormat("channels_first").KeepDims(true) },
		"mask":                         func() keras.Layer { return layers.GlobalAveragePooling1D() },
		"mask keepdims":                func() keras.Layer { return layers.GlobalAveragePooling1D().KeepDims(true) },
		"mask channels_first":          func() keras.Layer { return layers.GlobalAveragePooling1D().DataFormat("channels_first") },
		"mask channels_first keepdims": func() keras.Layer { return layers.GlobalAveragePooling1D().DataFormat("channels_first").KeepDims(true) },
	})
}
