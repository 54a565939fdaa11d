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

func TestAlphaDropout(t *testing.T) {
	layertest.Run(t, "AlphaDropout", layertest.Cases{
		"inference":         func() keras.Layer { return layers.AlphaDropout(0.5) },
		"rate 0, training":  func() keras.Layer { return layers.AlphaDropout(0) },
		"noise_shape":       func() keras.Layer { return layers.AlphaDropout(0.5).NoiseShape(keras.None, 1, 3) },
		"seed, mask passes": func() keras.Layer { return layers.AlphaDropout(0.25).Seed(7) },
	}, layertest.Trains)
}

// TestAlphaDropoutKeepsMoments: of normal numbers with mean 0 and variance 1, a fraction
// rate becomes one number, the rest is a·x+b, and mean and variance stay.
func TestAlphaDropoutKeepsMoments(t *testing.T) {
	const n, rate = 40000, 0.25
	const floor = -1.7580993408473766
	a := math.Pow((1-rate)*(1+rate*floor*floor), -0.5)
	b := -a * floor * rate
	x := tensor.New(tensor.WithShape(n/10, 10), tensor.WithBacking(tensor.Random(tensor.Float32, n)))
	c, err := layertest.Compute(layers.AlphaDropout(rate).Seed(5), true, x)
	require.NoError(t, err)
	dropped := 0
	for i, y := range c.Outputs[0].Float32s() {
		if g := c.InputGrad.Float32s()[i]; g == 0 {
			dropped++
			require.InDelta(t, a*floor+b, y, 1e-5)
		} else {
			require.InDelta(t, a, g, 1e-5)
			require.InDelta(t, a*float64(x.Float32s()[i])+b, y, 1e-5)
		}
	}
	assert.InDelta(t, rate*n, dropped, 5*math.Sqrt(n*rate*(1-rate)))
	mean, stddev := moments(c.Outputs[0].Float32s())
	assert.InDelta(t, 0, mean, 0.05)
	assert.InDelta(t, 1, stddev, 0.05)
}
