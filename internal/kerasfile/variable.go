package kerasfile

import (
	"io"
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/hdf5"
	"github.com/gokeras/gokeras/keras"
)

// reading is what is to be read, once all of it is known to fit.
type reading struct {
	variables []*keras.Variable
	datasets  []*hdf5.Dataset
}

// add plans to read a weight.
func (r *reading) add(v *keras.Variable, d *hdf5.Dataset) error {
	switch shape := d.Shape(); {
	case !holds(v, d.Type().Kind):
		return mismatch("%s: expected %s, received %s", v.Path(), v.DType(), d.Type())
	case shape == nil || !slices.Equal(shape, v.Shape()):
		return mismatch("The shape of the target variable and the shape of the target value in `variable.assign(value)` must match. "+
			"variable.shape=%s, Received: value.shape=%s. Target variable: %s", v.Shape(), keras.Shape(shape), v)
	}
	r.variables, r.datasets = append(r.variables, v), append(r.datasets, d)
	return nil
}

// holds reports whether a variable can hold elements of a kind: what has a point fits into floats alone.
func holds(v *keras.Variable, kind hdf5.Kind) bool {
	switch kind {
	case hdf5.Int, hdf5.Uint:
		return v.DType() != tensor.Bool
	case hdf5.Float, hdf5.BrainFloat:
		return v.DType() == tensor.Float32 || v.DType() == tensor.Float64
	}
	return kind == hdf5.Bool
}

// read reads the weights to where they are used: large ones are never twice in memory.
func (r *reading) read() error {
	ordered := keras.LockOrder(r.variables)
	keras.Lock(ordered)
	defer keras.Unlock(ordered)
	for i, v := range r.variables {
		if err := r.datasets[i].Read(v.Overwrite().Data(), 0); err != nil {
			return errors.WithMessage(err, v.Path())
		}
	}
	return nil
}

// writing is a file to be written.
type writing struct {
	contents  hdf5.Contents
	variables []*keras.Variable
	err       error
}

// types are those of the elements of variables.
var types = map[tensor.Dtype]hdf5.Type{
	tensor.Float32: hdf5.Float32, tensor.Float64: hdf5.Float64, tensor.Bool: hdf5.Bools,
	tensor.Int8: hdf5.Int8, tensor.Int16: hdf5.Int16, tensor.Int32: hdf5.Int32, tensor.Int64: hdf5.Int64,
	tensor.Uint8: hdf5.Uint8, tensor.Uint16: hdf5.Uint16, tensor.Uint32: hdf5.Uint32, tensor.Uint64: hdf5.Uint64,
}

// add plans to write a weight.
func (w *writing) add(path string, v *keras.Variable) {
	t, ok := types[v.DType()]
	if !ok {
		w.fail(mismatch("%s: expected a type that HDF5 has, received %s", v.Path(), v.DType()))
		return
	}
	w.variables = append(w.variables, v)
	w.contents.Dataset(path, t, v.Shape(), v.Memory().Data())
}

// fail keeps the first error.
func (w *writing) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// write writes the file, from the memory of the weights.
func (w *writing) write(to io.Writer) error {
	if w.err != nil {
		return w.err
	}
	ordered := keras.LockOrder(w.variables)
	keras.RLock(ordered)
	defer keras.RUnlock(ordered)
	_, err := w.contents.WriteTo(to)
	return err
}
