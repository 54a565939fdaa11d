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

func TestConv3D(t *testing.T) {
	layertest.Run(t, "Conv3D", layertest.Cases{
		"kernel 2":                 func() keras.Layer { return layers.Conv3D(2, 2) },
		"batch 1, odd sizes":       func() keras.Layer { return layers.Conv3D(2, 1, 2, 3) },
		"strides 2":                func() keras.Layer { return layers.Conv3D(2, 2).Strides(2) },
		"strides (1, 2, 3)":        func() keras.Layer { return layers.Conv3D(2, 2).Strides(1, 2, 3) },
		"same":                     func() keras.Layer { return layers.Conv3D(2, 3, 2, 3).Padding("same") },
		"same, strides 2":          func() keras.Layer { return layers.Conv3D(2, 3).Strides(2).Padding("same") },
		"dilation 2":               func() keras.Layer { return layers.Conv3D(2, 2).DilationRate(2) },
		"same, dilation (1, 2, 2)": func() keras.Layer { return layers.Conv3D(2, 2).Padding("same").DilationRate(1, 2, 2) },
		"groups 2":                 func() keras.Layer { return layers.Conv3D(4, 2).Groups(2) },
		"relu":                     func() keras.Layer { return layers.Conv3D(3, 2).Activation("relu") },
		"softmax":                  func() keras.Layer { return layers.Conv3D(3, 2).Activation("softmax") },
		"without bias":             func() keras.Layer { return layers.Conv3D(2, 2).UseBias(false) },
		"channels_first":           func() keras.Layer { return layers.Conv3D(2, 2).DataFormat("channels_first") },
		"channels_first same, strides 2": func() keras.Layer {
			return layers.Conv3D(2, 3).Strides(2).Padding("same").DataFormat("channels_first").Activation("relu")
		},
		"initializers": func() keras.Layer {
			return layers.Conv3D(2, 2).KernelInitializer(initializers.Constant(0.5)).BiasInitializer(initializers.Ones())
		},
		"kernel_regularizer":   func() keras.Layer { return layers.Conv3D(2, 2).KernelRegularizer(regularizers.L2(0.1)) },
		"bias_regularizer":     func() keras.Layer { return layers.Conv3D(2, 2).BiasRegularizer(regularizers.L1L2(0.02, 0.03)) },
		"activity_regularizer": func() keras.Layer { return layers.Conv3D(2, 2).ActivityRegularizer(regularizers.L1(0.01)) },
		"kernel_constraint": func() keras.Layer {
			return layers.Conv3D(2, 2).KernelConstraint(constraints.MaxNorm(1.5).Axis(0, 1, 2, 3))
		},
		"bias_constraint": func() keras.Layer { return layers.Conv3D(3, 2).BiasConstraint(constraints.NonNeg()) },
	})
}
