package data

import (
	"io"
	"os"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/atomicfile"
	"github.com/gokeras/gokeras/internal/npy"
)

// LoadNpy reads an array that numpy.save wrote: integers, booleans, or floats of 32 or 64
// bits, of any byte order and layout.
//
// Errors: a file that cannot be read or is no npy; elements of another type; a single
// number, or an array without elements; more or fewer elements than the header says.
func LoadNpy(path string) (*tensor.Dense, error) {
	t, err := loadNpy(path)
	return t, errors.WithMessagef(err, "data: LoadNpy: %s", path)
}

func loadNpy(path string) (*tensor.Dense, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.WithStack(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, errors.WithStack(err)
	}
	r, err := npy.NewReader(f, info.Size())
	if err != nil {
		return nil, err
	}
	t, err := r.Next(r.Shape()[0])
	if err != nil {
		return nil, err
	}
	if _, err := r.Next(1); err != io.EOF {
		return nil, err
	}
	return t, nil
}

// SaveNpy writes an array for numpy.load. A file of that name is replaced when all is on the disk.
//
// Errors: no array; elements that are no numbers or booleans; a file that cannot be written.
func SaveNpy(path string, t *tensor.Dense) error {
	if t == nil {
		return errors.New("data: SaveNpy: expected an array, received nil")
	}
	if t.RequiresIterator() || t.DataOrder().IsColMajor() {
		t = clone(t)
	}
	err := atomicfile.Write(path, func(w io.Writer) error { return npy.Write(w, t) })
	return errors.WithMessagef(err, "data: SaveNpy: %s", path)
}
