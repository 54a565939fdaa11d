package datasets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"os"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// readIDX reads a file of bytes in the IDX format, as MNIST is published, plain or
// compressed with gzip. Its shape must be the given one, where -1 is any length:
//
//	magic   0, 0, 8 (uint8), rank
//	lengths rank big-endian uint32
//	data    row-major, to the end of the file
func readIDX(path string, shape ...int) (t *tensor.Dense, err error) {
	err = withFile(path, func(f *os.File, size int64) (err error) {
		t, err = decodeIDX(f, size, shape)
		return err
	})
	return t, err
}

func decodeIDX(f io.Reader, size int64, shape []int) (*tensor.Dense, error) {
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
	return readElements(r, tensor.Uint8, found, shape, size)
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
