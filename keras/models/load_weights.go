package models

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
)

// WeightsOption is an option of LoadWeights.
type WeightsOption func(*weightsOptions)

type weightsOptions kerasfile.Options

// SkipMismatch leaves the layers as they are whose weights the file does not have, or in other
// shapes, and warns of them: a new head on layers that were trained.
func SkipMismatch() WeightsOption { return func(o *weightsOptions) { o.SkipMismatch = true } }

// ByName reads the layers that have the names of those in the file, and no others. Only the
// older .h5 has names.
func ByName() WeightsOption { return func(o *weightsOptions) { o.ByName = true } }

// LoadWeights sets all weights to those of a file that SaveWeights, Save or Python's Keras wrote,
// of a model with the same layers: model.weights.h5, model.weights.json with its parts,
// model.keras, or model.h5 of Keras 2 and 3 and of keras.applications. The model must be built.
// The state of the optimizer is read too where the file has it and the optimizer has one, as in
// Keras: after training has begun.
//
// Errors: another ending; a file that is damaged or has other weights, which changes none; ByName
// for another file than a .h5.
func (m *Model) LoadWeights(path string, opts ...WeightsOption) error {
	if _, err := m.network(); err != nil {
		return err
	}
	var o weightsOptions
	for _, set := range opts {
		if set != nil {
			set(&o)
		}
	}
	read := func(f *kerasfile.File) error { return f.Read(m.stored(), kerasfile.Options(o)) }
	hasEnding := func(ending string) bool { return strings.HasSuffix(path, ending) }
	var err error
	switch {
	case !slices.ContainsFunc([]string{".keras", ".h5", ".hdf5", ".weights.json"}, hasEnding):
		err = keras.Fault(keras.ErrArgument, "File format not supported: filepath=%s. Keras 3 only supports V3 `.keras` files, "+
			"`.weights.h5` files, legacy H5 format files (`.h5` extension).", path)
	case hasEnding(".weights.json"):
		err = readShards(path, read)
	default:
		err = readFile(path, read)
	}
	return m.locate(err)
}

// readShards is readFile for weights in several files.
func readShards(path string, read func(*kerasfile.File) error) error {
	folder, name := filepath.Split(path)
	f, err := kerasfile.OpenShards(os.DirFS(filepath.Clean(folder)), name)
	if err != nil {
		return errors.WithMessage(err, path)
	}
	defer func() { _ = f.Close() }() // nothing was written
	return errors.WithMessage(read(f), path)
}

// restore is LoadWeights of what SaveWeights wrote while the model was trained.
func (m *Model) restore(path string) error {
	if _, err := m.buildOptimizer(m.Optimizer()); err != nil {
		return m.locate(err)
	}
	return m.LoadWeights(path)
}
