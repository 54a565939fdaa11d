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

func TestDepthwiseConv2D(t *testing.T) {
	layertest.Run(t, "DepthwiseConv2D", layertest.Cases{
		"kernel 3":                        func() keras.Layer { return layers.DepthwiseConv2D(3) },
		"batch 1, odd sizes":              func() keras.Layer { return layers.DepthwiseConv2D(2, 3) },
		"one channel":                     func() keras.Layer { return layers.DepthwiseConv2D(2) },
		"kernel 1":                        func() keras.Layer { return layers.DepthwiseConv2D(1) },
		"depth_multiplier 2":              func() keras.Layer { return layers.DepthwiseConv2D(3).DepthMultiplier(2) },
		"depth_multiplier 3, one channel": func() keras.Layer { return layers.DepthwiseConv2D(2).DepthMultiplier(3) },
		"strides 2":                       func() keras.Layer { return layers.DepthwiseConv2D(3).Strides(2) },
		"same":                            func() keras.Layer { return layers.DepthwiseConv2D(3, 2).Padding("same") },
		"same, strides 2":                 func() keras.Layer { return layers.DepthwiseConv2D(3, 4).Strides(2).Padding("same") },
		"strides wider than kernel":       func() keras.Layer { return layers.DepthwiseConv2D(2).Strides(3) },
		"dilation 2":                      func() keras.Layer { return layers.DepthwiseConv2D(3, 2).DilationRate(2) },
		"same, dilation 2": func() keras.Layer {
			return layers.DepthwiseConv2D(3, 2).Padding("same").DilationRate(2).DepthMultiplier(2)
		},
		"strides 2, dilation 2":                 func() keras.Layer { return layers.DepthwiseConv2D(3, 2).Strides(2).DilationRate(2) },
		"same, strides (2, 1), dilation (1, 2)": func() keras.Layer { return layers.DepthwiseConv2D(2).Strides(2, 1).DilationRate(1, 2).Padding("same") },
		"relu":                                  func() keras.Layer { return layers.DepthwiseConv2D(3).Activation("relu") },
		"softmax":                               func() keras.Layer { return layers.DepthwiseConv2D(2).DepthMultiplier(2).Activation("softmax") },
		"without bias":                          func() keras.Layer { return layers.DepthwiseConv2D(2).UseBias(false) },
		"without bias, tanh":                    func() keras.Layer { return layers.DepthwiseConv2D(2).UseBias(false).Activation("tanh") },
		"channels_first":                        func() keras.Layer { return layers.DepthwiseConv2D(3).DataFormat("channels_first") },
		"channels_first same, strides 2": func() keras.Layer {
			return layers.DepthwiseConv2D(3).Strides(2).Padding("same").DepthMultiplier(2).DataFormat("channels_first").Activation("relu")
		},
		"channels_first softmax": func() keras.Layer {
			return layers.DepthwiseConv2D(2).UseBias(false).DataFormat("channels_first").Activation("softmax")
		},
		"initializers": func() keras.Layer {
			return layers.DepthwiseConv2D(2).DepthwiseInitializer(initializers.Constant(0.5)).BiasInitializer(initializers.Ones())
		},
		"depthwise_regularizer": func() keras.Layer { return layers.DepthwiseConv2D(2).DepthwiseRegularizer(regularizers.L2(0.1)) },
		"bias_regularizer":      func() keras.Layer { return layers.DepthwiseConv2D(2).BiasRegularizer(regularizers.L1L2(0.02, 0.03)) },
		"activity_regularizer":  func() keras.Layer { return layers.DepthwiseConv2D(2).ActivityRegularizer(regularizers.L1(0.01)) },
		"depthwise_constraint": func() keras.Layer {
			return layers.DepthwiseConv2D(2).DepthwiseConstraint(constraints.MaxNorm(0.5).Axis(0, 1))
		},
		"bias_constraint": func() keras.Layer { return layers.DepthwiseConv2D(2).BiasConstraint(constraints.NonNeg()) },
	})
}
