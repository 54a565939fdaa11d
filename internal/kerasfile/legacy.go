package kerasfile

import (
	"fmt"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/internal/hdf5"
	"github.com/gokeras/gokeras/keras"
)

// Legacy is a layer of a model as Keras's older format has it: with all weights inside it
// in one list.
type Legacy struct {
	Name      string
	Variables []*keras.Variable
}

// modelGroup is the group with the weights of a model; those of weights alone are in the root.
const modelGroup = "model_weights"

// isLegacy reports whether a file is in the older format.
func isLegacy(root *hdf5.Group) bool {
	_, weights := words(root, "layer_names")
	_, model := root.Group(modelGroup)
	return weights == nil || model == nil
}

// legacy plans to read the weights of a model's layers. As in Keras the layers that have weights are
// those of the file in turn, whatever they are called.
func (r *reading) legacy(root *hdf5.Group, layers []Legacy) error {
	if g, err := root.Group(modelGroup); err == nil {
		root = g
	}
	saved, err := savedLayers(root)
	if err != nil {
		return err
	}
	var used []Legacy
	for _, l := range layers {
		if len(l.Variables) > 0 {
			used = append(used, l)
		}
	}
	if len(used) != len(saved) {
		return mismatch("Layer count mismatch when loading weights from file. Model expected %d layers, found %d saved layers.",
			len(used), len(saved))
	}
	for i, l := range used {
		s := saved[i]
		if len(l.Variables) != len(s.weights) {
			return mismatch("Weight count mismatch for layer #%d (named %s in the current model, %s in the save file). "+
				"Layer expects %d weight(s). Received %d saved weight(s)", i, l.Name, s.name, len(l.Variables), len(s.weights))
		}
		for j, v := range l.Variables {
			d, err := s.group.Dataset(s.weights[j])
			if err != nil {
				return errors.WithMessage(err, "layer "+l.Name)
			}
			if err := r.add(v, d); err != nil {
				return errors.WithMessage(err, "layer "+l.Name)
			}
		}
	}
	return nil
}

// savedLayer is a layer of a file.
type savedLayer struct {
	name    string
	group   *hdf5.Group
	weights []string
}

// savedLayers are the layers of a file that have weights.
func savedLayers(root *hdf5.Group) ([]savedLayer, error) {
	names, err := words(root, "layer_names")
	if err != nil {
		return nil, err
	}
	var all []savedLayer
	for _, name := range names {
		g, err := root.Group(name)
		if err != nil {
			return nil, err
		}
		weights, err := words(g, "weight_names")
		if err != nil {
			return nil, err
		}
		if len(weights) > 0 {
			all = append(all, savedLayer{name, g, weights})
		}
	}
	return all, nil
}

// words is an attribute that is a list of strings. Keras cuts a long one into pieces with
// numbers behind the name.
func words(g *hdf5.Group, name string) ([]string, error) {
	v, err := g.Attribute(name)
	if err == nil {
		return asWords(name, v)
	}
	if !errors.Is(err, hdf5.ErrNotFound) {
		return nil, err
	}
	var all []string
	for i := 0; ; i++ {
		v, err := g.Attribute(fmt.Sprint(name, i))
		if errors.Is(err, hdf5.ErrNotFound) && i > 0 {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		piece, err := asWords(name, v)
		if err != nil {
			return nil, err
		}
		all = append(all, piece...)
	}
}

func asWords(name string, v any) ([]string, error) {
	switch v := v.(type) {
	case []string:
		return v, nil
	case []float64: // numpy's empty list
		if len(v) == 0 {
			return nil, nil
		}
	}
	return nil, mismatch("%s: expected a list of strings, received %T", name, v)
}
