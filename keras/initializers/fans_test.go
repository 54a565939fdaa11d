package initializers

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras"
)

func TestFans(t *testing.T) {
	text, err := os.ReadFile("testdata/initializers.json")
	require.NoError(t, err)
	var fixture struct {
		Fans []struct {
			Shape      keras.Shape
			InputAxes  []int   `json:"input_axes"`
			OutputAxes []int   `json:"output_axes"`
			FanIn      float64 `json:"fan_in"`
			FanOut     float64 `json:"fan_out"`
		}
	}
	require.NoError(t, json.Unmarshal(text, &fixture))
	require.NotEmpty(t, fixture.Fans)
	for _, c := range fixture.Fans {
		in, out, err := fans(c.Shape, c.InputAxes, c.OutputAxes)
		require.NoError(t, err)
		assert.Equal(t, [2]float64{c.FanIn, c.FanOut}, [2]float64{in, out}, "%s, axes %v and %v", c.Shape, c.InputAxes, c.OutputAxes)
	}
}

func TestFansNeedBothAxes(t *testing.T) {
	in, out, err := fans(keras.Shape{3, 4, 5}, []int{2}, nil)
	require.NoError(t, err)
	assert.Equal(t, [2]float64{12, 15}, [2]float64{in, out}, "input_axes alone count for nothing, as in compute_fans")
}
