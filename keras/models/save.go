package models

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/gokeras/gokeras/internal/atomicfile"
	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
)

// Save writes the model to a file that Load and Python's Keras, from version 3.0 on, read:
// architecture, weights, and of a compiled model what Compile was given and the state of the
// optimizer. A path that ends in .h5 or .hdf5 gets the older format, as Keras 3 writes it.
//
// The file is there when all of it is: an error, or the end of the program, leaves one that was
// there before as it was. Other goroutines may train meanwhile; what is written is the state between
// two steps.
//
// Errors: another ending; a model that is broken; a file that cannot be written.
func (m *Model) Save(path string) error {
	write := kerasfile.WriteArchive
	switch strings.ToLower(filepath.Ext(path)) {
	case ".keras":
	case ".h5", ".hdf5":
		write = kerasfile.WriteLegacy
	default:
		return m.fault(keras.Fault(keras.ErrArgument, "Invalid filepath extension for saving. Please add either a `.keras` extension for the native Keras format "+
			"(recommended) or a `.h5` extension. Received: filepath=%s.", path))
	}
	return m.locate(atomicfile.Write(path, func(w io.Writer) error { return m.save(w, write) }))
}

// SaveTo writes what Save writes into a .keras file.
//
// Errors: no writer; those of w.
func (m *Model) SaveTo(w io.Writer) error {
	if w == nil {
		return m.fault(keras.Expected(keras.ErrArgument, "a writer", "nil"))
	}
	return m.locate(m.save(w, kerasfile.WriteArchive))
}

func (m *Model) save(w io.Writer, write func(io.Writer, keras.Config, kerasfile.Weights) error) error {
	m.trainer.mu.Lock()
	defer m.trainer.mu.Unlock()
	cfg, err := m.serialize()
	if err != nil {
		return err
	}
	return write(w, kerasfile.Portable(cfg), m.stored())
}

// SaveWeights writes the weights, and the state of the optimizer, to a .weights.h5 that LoadWeights
// and Python's Keras read. It replaces the file as Save does.
//
// Errors: another ending; a model that is not built; a file that cannot be written.
func (m *Model) SaveWeights(path string) error {
	if _, err := m.network(); err != nil {
		return err
	}
	if !strings.HasSuffix(path, ".weights.h5") {
		return m.fault(keras.Fault(keras.ErrArgument, "The filename must end in `.weights.h5`. Received: filepath=%s", path))
	}
	return m.locate(atomicfile.Write(path, func(w io.Writer) error {
		m.trainer.mu.Lock()
		defer m.trainer.mu.Unlock()
		return kerasfile.WriteWeights(w, m.stored())
	}))
}
