package layers_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

// TestAttentionDropsWeights: of many equal weights a fraction is dropped in training, the
// others grow.
func TestAttentionDropsWeights(t *testing.T) {
	const batch, queries, values, rate = 20, 30, 40, 0.25
	for _, l := range []keras.Layer{layers.Attention().Dropout(rate).Seed(3), layers.AdditiveAttention().Dropout(rate).Seed(3)} {
		c, err := layertest.Compute(l, true, tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(batch, queries, 2)), ones(batch, values, 2))
		require.NoError(t, err)
		var kept float64
		for _, y := range c.Outputs[0].Float32s() { // the sum of what is left of values weights
			kept += float64(y) * (1 - rate) / (batch * queries * 2)
		}
		assert.InDelta(t, 1-rate, kept, 5*math.Sqrt(rate*(1-rate)/(batch*queries*values)))
		before := c.Outputs[0].Data()
		require.NoError(t, c.Again())
		assert.NotEqual(t, before, c.Outputs[0].Data(), "another run")
	}
}

// TestAttentionToNothing: where a mask leaves out all values of a sample, Keras gives their mean.
func TestAttentionToNothing(t *testing.T) {
	value := tensor.New(tensor.WithShape(1, 2, 2), tensor.WithBacking([]float32{1, 2, 5, 4}))
	mask := tensor.New(tensor.WithShape(1, 2), tensor.WithBacking([]bool{false, false}))
	outs, err := models.CallArgs(layers.Attention(), models.Args{Named: map[string]any{"mask": data.List{nil, mask}}}, data.List{ones(1, 2, 2), value})
	require.NoError(t, err)
	assert.Equal(t, []float32{3, 3, 3, 3}, outs[0].Data())
}

func TestAttentionErrors(t *testing.T) {
	in := func(dims ...int) *keras.Tensor { return keras.Input(dims) }
	for _, tt := range []struct {
		want   string
		layer  keras.Layer
		inputs keras.List
	}{
		{"Attention layer accepts inputs list of length 2 or 3, namely [query, value] or [query, value, key]. Received length: 1.", layers.Attention(), keras.List{in(2, 3)}},
		{"expected inputs of rank 3, or of rank 2, received [(None, 3), (None, 2, 3)]", layers.AdditiveAttention(), keras.List{in(3), in(2, 3)}},
		{"a query as wide as the keys", layers.Attention(), keras.List{in(2, 3), in(4, 5)}},
		{"a key for each value", layers.Attention(), keras.List{in(2, 3), in(4, 5), in(5, 3)}},
		{"Expected one of {'dot', 'concat'}. Received: score_mode=cosine", layers.Attention().ScoreMode("cosine"), keras.List{in(2, 3), in(4, 3)}},
		{"`dropout`. Expected a float value between 0 and 1. Received: dropout=2.0", layers.AdditiveAttention().Dropout(2), keras.List{in(2, 3), in(4, 3)}},
	} {
		assert.ErrorContains(t, tt.layer.Apply(tt.inputs...).Err(), tt.want)
	}
}
