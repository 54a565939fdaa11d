package optimizers_test

import (
	"math"
	"testing"

	"github.com/pkg/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// bad is a solver that fails.
type bad struct{ panics bool }

func (b bad) Step([]gorgonia.ValueGrad) error {
	if b.panics {
		panic("no")
	}
	return errors.New("not today")
}

func TestSolversOfGorgonia(t *testing.T) {
	vec := func(v ...float32) *tensor.Dense { return tensor.New(tensor.WithShape(len(v)), tensor.WithBacking(v)) }
	a := keras.NewVariable("a", "m/a", vec(1, 2), true)
	b := keras.NewVariable("b", "m/b", vec(3), true)
	o := optimizers.FromGorgonia(gorgonia.NewVanillaSolver(gorgonia.WithLearnRate(0.5)))
	assert.False(t, o.Built())
	assert.Zero(t, o.Iterations())
	require.NoError(t, o.Build([]*keras.Variable{a, b}))
	g := vec(1, 1)
	require.NoError(t, o.Step([]*tensor.Dense{g, nil}))
	assert.Equal(t, []float32{0.5, 1.5}, a.Value().Data())
	assert.Equal(t, []float32{3}, b.Value().Data(), "a variable without a gradient stays")
	assert.Equal(t, []float32{1, 1}, g.Data(), "the gradient stays as it is")
	require.NoError(t, o.Step([]*tensor.Dense{vec(2, 0), nil}))
	assert.Equal(t, []float32{-0.5, 1.5}, a.Value().Data())
	assert.Equal(t, 2, o.Iterations())
	assert.Len(t, o.Variables(), 1)
	assert.True(t, math.IsNaN(o.LearningRate()))
	require.ErrorIs(t, o.SetLearningRate(1), keras.ErrState)
	require.ErrorContains(t, o.Step([]*tensor.Dense{g, vec(1)}), "the same variables in every step")
	require.ErrorContains(t, o.Step([]*tensor.Dense{g}), "expected 2 gradients, one for each variable, received 1")
	require.ErrorContains(t, o.Build([]*keras.Variable{keras.NewVariable("c", "m/c", vec(1), true)}), "Unknown variable")
	require.NoError(t, o.Finalize())

	for _, s := range []bad{{false}, {true}} {
		o := optimizers.FromGorgonia(s)
		require.NoError(t, o.Build([]*keras.Variable{a}))
		require.ErrorIs(t, o.Step([]*tensor.Dense{g}), keras.ErrRun)
		assert.Zero(t, o.Iterations())
	}
	require.ErrorIs(t, optimizers.FromGorgonia(nil).Err(), keras.ErrArgument)
}
