package models

import (
	"archive/zip"
	"cmp"
	"fmt"
	"io"
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
	f, err := os.Open(path)
	if err != nil {
		return m.locate(err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	info, err := f.Stat()
	if err != nil {
		return m.locate(err)
	}
	switch {
	case strings.HasSuffix(path, ".weights.h5"):
		err = kerasfile.ReadWeights(f, info.Size(), stored(m.Self(), map[keras.Layer]bool{}))
	case strings.HasSuffix(path, ".keras"):
		var weights *io.SectionReader
		if weights, err = weightsIn(f, info.Size()); err == nil {
			err = kerasfile.ReadWeights(weights, weights.Size(), stored(m.Self(), map[keras.Layer]bool{}))
		}
	case strings.HasSuffix(path, ".h5"), strings.HasSuffix(path, ".hdf5"):
		err = kerasfile.ReadLegacyWeights(f, info.Size(), m.legacy())
	default:
		err = keras.Fault(keras.ErrArgument, "File format not supported: filepath=%s. Keras 3 only supports V3 `.keras` and "+
			"`.weights.h5` files, or legacy V1/V2 `.h5` files.", path)
	}
	return m.locate(errors.WithMessage(err, path))
}

// weightsIn is the entry of an archive with the weights. Keras stores it as it is.
func weightsIn(f io.ReaderAt, size int64) (*io.SectionReader, error) {
	const name = "model.weights.h5"
	archive, err := zip.NewReader(f, size)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(archive.File, func(e *zip.File) bool { return e.Name == name })
	switch {
	case i < 0:
		return nil, keras.Expected(keras.ErrArgument, "an entry "+name, "none")
	case archive.File[i].Method != zip.Store:
		return nil, keras.Expected(keras.ErrArgument, "an entry "+name+" that is not compressed", "a compressed one")
	}
	from, err := archive.File[i].DataOffset()
	if err != nil {
		return nil, err
	}
	return io.NewSectionReader(f, from, int64(archive.File[i].UncompressedSize64)), nil
}

// stored is a layer as Keras 3 stores its weights: those of the layers inside each once,
// where a layer is met first. met are those that were.
func stored(l keras.Layer, met map[keras.Layer]bool) kerasfile.Object {
	met[l] = true
	o := kerasfile.Object{Name: l.Name(), Variables: l.LayerBase().OwnWeights()}
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
