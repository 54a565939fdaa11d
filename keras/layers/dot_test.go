package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestDot(t *testing.T) {
	layertest.Run(t, "Dot", layertest.Cases{
		"two vectors":                    func() keras.Layer { return layers.Dot(1) },
		"axis -1, batch 1":               func() keras.Layer { return layers.Dot(-1) },
		"cosines":                        func() keras.Layer { return layers.Dot(1).Normalize(true) },
		"matrices (1, 2)":                func() keras.Layer { return layers.Dot(1, 2) },
		"matrices (2, 1), unknown sizes": func() keras.Layer { return layers.Dot(2, 1) },
		"matrices -1":                    func() keras.Layer { return layers.Dot(-1) },
		"matrices (-1, -2)":              func() keras.Layer { return layers.Dot(-1, -2) },
		"matrices, normalized":           func() keras.Layer { return layers.Dot(2, 1).Normalize(true) },
		"a vector and a matrix":          func() keras.Layer { return layers.Dot(1) },
		"a matrix and a vector":          func() keras.Layer { return layers.Dot(2, 1) },
		"rank 4 and 3":                   func() keras.Layer { return layers.Dot(2, 1) },
		"rank 4 and 4":                   func() keras.Layer { return layers.Dot(3, 1) },
		"a vector and rank 4":            func() keras.Layer { return layers.Dot(1, 2) },
		"masks end":                      func() keras.Layer { return layers.Dot(2) },
	})
}
