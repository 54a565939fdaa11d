package kerasfile

import (
	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/internal/hdf5"
	"github.com/gokeras/gokeras/keras"
)

// optimizerGroup is the group with the state of an optimizer, which is an Object like any other.
const optimizerGroup = "optimizer"

// optimizer plans to read the state of an optimizer, all of it or nothing.
func (r *reading) optimizer(root *hdf5.Group, o Object) error {
	vars, err := variables(root, optimizerGroup)
	if err != nil || vars == nil {
		return err
	}
	if n := len(vars.Names()); n != len(o.Variables) {
		keras.Warn("Skipping variable loading for optimizer '%s', because it has %d variables whereas the saved optimizer has %d variables.", o.Name, len(o.Variables), n)
		return nil
	}
	var state reading
	if err = state.object(root, optimizerGroup, o); errors.Is(err, ErrWeights) {
		keras.Warn("Skipping variable loading for optimizer '%s': %s", o.Name, err)
		return nil
	}
	r.variables, r.datasets = append(r.variables, state.variables...), append(r.datasets, state.datasets...)
	return err
}
