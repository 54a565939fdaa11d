package datasets

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"
)

// A member may promise any size; what counts is the size of the archive.
func TestArchiveBombs(t *testing.T) {
	const promise = "T\x00\x00\x00\x0f" // a string of 252 million bytes
	name := "cifar-10-batches-py/test_batch"
	small := tarball(t, map[string]string{name: promise}, map[string]int64{name: 1 << 40})
	before := allocated()
	err := cifar10.unpack(bytes.NewReader(small), int64(len(small)), func(_ string, r io.Reader, size int64) error {
		_, err := cifar10.readBatch(r, size)
		return err
	})
	require.ErrorContains(t, err, "test_batch: pickle, byte 5: expected a pickle of at most")
	small = packedTexts(t, objectHeader, promise)
	err = decodeNPZ(bytes.NewReader(small), int64(len(small)), func(z *npz) { z.sequences("x_train") })
	require.ErrorContains(t, err, "x_train: pickle, byte 5: expected a pickle of at most")
	assert.Less(t, allocated()-before, uint64(8<<20))

	dir := folder(t, map[string][]byte{"imdb_word_index.json": nil})
	require.NoError(t, os.Truncate(filepath.Join(dir, "imdb_word_index.json"), maxIndex+1))
	_, err = IMDBWordIndex(WithDir(dir))
	assert.ErrorContains(t, err, "imdb_word_index.json: expected at most 67108864 bytes, received 67108865")
}

func FuzzPickle(f *testing.F) {
	f.Add([]byte(oneText))
	f.Add([]byte(pickledBatch(1, "K\x05a")))
	f.Add([]byte("\x80\x04\x95\x02\x00\x00\x00\x00\x00\x00\x00}(\x8c\x01a\x94]\x94(K\x01M\x00\x01J\x00\x00\x00\x00eU\x01bh\x00\x85\x86u."))
	f.Fuzz(func(t *testing.T, program []byte) {
		object, err := readPickle(bytes.NewReader(program), int64(maxRatio*len(program)))
		assert.True(t, err == nil || object == nil)
	})
}

func FuzzNPZ(f *testing.F) {
	for _, name := range []string{"imdb.npz", "imdb_4.npz", "boston_housing.npz", "stored.npz"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_ = decodeNPZ(bytes.NewReader(b), int64(len(b)), func(z *npz) {
			for _, name := range []string{"x_train", "x_test"} {
				z.sequences(name)
				z.err = nil
				z.array(name, tensor.Uint8, -1, 28, 28)
				z.err = nil
			}
			z.array("x", tensor.Float64, -1, 13)
		})
	})
}

func FuzzCIFAR(f *testing.F) {
	b, err := os.ReadFile("testdata/cifar-10-python.tar.gz")
	require.NoError(f, err)
	f.Add(b)
	f.Add(tarball(f, map[string]string{"cifar-10-batches-py/test_batch": "N."}, nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		_ = cifar10.unpack(bytes.NewReader(b), int64(len(b)), func(_ string, r io.Reader, size int64) error {
			_, err := cifar10.readBatch(r, size)
			return err
		})
	})
}
