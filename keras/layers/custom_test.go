package layers_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/ops"
)

func square(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(gorgonia.Must(gorgonia.Square(in[0])))
}

// TestLambda: a function of Gorgonia's own is a layer, with shapes found by tracing and with gradients.
func TestLambda(t *testing.T) {
	keras.ClearSession()
	l := layers.Lambda("square", square)
	out := l.Apply(keras.Input(keras.Shape{keras.None, 3}))
	require.NoError(t, out.Err())
	assert.Equal(t, keras.Shape{keras.None, keras.None, 3}, out.Shape())
	assert.Equal(t, "square", l.Name())
	assert.Equal(t, "lambda", layers.Lambda("", square).Name(), "an empty name is an automatic one")
	assert.Equal(t, []string{"name", "trainable", "dtype"}, keysOf(l.Config()))

	c, err := layertest.Compute(l, false, tensor.New(tensor.WithShape(1, 3), tensor.WithBacking([]float32{1, -2, 3})))
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 4, 9}, c.Outputs[0].Float32s())
	assert.Equal(t, []float32{2, -4, 6}, c.InputGrad.Float32s(), "the gradient of x² is 2x")
}

func keysOf(cfg keras.Config) []string {
	var keys []string
	for _, e := range cfg {
		keys = append(keys, e.Key)
	}
	return keys
}

// TestLambdaOutputs: a function may give several outputs, of other shapes.
func TestLambdaOutputs(t *testing.T) {
	outs := keras.Apply(layers.Lambda("both", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		return t.Out(ops.Sum(in[0], 1), ops.Concat(-1, in[0], in[1]))
	}), keras.Input(keras.Shape{5, 2}), keras.Input(keras.Shape{5, 3}))
	require.NoError(t, outs[0].Err())
	require.Len(t, outs, 2)
	assert.Equal(t, keras.Shape{keras.None, 2}, outs[0].Shape())
	assert.Equal(t, keras.Shape{keras.None, 5, 5}, outs[1].Shape())
}

func scaleSpec() layers.CustomSpec {
	return layers.CustomSpec{
		Name: "ChannelScale",
		Build: func(l *keras.Base, in ...keras.Shape) error {
			l.AddWeight("factor", keras.Shape{in[0].Last()}, initializers.Constant(3))
			return nil
		},
		Call: func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(ops.Mul(in[0], t.Weight("factor")))
		},
	}
}

// TestCustom: a struct of functions is a layer with weights and an automatic name.
func TestCustom(t *testing.T) {
	keras.ClearSession()
	l := layers.Custom(scaleSpec())
	out := l.Apply(keras.Input(keras.Shape{keras.None, 2}))
	require.NoError(t, out.Err())
	assert.Equal(t, keras.Shape{keras.None, keras.None, 2}, out.Shape(), "found by tracing")
	assert.Equal(t, "ChannelScale", l.Class())
	assert.Equal(t, "channel_scale", l.Name())
	assert.Equal(t, "channel_scale_1", layers.Custom(scaleSpec()).Name())
	assert.Equal(t, "mine", layers.Custom(scaleSpec()).WithName("mine").Name())
	require.Len(t, l.Weights(), 1)
	assert.Equal(t, "channel_scale/factor", l.Weights()[0].Path())

	c, err := layertest.Compute(l, false, tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float32{1, 2, 3, 4})))
	require.NoError(t, err)
	assert.Equal(t, []float32{3, 6, 9, 12}, c.Outputs[0].Float32s())
	assert.Equal(t, []float32{4, 6}, c.Grads[l.Weights()[0]].Float32s(), "the sums of the columns")
}

// TestCustomOutputShapes: shapes that are given are not traced.
func TestCustomOutputShapes(t *testing.T) {
	spec := scaleSpec()
	spec.OutputShapes = func(in ...keras.Shape) ([]keras.Shape, error) { return in, nil }
	spec.Call = func(*keras.Trace, ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		panic("called")
	}
	out := layers.Custom(spec).Apply(keras.Input(keras.Shape{2}))
	require.NoError(t, out.Err())
	assert.Equal(t, keras.Shape{keras.None, 2}, out.Shape())
}
