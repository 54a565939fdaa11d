package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestMaximum(t *testing.T) {
	layertest.Run(t, "Maximum", mergeCases(func() keras.Layer { return layers.Maximum() }, true))
}
