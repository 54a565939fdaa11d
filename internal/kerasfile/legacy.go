package kerasfile

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

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

// The older format: attributes of the root describe the model, and what is below a group of its own are the weights.
// In a file of weights alone these are below the root.
const (
	modelGroup       = "model_weights"
	ownGroup         = "top_level_model_weights" // a model's own weights, beside those of its layers
	stateGroup       = "optimizer_weights"
	versionAttribute = "keras_version"
	configAttribute  = "model_config"
	compileAttribute = "training_config"
	layersAttribute  = "layer_names"
	weightsAttribute = "weight_names"
)

// legacyLayers is the group with the weights of layers; nil in a file of another format.
func legacyLayers(root *hdf5.Group) *hdf5.Group {
	if g, err := root.Group(modelGroup); err == nil {
		return g
	}
	if _, err := words(root, layersAttribute); err == nil {
		return root
	}
	return nil
}

// legacyVersion is the version of Keras. Errors: Keras 1, which before 1.2 did not say so.
func legacyVersion(root, layers *hdf5.Group) (string, error) {
	version := cmp.Or(word(root, versionAttribute), word(layers, versionAttribute))
	if strings.HasPrefix(version, "1.") || version == "" && word(root, configAttribute) != "" {
		return "", keras.Fault(ErrWeights, "the file is of Keras 1, which had other layers and other orders of weights").
			WithHint("load it and save it again with a Keras 2")
	}
	return version, nil
}

// word is an attribute that is a string; empty if there is none.
func word(g *hdf5.Group, name string) string {
	v, _ := g.Attribute(name)
	s, _ := v.(string)
	return s
}

// legacyConfig is the config of a model as archives have it, nil if the file has none.
func legacyConfig(root *hdf5.Group) (keras.Config, error) {
	var both [2]keras.Config
	for i, name := range []string{configAttribute, compileAttribute} {
		if json := word(root, name); json != "" {
			if err := both[i].UnmarshalJSON([]byte(json)); err != nil {
				return nil, errors.WithMessage(err, name)
			}
		}
	}
	return fromLegacy(both[0], both[1]), nil
}

// legacy plans to read the weights of a model's layers: of those that have any, in turn, whatever they are called; or by name.
func (r *reading) legacy(f *File, w Weights, how Options) error {
	saved, err := savedLayers(f.layers, f.size)
	if err != nil {
		return err
	}
	if how.ByName {
		err = r.byName(saved, w.Layers, how)
	} else {
		err = r.inTurn(saved, w.Layers, how)
	}
	if err != nil {
		return err
	}
	own, err := savedWeights(f.layers, ownGroup)
	if errors.Is(err, hdf5.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if have := w.Tree.Variables; len(own.names) != len(have) {
		skipped := ""
		if how.ByName {
			skipped = "Skipping loading top-level weights for model due to mismatch in number of weights. "
		}
		return how.misfit("Weight count mismatch for top-level weights when loading weights from file. ", skipped,
			"Model expects %d top-level weight(s). Received %d saved top-level weight(s)", len(have), len(own.names))
	}
	return r.saved(own, w.Tree.Variables, "top-level model", how)
}

func (r *reading) inTurn(saved []savedLayer, layers []Legacy, how Options) error {
	saved = slices.DeleteFunc(saved, func(s savedLayer) bool { return len(s.names) == 0 })
	layers = slices.DeleteFunc(slices.Clone(layers), func(l Legacy) bool { return len(l.Variables) == 0 })
	if len(layers) != len(saved) {
		return mismatch("Layer count mismatch when loading weights from file. Model expected %d layers, found %d saved layers.", len(layers), len(saved))
	}
	for i, l := range layers {
		s := saved[i]
		if len(l.Variables) != len(s.names) {
			return mismatch("Weight count mismatch for layer #%d (named %s in the current model, %s in the save file). "+
				"Layer expects %d weight(s). Received %d saved weight(s)", i, l.Name, s.layer, len(l.Variables), len(s.names))
		}
		if err := r.saved(s, l.Variables, fmt.Sprintf("layer #%d (named %s)", i, l.Name), how); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) byName(saved []savedLayer, layers []Legacy, how Options) error {
	named := map[string][]Legacy{}
	for _, l := range layers {
		named[l.Name] = append(named[l.Name], l)
	}
	for i, s := range saved {
		for _, l := range named[s.layer] {
			name := fmt.Sprintf("layer #%d (named %s)", i, l.Name)
			var err error
			if len(l.Variables) != len(s.names) {
				err = how.misfit("Weight count mismatch for "+name+". ", "Skipping loading of weights for "+name+" due to mismatch in number of weights. ",
					"Layer expects %d weight(s). Received %d saved weight(s)", len(l.Variables), len(s.names))
			} else {
				err = r.saved(s, l.Variables, name, how)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// misfit is an error, or only a warning if that is wanted and there is one.
func (o Options) misfit(fault, skipped, details string, args ...any) error {
	details = fmt.Sprintf(details, args...)
	if o.SkipMismatch && skipped != "" {
		keras.Warn("%s", skipped+details)
		return nil
	}
	return mismatch("%s", fault+details)
}

// savedLayer is a layer of a file, with the names of its weights.
type savedLayer struct {
	layer string
	group *hdf5.Group
	names []string
}

// savedLayers are the layers of a file of the given size. Several names may lead to one group, so that
// what they hold is more than the file: then it is none of Keras's.
func savedLayers(root *hdf5.Group, size int64) ([]savedLayer, error) {
	names, err := words(root, layersAttribute)
	if err != nil {
		return nil, err
	}
	const header, factor = 16, 16 // of a string in memory; for strings of a byte, which need no header in the file
	total, limit := int64(0), factor*size
	all := make([]savedLayer, len(names))
	for i, name := range names {
		if all[i], err = savedWeights(root, name); err != nil {
			return nil, err
		}
		for _, weight := range all[i].names {
			total += header + int64(len(weight))
		}
		if total > limit {
			return nil, mismatch("expected at most %d bytes of names in a file of %d, received more", limit, size)
		}
	}
	return all, nil
}

func savedWeights(root *hdf5.Group, name string) (savedLayer, error) {
	g, err := root.Group(name)
	if err != nil {
		return savedLayer{}, err
	}
	names, err := words(g, weightsAttribute)
	return savedLayer{name, g, names}, err
}

// saved plans to read as many weights as the layer has. Its name is for errors.
func (r *reading) saved(s savedLayer, variables []*keras.Variable, name string, how Options) error {
	for i, v := range variables {
		d, err := s.group.Dataset(s.names[i])
		if err != nil {
			return errors.WithMessage(err, name)
		}
		if shape := d.Shape(); !slices.Equal(shape, v.Shape()) {
			err = how.misfit("Shape mismatch in "+name+" for ", "Skipping loading weights for "+name+" due to mismatch in shape for ",
				"weight %s. Weight expects shape %s. Received saved weight with shape %s", v.Path(), v.Shape(), keras.Shape(shape))
		} else {
			err = r.add(v, d)
		}
		if err != nil {
			return err
		}
	}
	return nil
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

// WriteLegacy writes a .h5 as Keras 3 does.
func WriteLegacy(to io.Writer, config keras.Config, weights Weights) error {
	model, training := toLegacy(config)
	var w writing
	w.json("", configAttribute, model)
	if training != nil {
		w.json("", compileAttribute, training)
	}
	w.origin("")
	w.origin(modelGroup)
	names := make([]string, len(weights.Layers))
	for i, l := range weights.Layers {
		names[i] = l.Name
		w.weights(join(modelGroup, l.Name), l.Variables)
	}
	w.words(modelGroup, layersAttribute, names)
	w.weights(join(modelGroup, ownGroup), weights.Tree.Variables)
	if state := weights.Optimizer.Variables; len(state) > 0 {
		w.weights(stateGroup, state)
	}
	return w.write(to)
}

// origin says who wrote a group. The backend tells old readers how kernels of convolutions lie.
func (w *writing) origin(path string) {
	w.contents.Attribute(path, versionAttribute, keras.Version)
	w.contents.Attribute(path, "backend", "tensorflow")
}

func (w *writing) json(path, name string, config keras.Config) {
	text, err := config.MarshalJSON()
	if err != nil {
		w.fail(err)
		return
	}
	w.contents.Attribute(path, name, string(text))
}

// weights plans to write variables by their paths, below a group.
func (w *writing) weights(group string, variables []*keras.Variable) {
	names := make([]string, len(variables))
	for i, v := range variables {
		names[i] = v.Path()
		w.add(join(group, names[i]), v)
	}
	w.words(group, weightsAttribute, names)
}

// words writes a list of strings, in pieces if it is longer than an attribute may be.
func (w *writing) words(path, name string, list []string) {
	const most = 4000
	switch {
	case len(list) == 0:
		w.contents.Attribute(path, name, []float64{}) // as numpy does
	case len(list) <= most:
		w.contents.Attribute(path, name, list)
	default:
		i := 0
		for piece := range slices.Chunk(list, most) {
			w.contents.Attribute(path, fmt.Sprint(name, i), piece)
			i++
		}
	}
}
