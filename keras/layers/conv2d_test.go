package layers_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestConv2D(t *testing.T) {
	layertest.Run(t, "Conv2D", layertest.Cases{
		"kernel 3":                        func() keras.Layer { return layers.Conv2D(2, 3) },
		"batch 1, odd sizes":              func() keras.Layer { return layers.Conv2D(3, 2, 3) },
		"kernel 1":                        func() keras.Layer { return layers.Conv2D(3, 1) },
		"strides 2":                       func() keras.Layer { return layers.Conv2D(2, 3).Strides(2) },
		"strides (2, 1)":                  func() keras.Layer { return layers.Conv2D(2, 2).Strides(2, 1) },
		"strides wider than kernel":       func() keras.Layer { return layers.Conv2D(2, 2).Strides(3) },
		"same":                            func() keras.Layer { return layers.Conv2D(2, 3).Padding("same") },
		"same, even kernel":               func() keras.Layer { return layers.Conv2D(2, 2, 4).Padding("same") },
		"same, strides 2, even size":      func() keras.Layer { return layers.Conv2D(2, 6).Strides(2).Padding("same") },
		"same, strides 2, odd size":       func() keras.Layer { return layers.Conv2D(2, 6).Strides(2).Padding("same") },
		"same, strides 2, nothing to pad": func() keras.Layer { return layers.Conv2D(2, 2).Strides(2).Padding("same") },
		"same, one pixel":                 func() keras.Layer { return layers.Conv2D(2, 6).Strides(2).Padding("same") },
		"dilation 2":                      func() keras.Layer { return layers.Conv2D(2, 3).DilationRate(2) },
		"dilation (1, 3)":                 func() keras.Layer { return layers.Conv2D(2, 2).DilationRate(1, 3) },
		"same, dilation 2":                func() keras.Layer { return layers.Conv2D(2, 3).Padding("same").DilationRate(2) },
		"groups 2":                        func() keras.Layer { return layers.Conv2D(4, 3).Groups(2) },
		"groups of one channel":           func() keras.Layer { return layers.Conv2D(6, 2).Groups(3).UseBias(false) },
		"groups 2, same, strides 2":       func() keras.Layer { return layers.Conv2D(2, 3).Groups(2).Strides(2).Padding("same").Activation("relu") },
		"groups 2, dilation 2":            func() keras.Layer { return layers.Conv2D(2, 2).Groups(2).DilationRate(2) },
		"relu":                            func() keras.Layer { return layers.Conv2D(3, 3).Activation("relu") },
		"softmax":                         func() keras.Layer { return layers.Conv2D(3, 2).Activation("softmax") },
		"without bias":                    func() keras.Layer { return layers.Conv2D(2, 3).UseBias(false) },
		"without bias, tanh":              func() keras.Layer { return layers.Conv2D(2, 2).UseBias(false).Activation("tanh") },

		"channels_first": func() keras.Layer { return layers.Conv2D(2, 3).DataFormat("channels_first") },
		"channels_first same, strides 2": func() keras.Layer {
			return layers.Conv2D(4, 3, 4).Strides(2).Padding("same").DataFormat("channels_first").Activation("relu")
		},
		"channels_first dilation 2": func() keras.Layer { return layers.Conv2D(2, 2).DilationRate(2).DataFormat("channels_first") },
		"channels_first softmax": func() keras.Layer {
			return layers.Conv2D(3, 2).UseBias(false).DataFormat("channels_first").Activation("softmax")
		},
		"channels_first groups 2": func() keras.Layer { return layers.Conv2D(4, 2).Groups(2).DataFormat("channels_first") },

		"initializers": func() keras.Layer {
			return layers.Conv2D(2, 2).KernelInitializer(initializers.Constant(0.5)).BiasInitializer(initializers.Ones())
		},
		"kernel_regularizer":   func() keras.Layer { return layers.Conv2D(2, 2).KernelRegularizer(regularizers.L2(0.1)) },
		"bias_regularizer":     func() keras.Layer { return layers.Conv2D(2, 2).BiasRegularizer(regularizers.L1L2(0.02, 0.03)) },
		"activity_regularizer": func() keras.Layer { return layers.Conv2D(2, 2).ActivityRegularizer(regularizers.L1(0.01)) },
		"kernel_constraint": func() keras.Layer {
			return layers.Conv2D(2, 2).KernelConstraint(constraints.MaxNorm(1.5).Axis(0, 1, 2))
		},
		"bias_constraint": func() keras.Layer { return layers.Conv2D(3, 2).BiasConstraint(constraints.NonNeg()) },
	})
}

// Keras takes these words in any case.
func TestWordsInCapitals(t *testing.T) {
	assert.Equal(t, layers.Conv2D(1, 2).Padding("same").DataFormat("channels_first").Config().Without("name").String(),
		layers.Conv2D(1, 2).Padding("SAME").DataFormat("Channels_First").Config().Without("name").String())
}
