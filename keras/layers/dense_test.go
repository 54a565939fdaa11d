package layers_test

import (
	"gorgonia.org/tensor"
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestDense(t *testing.T) {
	l1l2 := regularizers.L1L2(0.02, 0.03)
	with := func(i keras.Initializer) func() keras.Layer {
		return func() keras.Layer { return layers.Dense(3).KernelInitializer(i) }
	}
	layertest.Run(t, "Dense", layertest.Cases{
		"default":            func() keras.Layer { return layers.Dense(3) },
		"batch 1, one unit":  func() keras.Layer { return layers.Dense(1) },
		"rank 3":             func() keras.Layer { return layers.Dense(3) },
		"rank 4":             func() keras.Layer { return layers.Dense(2).Activation("tanh") },
		"relu":               func() keras.Layer { return layers.Dense(5).Activation("relu") },
		"sigmoid":            func() keras.Layer { return layers.Dense(3).Activation("sigmoid") },
		"tanh":               func() keras.Layer { return layers.Dense(3).Activation("tanh") },
		"softmax":            func() keras.Layer { return layers.Dense(4).Activation("softmax") },
		"softmax rank 3":     func() keras.Layer { return layers.Dense(4).Activation("softmax") },
		"gelu":               func() keras.Layer { return layers.Dense(3).Activation("gelu") },
		"without bias":       func() keras.Layer { return layers.Dense(3).UseBias(false) },
		"without bias, relu": func() keras.Layer { return layers.Dense(3).UseBias(false).Activation("relu") },
		"initializers": func() keras.Layer {
			return layers.Dense(3).KernelInitializer(initializers.Ones()).BiasInitializer(initializers.Constant(0.5))
		},
		"identity initializer": func() keras.Layer {
			return layers.Dense(3).KernelInitializer(initializers.Identity().Gain(2)).BiasInitializer(initializers.Ones())
		},
		"default bias": func() keras.Layer { return layers.Dense(3).KernelInitializer(initializers.Constant(-0.25)) },

		"kernel_regularizer":         func() keras.Layer { return layers.Dense(3).KernelRegularizer(regularizers.L2(0.1)) },
		"kernel_regularizer by name": func() keras.Layer { return layers.Dense(3).KernelRegularizer(regularizers.Named("l1")) },
		"bias_regularizer":           func() keras.Layer { return layers.Dense(3).BiasRegularizer(regularizers.L1(0.05)) },
		"activity_regularizer":       func() keras.Layer { return layers.Dense(3).ActivityRegularizer(l1l2) },
		"all regularizers": func() keras.Layer {
			return layers.Dense(3).Activation("relu").KernelRegularizer(l1l2).BiasRegularizer(regularizers.L2()).ActivityRegularizer(regularizers.L2())
		},
		"orthogonal regularizer": func() keras.Layer {
			return layers.Dense(3).KernelRegularizer(regularizers.OrthogonalRegularizer().Factor(0.1).Mode("columns"))
		},

		"kernel_constraint max_norm":        func() keras.Layer { return layers.Dense(3).KernelConstraint(constraints.MaxNorm(1.5)) },
		"kernel_constraint max_norm axis 1": func() keras.Layer { return layers.Dense(3).KernelConstraint(constraints.MaxNorm(1.5).Axis(1)) },
		"kernel_constraint unit_norm, bias_constraint non_neg": func() keras.Layer {
			return layers.Dense(3).KernelConstraint(constraints.UnitNorm()).BiasConstraint(constraints.NonNeg())
		},
		"bias_constraint min_max_norm": func() keras.Layer {
			return layers.Dense(3).BiasConstraint(constraints.MinMaxNorm().MinValue(0.5).MaxValue(1).Rate(0.5))
		},

		"not trainable": func() keras.Layer { return layers.Dense(3).KernelRegularizer(regularizers.L2()).Trainable(false) },
		"float64":       func() keras.Layer { return layers.Dense(3).Activation("tanh").WithDType(tensor.Float64) },
		"named":         func() keras.Layer { return layers.Dense(2).WithName("classification_head") },
		"uint8 input":   func() keras.Layer { return layers.Dense(2) },
		"mask passes":   func() keras.Layer { return layers.Dense(2) },

		"kernel_initializer zeros":           with(initializers.Zeros()),
		"kernel_initializer ones":            with(initializers.Ones()),
		"kernel_initializer Constant":        with(initializers.Constant(0.25)),
		"kernel_initializer random_normal":   with(initializers.RandomNormal()),
		"kernel_initializer random_uniform":  with(initializers.RandomUniform()),
		"kernel_initializer TruncatedNormal": with(initializers.TruncatedNormal().Mean(0.1).StdDev(0.2).Seed(3)),
		"kernel_initializer VarianceScaling": with(initializers.VarianceScaling().Scale(2).Mode("fan_out").Distribution("untruncated_normal")),
		"kernel_initializer glorot_uniform":  with(initializers.GlorotUniform()),
		"kernel_initializer glorot_normal":   with(initializers.GlorotNormal()),
		"kernel_initializer lecun_uniform":   with(initializers.LecunUniform()),
		"kernel_initializer lecun_normal":    with(initializers.LecunNormal()),
		"kernel_initializer he_uniform":      with(initializers.HeUniform()),
		"kernel_initializer he_normal":       with(initializers.HeNormal()),
		"kernel_initializer Orthogonal":      with(initializers.Orthogonal().Gain(0.5)),
		"kernel_initializer Identity":        with(initializers.Identity().Gain(2)),
	})
}
