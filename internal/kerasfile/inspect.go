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
	case f.legacy:
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

// Root is the group that holds all weights.
func (f *File) Root() *hdf5.Group { return f.root }
