package layers_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestEinsumDense(t *testing.T) {
	plain := func() *layers.EinsumDenseLayer { return layers.EinsumDense("abc,cd->abd", keras.None, 3) }
	heads := func() *layers.EinsumDenseLayer { return layers.EinsumDense("abc,cde->abde", keras.None, 2, 3) }
	layertest.Run(t, "EinsumDense", layertest.Cases{
		"without bias":               func() keras.Layer { return plain() },
		"as Dense":                   func() keras.Layer { return plain().BiasAxes("d").Activation("relu") },
		"one size":                   func() keras.Layer { return layers.EinsumDense("ab,bc->ac", 3).BiasAxes("c").Activation("tanh") },
		"heads":                      func() keras.Layer { return heads().BiasAxes("de") },
		"heads, a bias for each":     func() keras.Layer { return heads().BiasAxes("d") },
		"a bias for one axis of two": func() keras.Layer { return heads().BiasAxes("e").Activation("sigmoid") },
		"from heads":                 func() keras.Layer { return layers.EinsumDense("abcd,cde->abe", keras.None, 5).BiasAxes("e") },
		"along steps":                func() keras.Layer { return layers.EinsumDense("abc,bd->adc", 2, keras.None).BiasAxes("d") },
		"steps that are known":       func() keras.Layer { return layers.EinsumDense("abc,bcd->abd", 3, 2).BiasAxes("bd") },
		"a sum over steps":           func() keras.Layer { return layers.EinsumDense("abc,cd->ad", 3).BiasAxes("d") },
		"dots in front":              func() keras.Layer { return layers.EinsumDense("...x,xy->...y", 3).BiasAxes("y") },
		"dots in front of a vector":  func() keras.Layer { return layers.EinsumDense("...x,xy->...y", 3).BiasAxes("y") },
		"dots behind":                func() keras.Layer { return layers.EinsumDense("ab...,bc->ac...", 3).BiasAxes("c") },
		"initial bias": func() keras.Layer {
			return plain().BiasAxes("d").KernelInitializer(initializers.Constant(0.25)).BiasInitializer(initializers.Ones())
		},
		"kernel_regularizer":   func() keras.Layer { return heads().KernelRegularizer(regularizers.L2(0.1)) },
		"bias_regularizer":     func() keras.Layer { return heads().BiasAxes("de").BiasRegularizer(regularizers.L1()) },
		"activity_regularizer": func() keras.Layer { return plain().ActivityRegularizer(regularizers.L1L2(0.02, 0.03)) },
		"kernel_constraint, bias_constraint": func() keras.Layer {
			return plain().BiasAxes("d").KernelConstraint(constraints.UnitNorm()).BiasConstraint(constraints.NonNeg())
		},
		"not trainable, named": func() keras.Layer { return plain().Trainable(false).WithName("rows") },
		"a mask ends":          func() keras.Layer { return plain() },
		"kernel_initializer":   func() keras.Layer { return heads().KernelInitializer(initializers.HeNormal().Seed(3)) },
	})
}

// TestEinsumDenseScalesByItsAxes: the kernel (c, d, e) of "abc,cde->abde" has c inputs, not c·d.
func TestEinsumDenseScalesByItsAxes(t *testing.T) {
	for _, i := range []keras.Initializer{
		initializers.VarianceScaling().Distribution("uniform").Seed(1), initializers.LecunUniform().Seed(1),
		initializers.LecunUniform().Seed(1).InputAxes(0).OutputAxes(2),
	} {
		l := layers.EinsumDense("abc,cde->abde", keras.None, 40, 50).KernelInitializer(i)
		require.NoError(t, l.Apply(keras.Input(keras.Shape{2, 3})).Err())
		var largest float64
		for _, v := range l.Weights()[0].Value().Float32s() {
			largest = max(largest, math.Abs(float64(v)))
		}
		assert.InDelta(t, 1, largest, 0.01, "√(3/3)")
	}
}

func TestEinsumDenseErrors(t *testing.T) {
	for _, tt := range []struct {
		want  string
		layer *layers.EinsumDenseLayer
		in    keras.Shape
	}{
		{"Invalid einsum equation 'ab,bc'. Equations must be in the form [X],[Y]->[Z], ...[X],[Y]->...[Z], or [X]...,[Y]->[Z]....", layers.EinsumDense("ab,bc", 3), keras.Shape{4}},
		{"expected an output shape for the axes ac, without the batch, received (3, 4)", layers.EinsumDense("ab,bc->ac", 3, 4), keras.Shape{4}},
		{"expected an input with the axes ab, received (None, 4, 5)", layers.EinsumDense("ab,bc->ac", 3), keras.Shape{4, 5}},
		{"Dimension 'd' was specified in the output 'ad' but has no corresponding dim in the input spec 'ab'", layers.EinsumDense("ab,bc->ad", 3), keras.Shape{4}},
		{"do not match at shared dimension 'b'. Input shape is 4, and output shape is 5.", layers.EinsumDense("abc,bd->abd", 5, 6), keras.Shape{4, 3}},
		{"Weight dimension 'c' did not have a match in either the input spec 'ab' or the output spec 'ad'.", layers.EinsumDense("ab,cd->ad", 3), keras.Shape{4}},
		{"Bias dimension 'b' was requested, but is not part of the output spec 'ac'", layers.EinsumDense("ab,bc->ac", 3).BiasAxes("b"), keras.Shape{4}},
		{"Shapes used to initialize variables must be fully-defined", layers.EinsumDense("abc,bd->adc", 2, keras.None), keras.Shape{keras.None, 3}},
	} {
		assert.ErrorContains(t, tt.layer.Apply(keras.Input(tt.in)).Err(), tt.want)
	}
	built := layers.EinsumDense("...x,xy->...y", 3)
	require.NoError(t, built.Apply(keras.Input(keras.Shape{2, 4})).Err())
	assert.ErrorContains(t, built.Apply(keras.Input(keras.Shape{2, 5})).Err(), "expected axis 2 of input shape to have value 4")
	assert.ErrorContains(t, built.Apply(keras.Input(keras.Shape{4})).Err(), "expected ndim=3, found ndim=2")
}
