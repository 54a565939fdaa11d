package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestUpSampling2D(t *testing.T) {
	layertest.Run(t, "UpSampling2D", layertest.Cases{
		"default":                         func() keras.Layer { return layers.UpSampling2D() },
		"size 3, batch 1, unknown sizes":  func() keras.Layer { return layers.UpSampling2D(3) },
		"size (1, 3)":                     func() keras.Layer { return layers.UpSampling2D(1, 3) },
		"uint8":                           func() keras.Layer { return layers.UpSampling2D(2) },
		"channels_first":                  func() keras.Layer { return layers.UpSampling2D(2, 3).DataFormat("channels_first") },
		"bilinear, size 2":                func() keras.Layer { return layers.UpSampling2D(2).Interpolation("bilinear") },
		"bicubic, size 2":                 func() keras.Layer { return layers.UpSampling2D(2).Interpolation("bicubic") },
		"lanczos3, size 2":                func() keras.Layer { return layers.UpSampling2D(2).Interpolation("lanczos3") },
		"lanczos5, size 2":                func() keras.Layer { return layers.UpSampling2D(2).Interpolation("lanczos5") },
		"bilinear, size (3, 1)":           func() keras.Layer { return layers.UpSampling2D(3, 1).Interpolation("bilinear") },
		"bicubic, size (4, 2), one row":   func() keras.Layer { return layers.UpSampling2D(4, 2).Interpolation("bicubic") },
		"lanczos3, size (1, 5)":           func() keras.Layer { return layers.UpSampling2D(1, 5).Interpolation("lanczos3") },
		"lanczos5, size 3, unknown sizes": func() keras.Layer { return layers.UpSampling2D(3).Interpolation("lanczos5") },
		"bilinear, channels_first": func() keras.Layer {
			return layers.UpSampling2D(2, 3).Interpolation("bilinear").DataFormat("channels_first")
		},
		"bilinear, int32": func() keras.Layer { return layers.UpSampling2D(2).Interpolation("bilinear") },
	})
}
