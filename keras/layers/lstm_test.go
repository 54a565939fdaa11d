package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestLSTM(t *testing.T) {
	type L = *layers.LSTMLayer
	layertest.Run(t, "LSTM", gatedLayerCases(layers.LSTM, initializers.Constant(-0.2),
		func(l L) L { return l.Activation("relu").RecurrentActivation("tanh") },
		func(l L) L { return l.Activation("elu").RecurrentActivation("hard_sigmoid") },
		layertest.Cases{
			"seed": func() keras.Layer { return layers.LSTM(2).Seed(3) },
			"activity_regularizer": func() keras.Layer {
				return layers.LSTM(2).ReturnState(true).ActivityRegularizer(regularizers.L1L2(0.02, 0.03))
			},
			"unit_forget_bias off": func() keras.Layer {
				return initialized(layers.LSTM(2), initializers.Constant(-0.2)).UnitForgetBias(false)
			},
		}), layertest.Trains)
}

func TestLSTMCell(t *testing.T) {
	type L = *layers.LSTMCellLayer
	layertest.Run(t, "LSTMCell", gatedCellCases(layers.LSTMCell,
		func(l L) L { return l.Activation("relu").RecurrentActivation("tanh") },
		layertest.Cases{
			"unit_forget_bias off": func() keras.Layer {
				return initialized(layers.LSTMCell(2), initializers.Constant(-0.2)).UnitForgetBias(false)
			},
		}), layertest.Trains)
}
