package layers_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestBatchNormalization(t *testing.T) {
	layertest.Run(t, "BatchNormalization", layertest.Cases{
		"training":                func() keras.Layer { return layers.BatchNormalization() },
		"inference":               func() keras.Layer { return layers.BatchNormalization() },
		"rank 3":                  func() keras.Layer { return layers.BatchNormalization() },
		"rank 4":                  func() keras.Layer { return layers.BatchNormalization() },
		"rank 4, inference":       func() keras.Layer { return layers.BatchNormalization() },
		"rank 5":                  func() keras.Layer { return layers.BatchNormalization() },
		"axis 1":                  func() keras.Layer { return layers.BatchNormalization().Axis(1) },
		"axis 1, inference":       func() keras.Layer { return layers.BatchNormalization().Axis(1) },
		"axis -2":                 func() keras.Layer { return layers.BatchNormalization().Axis(-2) },
		"batch 1, one number":     func() keras.Layer { return layers.BatchNormalization() },
		"one channel":             func() keras.Layer { return layers.BatchNormalization() },
		"momentum":                func() keras.Layer { return layers.BatchNormalization().Momentum(0.5) },
		"epsilon":                 func() keras.Layer { return layers.BatchNormalization().Epsilon(0.3) },
		"epsilon, inference":      func() keras.Layer { return layers.BatchNormalization().Epsilon(0.3) },
		"without beta":            func() keras.Layer { return layers.BatchNormalization().Center(false) },
		"without gamma":           func() keras.Layer { return layers.BatchNormalization().Scale(false) },
		"without both":            func() keras.Layer { return layers.BatchNormalization().Center(false).Scale(false) },
		"without both, inference": func() keras.Layer { return layers.BatchNormalization().Center(false).Scale(false) },
		"initial":                 func() keras.Layer { return layers.BatchNormalization() },
		"initializers": func() keras.Layer {
			return layers.BatchNormalization().BetaInitializer(initializers.Constant(0.5)).GammaInitializer(initializers.Constant(2))
		},
		"moving initializers": func() keras.Layer {
			return layers.BatchNormalization().MovingMeanInitializer(initializers.Constant(0.5)).MovingVarianceInitializer(initializers.Constant(2))
		},
		"beta_regularizer":              func() keras.Layer { return layers.BatchNormalization().BetaRegularizer(regularizers.L2(0.1)) },
		"gamma_regularizer":             func() keras.Layer { return layers.BatchNormalization().GammaRegularizer(regularizers.L1L2(0.02, 0.03)) },
		"activity_regularizer":          func() keras.Layer { return layers.BatchNormalization().ActivityRegularizer(regularizers.L1(0.01)) },
		"beta_constraint":               func() keras.Layer { return layers.BatchNormalization().BetaConstraint(constraints.NonNeg()) },
		"gamma_constraint":              func() keras.Layer { return layers.BatchNormalization().GammaConstraint(constraints.MaxNorm(0.5)) },
		"frozen: inference in training": func() keras.Layer { return layers.BatchNormalization().Trainable(false) },
		"mask":                          func() keras.Layer { return layers.BatchNormalization() },
		"mask, inference":               func() keras.Layer { return layers.BatchNormalization() },
		"mask, axis 1":                  func() keras.Layer { return layers.BatchNormalization().Axis(1) },
		"mask of samples":               func() keras.Layer { return layers.BatchNormalization() },
		"mask of nothing":               func() keras.Layer { return layers.BatchNormalization() },
		"synchronized":                  func() keras.Layer { return layers.BatchNormalization().Synchronized(true) },
		"renorm":                        func() keras.Layer { return layers.BatchNormalization().Renorm(true) },
		"renorm, inference":             func() keras.Layer { return layers.BatchNormalization().Renorm(true) },
		"renorm_clipping": func() keras.Layer {
			return layers.BatchNormalization().Renorm(true).RenormClipping(map[string]float64{"rmax": 1.5, "rmin": 0.8, "dmax": 0.3})
		},
		"renorm_momentum":             func() keras.Layer { return layers.BatchNormalization().Renorm(true).RenormMomentum(0.5).Momentum(0.8) },
		"renorm without both":         func() keras.Layer { return layers.BatchNormalization().Renorm(true).Center(false).Scale(false) },
		"renorm without beta, axis 1": func() keras.Layer { return layers.BatchNormalization().Renorm(true).Center(false).Axis(1) },
		"renorm, mask":                func() keras.Layer { return layers.BatchNormalization().Renorm(true) },
		"renorm, initial": func() keras.Layer {
			return layers.BatchNormalization().Renorm(true).MovingVarianceInitializer(initializers.Constant(4)).MovingMeanInitializer(initializers.Constant(0.5))
		},
		"float64":     func() keras.Layer { return layers.BatchNormalization().WithDType(tensor.Float64) },
		"uint8 input": func() keras.Layer { return layers.BatchNormalization() },
		"named":       func() keras.Layer { return layers.BatchNormalization().WithName("bn") },
	}, layertest.Trains, layertest.Mixes)
}

// A layer that is called twice in a step moves its statistics twice, as in Keras.
func TestBatchNormalizationCalledTwice(t *testing.T) {
	l := layers.BatchNormalization().Momentum(0.5)
	twice := layers.Custom(layers.CustomSpec{Name: "Twice", Call: func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		return t.Out(t.Apply(l, t.Apply(l, in[0])))
	}})
	x := tensor.New(tensor.WithShape(2, 1), tensor.WithBacking([]float32{1, 3}))
	_, err := models.CallArgs(twice, models.Args{Training: keras.On}, x)
	require.NoError(t, err)
	mean := l.Weights()[2].Value().Float32s()[0] // 0, then 0.5·0 + 0.5·2, then 0.5·1 + 0.5·0
	assert.InDelta(t, 0.5, mean, 1e-6)
	variance := l.Weights()[3].Value().Float32s()[0] // 1, then 0.5·1 + 0.5·1, then 0.5·1 + 0.5·1/1.001
	assert.InDelta(t, 0.5+0.5/1.001, variance, 1e-6)
}

// Without training nothing moves, whatever the call says of a frozen layer.
func TestFrozenBatchNormalizationStays(t *testing.T) {
	l := layers.BatchNormalization().Trainable(false)
	x := tensor.New(tensor.WithShape(2, 1), tensor.WithBacking([]float32{1, 3}))
	outs, err := models.CallArgs(l, models.Args{Training: keras.On}, x)
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{0.9995, 2.9985}, []float64{float64(outs[0].Float32s()[0]), float64(outs[0].Float32s()[1])}, 1e-4)
	assert.Equal(t, []float32{0}, l.Weights()[2].Value().Float32s())
}

func TestBatchNormalizationMasks(t *testing.T) {
	x := tensor.New(tensor.WithShape(2, 3, 1), tensor.WithBacking([]float32{1, 3, 9, 1, 3, 9}))
	moments := func(shape []int, mask ...bool) (mean float32, err error) {
		l := layers.BatchNormalization().Momentum(0)
		m := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(mask))
		if _, err = models.CallArgs(l, models.Args{Training: keras.On, Mask: m}, x); err != nil {
			return 0, err
		}
		return l.Weights()[2].Value().Float32s()[0], nil
	}
	mean, err := moments([]int{1, 3}, true, true, false)
	require.NoError(t, err)
	assert.InDelta(t, 2, mean, 1e-5, "a mask for all samples")
	for _, shape := range [][]int{{2, 3, 1}, {3, 2}} {
		_, err = moments(shape, true, true, false, true, true, false)
		assert.ErrorContains(t, err, "The mask provided should be one dimension less than the inputs. Received: mask.shape="+keras.Shape(shape).String())
	}
}
