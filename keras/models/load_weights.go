package models

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
)

// LoadWeights sets all weights to those of a file that Keras saved, of a model with the same
// layers: model.weights.h5, the weights in model.keras, or model.h5 of Keras 2 and of
// keras.applications. The model must be built.
// Errors: another ending; a file that is damaged or has other weights, which changes none.
func (m *Model) LoadWeights(path string) error {
	if _, err := m.network(); err != nil {
		return err
	}
	if !slices.ContainsFunc([]string{".keras", ".h5", ".hdf5"}, func(ending string) bool { return strings.HasSuffix(path, ending) }) {
		return m.locate(keras.Fault(keras.ErrArgument, "File format not supported: filepath=%s. Keras 3 only supports V3 `.keras` and "+
			"`.weights.h5` files, or legacy V1/V2 `.h5` files.", path))
	}
	f, err := os.Open(path)
	if err != nil {
		return m.locate(err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	info, err := f.Stat()
	if err != nil {
		return m.locate(err)
	}
	file, err := kerasfile.Open(f, info.Size())
	if err == nil {
		err = file.Read(m.stored(), kerasfile.Options{})
	}
	return m.locate(errors.WithMessage(err, path))
}

// stored is the model's weights, as files have them.
func (m *Model) stored() kerasfile.Weights {
	return kerasfile.Weights{Tree: stored(m.Self(), map[keras.Layer]bool{}), Layers: m.legacy()}
}

// stored is a layer as Keras 3 stores its weights: those of the layers inside each once,
// where a layer is met first. met are those that were.
func stored(l keras.Layer, met map[keras.Layer]bool) kerasfile.Object {
	met[l] = true
	o := kerasfile.Object{Name: l.Name(), Class: l.Class(), Variables: l.LayerBase().OwnWeights()}
	for _, a := range attributes(l) {
		used := map[string]int{}
		for _, inside := range a.Layers {
			path := a.Name
			if a.List {
				key := keras.SnakeCase(inside.Class())
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

// attributes are those in which Keras finds the layers inside a layer, in its order: the
// list of a model's layers, else by name, those that begin with an underscore last.
func attributes(l keras.Layer) []keras.Attribute {
	if m, ok := modelOf(l); ok && m.calls == nil {
		return []keras.Attribute{{Name: "layers", Layers: m.Layers(), List: true}}
	}
	all := slices.Clone(l.(keras.Wrapper).Attributes())
	slices.SortStableFunc(all, func(a, b keras.Attribute) int {
		if private := strings.HasPrefix(a.Name, "_"); private != strings.HasPrefix(b.Name, "_") {
			return map[bool]int{true: 1, false: -1}[private]
		}
		return cmp.Compare(a.Name, b.Name)
	})
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
