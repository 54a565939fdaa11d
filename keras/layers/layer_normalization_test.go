package layers_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestLayerNormalization(t *testing.T) {
	layertest.Run(t, "LayerNormalization", layertest.Cases{
		"default":                           func() keras.Layer { return layers.LayerNormalization() },
		"rank 3":                            func() keras.Layer { return layers.LayerNormalization() },
		"batch 1, one number":               func() keras.Layer { return layers.LayerNormalization() },
		"axis 1":                            func() keras.Layer { return layers.LayerNormalization().Axis(1) },
		"axes (1, 2)":                       func() keras.Layer { return layers.LayerNormalization().Axis(1, 2) },
		"axes (2, 1)":                       func() keras.Layer { return layers.LayerNormalization().Axis(2, 1) },
		"axes (-1, -2)":                     func() keras.Layer { return layers.LayerNormalization().Axis(-1, -2) },
		"axes (1, 3), apart":                func() keras.Layer { return layers.LayerNormalization().Axis(1, 3) },
		"all axes but the batch":            func() keras.Layer { return layers.LayerNormalization().Axis(1, 2, 3) },
		"epsilon":                           func() keras.Layer { return layers.LayerNormalization().Epsilon(0.3) },
		"without beta":                      func() keras.Layer { return layers.LayerNormalization().Center(false) },
		"without gamma":                     func() keras.Layer { return layers.LayerNormalization().Scale(false) },
		"without both":                      func() keras.Layer { return layers.LayerNormalization().Center(false).Scale(false) },
		"rms_scaling":                       func() keras.Layer { return layers.LayerNormalization().RMSScaling(true) },
		"rms_scaling without gamma, axis 1": func() keras.Layer { return layers.LayerNormalization().RMSScaling(true).Scale(false).Axis(1) },
		"initial":                           func() keras.Layer { return layers.LayerNormalization() },
		"initializers": func() keras.Layer {
			return layers.LayerNormalization().BetaInitializer(initializers.Constant(0.5)).GammaInitializer(initializers.Constant(2))
		},
		"beta_regularizer":     func() keras.Layer { return layers.LayerNormalization().BetaRegularizer(regularizers.L2(0.1)) },
		"gamma_regularizer":    func() keras.Layer { return layers.LayerNormalization().GammaRegularizer(regularizers.L1L2(0.02, 0.03)) },
		"activity_regularizer": func() keras.Layer { return layers.LayerNormalization().ActivityRegularizer(regularizers.L1(0.01)) },
		"beta_constraint":      func() keras.Layer { return layers.LayerNormalization().BetaConstraint(constraints.NonNeg()) },
		"gamma_constraint":     func() keras.Layer { return layers.LayerNormalization().GammaConstraint(constraints.MaxNorm(0.5)) },
		"not trainable":        func() keras.Layer { return layers.LayerNormalization().Trainable(false) },
		"mask passes":          func() keras.Layer { return layers.LayerNormalization() },
		"float64":              func() keras.Layer { return layers.LayerNormalization().WithDType(tensor.Float64) },
		"of integers: rounded": func() keras.Layer { return layers.LayerNormalization().Center(false).Scale(false) },
		"named":                func() keras.Layer { return layers.LayerNormalization().WithName("ln") },
	})
}

// One axis is a number in Keras's config until the layer is built, then a list; a list stays one.
func TestLayerNormalizationAxisInConfig(t *testing.T) {
	axis := func(l keras.Layer) any {
		v, _ := l.Config().Get("axis")
		return v
	}
	l := layers.LayerNormalization()
	assert.Equal(t, -1, axis(l))
	require.NoError(t, l.Apply(keras.Input(keras.Shape{3})).Err())
	assert.Equal(t, []any{-1}, axis(l))

	l = layers.LayerNormalization()
	require.NoError(t, keras.Configure(l, keras.Config{{Key: "axis", Value: []any{1}}}))
	assert.Equal(t, []any{1}, axis(l))

	l = layers.LayerNormalization().Axis(2, 1)
	assert.Equal(t, []any{2, 1}, axis(l))
	require.NoError(t, l.Apply(keras.Input(keras.Shape{3, 4})).Err())
	assert.Equal(t, []any{1, 2}, axis(l))
}
