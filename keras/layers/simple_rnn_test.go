package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestSimpleRNN(t *testing.T) {
	type L = *layers.SimpleRNNLayer
	layertest.Run(t, "SimpleRNN", gatedLayerCases(layers.SimpleRNN, initializers.Identity(),
		func(l L) L { return l.Activation("relu") },
		func(l L) L { return l.Activation("elu") }, nil), layertest.Trains)
}

func TestSimpleRNNCell(t *testing.T) {
	type L = *layers.SimpleRNNCellLayer
	layertest.Run(t, "SimpleRNNCell", gatedCellCases(layers.SimpleRNNCell,
		func(l L) L { return l.Activation("relu") }, nil), layertest.Trains)
}
