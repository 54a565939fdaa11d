package models

import (
	"fmt"
	"sort"
	"strings"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
)

// structure is the inputs or outputs of a model: as they were given, and flat.
type structure struct {
	given any // *keras.Tensor, keras.List or keras.Dict
	flat  keras.List
	keys  []string // of a dict; else the names that data may be given by
	free  bool     // the layers inside say what shapes they take
}

func newStructure(what string, given any) (structure, error) {
	flat, err := keras.Flatten(given)
	if err != nil {
		return structure{}, keras.Fault(keras.ErrArgument, "All `%s` values must be KerasTensors: %v", what, err)
	}
	if len(flat) == 0 {
		return structure{}, keras.Expected(keras.ErrGraph, "at least one of the "+what, "none")
	}
	s := structure{given: given, flat: flat}
	for _, t := range flat {
		if err := t.Err(); err != nil {
			return structure{}, err
		}
		s.keys = append(s.keys, t.Node().Layer().Name())
	}
	if d, ok := given.(keras.Dict); ok {
		s.keys = sortedKeys(d)
	}
	return s, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// replace is the structure with other tensors.
func (s structure) replace(flat keras.List) structure {
	given := pack[*keras.Tensor, keras.List, keras.Dict](s, flat)
	if _, list := s.given.(keras.List); list {
		given = flat
	}
	return structure{given: given, flat: flat, keys: s.keys}
}

// pack gives values the form of the structure: one, a list or a dict. As in Keras a list of
// one output gives that one.
func pack[T any, L ~[]T, D ~map[string]T](s structure, values L) any {
	if _, dict := s.given.(keras.Dict); dict {
		d := D{}
		for i, k := range s.keys {
			d[k] = values[i]
		}
		return d
	}
	if len(values) == 1 {
		return values[0]
	}
	return values
}

// isDict reports whether the structure has keys of its own.
func (s structure) isDict() bool {
	_, ok := s.given.(keras.Dict)
	return ok
}

// pickKeys takes the entries of a dict in the order of keys; others are ignored.
func pickKeys[V any](keys []string, d map[string]V) ([]V, error) {
	out := make([]V, len(keys))
	for i, k := range keys {
		v, ok := d[k]
		if !ok {
			return nil, keras.Fault(keras.ErrData, "Missing data for input \"%s\". You passed a data dictionary with keys %s. Expected the following keys: %s",
				k, pythonList(sortedKeys(d)), pythonList(keys))
		}
		out[i] = v
	}
	return out, nil
}

// pythonList writes names as Python does: ['a', 'b'].
func pythonList(names []string) string {
	if len(names) == 0 {
		return "[]"
	}
	return "['" + strings.Join(names, "', '") + "']"
}

// leaves brings data into the order of the structure: one tensor for one leaf, a
// list by place, a dict by key. what names it in errors: inputs or targets.
func (s structure) leaves(what, name string, given any) ([]*tensor.Dense, error) {
	var list []*tensor.Dense
	var err error
	switch d := given.(type) {
	case *tensor.Dense:
		list = []*tensor.Dense{d}
	case data.List:
		list = d
	case data.Dict:
		if list, err = pickKeys(s.keys, d); err != nil {
			return nil, err
		}
	default:
		return nil, keras.Fault(keras.ErrData, "Unrecognized data type: expected a *tensor.Dense, data.List or data.Dict for the %s, received %T", what, given)
	}
	if len(list) != len(s.flat) {
		return nil, s.wrongCount(name, len(list))
	}
	for i, t := range list {
		if hollow(t) {
			return nil, keras.Expected(keras.ErrData, fmt.Sprintf("a tensor for %s %d", what, i), nothing(t))
		}
	}
	return contiguous(list), nil
}

// wrongCount says that data for the layer of a name are too few or too many.
func (s structure) wrongCount(name string, got int) error {
	if s.isDict() {
		return keras.Fault(keras.ErrData, "Layer \"%s\" expects %d named input(s) with keys %s, but it received %d input tensors. Pass inputs as a dict, e.g. `data.Dict{\"%s\": …}`.",
			name, len(s.flat), pythonList(s.keys), got, s.keys[0])
	}
	return keras.Fault(keras.ErrShape, "Layer \"%s\" expects %d input(s), but it received %d input tensors.", name, len(s.flat), got)
}

// firstOf is the inputs of the first element of a Dataset; other data are what they are.
func firstOf(x any) (any, error) {
	ds, ok := x.(*data.Dataset)
	if !ok || ds == nil {
		return x, nil
	}
	it := ds.Iter()
	defer it.Close()
	if it.Next() {
		return it.Element().X, nil
	}
	return nil, it.Err()
}

// samplesOf are the tensors of data, of the first element of a Dataset.
func samplesOf(x any) ([]*tensor.Dense, error) {
	x, err := firstOf(x)
	if err != nil {
		return nil, err
	}
	leaves, _, err := data.Leaves(x)
	if err != nil {
		return nil, &keras.Error{Kind: keras.ErrData, Cause: err}
	}
	if len(leaves) == 0 {
		return nil, keras.Expected(keras.ErrData, "inputs", "nil")
	}
	return leaves, nil
}

// accept is the shape under which input i takes data of a shape: as it is, or
// with a trailing axis of size 1 added or taken away.
func (s structure) accept(i int, got keras.Shape) (keras.Shape, *keras.Error) {
	if s.free {
		return got, nil
	}
	want := s.flat[i].Shape()
	want[0] = keras.None // as in Keras, the batch size is not checked
	if len(got) == len(want)-1 && want.Last() == 1 {
		got = append(got.Clone(), 1)
	} else if len(got) == len(want)+1 && got.Last() == 1 {
		got = got[:len(got)-1]
	}
	if !want.Accepts(got) {
		return nil, keras.Fault(keras.ErrShape, "Input %d with name '%s' is incompatible with the layer: expected shape=%s, found shape=%s", i, s.keys[i], s.flat[i].Shape(), got)
	}
	return got, nil
}

// castTo is t as another type; t itself if it has the type.
func castTo(t *tensor.Dense, dt tensor.Dtype) (*tensor.Dense, error) {
	if t.Dtype() == dt {
		return t, nil
	}
	out := tensor.New(tensor.Of(dt), tensor.WithShape(t.Shape()...))
	return out, kernels.Cast(t.Data(), out.Data())
}
