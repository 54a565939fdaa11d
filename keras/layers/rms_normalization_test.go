package layers_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestRMSNormalization(t *testing.T) {
	layertest.Run(t, "RMSNormalization", layertest.Cases{
		"default":               func() keras.Layer { return layers.RMSNormalization() },
		"rank 3, unknown steps": func() keras.Layer { return layers.RMSNormalization() },
		"axes":                  func() keras.Layer { return layers.RMSNormalization().Axis(1, 2) },
		"axes from behind":      func() keras.Layer { return layers.RMSNormalization().Axis(-1, -2) },
		"epsilon":               func() keras.Layer { return layers.RMSNormalization().Epsilon(0.3) },
		"initial, activity_regularizer": func() keras.Layer {
			return layers.RMSNormalization().ActivityRegularizer(regularizers.L1L2(0.02, 0.03))
		},
		"a mask ends": func() keras.Layer { return layers.RMSNormalization() },
	})
	assert.ErrorContains(t, layers.RMSNormalization().Axis(3).Apply(keras.Input(keras.Shape{4})).Err(), "Axis 3 is out of bounds for input shape (None, 4)")
	assert.ErrorContains(t, layers.RMSNormalization().Axis(1).Apply(keras.Input(keras.Shape{2, 3})).Err(), "expected an input whose last axes have the sizes (2,) of scale")
}
