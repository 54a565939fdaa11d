package data

import (
	"fmt"
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// Element is one element of a Dataset: a sample, or a batch of them.
// Each field is nil, a *tensor.Dense, a List or a Dict.
type Element struct {
	X, Y, SampleWeight any
}

// List is the data of several inputs or outputs, in their order.
type List = []*tensor.Dense

// Dict is the data of several inputs or outputs, by name.
type Dict = map[string]*tensor.Dense

// Leaves returns the tensors of a structure in Keras's order, a Dict's by sorted
// key, and as many keys: those of a Dict, else "". A nil structure has no leaves.
//
// Errors: a type that is no structure; an empty List or Dict; a tensor that is nil
// or has no elements.
func Leaves(structure any) (leaves []*tensor.Dense, keys []string, err error) {
	switch s := structure.(type) {
	case nil:
		return nil, nil, nil
	case *tensor.Dense:
		leaves, keys = []*tensor.Dense{s}, []string{""}
	case List:
		leaves, keys = s, make([]string, len(s))
	case Dict:
		keys = make([]string, 0, len(s))
		for k := range s {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		leaves = make([]*tensor.Dense, len(s))
		for i, k := range keys {
			leaves[i] = s[k]
		}
	default:
		return nil, nil, errors.Errorf("expected a *tensor.Dense, a data.List or a data.Dict, received %T", structure)
	}
	if len(leaves) == 0 {
		return nil, nil, errors.Errorf("expected at least one tensor, received an empty %T", structure)
	}
	for i, t := range leaves {
		if t == nil {
			return nil, nil, errors.Errorf("expected a tensor%s, received nil", leafName(" at ", structure, i, keys[i]))
		}
		if t.Dtype().Type == nil { // a zero tensor.Dense
			return nil, nil, errors.Errorf("expected a tensor%s, received one without elements", leafName(" at ", structure, i, keys[i]))
		}
	}
	return leaves, keys, nil
}

// Rebuild returns a structure like the given one that holds the given leaves,
// which are in the order of Leaves.
//
// Errors: those of Leaves; another number of leaves than the structure has.
func Rebuild(structure any, leaves []*tensor.Dense) (any, error) {
	old, keys, err := Leaves(structure)
	if err != nil {
		return nil, err
	}
	if len(old) != len(leaves) {
		return nil, errors.Errorf("expected %d tensors for a %T, received %d", len(old), structure, len(leaves))
	}
	switch structure.(type) {
	case nil:
		return nil, nil
	case List:
		return slices.Clone(leaves), nil
	case Dict:
		d := make(Dict, len(leaves))
		for i, k := range keys {
			d[k] = leaves[i]
		}
		return d, nil
	default:
		return leaves[0], nil
	}
}

// Len returns the number of samples of a structure: the length of axis 0, which
// all its leaves share. A nil structure has none.
//
// Errors: those of Leaves; a scalar; leaves of unequal lengths.
func Len(structure any) (int, error) {
	leaves, keys, err := Leaves(structure)
	if err != nil {
		return 0, err
	}
	n := 0
	for i, t := range leaves {
		switch {
		case t.IsScalar():
			return 0, errors.Errorf("expected samples along axis 0%s, received the scalar %s", leafName(" of ", structure, i, keys[i]), describe(t))
		case i == 0:
			n = t.Shape()[0]
		case t.Shape()[0] != n:
			return 0, errors.Errorf("expected %d samples%s, as in %s, received %d",
				n, leafName(" in ", structure, i, keys[i]), leafName("", structure, 0, keys[0]), t.Shape()[0])
		}
	}
	return n, nil
}

// mapLeaves returns a structure like s, which has been checked, whose leaves are f
// of those of s, called in the order of Leaves.
func mapLeaves(s any, f func(*tensor.Dense) *tensor.Dense) any {
	if t, ok := s.(*tensor.Dense); ok { // nearly always; spares the slices
		return f(t)
	}
	old, _, _ := Leaves(s)
	leaves := make([]*tensor.Dense, len(old))
	for i, t := range old {
		leaves[i] = f(t)
	}
	rebuilt, _ := Rebuild(s, leaves)
	return rebuilt
}

// leafName names leaf i of a structure, after a prefix: [2] or ["image"]. A lone
// tensor has no name, so nothing is said.
func leafName(prefix string, structure any, i int, key string) string {
	switch structure.(type) {
	case List:
		return fmt.Sprintf("%s[%d]", prefix, i)
	case Dict:
		return fmt.Sprintf("%s[%q]", prefix, key)
	default:
		return ""
	}
}
