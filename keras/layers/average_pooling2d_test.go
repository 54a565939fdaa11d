package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestAveragePooling2D(t *testing.T) {
	layertest.Run(t, "AveragePooling2D", layertest.Cases{
		"pool 2":                       func() keras.Layer { return layers.AveragePooling2D(2) },
		"batch 1, odd sizes":           func() keras.Layer { return layers.AveragePooling2D(2) },
		"pool (2, 3)":                  func() keras.Layer { return layers.AveragePooling2D(2, 3) },
		"pool 3":                       func() keras.Layer { return layers.AveragePooling2D(3) },
		"strides 1":                    func() keras.Layer { return layers.AveragePooling2D(2).Strides(1) },
		"strides (1, 2)":               func() keras.Layer { return layers.AveragePooling2D(3).Strides(1, 2) },
		"strides wider than pool":      func() keras.Layer { return layers.AveragePooling2D(2).Strides(3) },
		"same, nothing to pad":         func() keras.Layer { return layers.AveragePooling2D(2).Padding("same") },
		"same, odd sizes":              func() keras.Layer { return layers.AveragePooling2D(2).Padding("same") },
		"same, strides 1":              func() keras.Layer { return layers.AveragePooling2D(3).Strides(1).Padding("same") },
		"same, pads both sides":        func() keras.Layer { return layers.AveragePooling2D(3).Strides(2).Padding("same") },
		"same, pads unevenly":          func() keras.Layer { return layers.AveragePooling2D(4, 3).Strides(2).Padding("same") },
		"same, negative numbers":       func() keras.Layer { return layers.AveragePooling2D(3).Strides(1).Padding("same") },
		"pool larger than input, same": func() keras.Layer { return layers.AveragePooling2D(5).Padding("same") },
		"channels_first":               func() keras.Layer { return layers.AveragePooling2D(2).DataFormat("channels_first") },
		"channels_first same": func() keras.Layer {
			return layers.AveragePooling2D(3).Strides(2).Padding("same").DataFormat("channels_first")
		},
	})
}
