package layers_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestUnitNormalization(t *testing.T) {
	layertest.Run(t, "UnitNormalization", layertest.Cases{
		"default":               func() keras.Layer { return layers.UnitNormalization() },
		"axis 1, unknown sizes": func() keras.Layer { return layers.UnitNormalization().Axis(1) },
		"axes":                  func() keras.Layer { return layers.UnitNormalization().Axis(1, 2) },
		"axes from behind":      func() keras.Layer { return layers.UnitNormalization().Axis(-1, 1) },
		"zeros, mask passes":    func() keras.Layer { return layers.UnitNormalization() },
	})
	assert.ErrorContains(t, layers.UnitNormalization().Axis(2).Apply(keras.Input(keras.Shape{4})).Err(), "an input with the different axes [2]")
}
