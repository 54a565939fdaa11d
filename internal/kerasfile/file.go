package kerasfile

import (
	"io"
	"io/fs"

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
	// ByName reads the layers of an older .h5 that have the names of the model's, and no others. Other
	// files have no such names.
	ByName bool
}

// File is a file of Keras's that is read.
type File struct {
	size    int64
	version string
	archive *archive    // nil for a .h5
	tree    tree        // the root of the .h5, or of that in the archive
	layers  *hdf5.Group // with the layers, in the older format
	shards  []fs.File
}

// Open reads the head of a file of the given size. Its content tells what it is: a .keras, a
// .h5 of a model, or weights alone, in either format.
//
// Errors: those of packages archive/zip and hdf5; ErrWeights for an archive without weights, and for files of Keras 1.
func Open(r io.ReaderAt, size int64) (*File, error) {
	f := &File{size: size}
	if isArchive(r) {
		var err error
		if f.archive, err = openArchive(r, size); err != nil {
			return nil, err
		}
		r, size = f.archive.weights, f.archive.weights.Size()
		f.version = f.archive.version()
	}
	h, err := hdf5.Open(r, size)
	switch {
	case errors.Is(err, hdf5.ErrFormat) && f.archive == nil:
		return nil, errors.WithMessage(err, "not a file of Keras, or damaged")
	case err != nil:
		return nil, err
	}
	root, err := h.Root()
	if err != nil {
		return nil, err
	}
	f.tree = tree{root}
	if f.archive == nil {
		if f.layers = legacyLayers(root); f.layers != nil {
			f.version, err = legacyVersion(root, f.layers)
		}
	}
	return f, err
}

// Close closes the files of [OpenShards].
func (f *File) Close() error {
	var first error
	for _, s := range f.shards {
		if err := s.Close(); first == nil {
			first = err
		}
	}
	return first
}

// Version is the version of Keras that wrote the file; empty where it does not say so.
func (f *File) Version() string { return f.version }

// Config is the model's config, as the present Keras writes it (see [Upgrade]); nil in a file of weights alone.
func (f *File) Config() (keras.Config, error) {
	var cfg keras.Config
	var err error
	switch {
	case f.archive != nil:
		cfg, err = f.archive.config()
	case f.layers != nil:
		cfg, err = legacyConfig(f.tree[0])
	}
	if cfg == nil || err != nil {
		return nil, err
	}
	return Upgrade(cfg, f.version)
}

// Read reads weights, and the optimizer's state where it is wanted and fits; if it does not, there
// is a warning. An error before all shapes are known to fit changes nothing.
//
// Errors: those of package hdf5; ErrWeights for other weights than these.
func (f *File) Read(w Weights, how Options) error {
	if how.ByName && f.layers == nil {
		return keras.Fault(keras.ErrArgument, "`by_name` only supports loading legacy '.h5' or '.hdf5' files.")
	}
	if f.archive != nil {
		if err := f.archive.verify(); err != nil {
			return err
		}
	}
	var r reading
	var err error
	if f.layers != nil {
		err = r.legacy(f, w, how)
	} else {
		err = r.tree(f.tree, w.Tree, how)
	}
	if err == nil && len(w.Optimizer.Variables) > 0 {
		err = r.optimizer(f, w)
	}
	if err != nil {
		return err
	}
	return r.read()
}
