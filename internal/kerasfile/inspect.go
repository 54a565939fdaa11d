package kerasfile

import (
	"github.com/gokeras/gokeras/internal/hdf5"
	"github.com/gokeras/gokeras/keras"
)

// Format is what the file is, by the ending that Keras's documentation gives it: ".keras",
// ".weights.h5", or ".h5" for the older format, of a model or of weights alone.
func (f *File) Format() string {
	switch {
	case f.archive != nil:
		return ".keras"
	case f.layers != nil:
		return ".h5"
	}
	return ".weights.h5"
}

// Metadata is what a .keras says of itself: keras_version and date_saved. Other files have none.
func (f *File) Metadata() keras.Config {
	if f.archive == nil {
		return nil
	}
	metadata, _ := f.archive.object(metadataEntry)
	return metadata
}

// Walk calls visit for every group and array of the file, as [hdf5.Group.Walk] does.
func (f *File) Walk(visit func(path string, o hdf5.Object) error) error {
	for _, root := range f.tree {
		if err := root.Walk(visit); err != nil {
			return err
		}
	}
	return nil
}
