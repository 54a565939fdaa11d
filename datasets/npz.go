package datasets

import (
	"archive/zip"
	"io"
	"os"
	"strings"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/npy"
)

// npz reads arrays from a NumPy npz file: a zip archive of npy files. After an error
// its methods do nothing.
type npz struct {
	archive *zip.Reader
	size    int64 // of the file
	err     error
}

// readNPZ opens an npz file for read.
func readNPZ(path string, read func(*npz)) error {
	return withFile(path, func(f *os.File, size int64) error { return decodeNPZ(f, size, read) })
}

func decodeNPZ(r io.ReaderAt, size int64, read func(*npz)) error {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return errors.WithMessage(err, "expected an npz file")
	}
	z := &npz{archive: archive, size: size}
	read(z)
	return z.err
}

// array returns the array of a name. Its type must be the given one, and its shape,
// where -1 is any length.
func (z *npz) array(name string, dtype tensor.Dtype, shape ...int) (t *tensor.Dense) {
	z.member(name, func(r io.Reader) (err error) {
		t, err = readNPY(r, dtype, shape, z.size)
		return err
	})
	return t
}

// sequences returns the array of a name, whose elements must be lists of integers.
func (z *npz) sequences(name string) (lists [][]int32) {
	z.member(name, func(r io.Reader) (err error) {
		lists, err = readSequences(r, z.size)
		return err
	})
	return lists
}

// member hands the file of an array to read.
func (z *npz) member(name string, read func(io.Reader) error) {
	if z.err != nil {
		return
	}
	for _, f := range z.archive.File {
		if f.Name != name+".npy" {
			continue
		}
		r, err := f.Open()
		if err == nil {
			err = read(r)
			_ = r.Close()
		}
		z.err = errors.WithMessage(err, name)
		return
	}
	var names []string
	for _, f := range z.archive.File[:min(len(z.archive.File), 8)] {
		names = append(names, strings.TrimSuffix(f.Name, ".npy"))
	}
	z.err = errors.Errorf("%s: expected an array of this name, received %q", name, names)
}

// readNPY reads an array of numbers in NumPy's npy format.
func readNPY(r io.Reader, dtype tensor.Dtype, shape []int, fileSize int64) (*tensor.Dense, error) {
	header, err := npy.ReadHeader(r)
	if err != nil {
		return nil, err
	}
	if want := npy.Descr(dtype); header.Descr != want {
		return nil, errors.Errorf("expected type %s (%s), received %.20q", want, dtype, header.Descr)
	}
	if header.Fortran && len(header.Shape) > 1 {
		return nil, errors.New("expected elements in row-major order, received fortran_order True")
	}
	return readElements(r, dtype, header.Shape, shape, fileSize)
}

// readSequences reads an array of Python's lists of integers, which NumPy pickles.
func readSequences(r io.Reader, fileSize int64) ([][]int32, error) {
	header, err := npy.ReadHeader(r)
	if err != nil {
		return nil, err
	}
	if header.Descr != "|O" {
		return nil, errors.Errorf("expected type |O (objects), received %.20q", header.Descr)
	}
	object, err := readPickle(r, maxRatio*fileSize)
	if err != nil {
		return nil, err
	}
	array, ok := object.(*ndarray)
	if !ok || array.objects == nil || len(array.shape) != 1 {
		return nil, errors.Errorf("expected an array of objects along one axis, received %T", object)
	}
	sequences := make([][]int32, len(array.objects.objects))
	for i, object := range array.objects.objects {
		l, ok := object.(*list)
		if !ok || l.objects != nil {
			return nil, errors.Errorf("expected lists of integers, received another object at position %d", i)
		}
		sequences[i] = l.integers
	}
	return sequences, nil
}
