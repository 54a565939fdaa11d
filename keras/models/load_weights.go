package models

import (
	"slices"
	"strings"

	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
)

// LoadWeights sets all weights to those of a file that SaveWeights, Save or Keras wrote, of a
// model with the same layers: model.weights.h5, model.keras, or model.h5 of Keras 2 and of
// keras.applications. The model must be built. The state of the optimizer is read too where
// the file has it and the optimizer has one, as in Keras: after training has begun.
//
// Errors: another ending; a file that is damaged or has other weights, which changes none.
func (m *Model) LoadWeights(path string) error {
	if _, err := m.network(); err != nil {
		return err
	}
	if !slices.ContainsFunc([]string{".keras", ".h5", ".hdf5"}, func(ending string) bool { return strings.HasSuffix(path, ending) }) {
		return m.locate(keras.Fault(keras.ErrArgument, "File format not supported: filepath=%s. Keras 3 only supports V3 `.keras` and "+
			"`.weights.h5` files, or legacy V1/V2 `.h5` files.", path))
	}
	return m.locate(readFile(path, func(f *kerasfile.File) error {
		return f.Read(m.stored(), kerasfile.Options{})
	}))
}

// restore is LoadWeights of what SaveWeights wrote while the model was trained.
func (m *Model) restore(path string) error {
	if _, err := m.buildOptimizer(m.Optimizer()); err != nil {
		return m.locate(err)
	}
	return m.LoadWeights(path)
}
