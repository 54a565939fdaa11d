package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestAttention(t *testing.T) {
	layertest.Run(t, "Attention", layertest.Cases{
		"query and value":                    func() keras.Layer { return layers.Attention() },
		"batch 1, unknown steps":             func() keras.Layer { return layers.Attention() },
		"samples as steps":                   func() keras.Layer { return layers.Attention() },
		"one step":                           func() keras.Layer { return layers.Attention() },
		"query, value and key":               func() keras.Layer { return layers.Attention() },
		"masks":                              func() keras.Layer { return layers.Attention() },
		"the mask of the query":              func() keras.Layer { return layers.Attention() },
		"the mask of the value":              func() keras.Layer { return layers.Attention() },
		"the mask of the key":                func() keras.Layer { return layers.Attention() },
		"given masks":                        func() keras.Layer { return layers.Attention() },
		"two given masks":                    func() keras.Layer { return layers.Attention() },
		"use_causal_mask":                    func() keras.Layer { return layers.Attention() },
		"use_causal_mask, more values, mask": func() keras.Layer { return layers.Attention() },
		"return_attention_scores":            func() keras.Layer { return layers.Attention() },
		"all call arguments":                 func() keras.Layer { return layers.Attention() },
		"dropout, seed":                      func() keras.Layer { return layers.Attention().Dropout(0.5).Seed(7) },
		"dropout 0, training":                func() keras.Layer { return layers.Attention() },
		"activity_regularizer":               func() keras.Layer { return layers.Attention().ActivityRegularizer(regularizers.L1L2(0.02, 0.03)) },
		"use_scale":                          func() keras.Layer { return layers.Attention().UseScale(true) },
		"initial scale":                      func() keras.Layer { return layers.Attention().UseScale(true) },
		"concat":                             func() keras.Layer { return layers.Attention().ScoreMode("concat") },
		"concat, use_scale":                  func() keras.Layer { return layers.Attention().ScoreMode(layers.ScoreConcat).UseScale(true) },
	}, layertest.Trains)
}
