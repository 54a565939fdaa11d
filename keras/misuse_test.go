package keras_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestWhatIsNotThereStaysHarmless(t *testing.T) {
	require.NoError(t, keras.Locate(nil, nil, ""), "no error stays none")
	keras.RegisterLayer("test", "NoFactory", nil)
	_, err := keras.New(keras.KindLayer, "NoFactory")
	require.ErrorIs(t, err, keras.ErrConfig)
	assert.Contains(t, (&keras.Tensor{}).String(), "dtype=none")
	assert.NotEmpty(t, (&layers.DenseLayer{}).Config(), "of a layer without Init")
	v := keras.NewVariable("w", "w", tensor.New(tensor.WithBacking([]float32{1, 2})), true)
	require.ErrorIs(t, v.Assign(&tensor.Dense{}), keras.ErrShape)
}
