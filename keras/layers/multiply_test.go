package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestMultiply(t *testing.T) {
	layertest.Run(t, "Multiply", mergeCases(func() keras.Layer { return layers.Multiply() }, true))
}
