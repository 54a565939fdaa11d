package models_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/models"
)

// TestModelOfKeras2: a file of Keras 2 computes what Keras 2 computed, and its training goes on
// as it did there.
func TestModelOfKeras2(t *testing.T) {
	var file struct {
		Config                            keras.Config
		Inputs, Targets, Outputs, Trained []array
	}
	fixture(t, "keras2.json", &file)
	tensors := func(arrays []array) (list data.List) {
		for _, a := range arrays {
			list = append(list, a.tensor())
		}
		return list
	}
	agree := func(m *models.Model, want []array, what string) {
		got, err := m.PredictAll(tensors(file.Inputs))
		require.NoError(t, err)
		for i, y := range got.(data.List) {
			near(t, want[i].floats(), floats(y), 1e-5, what)
		}
	}
	m, err := models.Load("testdata/keras2.h5")
	require.NoError(t, err)
	agree(m, file.Outputs, "the file")

	native, err := models.FromJSON([]byte(file.Config.With("keras_version", "2.15.0").String()))
	require.NoError(t, err)
	require.NoError(t, native.SetWeights(m.GetWeights()))
	agree(native, file.Outputs, "the config of a .keras")

	for range 2 {
		_, err := m.TrainOnBatch(tensors(file.Inputs), tensors(file.Targets))
		require.NoError(t, err)
	}
	agree(m, file.Trained, "trained on")
	assert.True(t, native.Compiled())
}
