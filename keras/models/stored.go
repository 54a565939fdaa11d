package models

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
)

// stored is what files have of the model besides its config.
func (m *Model) stored() kerasfile.Weights {
	w := kerasfile.Weights{Tree: stored(m.Self(), map[keras.Layer]bool{}), Layers: m.legacy()}
	if state, built := m.optimizerState(); built {
		o := m.Optimizer()
		w.Optimizer = kerasfile.Object{Name: o.Name(), Class: o.Class(), Variables: state}
	}
	return w
}

// stored is a layer as Keras 3 stores its weights: those of the layers inside each once,
// where a layer is met first. met are those that were.
func stored(l keras.Layer, met map[keras.Layer]bool) kerasfile.Object {
	met[l] = true
	o := kerasfile.Object{Name: l.Name(), Class: storedClass(l), Variables: l.LayerBase().OwnWeights()}
	for _, a := range attributes(l) {
		used := map[string]int{}
		for _, inside := range a.Layers {
			path := a.Name
			if a.List {
				key := keras.SnakeCase(storedClass(inside))
				path += "/" + numbered(key, used[key])
				used[key]++
			}
			if !met[inside] {
				o.Parts = append(o.Parts, kerasfile.Part{Path: path, Object: stored(inside, met)})
			}
		}
	}
	return o
}

// storedClass is the class that a config gives a layer: that of WithClass stays in this program.
func storedClass(l keras.Layer) string {
	m, ok := modelOf(l)
	switch {
	case !ok || m.calls != nil:
		return l.Class()
	case m.stack != nil:
		return "Sequential"
	}
	return "Functional"
}

// attributes are those in which Keras finds the layers inside a layer, in its order: the
// list of a model's layers, else by name, those that begin with an underscore last.
func attributes(l keras.Layer) []keras.Attribute {
	if m, ok := modelOf(l); ok && m.calls == nil {
		return []keras.Attribute{{Name: "layers", Layers: m.Layers(), List: true}}
	}
	all := slices.Clone(l.(keras.Wrapper).Attributes())
	key := func(a keras.Attribute) string {
		if strings.HasPrefix(a.Name, "_") {
			return "~" + a.Name // behind all letters
		}
		return a.Name
	}
	slices.SortStableFunc(all, func(a, b keras.Attribute) int { return cmp.Compare(key(a), key(b)) })
	return all
}

// numbered is a name that was used so often before.
func numbered(name string, before int) string {
	if before == 0 {
		return name
	}
	return fmt.Sprintf("%s_%d", name, before)
}

// legacy is the model's layers as Keras 2 stores their weights: of each those that are
// trained now, then the others.
func (m *Model) legacy() []kerasfile.Legacy {
	var all []kerasfile.Legacy
	for _, l := range m.Layers() {
		var trained, rest []*keras.Variable
		for _, w := range l.Weights() {
			if w.Trainable() {
				trained = append(trained, w)
			} else {
				rest = append(rest, w)
			}
		}
		all = append(all, kerasfile.Legacy{Name: l.Name(), Variables: append(trained, rest...)})
	}
	return all
}
