package layers_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

// TestSpatialDropoutDropsChannels: a channel of a sample is dropped or kept as a whole.
func TestSpatialDropoutDropsChannels(t *testing.T) {
	const samples, channels, places = 16, 5, 12
	for _, tt := range []struct {
		layer           keras.Layer
		shape           []int
		channel, within int // the distances of neighbours among the elements of a sample
	}{
		{layers.SpatialDropout1D(0.5).Seed(3), []int{samples, places, channels}, 1, channels},
		{layers.SpatialDropout2D(0.5).Seed(3), []int{samples, 3, 4, channels}, 1, channels},
		{layers.SpatialDropout2D(0.5).Seed(3).DataFormat("channels_first"), []int{samples, channels, 3, 4}, places, 1},
		{layers.SpatialDropout3D(0.5).Seed(3), []int{samples, 3, 2, 2, channels}, 1, channels},
		{layers.SpatialDropout3D(0.5).Seed(3).DataFormat("channels_first"), []int{samples, channels, 2, 3, 2}, places, 1},
	} {
		c := drawn(t, tt.layer, tt.shape...)
		y := c.Outputs[0].Float32s()
		dropped := 0
		for sample := range samples {
			for channel := range channels {
				first := sample*channels*places + channel*tt.channel
				for place := range places {
					assert.Equal(t, y[first], y[first+place*tt.within])
				}
				if y[first] == 0 {
					dropped++
				} else {
					assert.Equal(t, float32(2), y[first])
				}
			}
		}
		assert.InDelta(t, samples*channels/2, dropped, 5*4.5, "five standard deviations of a binomial distribution")
		assert.Equal(t, y, c.InputGrad.Data(), "the gradient of x·mask is the mask")
	}
}

func TestSpatialDropoutErrors(t *testing.T) {
	for want, l := range map[string]keras.Layer{
		"expected ndim=4, found ndim=3. Full shape received: (None, 2, 3)":    layers.SpatialDropout2D(0.5),
		"`rate`. Expected a float value between 0 and 1. Received: rate=1.5":  layers.SpatialDropout1D(1.5),
		"must be one of {'channels_first', 'channels_last'}. Received: data_": layers.SpatialDropout3D(0.5).DataFormat("first"),
	} {
		assert.ErrorContains(t, l.Apply(keras.Input(keras.Shape{2, 3})).Err(), want)
	}
}
