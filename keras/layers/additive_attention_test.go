package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestAdditiveAttention(t *testing.T) {
	layertest.Run(t, "AdditiveAttention", layertest.Cases{
		"query and value":                    func() keras.Layer { return layers.AdditiveAttention() },
		"batch 1, unknown steps":             func() keras.Layer { return layers.AdditiveAttention() },
		"samples as steps":                   func() keras.Layer { return layers.AdditiveAttention() },
		"one step":                           func() keras.Layer { return layers.AdditiveAttention() },
		"query, value and key":               func() keras.Layer { return layers.AdditiveAttention() },
		"masks":                              func() keras.Layer { return layers.AdditiveAttention() },
		"the mask of the query":              func() keras.Layer { return layers.AdditiveAttention() },
		"the mask of the value":              func() keras.Layer { return layers.AdditiveAttention() },
		"the mask of the key":                func() keras.Layer { return layers.AdditiveAttention() },
		"given masks":                        func() keras.Layer { return layers.AdditiveAttention() },
		"two given masks":                    func() keras.Layer { return layers.AdditiveAttention() },
		"use_causal_mask":                    func() keras.Layer { return layers.AdditiveAttention() },
		"use_causal_mask, more values, mask": func() keras.Layer { return layers.AdditiveAttention() },
		"return_attention_scores":            func() keras.Layer { return layers.AdditiveAttention() },
		"all call arguments":                 func() keras.Layer { return layers.AdditiveAttention() },
		"dropout, seed":                      func() keras.Layer { return layers.AdditiveAttention().Dropout(0.5).Seed(7) },
		"dropout 0, training":                func() keras.Layer { return layers.AdditiveAttention() },
		"activity_regularizer": func() keras.Layer {
			return layers.AdditiveAttention().ActivityRegularizer(regularizers.L1L2(0.02, 0.03))
		},
		"without scale": func() keras.Layer { return layers.AdditiveAttention().UseScale(false) },
	}, layertest.Trains)
}
