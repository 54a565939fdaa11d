package models

import (
	"bytes"
	"io"
	"os"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
)

// Load reads a model that Save or Python's Keras wrote: .keras, or .h5 of Keras 2 and 3. It comes
// with its weights, compiled if it was, and then with the state of the optimizer: training goes on
// as if it had not stopped. A Subclassed is of the type that was registered; see FromJSON.
//
// No code is ever read from a file. Layers of your own must be known: keras.RegisterLayer,
// WithCustomLayers. So must losses and metrics of your own, by keras.Register: of a function
// a file has the name, of a type the class and the options. WithoutCompile leaves them out.
//
// Errors: a file that is damaged, or holds weights alone; those of FromJSON; weights that do not fit.
func Load(path string, opts ...LoadOption) (*Model, error) {
	var m *Model
	err := readFile(path, func(f *kerasfile.File) (err error) {
		m, err = load(f, opts)
		return err
	})
	return m, err
}

// LoadBytes is Load of a file's content, which go:embed may have put into the program.
func LoadBytes(content []byte, opts ...LoadOption) (*Model, error) {
	f, err := kerasfile.Open(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	return load(f, opts)
}

// readFile opens a file of Keras's and closes it after read.
func readFile(path string, read func(*kerasfile.File) error) error {
	r, err := os.Open(path)
	if err != nil {
		return errors.WithStack(err)
	}
	defer func() { _ = r.Close() }() // nothing was written
	size, err := r.Seek(0, io.SeekEnd)
	if err != nil {
		return errors.WithStack(err)
	}
	f, err := kerasfile.Open(r, size)
	if err == nil {
		err = read(f)
	}
	return errors.WithMessage(err, path)
}

func load(f *kerasfile.File, opts []LoadOption) (*Model, error) {
	cfg, err := f.Config()
	switch {
	case err != nil:
		return nil, err
	case cfg == nil:
		return nil, keras.Expected(keras.ErrConfig, "a model", "weights alone").WithHint("make the model and call LoadWeights")
	}
	m, err := newLoader(opts).model(cfg)
	if err != nil {
		return nil, err
	}
	if m.Compiled() && m.net.Load() != nil {
		if _, err := m.buildOptimizer(m.Optimizer()); err != nil {
			return nil, err
		}
	}
	if err := f.Read(m.stored(), kerasfile.Options{}); err != nil {
		return nil, err
	}
	return m, nil
}
