package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestConv1DTranspose(t *testing.T) {
	layertest.Run(t, "Conv1DTranspose", layertest.Cases{
		"kernel 3":                            func() keras.Layer { return layers.Conv1DTranspose(2, 3) },
		"batch 1, odd sizes":                  func() keras.Layer { return layers.Conv1DTranspose(3, 2) },
		"kernel 1":                            func() keras.Layer { return layers.Conv1DTranspose(3, 1) },
		"strides 2":                           func() keras.Layer { return layers.Conv1DTranspose(2, 3).Strides(2) },
		"strides wider than kernel":           func() keras.Layer { return layers.Conv1DTranspose(2, 2).Strides(3) },
		"same":                                func() keras.Layer { return layers.Conv1DTranspose(2, 3).Padding("same") },
		"same, strides 2":                     func() keras.Layer { return layers.Conv1DTranspose(2, 3).Strides(2).Padding("same") },
		"same, strides 3, kernel 2":           func() keras.Layer { return layers.Conv1DTranspose(2, 2).Strides(3).Padding("same") },
		"output_padding 0":                    func() keras.Layer { return layers.Conv1DTranspose(2, 3).Strides(4).OutputPadding(0) },
		"output_padding 1":                    func() keras.Layer { return layers.Conv1DTranspose(2, 2).Strides(2).OutputPadding(1) },
		"same, output_padding 0":              func() keras.Layer { return layers.Conv1DTranspose(2, 3).Strides(2).Padding("same").OutputPadding(0) },
		"same, output_padding 1, even kernel": func() keras.Layer { return layers.Conv1DTranspose(2, 4).Strides(2).Padding("same").OutputPadding(1) },
		"dilation 2":                          func() keras.Layer { return layers.Conv1DTranspose(2, 3).DilationRate(2) },
		"same, dilation 2":                    func() keras.Layer { return layers.Conv1DTranspose(2, 3).Padding("same").DilationRate(2) },
		"relu":                                func() keras.Layer { return layers.Conv1DTranspose(3, 2).Strides(2).Activation("relu") },
		"relu, strides wider than kernel":     func() keras.Layer { return layers.Conv1DTranspose(3, 1).Strides(2).Activation("relu") },
		"softmax":                             func() keras.Layer { return layers.Conv1DTranspose(3, 2).Activation("softmax") },
		"without bias":                        func() keras.Layer { return layers.Conv1DTranspose(2, 2).UseBias(false) },
		"without bias, tanh":                  func() keras.Layer { return layers.Conv1DTranspose(2, 2).Strides(2).UseBias(false).Activation("tanh") },
		"channels_first":                      func() keras.Layer { return layers.Conv1DTranspose(2, 3).DataFormat("channels_first") },
		"channels_first same, strides 2": func() keras.Layer {
			return layers.Conv1DTranspose(3, 3).Strides(2).Padding("same").DataFormat("channels_first").Activation("relu")
		},
		"initializers": func() keras.Layer {
			return layers.Conv1DTranspose(2, 2).KernelInitializer(initializers.Constant(0.5)).BiasInitializer(initializers.Ones())
		},
		"kernel_regularizer":   func() keras.Layer { return layers.Conv1DTranspose(2, 2).KernelRegularizer(regularizers.L2(0.1)) },
		"bias_regularizer":     func() keras.Layer { return layers.Conv1DTranspose(2, 2).BiasRegularizer(regularizers.L1L2(0.02, 0.03)) },
		"activity_regularizer": func() keras.Layer { return layers.Conv1DTranspose(2, 2).ActivityRegularizer(regularizers.L1(0.01)) },
		"kernel_constraint": func() keras.Layer {
			return layers.Conv1DTranspose(2, 2).KernelConstraint(constraints.MaxNorm(1.5).Axis(0, 1))
		},
		"bias_constraint": func() keras.Layer { return layers.Conv1DTranspose(3, 2).BiasConstraint(constraints.NonNeg()) },
	})
}
