package layers_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestMultiHeadAttention(t *testing.T) {
	heads := func() *layers.MultiHeadAttentionLayer { return layers.MultiHeadAttention(2, 3) }
	layertest.Run(t, "MultiHeadAttention", layertest.Cases{
		"query and value":                func() keras.Layer { return heads() },
		"batch 1, unknown steps":         func() keras.Layer { return layers.MultiHeadAttention(1, 2) },
		"query, value and key":           func() keras.Layer { return heads() },
		"value_dim":                      func() keras.Layer { return heads().ValueDim(4) },
		"without bias":                   func() keras.Layer { return heads().UseBias(false) },
		"output_shape":                   func() keras.Layer { return heads().OutputShape(5) },
		"output_shape of two axes":       func() keras.Layer { return heads().OutputShape(2, 3) },
		"use_gate":                       func() keras.Layer { return heads().UseGate(true) },
		"attention_axes":                 func() keras.Layer { return heads().AttentionAxes(2) },
		"attention_axes -3":              func() keras.Layer { return heads().AttentionAxes(-3) },
		"over two axes":                  func() keras.Layer { return heads() },
		"masks":                          func() keras.Layer { return heads() },
		"the mask of the key":            func() keras.Layer { return heads() },
		"all masks":                      func() keras.Layer { return heads() },
		"all masks, scores":              func() keras.Layer { return heads() },
		"given masks":                    func() keras.Layer { return heads() },
		"use_causal_mask":                func() keras.Layer { return heads() },
		"use_causal_mask, masks, scores": func() keras.Layer { return heads() },
		"sliding_window":                 func() keras.Layer { return heads().SlidingWindow(2) },
		"sliding_window, causal":         func() keras.Layer { return heads().SlidingWindow(2) },
		"dropout, seed":                  func() keras.Layer { return heads().Dropout(0.5).Seed(7) },
		"dropout 0, training":            func() keras.Layer { return heads() },
		"initial bias": func() keras.Layer {
			return heads().KernelInitializer(initializers.Constant(0.25)).BiasInitializer(initializers.Ones())
		},
		"regularizers": func() keras.Layer {
			return heads().KernelRegularizer(regularizers.L2(0.1)).BiasRegularizer(regularizers.L1()).ActivityRegularizer(regularizers.L1L2(0.02, 0.03))
		},
		"constraints": func() keras.Layer {
			return heads().KernelConstraint(constraints.UnitNorm()).BiasConstraint(constraints.NonNeg())
		},
	}, layertest.Trains)
}

func TestMultiHeadAttentionErrors(t *testing.T) {
	in := func(dims ...int) *keras.Tensor { return keras.Input(dims) }
	for _, tt := range []struct {
		want   string
		layer  keras.Layer
		inputs keras.List
	}{
		{"argument `num_heads`, expected a positive integer. Received: num_heads=0", layers.MultiHeadAttention(0, 2), keras.List{in(2, 3), in(2, 3)}},
		{"argument `value_dim`, expected a positive integer or `None`. Received: value_dim=-1", layers.MultiHeadAttention(1, 2).ValueDim(-1), keras.List{in(2, 3), in(2, 3)}},
		{"`sliding_window` must be `None` or a positive integer. Received: sliding_window=0", layers.MultiHeadAttention(1, 2).SlidingWindow(0), keras.List{in(2, 3), in(2, 3)}},
		{"`dropout`. Expected a float value between 0 and 1. Received: dropout=2.0", layers.MultiHeadAttention(1, 2).Dropout(2), keras.List{in(2, 3), in(2, 3)}},
		{"expected query and value, or query, value and key, received [(None, 2, 3)]", layers.MultiHeadAttention(1, 2), keras.List{in(2, 3)}},
		{"expected inputs of one rank, of at least 3", layers.MultiHeadAttention(1, 2), keras.List{in(2, 3), in(3)}},
		{"must be equal. Received: value_shape=(None, 2, 3) and key_shape=(None, 4, 3)", layers.MultiHeadAttention(1, 2), keras.List{in(2, 3), in(2, 3), in(4, 3)}},
		{"the attention axes [3] between batch and features", layers.MultiHeadAttention(1, 2).AttentionAxes(3), keras.List{in(2, 3), in(2, 3)}},
	} {
		assert.ErrorContains(t, tt.layer.Apply(tt.inputs...).Err(), tt.want)
	}
}

// TestHeadsStartApart: the projections draw their weights from one initializer, but not the same ones.
func TestHeadsStartApart(t *testing.T) {
	l := layers.MultiHeadAttention(2, 3)
	x := keras.Input(keras.Shape{4, 6})
	require.NoError(t, l.Apply(x, x).Err())
	w := l.Weights()
	assert.NotEqual(t, w[0].Value().Data(), w[2].Value().Data())
}
