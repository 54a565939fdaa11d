package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestAveragePooling3D(t *testing.T) {
	layertest.Run(t, "AveragePooling3D", layertest.Cases{
		"pool 2":                 func() keras.Layer { return layers.AveragePooling3D(2) },
		"batch 1, odd sizes":     func() keras.Layer { return layers.AveragePooling3D(2) },
		"pool (1, 2, 3)":         func() keras.Layer { return layers.AveragePooling3D(1, 2, 3) },
		"strides 1":              func() keras.Layer { return layers.AveragePooling3D(2).Strides(1) },
		"strides (1, 2, 3)":      func() keras.Layer { return layers.AveragePooling3D(2).Strides(1, 2, 3) },
		"same, odd sizes":        func() keras.Layer { return layers.AveragePooling3D(2).Padding("same") },
		"same, pads unevenly":    func() keras.Layer { return layers.AveragePooling3D(2, 3, 4).Strides(2).Padding("same") },
		"same, negative numbers": func() keras.Layer { return layers.AveragePooling3D(3).Strides(1).Padding("same") },
		"channels_first":         func() keras.Layer { return layers.AveragePooling3D(2).DataFormat("channels_first") },
		"channels_first same": func() keras.Layer {
			return layers.AveragePooling3D(2).Strides(2, 1, 2).Padding("same").DataFormat("channels_first")
		},
	})
}
