package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestMinimum(t *testing.T) {
	layertest.Run(t, "Minimum", mergeCases(func() keras.Layer { return layers.Minimum() }, true))
}
