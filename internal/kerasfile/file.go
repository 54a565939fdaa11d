package kerasfile

import (
	"io"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/internal/hdf5"
	"github.com/gokeras/gokeras/keras"
)

// ErrWeights is the class of errors of files that do not have the weights that were asked for.
var ErrWeights = errors.New("weights that do not fit")

func mismatch(format string, args ...any) error { return keras.Fault(ErrWeights, format, args...) }

// Weights is what there is to store of a model besides its config.
type Weights struct {
	Tree   Object   // as Keras 3 stores them
	Layers []Legacy // as the older .h5 has them
	// Optimizer is the optimizer's state. Without variables it is neither read nor written.
	Optimizer Object
}

// Options are how weights are read.
type Options struct {
	// SkipMismatch warns of what does not fit, and leaves it as it is.
	SkipMismatch bool
}

// File is a file of Keras's that is read.
type File struct {
	version string
	archive *archive // nil for a .h5
	root    *hdf5.Group
	legacy  bool
}

// Open reads the head of a file of the given size. Its content tells what it is: a .keras, a
// .h5 of a model, or weights alone, in either format.
//
// Errors: those of packages archive/zip and hdf5; ErrWeights for an archive without weights.
func Open(r io.ReaderAt, size int64) (*File, error) {
	f := &File{}
	if isArchive(r) {
		var err error
		if f.archive, err = openArchive(r, size); err != nil {
			return nil, err
		}
		r, size = f.archive.weights, f.archive.weights.Size()
		f.version = f.archive.version()
	}
	h, err := hdf5.Open(r, size)
	if err != nil {
		return nil, err
	}
	if f.root, err = h.Root(); err != nil {
		return nil, err
	}
	f.legacy = isLegacy(f.root)
	return f, nil
}

// Version is the version of Keras that wrote the file; empty where it does not say so.
func (f *File) Version() string { return f.version }

// Config is the model's config, nil in a file of weights alone.
func (f *File) Config() (keras.Config, error) {
	if f.archive == nil {
		return nil, nil
	}
	return f.archive.config()
}

// HasOptimizer reports whether the file has the state of an optimizer.
func (f *File) HasOptimizer() bool {
	if f.legacy {
		return false
	}
	vars, err := variables(f.root, optimizerGroup)
	return err == nil && vars != nil && len(vars.Names()) > 0
}

// Read reads weights, and the optimizer's state where it is wanted and fits; if it does not, there
// is a warning. An error before all shapes are known to fit changes nothing.
//
// Errors: those of package hdf5; ErrWeights for other weights than these.
func (f *File) Read(w Weights, o Options) error {
	if f.archive != nil {
		if err := f.archive.verify(); err != nil {
			return err
		}
	}
	r := reading{}
	var err error
	if f.legacy {
		err = r.legacy(f.root, w.Layers)
	} else {
		err = r.tree(f.root, w.Tree, o)
	}
	if err == nil && !f.legacy && len(w.Optimizer.Variables) > 0 {
		err = r.optimizer(f.root, w.Optimizer)
	}
	if err != nil {
		return err
	}
	return r.read()
}
