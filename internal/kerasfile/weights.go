package kerasfile

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/internal/hdf5"
	"github.com/gokeras/gokeras/keras"
)

// Object is something whose weights are stored in a group of their own: a layer, a model, an optimizer.
type Object struct {
	Name, Class string
	Variables   []*keras.Variable
	Parts       []Part
}

// Part is an Object inside another, at a path below its group: layers/dense, cell.
type Part struct {
	Path string
	Object
}

// String is the object as Keras shows it.
func (o Object) String() string { return fmt.Sprintf("<%s name=%s, built=True>", o.Class, o.Name) }

// variablesGroup is the group with the weights of an object: weight i is the dataset i.
const variablesGroup = "vars"

// variables is the group with the weights of the object at a path; nil if there is none.
func variables(root *hdf5.Group, path string) (*hdf5.Group, error) {
	vars, err := root.Group(join(path, variablesGroup))
	if !errors.Is(err, hdf5.ErrNotFound) {
		return vars, err
	}
	// TensorFlow's Keras 2.12 and 2.13 have the layers of a model elsewhere.
	const layers, dependencies = "layers", "_layer_checkpoint_dependencies"
	if older := strings.ReplaceAll(path, layers, dependencies); older != path {
		vars, err = root.Group(join(older, variablesGroup))
		if !errors.Is(err, hdf5.ErrNotFound) {
			return vars, err
		}
	}
	return nil, nil
}

// walk calls visit for an object and all its parts, with the paths of their groups.
func (o Object) walk(path string, visit func(path string, o Object) error) error {
	if err := visit(path, o); err != nil {
		return err
	}
	for _, p := range o.Parts {
		if err := p.walk(join(path, p.Path), visit); err != nil {
			return err
		}
	}
	return nil
}

// join is the path of something in the group at a path, which is empty for the root.
func join(path, name string) string { return strings.TrimPrefix(path+"/"+name, "/") }

// tree plans to read an object and its parts. What does not fit is told at once, in Keras's words.
func (r *reading) tree(root *hdf5.Group, o Object, how Options) error {
	var failed []string
	var example error
	err := o.walk("", func(path string, o Object) error {
		err := r.object(root, path, o)
		if !errors.Is(err, ErrWeights) {
			return errors.WithMessage(err, o.String())
		}
		if failed = append(failed, o.String()); example == nil {
			example = err
		}
		return nil
	})
	if err != nil || failed == nil {
		return err
	}
	err = mismatch("A total of %d objects could not be loaded. Example error message for object %s:\n\n%s\n\nList of objects that could not be loaded:\n[%s]",
		len(failed), failed[0], example, strings.Join(failed, ", "))
	if how.SkipMismatch {
		keras.Warn("%s", err)
		return nil
	}
	return err
}

// object plans to read the weights of an object itself. Those in front of one that does not
// fit are read, if anything is.
func (r *reading) object(root *hdf5.Group, path string, o Object) error {
	vars, err := variables(root, path)
	if err != nil {
		return err
	}
	n := 0
	if vars != nil {
		n = len(vars.Names())
	}
	if n != len(o.Variables) {
		return mismatch("Layer '%s' expected %d variables, but received %d variables during loading. Expected: [%s]", o.Name, len(o.Variables), n, names(o.Variables))
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

// names are the names of variables, as in a list of Python.
func names(all []*keras.Variable) string {
	quoted := make([]string, len(all))
	for i, v := range all {
		quoted[i] = "'" + v.Name() + "'"
	}
	return strings.Join(quoted, ", ")
}

// WriteWeights writes a .weights.h5.
func WriteWeights(to io.Writer, weights Weights) error {
	var w writing
	w.tree("", weights.Tree)
	if len(weights.Optimizer.Variables) > 0 {
		w.tree(optimizerGroup, weights.Optimizer)
	}
	return w.write(to)
}

// tree plans to write an object and its parts. Keras since 3.6 says the names, and so has a group also
// for an object without weights.
func (w *writing) tree(path string, o Object) {
	_ = o.walk(path, func(path string, o Object) error { // the function gives no error
		vars := join(path, variablesGroup)
		w.contents.Attribute(vars, "name", o.Name)
		for i, v := range o.Variables {
			w.add(join(vars, strconv.Itoa(i)), v)
		}
		return nil
	})
}
