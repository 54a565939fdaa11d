package models_test

import (
	"bytes"
	"log"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
)

// Weights that the loss does not depend on: Keras's warning for some, its error for all.
func TestWeightsThatTheLossDoesNotReach(t *testing.T) {
	var said bytes.Buffer
	log.SetOutput(&said)
	defer log.SetOutput(os.Stderr)
	stop := func() keras.Layer {
		return layers.Lambda("stop", func(_ *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return []*gorgonia.Node{ops.StopGradient(in[0])}, nil
		})
	}
	x, y := data.RandomNormal([]int{4, 3}), data.RandomNormal([]int{4, 2})
	fit := func(out *keras.Tensor, in *keras.Tensor) error {
		m, err := models.New(in, out)
		require.NoError(t, err)
		require.NoError(t, m.Compile(models.CompileConfig{Loss: losses.MeanSquaredError()}))
		_, err = m.Fit(x, y, models.FitConfig{Epochs: 2, Verbose: models.Silent})
		return err
	}
	in := keras.Input(keras.Shape{3})
	hidden := layers.Dense(3).WithName("hidden").Apply(in)
	require.NoError(t, fit(layers.Dense(2).WithName("out").Apply(stop().Apply(hidden)), in))
	assert.Contains(t, said.String(), "Gradients do not exist for variables ['hidden/kernel', 'hidden/bias'] when minimizing the loss.")
	assert.Equal(t, 1, bytes.Count(said.Bytes(), []byte("Gradients do not exist")), "said once")

	in = keras.Input(keras.Shape{3})
	err := fit(stop().Apply(layers.Dense(2).Apply(in)), in)
	assert.ErrorContains(t, err, "No gradients provided for any variable.")
	assert.ErrorIs(t, err, keras.ErrGraph)
}
