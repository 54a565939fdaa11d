package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestActivityRegularization(t *testing.T) {
	layertest.Run(t, "ActivityRegularization", layertest.Cases{
		"default":   func() keras.Layer { return layers.ActivityRegularization() },
		"l1":        func() keras.Layer { return layers.ActivityRegularization().L1(0.1) },
		"l1 and l2": func() keras.Layer { return layers.ActivityRegularization().L1(0.02).L2(0.3) },
	})
}
