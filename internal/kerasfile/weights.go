package kerasfile

import (
	"io"
	"strconv"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/internal/hdf5"
	"github.com/gokeras/gokeras/keras"
)

// Object is something whose weights are stored in a group of their own: a layer or a model.
type Object struct {
	Name      string // of the layer, for errors
	Variables []*keras.Variable
	Parts     []Part
}

// Part is an Object inside another, at a path below its group: layers/dense, cell.
type Part struct {
	Path string
	Object
}

// ReadWeights reads the weights of an object and its parts from a .weights.h5 of Keras 3.
// An error before all shapes are known to fit changes nothing.
//
// Weight i of an object is the dataset vars/i of its group. Errors: those of package hdf5;
// ErrWeights for a group with fewer or more weights, or another shape.
func ReadWeights(file io.ReaderAt, size int64, o Object) error {
	f, err := hdf5.Open(file, size)
	if err != nil {
		return err
	}
	root, err := f.Root()
	if err != nil {
		return err
	}
	var r reading
	if err := r.object(root, "", o); err != nil {
		return err
	}
	return r.read()
}

func (r *reading) object(root *hdf5.Group, path string, o Object) error {
	if len(o.Variables) > 0 {
		if err := r.own(root, path, o); err != nil {
			return errors.WithMessage(err, "layer "+o.Name)
		}
	}
	for _, p := range o.Parts {
		if err := r.object(root, path+p.Path+"/", p.Object); err != nil {
			return err
		}
	}
	return nil
}

// own plans to read an object's own weights.
func (r *reading) own(root *hdf5.Group, path string, o Object) error {
	vars, err := root.Group(path + "vars")
	switch {
	case errors.Is(err, hdf5.ErrNotFound):
		return errors.Wrapf(ErrWeights, "expected %d weights in %svars, received none", len(o.Variables), path)
	case err != nil:
		return err
	}
	if n := len(vars.Names()); n != len(o.Variables) {
		return errors.Wrapf(ErrWeights, "expected %d weights in %svars, received %d", len(o.Variables), path, n)
	}
	for i, v := range o.Variables {
		d, err := vars.Dataset(strconv.Itoa(i))
		if err != nil {
			return err
		}
		if err := r.add(v, d); err != nil {
			return err
		}
	}
	return nil
}
