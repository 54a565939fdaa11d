package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestAverage(t *testing.T) {
	layertest.Run(t, "Average", mergeCases(func() keras.Layer { return layers.Average() }, true))
}
