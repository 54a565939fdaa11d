package layers_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestGaussianNoise(t *testing.T) {
	layertest.Run(t, "GaussianNoise", layertest.Cases{
		"inference":          func() keras.Layer { return layers.GaussianNoise(0.5) },
		"stddev 0, training": func() keras.Layer { return layers.GaussianNoise(0) },
		"seed, mask passes":  func() keras.Layer { return layers.GaussianNoise(0.25).Seed(7) },
	}, layertest.Trains)
}

// moments are the mean and the standard deviation of numbers.
func moments(x []float32) (mean, stddev float64) {
	for _, v := range x {
		mean += float64(v) / float64(len(x))
	}
	for _, v := range x {
		stddev += (float64(v) - mean) * (float64(v) - mean) / float64(len(x))
	}
	return mean, math.Sqrt(stddev)
}

// TestNoiseOfGaussianLayers: mean and standard deviation over many ones, within five
// standard errors, new noise in each run, and the same with the same seed.
func TestNoiseOfGaussianLayers(t *testing.T) {
	const n = 20000
	for _, tt := range []struct {
		layer  func() keras.Layer
		stddev float64
		grad   float32 // 0: that of a product, which is the factor
	}{
		{func() keras.Layer { return layers.GaussianNoise(0.5).Seed(3) }, 0.5, 1},
		{func() keras.Layer { return layers.GaussianDropout(0.2).Seed(3) }, 0.5, 0},
	} {
		c, again := drawn(t, tt.layer(), n/10, 10), drawn(t, tt.layer(), n/10, 10)
		y := c.Outputs[0].Float32s()
		mean, stddev := moments(y)
		assert.InDelta(t, 1, mean, 5*tt.stddev/math.Sqrt(n))
		assert.InDelta(t, tt.stddev, stddev, 5*tt.stddev/math.Sqrt(2*n))
		assert.Equal(t, y, again.Outputs[0].Data(), "the same seed")
		for i, g := range c.InputGrad.Float32s() {
			want := tt.grad
			if want == 0 {
				want = y[i]
			}
			require.Equal(t, want, g)
		}
		before := y[0]
		require.NoError(t, c.Again())
		assert.NotEqual(t, before, c.Outputs[0].Float32s()[0], "another run")
	}
}

func TestNoiseErrors(t *testing.T) {
	for want, l := range map[string]keras.Layer{
		"`stddev`. Expected a float value between 0 and 1. Received: stddev=1.5": layers.GaussianNoise(1.5),
		"`rate`. Expected a float value between 0 and 1. Received: rate=-0.5":    layers.GaussianDropout(-0.5),
		"`rate`. Expected a float value between 0 and 1. Received: rate=2.0":     layers.AlphaDropout(2),
	} {
		assert.ErrorContains(t, l.Apply(keras.Input(keras.Shape{2})).Err(), want)
	}
	for _, l := range []keras.Layer{layers.GaussianDropout(1), layers.AlphaDropout(1)} {
		_, err := layertest.Compute(l, true, ones(2, 3))
		assert.ErrorContains(t, err, "expected a rate below 1 in training")
	}
}
