package kerasfile

import (
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/internal/hdf5"
	"github.com/gokeras/gokeras/keras"
)

// OpenShards reads the head of weights that Keras has stored in several files: a .weights.json of a name, in whose folder they are.
// The caller closes the File.
//
// Errors: those of the folder and of package hdf5; ErrWeights for files that would be elsewhere.
func OpenShards(folder fs.FS, name string) (*File, error) {
	names, err := shardNames(folder, name)
	if err != nil {
		return nil, err
	}
	f := &File{}
	for _, name := range names {
		if err := f.openShard(folder, name); err != nil {
			_ = f.Close() // the first error counts
			return nil, errors.WithMessage(err, name)
		}
	}
	return f, nil
}

func (f *File) openShard(folder fs.FS, name string) error {
	file, err := folder.Open(name)
	if err != nil {
		return err
	}
	f.shards = append(f.shards, file)
	info, err := file.Stat()
	if err != nil {
		return err
	}
	r, ok := file.(io.ReaderAt)
	if !ok || !info.Mode().IsRegular() {
		return mismatch("expected a file that can be read anywhere")
	}
	h, err := hdf5.Open(r, info.Size())
	if err != nil {
		return err
	}
	root, err := h.Root()
	f.tree = append(f.tree, root)
	return err
}

// shardNames are the names of files in {weight_map: {group: name or [name, …]}}, each once. Which groups are
// where the files say themselves.
func shardNames(folder fs.FS, name string) ([]string, error) {
	text, err := fs.ReadFile(folder, name)
	if err != nil {
		return nil, err
	}
	var index keras.Config
	if err := index.UnmarshalJSON(text); err != nil {
		return nil, errors.WithMessage(err, name)
	}
	value, _ := index.Get("weight_map")
	places, ok := value.(keras.Config)
	if !ok {
		return nil, mismatch("%s: expected a weight_map", name)
	}
	var names []string
	for _, e := range places {
		list, several := e.Value.([]any)
		if !several {
			list = []any{e.Value}
		}
		for _, v := range list {
			shard, ok := v.(string)
			if !ok || !fs.ValidPath(shard) || strings.ContainsAny(shard, `/\:`) {
				return nil, mismatch("%s: expected the name of a file in the same folder, received %v", name, v)
			}
			names = append(names, shard)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
