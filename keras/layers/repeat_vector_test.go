package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestRepeatVector(t *testing.T) {
	layertest.Run(t, "RepeatVector", layertest.Cases{
		"3":          func() keras.Layer { return layers.RepeatVector(3) },
		"1, batch 1": func() keras.Layer { return layers.RepeatVector(1) },
		"int32":      func() keras.Layer { return layers.RepeatVector(2) },
	})
}
