package layers_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestBidirectional(t *testing.T) {
	both := layers.Bidirectional
	all := func() *layers.LSTMLayer { return layers.LSTM(3).ReturnSequences(true).ReturnState(true) }
	gru := func() *layers.GRULayer { return layers.GRU(3).ReturnSequences(true) }
	layertest.Run(t, "Bidirectional", layertest.Cases{
		"default":                  func() keras.Layer { return both(layers.LSTM(3)) },
		"batch 1, one step":        func() keras.Layer { return both(layers.SimpleRNN(2)) },
		"odd sizes, unknown steps": func() keras.Layer { return both(gru()) },
		"sum":                      func() keras.Layer { return both(gru()).MergeMode("sum") },
		"mul":                      func() keras.Layer { return both(gru()).MergeMode(layers.MergeMul) },
		"ave":                      func() keras.Layer { return both(layers.GRU(3)).MergeMode(layers.MergeAve) },
		"two outputs":              func() keras.Layer { return both(gru()).MergeMode(layers.MergeNone) },
		"return_state":             func() keras.Layer { return both(layers.LSTM(3).ReturnState(true)) },
		"all outputs":              func() keras.Layer { return both(all()) },
		"all outputs, two":         func() keras.Layer { return both(all()).MergeMode(layers.MergeNone) },
		"backward_layer": func() keras.Layer {
			return both(gru()).BackwardLayer(layers.LSTM(3).ReturnSequences(true).GoBackwards(true))
		},
		"initial_state":                 func() keras.Layer { return both(all()) },
		"initial_state, two outputs":    func() keras.Layer { return both(layers.GRU(3)).MergeMode(layers.MergeNone) },
		"stateful":                      func() keras.Layer { return both(layers.GRU(3).Stateful(true)) },
		"RNN":                           func() keras.Layer { return both(layers.RNN(layers.GRUCell(3), layers.LSTMCell(2)).ReturnState(true)) },
		"named layer":                   func() keras.Layer { return both(layers.GRU(3).WithName("forward_encoder")).WithName("both") },
		"a layer that is not trainable": func() keras.Layer { return both(layers.GRU(3).Trainable(false)) },
		"float64":                       func() keras.Layer { return both(layers.GRU(3).WithDType(tensor.Float64)).WithDType(tensor.Float64) },
		"activity_regularizer": func() keras.Layer {
			return both(layers.GRU(3)).ActivityRegularizer(regularizers.L1L2(0.02, 0.03))
		},
		"mask":                      func() keras.Layer { return both(layers.LSTM(3).ReturnState(true)) },
		"mask, all steps":           func() keras.Layer { return both(gru()) },
		"mask, two outputs":         func() keras.Layer { return both(all()).MergeMode(layers.MergeNone) },
		"mask, initial_state":       func() keras.Layer { return both(gru()) },
		"given mask, initial_state": func() keras.Layer { return both(gru()) },
	})
}

// TestBidirectionalIsTwoLayers: what is given stays as it is; the config of both directions is
// made of its own, also without a backward_layer.
func TestBidirectionalIsTwoLayers(t *testing.T) {
	keras.ClearSession()
	given := layers.GRU(3).ReturnSequences(true)
	before := given.Config().String()
	l := layers.Bidirectional(given)
	again := layers.Bidirectional(nil)
	require.NoError(t, keras.Configure(again, l.Config().Without("backward_layer").With("layer", keras.Serialize(keras.KindLayer, given))))
	assert.Equal(t, l.Config().String(), again.Config().String())
	require.NoError(t, l.Apply(input(4, 2)).Err())
	assert.Equal(t, before, given.Config().String())
	assert.Empty(t, given.Weights())
	assert.Len(t, l.Weights(), 6)
	assert.Equal(t, "gru_1", layers.GRU(1).Name(), "directions use up no names")
}

// TestStatefulBidirectional: both directions go on where they were, until they are reset.
func TestStatefulBidirectional(t *testing.T) {
	in := keras.Input(nil, keras.WithBatchShape(keras.Shape{2, 4, 3}))
	l := layers.Bidirectional(layers.GRU(2).Stateful(true))
	m := models.Must(models.New(in, l.Apply(in)))
	first, err := m.Predict(wave(2, 4))
	require.NoError(t, err)
	second, err := m.Predict(wave(2, 4))
	require.NoError(t, err)
	for i := range first.Float32s() {
		assert.NotEqual(t, first.Float32s()[i], second.Float32s()[i])
	}
	l.ResetStates()
	third, err := m.Predict(wave(2, 4))
	require.NoError(t, err)
	assert.Equal(t, first.Float32s(), third.Float32s())
}
