package layers_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestDropout(t *testing.T) {
	layertest.Run(t, "Dropout", layertest.Cases{
		"inference":         func() keras.Layer { return layers.Dropout(0.4) },
		"rate 0, training":  func() keras.Layer { return layers.Dropout(0) },
		"rate 1, training":  func() keras.Layer { return layers.Dropout(1) },
		"rate 1, inference": func() keras.Layer { return layers.Dropout(1) },
		"noise_shape":       func() keras.Layer { return layers.Dropout(0.5).NoiseShape(keras.None, 1, 3) },
		"seed":              func() keras.Layer { return layers.Dropout(0.25).Seed(7) },
		"mask passes":       func() keras.Layer { return layers.Dropout(0.5) },
	}, layertest.Trains)
}

func ones(shape ...int) *tensor.Dense {
	return tensor.Ones(tensor.Float32, shape...)
}

// drawn computes a Dropout of ones in training, where the output is the mask.
func drawn(t *testing.T, l keras.Layer, shape ...int) *layertest.Computed {
	t.Helper()
	c, err := layertest.Compute(l, true, ones(shape...))
	require.NoError(t, err)
	return c
}

// TestDropoutDrops: in training an element is 0 with probability rate, else it is
// multiplied by 1/(1−rate), and so is its gradient.
func TestDropoutDrops(t *testing.T) {
	const n, rate = 20000, 0.25
	c := drawn(t, layers.Dropout(rate).Seed(7), n/10, 10)
	dropped := 0
	for _, v := range c.Outputs[0].Float32s() {
		if v == 0 {
			dropped++
		} else {
			require.InEpsilon(t, 1/(1-rate), v, 1e-6)
		}
	}
	assert.InDelta(t, rate*n, dropped, 5*math.Sqrt(n*rate*(1-rate)), "five standard deviations of a binomial distribution")
	assert.Equal(t, c.Outputs[0].Data(), c.InputGrad.Data(), "the gradient of x·mask is the mask")
}

// TestDropoutSeed: a seed repeats the draws, each run draws anew, and layers without one differ.
func TestDropoutSeed(t *testing.T) {
	first, second := drawn(t, layers.Dropout(0.5).Seed(7), 8, 8), drawn(t, layers.Dropout(0.5).Seed(7), 8, 8)
	other := drawn(t, layers.Dropout(0.5).Seed(8), 8, 8)
	before := first.Outputs[0].Data()
	assert.Equal(t, before, second.Outputs[0].Data(), "the same seed")
	assert.NotEqual(t, before, other.Outputs[0].Data(), "another seed")
	require.NoError(t, first.Again())
	assert.NotEqual(t, before, first.Outputs[0].Data(), "a second run")
	require.NoError(t, second.Again())
	assert.Equal(t, first.Outputs[0].Data(), second.Outputs[0].Data(), "the second runs of one seed")

	keras.SetRandomSeed(1)
	a, b := drawn(t, layers.Dropout(0.5), 8, 8), drawn(t, layers.Dropout(0.5), 8, 8)
	assert.NotEqual(t, a.Outputs[0].Data(), b.Outputs[0].Data(), "two layers without a seed")
	keras.SetRandomSeed(1)
	assert.Equal(t, a.Outputs[0].Data(), drawn(t, layers.Dropout(0.5), 8, 8).Outputs[0].Data(), "SetRandomSeed")
}

// TestDropoutNoiseShape: an axis of 1 is dropped or kept as a whole.
func TestDropoutNoiseShape(t *testing.T) {
	y := drawn(t, layers.Dropout(0.5).Seed(3).NoiseShape(keras.None, 1, 3), 16, 4, 3).Outputs[0].Float32s()
	for sample := range 16 {
		at := y[sample*12:][:12]
		for step := range 4 {
			assert.Equal(t, at[:3], at[step*3:][:3], "sample %d, step %d", sample, step)
		}
	}
	assert.Contains(t, y, float32(0))
	assert.Contains(t, y, float32(2))
}
