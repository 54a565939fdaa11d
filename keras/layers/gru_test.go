package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestGRU(t *testing.T) {
	type L = *layers.GRULayer
	other := func(l L) L { return l.Activation("elu").RecurrentActivation("hard_sigmoid") }
	layertest.Run(t, "GRU", gatedLayerCases(layers.GRU, initializers.Constant(-0.2),
		func(l L) L { return l.Activation("relu").RecurrentActivation("tanh") }, other,
		layertest.Cases{
			"seed": func() keras.Layer { return layers.GRU(2).Seed(3) },
			"activity_regularizer": func() keras.Layer {
				return layers.GRU(2).ReturnState(true).ActivityRegularizer(regularizers.L1L2(0.02, 0.03))
			},
			"reset_after off":               func() keras.Layer { return layers.GRU(3).ResetAfter(false).ReturnSequences(true) },
			"reset_after off, without bias": func() keras.Layer { return layers.GRU(3).ResetAfter(false).UseBias(false) },
			"reset_after off, other functions": func() keras.Layer {
				return other(layers.GRU(3).ResetAfter(false))
			},
			"without bias, other functions": func() keras.Layer { return layers.GRU(3).UseBias(false).Activation("elu") },
		}), layertest.Trains)
}

func TestGRUCell(t *testing.T) {
	type L = *layers.GRUCellLayer
	layertest.Run(t, "GRUCell", gatedCellCases(layers.GRUCell,
		func(l L) L { return l.Activation("relu").RecurrentActivation("tanh") },
		layertest.Cases{
			"reset_after off": func() keras.Layer { return layers.GRUCell(3).ResetAfter(false) },
		}), layertest.Trains)
}
