package kerasfile

import (
	"archive/zip"
	"hash/crc32"
	"io"
	"time"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/keras"
)

// A .keras is a ZIP archive of three entries, which Keras does not compress. The assets that
// some of its layers add are none of ours.
const (
	metadataEntry = "metadata.json"
	configEntry   = "config.json"
	weightsEntry  = "model.weights.h5"
	arraysEntry   = "model.weights.npz" // instead of the former, if somebody wants so
)

// isArchive reports whether a file begins as a ZIP archive does.
func isArchive(r io.ReaderAt) bool {
	var head [4]byte
	_, err := r.ReadAt(head[:], 0)
	return err == nil && string(head[:]) == "PK\x03\x04"
}

// archive is a .keras that is read.
type archive struct {
	zip     *zip.Reader
	size    int64 // of the file
	entry   *zip.File
	weights *io.SectionReader // of the entry with the weights
}

func openArchive(r io.ReaderAt, size int64) (*archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, errors.WithMessage(err, "damaged, or not complete")
	}
	a := &archive{zip: z, size: size}
	if a.entry, err = a.find(weightsEntry); err != nil {
		if _, arrays := a.find(arraysEntry); arrays == nil {
			return nil, mismatch("expected weights in an entry %s, received %s: that format may hold programs", weightsEntry, arraysEntry)
		}
		return nil, err
	}
	if a.entry.Method != zip.Store {
		return nil, mismatch("expected an entry %s that is not compressed, received a compressed one: pack the archive again, without compression", weightsEntry)
	}
	from, err := a.entry.DataOffset()
	if err != nil {
		return nil, err
	}
	n := a.entry.UncompressedSize64
	if n != a.entry.CompressedSize64 || n > uint64(size-from) {
		return nil, errors.WithMessagef(zip.ErrFormat, "%s: expected %d bytes, received at most %d", weightsEntry, n, size-from)
	}
	a.weights = io.NewSectionReader(r, from, int64(n))
	return a, nil
}

// find is the one entry of a name.
func (a *archive) find(name string) (*zip.File, error) {
	var found []*zip.File
	for _, e := range a.zip.File {
		if e.Name == name {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		return nil, mismatch("expected one entry %s, received %d", name, len(found))
	}
	return found[0], nil
}

// text is what an entry holds. Its size is bounded by the file's, though it may be compressed.
func (a *archive) text(name string) ([]byte, error) {
	const factor, floor = 4, 1 << 20
	e, err := a.find(name)
	if err != nil {
		return nil, err
	}
	if limit := factor*uint64(a.size) + floor; e.UncompressedSize64 > limit {
		return nil, errors.WithMessagef(zip.ErrFormat, "%s: expected at most %d bytes, received %d", name, limit, e.UncompressedSize64)
	}
	r, err := e.Open()
	if err != nil {
		return nil, errors.WithMessage(err, name)
	}
	text, err := io.ReadAll(r) // ends with an error where there is more than the entry says
	return text, errors.WithMessage(err, name)
}

// object is an entry that holds a JSON object.
func (a *archive) object(name string) (keras.Config, error) {
	text, err := a.text(name)
	if err != nil {
		return nil, err
	}
	var cfg keras.Config
	return cfg, errors.WithMessage(cfg.UnmarshalJSON(text), name)
}

func (a *archive) config() (keras.Config, error) { return a.object(configEntry) }

// version is that of Keras; empty without readable metadata, which Keras does not ask for either.
func (a *archive) version() string {
	metadata, _ := a.object(metadataEntry)
	v, _ := metadata.Get("keras_version")
	s, _ := v.(string)
	return s
}

// verify compares the weights with their checksum.
func (a *archive) verify() error {
	sum := crc32.NewIEEE()
	_, err := io.CopyBuffer(sum, io.NewSectionReader(a.weights, 0, a.weights.Size()), make([]byte, 64<<10))
	if got := sum.Sum32(); err == nil && got != a.entry.CRC32 {
		err = errors.WithMessagef(zip.ErrChecksum, "expected %08x, received %08x", a.entry.CRC32, got)
	}
	return errors.WithMessage(err, weightsEntry)
}

// WriteArchive writes a .keras.
func WriteArchive(w io.Writer, config keras.Config, weights Weights) error {
	now := time.Now()
	metadata := keras.Config{{Key: "keras_version", Value: keras.Version}, {Key: "date_saved", Value: now.Format("2006-01-02@15:04:05")}}
	z := zip.NewWriter(w)
	create := func(name string) (io.Writer, error) {
		return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: now})
	}
	for _, e := range []struct {
		name   string
		object keras.Config
	}{{metadataEntry, metadata}, {configEntry, config}} {
		text, err := e.object.MarshalJSON()
		if err != nil {
			return err
		}
		entry, err := create(e.name)
		if err != nil {
			return err
		}
		if _, err := entry.Write(text); err != nil {
			return err
		}
	}
	entry, err := create(weightsEntry)
	if err != nil {
		return err
	}
	if err := WriteWeights(entry, weights); err != nil {
		return err
	}
	return z.Close()
}
