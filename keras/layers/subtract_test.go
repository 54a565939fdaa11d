package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestSubtract(t *testing.T) {
	layertest.Run(t, "Subtract", mergeCases(func() keras.Layer { return layers.Subtract() }, false))
}
