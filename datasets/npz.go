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

// member is an array wanted from an npz file: its name, without .npy, and its shape,
// where -1 is any length.
type member struct {
	name  string
	shape []int
}

// readNPZ reads uint8 arrays from a NumPy npz file: a zip archive of npy files.
func readNPZ(path string, members ...member) (arrays []*tensor.Dense, err error) {
	defer func() { err = errors.WithMessage(err, path) }()
	f, err := os.Open(path)
	if err != nil {
		return nil, bare(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, bare(err)
	}
	archive, err := zip.NewReader(f, info.Size())
	if err != nil {
		return nil, errors.WithMessage(err, "expected an npz file")
	}
	for _, m := range members {
		t, err := readMember(archive, m, info.Size())
		if err != nil {
			return nil, errors.WithMessage(err, m.name)
		}
		arrays = append(arrays, t)
	}
	return arrays, nil
}

func readMember(archive *zip.Reader, m member, fileSize int64) (*tensor.Dense, error) {
	for _, f := range archive.File {
		if f.Name != m.name+".npy" {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, errors.WithStack(err)
		}
		defer r.Close()
		return readNPY(r, m.shape, fileSize)
	}
	var names []string
	for _, f := range archive.File[:min(len(archive.File), 8)] {
		names = append(names, strings.TrimSuffix(f.Name, ".npy"))
	}
	return nil, errors.Errorf("expected an array of this name, received %q", names)
}

// NumPy's own reader refuses longer headers (numpy/lib/format.py, _MAX_HEADER_SIZE).
const maxHeader = 10000

// The header is a Python literal that NumPy writes with sorted keys.
var npyHeader = regexp.MustCompile(`^\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \(([0-9, ]*)\), \}\s*$`)

// readNPY reads a uint8 array in NumPy's npy format (numpy/lib/format.py):
//
//	magic  \x93NUMPY, major and minor version
//	length of the header, little-endian, uint16 in version 1, uint32 after it
//	header {'descr': '|u1', 'fortran_order': False, 'shape': (60000, 28, 28), }
//	data
func readNPY(r io.Reader, shape []int, fileSize int64) (*tensor.Dense, error) {
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
	header := make([]byte, length)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, errors.WithMessage(err, "expected an npy header")
	}
	found, err := parseHeader(string(header))
	if err != nil {
		return nil, err
	}
	return readBytes(r, found, shape, fileSize)
}

// parseHeader returns the shape of an array of uint8 in row-major order.
func parseHeader(header string) (shape []int, err error) {
	parts := npyHeader.FindStringSubmatch(header)
	if parts == nil {
		return nil, errors.Errorf("expected a header with descr, fortran_order and shape, received %.80q", header)
	}
	if descr := parts[1]; descr != "|u1" {
		return nil, errors.Errorf("expected type |u1 (uint8), received %.20q", descr)
	}
	for _, n := range strings.Split(parts[3], ",") {
		if n = strings.TrimSpace(n); n == "" { // (5,) ends with a comma
			continue
		}
		v, err := strconv.ParseInt(n, 10, 64)
		if err != nil {
			return nil, errors.WithMessage(err, "shape")
		}
		shape = append(shape, int(v))
	}
	if parts[2] == "True" && len(shape) > 1 {
		return nil, errors.New("expected elements in row-major order, received fortran_order True")
	}
	return shape, nil
}
