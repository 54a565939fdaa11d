package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestAdd(t *testing.T) {
	layertest.Run(t, "Add", mergeCases(func() keras.Layer { return layers.Add() }, true))
}
