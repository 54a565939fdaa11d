package datasets

import (
	"archive/tar"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/pkg/errors"
)

// cifar is how one of the two CIFAR sets is published: batches of images, pickled, in
// a folder of a tar.gz archive.
type cifar struct {
	published remote
	file      string // name of the archive where it is published
	folder    string
	train     []string // names of batches
	test      string
	labels    string // key of the labels in a batch
	classes   int
}

const (
	cifarSide   = 32
	cifarPlane  = cifarSide * cifarSide
	cifarColors = 3
)

// cifarBatch is what a batch holds: images (n, 3 * 32 * 32), of which each is a red, a
// green and a blue plane, and n labels.
type cifarBatch struct {
	images *ndarray
	labels []int32
}

func (s *cifar) load(c *config) (train, test Split, err error) {
	batches := map[string]cifarBatch{}
	err = s.visit(c, func(name string, r io.Reader, fileSize int64) (err error) {
		batches[name], err = s.readBatch(r, fileSize)
		return err
	})
	if err != nil {
		return train, test, err
	}
	return joined(batches, s.train...), joined(batches, s.test), nil
}

// visit opens all batches for read: those of the archive in the cache, of that in the
// folder of WithDir, or of the folder itself.
func (s *cifar) visit(c *config, read func(name string, r io.Reader, fileSize int64) error) error {
	if c.dir == "" {
		archive, err := c.fetch(s.published)
		if err != nil {
			return err
		}
		return s.visitArchive(archive, read)
	}
	archive := filepath.Join(c.dir, s.file)
	if _, err := os.Stat(archive); !errors.Is(err, fs.ErrNotExist) {
		return s.visitArchive(archive, read)
	}
	for _, name := range s.batches() {
		file := filepath.Join(c.dir, name)
		err := withFile(file, func(f *os.File, size int64) error { return read(name, f, size) })
		if errors.Is(err, fs.ErrNotExist) {
			return errors.Errorf("expected %s or %s in %s", s.file, name, c.dir)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *cifar) batches() []string { return append(slices.Clone(s.train), s.test) }

func (s *cifar) visitArchive(file string, read func(name string, r io.Reader, fileSize int64) error) error {
	return withFile(file, func(f *os.File, size int64) error { return s.unpack(f, size, read) })
}

// unpack finds the batches in an archive of so many bytes.
func (s *cifar) unpack(r io.Reader, size int64, read func(name string, r io.Reader, fileSize int64) error) error {
	unzipped, err := gzip.NewReader(r)
	if err != nil {
		return errors.WithMessage(err, "expected a tar.gz archive")
	}
	missing := s.batches()
	for archive := tar.NewReader(unzipped); ; {
		header, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return errors.WithMessage(err, "expected a tar.gz archive")
		}
		folder, name := path.Split(path.Clean(header.Name))
		i := slices.Index(missing, name)
		if folder != s.folder+"/" || i < 0 {
			continue
		}
		missing = slices.Delete(missing, i, i+1)
		if err := read(name, archive, size); err != nil {
			return errors.WithMessage(err, header.Name)
		}
	}
	if len(missing) > 0 {
		return errors.Errorf("expected %s/%s in it", s.folder, missing[0])
	}
	_, err = io.Copy(io.Discard, unzipped) // to the checksum
	return errors.WithStack(err)
}

// readBatch reads a pickled batch, of a file of so many bytes.
func (s *cifar) readBatch(r io.Reader, fileSize int64) (b cifarBatch, err error) {
	object, err := readPickle(r, maxRatio*fileSize)
	if err != nil {
		return b, err
	}
	d, ok := object.(dict)
	if !ok {
		return b, errors.Errorf("expected a dictionary, received %T", object)
	}
	images, ok := d["data"].(*ndarray)
	if want := []int{-1, cifarColors * cifarPlane}; !ok || images.data == nil || !fits(images.shape, want) {
		return b, errors.Errorf("data: expected an array of bytes of shape %s", formatShape(want))
	}
	labels, ok := d[s.labels].(*list)
	if n := images.shape[0]; !ok || len(labels.integers) != n {
		return b, errors.Errorf("%s: expected a list of %d labels, as many as data has images", s.labels, n)
	}
	for i, label := range labels.integers {
		if label < 0 || int(label) >= s.classes {
			return b, errors.Errorf("%s: expected labels from 0 to %d, received %d at position %d", s.labels, s.classes-1, label, i)
		}
	}
	return cifarBatch{images, labels.integers}, nil
}

// joined returns the images and labels of batches, with the colors of a pixel side by side.
func joined(batches map[string]cifarBatch, names ...string) Split {
	n := 0
	for _, name := range names {
		n += len(batches[name].labels)
	}
	images, labels := make([]uint8, 0, n*cifarColors*cifarPlane), make([]uint8, 0, n)
	for _, name := range names {
		b := batches[name]
		row, column := cifarColors*cifarPlane, 1 // strides
		if b.images.fortran {
			row, column = 1, len(b.labels)
		}
		for i, label := range b.labels {
			labels = append(labels, uint8(label))
			for pixel := range cifarPlane {
				at := i*row + pixel*column
				for color := range cifarColors {
					images = append(images, b.images.data[at+color*cifarPlane*column])
				}
			}
		}
	}
	return Split{X: fromBytes(images, n, cifarSide, cifarSide, cifarColors), Y: fromBytes(labels, n, 1)}
}
