package datasets

import (
	"archive/zip"
	"encoding/binary"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
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

// NumPy's own reader refuses longer headers (numpy/lib/format.py, _MAX_HEADER_SIZE).
const maxHeader = 10000

// The header is a Python literal that NumPy writes with sorted keys.
var npyPattern = regexp.MustCompile(`^\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \(([0-9, ]*)\), \}\s*$`)

// npyHeader is the head of an npy file.
type npyHeader struct {
	descr   string // the type as NumPy writes it
	fortran bool   // column-major
	shape   []int
}

// npyTypes are the types of numbers that are read, as NumPy writes them.
var npyTypes = map[tensor.Dtype]string{tensor.Uint8: "|u1", tensor.Int64: "<i8", tensor.Float32: "<f4", tensor.Float64: "<f8"}

// readNPY reads an array of numbers in NumPy's npy format.
func readNPY(r io.Reader, dtype tensor.Dtype, shape []int, fileSize int64) (*tensor.Dense, error) {
	header, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	if want := npyTypes[dtype]; header.descr != want {
		return nil, errors.Errorf("expected type %s (%s), received %.20q", want, dtype, header.descr)
	}
	if header.fortran && len(header.shape) > 1 {
		return nil, errors.New("expected elements in row-major order, received fortran_order True")
	}
	return readElements(r, dtype, header.shape, shape, fileSize)
}

// readSequences reads an array of Python's lists of integers, which NumPy pickles.
func readSequences(r io.Reader, fileSize int64) ([][]int32, error) {
	header, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	if header.descr != "|O" {
		return nil, errors.Errorf("expected type |O (objects), received %.20q", header.descr)
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

// readHeader reads what precedes the data of an npy file (numpy/lib/format.py):
//
//	magic  \x93NUMPY, major and minor version
//	length of the header, little-endian, uint16 in version 1, uint32 after it
//	header {'descr': '|u1', 'fortran_order': False, 'shape': (60000, 28, 28), }
func readHeader(r io.Reader) (*npyHeader, error) {
	start := make([]byte, 8)
	if _, err := io.ReadFull(r, start); err != nil {
		return nil, errors.WithMessage(err, "expected an npy header")
	}
	if magic := "\x93NUMPY"; string(start[:6]) != magic {
		return nil, errors.Errorf("expected the magic string %q, received %q", magic, start[:6])
	}
	var length uint32
	if start[6] == 1 {
		var short uint16
		err := binary.Read(r, binary.LittleEndian, &short)
		if err != nil {
			return nil, errors.WithMessage(err, "expected an npy header")
		}
		length = uint32(short)
	} else if err := binary.Read(r, binary.LittleEndian, &length); err != nil {
		return nil, errors.WithMessage(err, "expected an npy header")
	}
	if length > maxHeader {
		return nil, errors.Errorf("expected a header of at most %d bytes, received %d", maxHeader, length)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, errors.WithMessage(err, "expected an npy header")
	}
	return parseHeader(string(text))
}

func parseHeader(text string) (*npyHeader, error) {
	parts := npyPattern.FindStringSubmatch(text)
	if parts == nil {
		return nil, errors.Errorf("expected a header with descr, fortran_order and shape, received %.80q", text)
	}
	header := &npyHeader{descr: parts[1], fortran: parts[2] == "True"}
	for _, n := range strings.Split(parts[3], ",") {
		if n = strings.TrimSpace(n); n == "" { // (5,) ends with a comma
			continue
		}
		v, err := strconv.ParseInt(n, 10, 64)
		if err != nil {
			return nil, errors.WithMessage(err, "shape")
		}
		header.shape = append(header.shape, int(v))
	}
	return header, nil
}
