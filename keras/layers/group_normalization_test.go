package layers_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestGroupNormalization(t *testing.T) {
	layertest.Run(t, "GroupNormalization", layertest.Cases{
		"groups":          func() keras.Layer { return layers.GroupNormalization().Groups(2) },
		"images, batch 1": func() keras.Layer { return layers.GroupNormalization().Groups(3) },
		"of one vector":   func() keras.Layer { return layers.GroupNormalization().Groups(2) },
		"one group":       func() keras.Layer { return layers.GroupNormalization().Groups(1) },
		"groups of one":   func() keras.Layer { return layers.GroupNormalization().Groups(-1) },
		"axis 1":          func() keras.Layer { return layers.GroupNormalization().Groups(2).Axis(1) },
		"axis -2":         func() keras.Layer { return layers.GroupNormalization().Groups(2).Axis(-2) },
		"epsilon":         func() keras.Layer { return layers.GroupNormalization().Groups(2).Epsilon(0.3) },
		"without beta":    func() keras.Layer { return layers.GroupNormalization().Groups(2).Center(false) },
		"without gamma":   func() keras.Layer { return layers.GroupNormalization().Groups(2).Scale(false) },
		"initializers": func() keras.Layer {
			return layers.GroupNormalization().Groups(2).BetaInitializer(initializers.Constant(0.5)).GammaInitializer(initializers.Constant(2))
		},
		"regularizers": func() keras.Layer {
			return layers.GroupNormalization().Groups(2).BetaRegularizer(regularizers.L2(0.1)).GammaRegularizer(regularizers.L1L2(0.02, 0.03)).ActivityRegularizer(regularizers.L1(0.01))
		},
		"constraints": func() keras.Layer {
			return layers.GroupNormalization().Groups(2).BetaConstraint(constraints.NonNeg()).GammaConstraint(constraints.MaxNorm(0.5))
		},
		"mask passes": func() keras.Layer { return layers.GroupNormalization().Groups(2) },
	})
	for want, l := range map[string]keras.Layer{
		"argument `groups`, expected a positive integer (or `-1` for instance normalization). Received: groups=0": layers.GroupNormalization().Groups(0),
		"Number of groups (32) cannot be more than the number of channels (6).":                                   layers.GroupNormalization(),
		"Number of groups (4) must be a multiple of the number of channels (6).":                                  layers.GroupNormalization().Groups(4),
		"Axis 1 of input tensor should have a defined dimension":                                                  layers.GroupNormalization().Axis(1),
		"Axis 3 is out of bounds for input shape (None, None, 6)":                                                 layers.GroupNormalization().Axis(3),
	} {
		assert.ErrorContains(t, l.Apply(keras.Input(keras.Shape{keras.None, 6})).Err(), want)
	}
}
