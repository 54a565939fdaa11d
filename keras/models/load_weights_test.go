package models_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

// TestLoadWeights: a model of Keras's config, with the weights of Keras's files, predicts what Keras does.
func TestLoadWeights(t *testing.T) {
	var file struct {
		Cases []struct {
			JSON string
			X    []array
			Y    array
		}
	}
	fixture(t, "weights.json", &file)
	c := file.Cases[0]
	for _, name := range []string{"weights.weights.h5", "weights.keras", "weights.legacy.h5"} {
		m, err := models.FromJSON([]byte(c.JSON))
		require.NoError(t, err)
		require.NoError(t, m.LoadWeights(filepath.Join("testdata", name)))
		y, err := m.Predict(data.List{c.X[0].tensor(), c.X[1].tensor()})
		require.NoError(t, err)
		assert.InDeltaSlice(t, c.Y.floats(), floats(y), 1e-5, name)
	}
}

func TestLoadWeightsErrors(t *testing.T) {
	keras.ClearSession()
	m, err := models.Sequential(layers.InputLayer(keras.Shape{3}), layers.Dense(2))
	require.NoError(t, err)
	before := m.GetWeights()
	damaged := filepath.Join(t.TempDir(), "x.weights.h5")
	whole, err := os.ReadFile("testdata/weights.weights.h5")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(damaged, whole[:len(whole)/2], 0o600))
	const mismatch = "Example error message for object <Dense name=dense, built=True>:\n\nThe shape of the target variable and the shape of the target value in " +
		"`variable.assign(value)` must match. variable.shape=(3, 2), Received: value.shape=(4, 4). Target variable: <Variable path=sequential/dense/kernel, shape=(3, 2), dtype=float32>"
	for _, tt := range []struct{ path, want string }{
		{"testdata/nothing.weights.h5", "no such file or directory"},
		{"testdata/weights.json", "File format not supported: filepath=testdata/weights.json. Keras 3 only supports V3 `.keras` files, `.weights.h5` files, legacy H5 format files (`.h5` extension)."},
		{"testdata/weights.weights.h5", mismatch},
		{"testdata/weights.keras", mismatch},
		{"testdata/weights.legacy.h5", "Layer count mismatch when loading weights from file. Model expected 1 layers, found 6 saved layers."},
		{damaged, "hdf5"},
	} {
		err := m.LoadWeights(tt.path)
		assert.ErrorContains(t, err, tt.want)
		assert.ErrorContains(t, err, "sequential (Sequential)")
	}
	assert.Equal(t, before, m.GetWeights(), "an error changes nothing")

	deferred, err := models.Sequential(layers.Dense(2))
	require.NoError(t, err)
	assert.ErrorIs(t, deferred.LoadWeights("testdata/weights.weights.h5"), keras.ErrState)
}
