package kerasfile

import (
	"slices"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/internal/hdf5"
	"github.com/gokeras/gokeras/keras"
)

// ErrWeights is the class of errors of files that do not have the weights that were asked for.
var ErrWeights = errors.New("weights that do not fit")

// reading is what is to be read, once all of it is known to fit.
type reading struct {
	variables []*keras.Variable
	datasets  []*hdf5.Dataset
}

// add plans to read a weight.
func (r *reading) add(v *keras.Variable, d *hdf5.Dataset) error {
	switch shape := d.Shape(); {
	case shape == nil || !slices.Equal(shape, v.Shape()):
		return errors.Wrapf(ErrWeights, "%s: expected shape %s, received %s", v.Path(), v.Shape(), keras.Shape(shape))
	case d.Type().Kind > hdf5.Bool:
		return errors.Wrapf(ErrWeights, "%s: expected numbers", v.Path())
	}
	r.variables, r.datasets = append(r.variables, v), append(r.datasets, d)
	return nil
}

// read reads the weights to where they are used: large ones are never twice in memory.
func (r *reading) read() error {
	ordered := keras.LockOrder(r.variables)
	keras.Lock(ordered)
	defer keras.Unlock(ordered)
	for i, v := range r.variables {
		if err := r.datasets[i].Read(v.Memory().Data(), 0); err != nil {
			return errors.WithMessage(err, v.Path())
		}
	}
	return nil
}
