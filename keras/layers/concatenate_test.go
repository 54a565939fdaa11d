package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestConcatenate(t *testing.T) {
	on := func(axis int) func() keras.Layer {
		return func() keras.Layer { return layers.Concatenate().Axis(axis) }
	}
	layertest.Run(t, "Concatenate", layertest.Cases{
		"two":                         func() keras.Layer { return layers.Concatenate() },
		"three":                       func() keras.Layer { return layers.Concatenate() },
		"axis 1":                      on(1),
		"axis 2 of 4":                 on(2),
		"axis -2":                     on(-2),
		"axis 0":                      on(0),
		"unknown axes":                func() keras.Layer { return layers.Concatenate() },
		"masks along another axis":    func() keras.Layer { return layers.Concatenate() },
		"masks along the masked axis": on(1),
		"one mask of two":             on(1),
	})
}
