package datasets

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"reflect"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// withFile opens a file for read, and names it in errors.
func withFile(path string, read func(f *os.File, size int64) error) (err error) {
	defer func() { err = errors.WithMessage(err, path) }()
	f, err := os.Open(path)
	if err != nil {
		return bare(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return bare(err)
	}
	return read(f, info.Size())
}

// bare returns the cause of a file's error without the path, which the caller adds.
func bare(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// maxRatio is the highest compression that DEFLATE reaches, 1032 to 1 (zlib
// technical details, "Maximum Compression Factor"). A file that promises more
// elements than that lies, and is refused before memory is allocated.
const maxRatio = 1032

// readElements reads the elements that follow a header, little-endian: the shape found
// there must fit the wanted one, and the file, of fileSize bytes, must be able to hold
// it. The elements must be all that r has left.
func readElements(r io.Reader, dtype tensor.Dtype, found, want []int, fileSize int64) (*tensor.Dense, error) {
	if !fits(found, want) {
		return nil, errors.Errorf("expected shape %s, received %s", formatShape(want), formatShape(found))
	}
	width := int64(dtype.Size())
	size, limit := int64(1), maxRatio*fileSize/width
	for _, n := range found {
		if n < 1 || int64(n) > limit/size {
			return nil, errors.Errorf("expected no more elements than %d bytes of file can hold, received shape %s", fileSize, formatShape(found))
		}
		size *= int64(n)
	}
	raw := make([]uint8, size*width)
	if n, err := io.ReadFull(r, raw); err != nil {
		return nil, errors.WithMessagef(err, "expected %d elements, received %d", size, int64(n)/width)
	}
	switch n, err := io.ReadFull(r, make([]byte, 1)); {
	case n > 0:
		return nil, errors.Errorf("expected %d elements, received more", size)
	case err != io.EOF:
		return nil, errors.WithMessagef(err, "after %d elements", size)
	}
	if dtype == tensor.Uint8 {
		return fromBytes(raw, found...), nil
	}
	elements := reflect.MakeSlice(reflect.SliceOf(dtype.Type), int(size), int(size)).Interface()
	if _, err := binary.Decode(raw, binary.LittleEndian, elements); err != nil {
		return nil, errors.WithStack(err)
	}
	return tensor.New(tensor.WithShape(found...), tensor.WithBacking(elements)), nil
}

// fits reports whether shape is want, where -1 is any length.
func fits(shape, want []int) bool {
	if len(shape) != len(want) {
		return false
	}
	for i, n := range want {
		if n != -1 && shape[i] != n {
			return false
		}
	}
	return true
}

// formatShape writes a shape with n for a length that may be any.
func formatShape(shape []int) string {
	var b bytes.Buffer
	for i, n := range shape {
		if i > 0 {
			b.WriteString(", ")
		}
		if n == -1 {
			b.WriteString("n")
			continue
		}
		fmt.Fprint(&b, n)
	}
	if len(shape) == 1 {
		b.WriteString(",")
	}
	return "(" + b.String() + ")"
}
