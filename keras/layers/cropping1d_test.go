package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestCropping1D(t *testing.T) {
	layertest.Run(t, "Cropping1D", layertest.Cases{
		"default":                   func() keras.Layer { return layers.Cropping1D() },
		"2, batch 1, unknown steps": func() keras.Layer { return layers.Cropping1D(2) },
		"(0, 2)":                    func() keras.Layer { return layers.Cropping1D().Cropping([2]int{0, 2}) },
		"(1, 0)":                    func() keras.Layer { return layers.Cropping1D().Cropping([2]int{1, 0}) },
		"int32":                     func() keras.Layer { return layers.Cropping1D(1) },
		"mask ends":                 func() keras.Layer { return layers.Cropping1D() },
	})
}
