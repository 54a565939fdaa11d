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

// tree is the groups of all objects: the root of a file, or of the several files that have a part each.
type tree []*hdf5.Group

// variables are the weights of one object: datasets 0, 1, 2, …, each in one of these groups.
type variables []*hdf5.Group

// variables are those of the object at a path, none if it has no group.
func (t tree) variables(path string) (variables, error) {
	vars, err := t.groups(join(path, variablesGroup))
	if len(vars) > 0 || err != nil {
		return vars, err
	}
	// TensorFlow's Keras 2.12 and 2.13 have the layers of a model elsewhere.
	older := strings.ReplaceAll(path, "layers", "_layer_checkpoint_dependencies")
	if older == path {
		return nil, nil
	}
	return t.groups(join(older, variablesGroup))
}

// groups are those at a path.
func (t tree) groups(path string) ([]*hdf5.Group, error) {
	var all []*hdf5.Group
	for _, root := range t {
		g, err := root.Group(path)
		switch {
		case err == nil:
			all = append(all, g)
		case !errors.Is(err, hdf5.ErrNotFound):
			return nil, err
		}
	}
	return all, nil
}

func (v variables) len() int {
	n := 0
	for _, g := range v {
		n += len(g.Names())
	}
	return n
}

func (v variables) dataset(i int) (*hdf5.Dataset, error) {
	var d *hdf5.Dataset
	err := hdf5.ErrNotFound
	for _, g := range v {
		if d, err = g.Dataset(strconv.Itoa(i)); !errors.Is(err, hdf5.ErrNotFound) {
			break
		}
	}
	return d, err
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
func (r *reading) tree(saved tree, o Object, how Options) error {
	var failed []string
	var example error
	err := o.walk("", func(path string, o Object) error {
		err := r.object(saved, path, o)
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
func (r *reading) object(saved tree, path string, o Object) error {
	vars, err := saved.variables(path)
	if err != nil {
		return err
	}
	if n := vars.len(); n != len(o.Variables) {
		return mismatch("Layer '%s' expected %d variables, but received %d variables during loading. Expected: [%s]", o.Name, len(o.Variables), n, names(o.Variables))
	}
	for i, v := range o.Variables {
		d, err := vars.dataset(i)
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
