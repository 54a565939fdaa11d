package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestMaxPooling1D(t *testing.T) {
	layertest.Run(t, "MaxPooling1D", layertest.Cases{
		"default":                 func() keras.Layer { return layers.MaxPooling1D() },
		"pool 2":                  func() keras.Layer { return layers.MaxPooling1D(2) },
		"batch 1, odd size":       func() keras.Layer { return layers.MaxPooling1D(2) },
		"pool 3":                  func() keras.Layer { return layers.MaxPooling1D(3) },
		"strides 1":               func() keras.Layer { return layers.MaxPooling1D(2).Strides(1) },
		"strides wider than pool": func() keras.Layer { return layers.MaxPooling1D(2).Strides(3) },
		"same, odd size":          func() keras.Layer { return layers.MaxPooling1D(2).Padding("same") },
		"same, strides 1":         func() keras.Layer { return layers.MaxPooling1D(3).Strides(1).Padding("same") },
		"same, pads unevenly":     func() keras.Layer { return layers.MaxPooling1D(4).Strides(2).Padding("same") },
		"same, negative numbers":  func() keras.Layer { return layers.MaxPooling1D(3).Strides(1).Padding("same") },
		"channels_first":          func() keras.Layer { return layers.MaxPooling1D(2).DataFormat("channels_first") },
		"channels_first same": func() keras.Layer {
			return layers.MaxPooling1D(3).Strides(2).Padding("same").DataFormat("channels_first")
		},
		"mask ends": func() keras.Layer { return layers.MaxPooling1D(2) },
	})
}
