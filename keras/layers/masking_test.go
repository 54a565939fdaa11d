package layers_test

import (
	"testing"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestMasking(t *testing.T) {
	masking := func() keras.Layer { return layers.Masking() }
	layertest.Run(t, "Masking", layertest.Cases{
		"default":                         masking,
		"mask_value":                      func() keras.Layer { return layers.Masking().MaskValue(-1.5) },
		"batch 1, one step, unknown time": func() keras.Layer { return layers.Masking().MaskValue(2) },
		"rank 2":                          masking,
		"rank 4":                          masking,
		"int32":                           func() keras.Layer { return layers.Masking().MaskValue(3) },
		"float64":                         func() keras.Layer { return layers.Masking().MaskValue(0.5).WithDType(tensor.Float64) },
		"a mask gives way":                masking,
	})
}
