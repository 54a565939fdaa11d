package datasets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// maxRatio is the highest compression that DEFLATE reaches, 1032 to 1 (zlib
// technical details, "Maximum Compression Factor"). A file that promises more
// elements than that lies, and is refused before memory is allocated.
const maxRatio = 1032

// readIDX reads a file of bytes in the IDX format, as MNIST is published, plain or
// compressed with gzip. Its shape must be the given one, where -1 is any length:
//
//	magic   0, 0, 8 (uint8), rank
//	lengths rank big-endian uint32
//	data    row-major, to the end of the file
func readIDX(path string, shape ...int) (t *tensor.Dense, err error) {
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
	r, err := decompressed(f)
	if err != nil {
		return nil, err
	}

	head := make([]byte, 4+4*len(shape))
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, errors.WithMessagef(err, "expected an IDX header of %d bytes", len(head))
	}
	magic := []byte{0, 0, 8, byte(len(shape))}
	if !bytes.Equal(head[:4], magic) {
		return nil, errors.Errorf("expected the magic number %#x (uint8, %d axes), received %#x", magic, len(shape), head[:4])
	}
	found := make([]int, len(shape))
	for i := range found {
		found[i] = int(binary.BigEndian.Uint32(head[4+4*i:]))
	}
	return readBytes(r, found, shape, info.Size())
}

// decompressed returns a reader of f's contents, seeing by its first bytes whether they are compressed.
func decompressed(f io.Reader) (io.Reader, error) {
	r := bufio.NewReaderSize(f, 1<<16)
	if start, _ := r.Peek(2); !bytes.Equal(start, []byte{0x1f, 0x8b}) {
		return r, nil
	}
	z, err := gzip.NewReader(r)
	return z, errors.WithStack(err)
}

// readBytes reads the uint8 elements that follow a header: the shape found there
// must fit the wanted one, and the file, of fileSize bytes, must be able to hold it.
// The elements must be all that r has left.
func readBytes(r io.Reader, found, want []int, fileSize int64) (*tensor.Dense, error) {
	if !fits(found, want) {
		return nil, errors.Errorf("expected shape %s, received %s", formatShape(want), formatShape(found))
	}
	size, limit := int64(1), maxRatio*fileSize
	for _, n := range found {
		if n < 1 || int64(n) > limit/size {
			return nil, errors.Errorf("expected no more elements than %d bytes of file can hold, received shape %s", fileSize, formatShape(found))
		}
		size *= int64(n)
	}
	elements := make([]uint8, size)
	if n, err := io.ReadFull(r, elements); err != nil {
		return nil, errors.WithMessagef(err, "expected %d elements, received %d", size, n)
	}
	switch n, err := io.ReadFull(r, make([]byte, 1)); {
	case n > 0:
		return nil, errors.Errorf("expected %d elements, received more", size)
	case err != io.EOF:
		return nil, errors.WithMessagef(err, "after %d elements", size)
	}
	return fromBytes(elements, found...), nil
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

// bare returns the cause of a file's error without the path, which the caller adds.
func bare(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
