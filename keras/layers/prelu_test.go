package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestPReLU(t *testing.T) {
	layertest.Run(t, "PReLU", layertest.Cases{
		"default":            func() keras.Layer { return layers.PReLU() },
		"batch 1, rank 4":    func() keras.Layer { return layers.PReLU() },
		"shared_axes [1, 2]": func() keras.Layer { return layers.PReLU().SharedAxes(1, 2) },
		"shared_axes 1":      func() keras.Layer { return layers.PReLU().SharedAxes(1) },
		"shared_axes [2]":    func() keras.Layer { return layers.PReLU().SharedAxes(2) },
		"shared_axes of all": func() keras.Layer { return layers.PReLU().SharedAxes(1, 2) },
		"alpha_initializer": func() keras.Layer {
			return layers.PReLU().AlphaInitializer(initializers.Constant(0.25))
		},
		"alpha_regularizer": func() keras.Layer { return layers.PReLU().AlphaRegularizer(regularizers.L1L2(0.02, 0.03)) },
		"alpha_constraint":  func() keras.Layer { return layers.PReLU().AlphaConstraint(constraints.NonNeg()) },
		"activity_regularizer": func() keras.Layer {
			return layers.PReLU().ActivityRegularizer(regularizers.L1L2(0.02, 0.03))
		},
		"mask passes": func() keras.Layer { return layers.PReLU() },
	})
}
