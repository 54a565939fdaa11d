package datasets

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"gorgonia.org/tensor"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pixels are those of tools/golden/mnist_npz.py.
func pixels(n, factor int) []uint8 {
	p := make([]uint8, n*28*28)
	for i := range p {
		p[i] = uint8(i * factor)
	}
	return p
}

// idx encodes an IDX file.
func idx(elements []uint8, shape ...int) []byte {
	b := []byte{0, 0, 8, byte(len(shape))}
	for _, n := range shape {
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	return append(b, elements...)
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(b)
	_ = z.Close()
	return out.Bytes()
}

// idxFiles are the four files of the tiny MNIST.
func idxFiles() map[string][]byte {
	return map[string][]byte{
		"train-images-idx3-ubyte":   idx(pixels(3, 7), 3, 28, 28),
		"train-labels-idx1-ubyte":   idx([]uint8{5, 0, 4}, 3),
		"t10k-images-idx3-ubyte.gz": gzipped(idx(pixels(2, 11), 2, 28, 28)),
		"t10k-labels-idx1-ubyte.gz": gzipped(idx([]uint8{7, 2}, 2)),
	}
}

// folder writes files to a new folder.
func folder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), b, 0o644))
	}
	return dir
}

// npzFolder is a folder whose mnist.npz is a file of testdata.
func npzFolder(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return folder(t, map[string][]byte{mnistFile: b})
}

func requireTinyMNIST(t *testing.T, train, test Split, err error) {
	t.Helper()
	require.NoError(t, err)
	assert.Equal(t, tensor.Shape{3, 28, 28}, train.X.Shape())
	assert.Equal(t, pixels(3, 7), train.X.Data())
	assert.Equal(t, []uint8{5, 0, 4}, train.Y.Data())
	assert.Equal(t, tensor.Shape{2, 28, 28}, test.X.Shape())
	assert.Equal(t, pixels(2, 11), test.X.Data())
	assert.Equal(t, []uint8{7, 2}, test.Y.Data())
}

func TestMNISTFromFolder(t *testing.T) {
	for _, dir := range []string{
		"testdata",
		npzFolder(t, "stored.npz"),
		folder(t, idxFiles()),
	} {
		train, test, err := MNIST(WithDir(dir))
		requireTinyMNIST(t, train, test, err)
	}
}

func TestMNISTErrors(t *testing.T) {
	with := func(name string, b []byte) string {
		files := idxFiles()
		files[name] = b
		return folder(t, files)
	}
	without := func(name string) string {
		files := idxFiles()
		delete(files, name)
		return folder(t, files)
	}
	images, labels := "train-images-idx3-ubyte", "t10k-labels-idx1-ubyte.gz"
	good := idxFiles()
	for _, tt := range []struct {
		reason string
		dir    string
		want   string // DIR stands for dir
	}{
		{"an empty folder", t.TempDir(), "datasets: MNIST: expected mnist.npz or train-images-idx3-ubyte, plain or .gz, in DIR"},
		{"no folder", filepath.Join(t.TempDir(), "no"), "datasets: MNIST: expected mnist.npz or train-images-idx3-ubyte, plain or .gz, in DIR"},
		{"one file missing", without(labels), "datasets: MNIST: expected mnist.npz or t10k-labels-idx1-ubyte, plain or .gz, in DIR"},
		{"labels where images should be", with(images, good["train-labels-idx1-ubyte"]), "datasets: MNIST: DIR/train-images-idx3-ubyte: expected an IDX header of 16 bytes: unexpected EOF"},
		{"images where labels should be", with("train-labels-idx1-ubyte", good[images]), "datasets: MNIST: DIR/train-labels-idx1-ubyte: expected the magic number 0x00000801 (uint8, 1 axes), received 0x00000803"},
		{"another element type", with(images, append([]byte{0, 0, 13, 3}, good[images][4:]...)), "datasets: MNIST: DIR/train-images-idx3-ubyte: expected the magic number 0x00000803 (uint8, 3 axes), received 0x00000d03"},
		{"other images", with(images, idx(make([]uint8, 3*32*32), 3, 32, 32)), "datasets: MNIST: DIR/train-images-idx3-ubyte: expected shape (n, 28, 28), received (3, 32, 32)"},
		{"no images", with(images, idx(nil, 0, 28, 28)), "datasets: MNIST: DIR/train-images-idx3-ubyte: expected no more elements than 16 bytes of file can hold, received shape (0, 28, 28)"},
		{"a length that no file of this size can hold", with(images, idx(nil, 1<<32-1, 28, 28)), "datasets: MNIST: DIR/train-images-idx3-ubyte: expected no more elements than 16 bytes of file can hold, received shape (4294967295, 28, 28)"},
		{"too short", with(images, good[images][:1000]), "datasets: MNIST: DIR/train-images-idx3-ubyte: expected 2352 elements, received 984: unexpected EOF"},
		{"too long", with(images, append(bytes.Clone(good[images]), 0)), "datasets: MNIST: DIR/train-images-idx3-ubyte: expected 2352 elements, received more"},
		{"an empty file", with(images, nil), "datasets: MNIST: DIR/train-images-idx3-ubyte: expected an IDX header of 16 bytes: EOF"},
		{"gzip cut in its checksum", with(labels, good[labels][:len(good[labels])-3]), "datasets: MNIST: DIR/t10k-labels-idx1-ubyte.gz: after 2 elements: unexpected EOF"},
		{"gzip with a wrong checksum", with(labels, flip(good[labels], len(good[labels])-8)), "datasets: MNIST: DIR/t10k-labels-idx1-ubyte.gz: after 2 elements: gzip: invalid checksum"},
		{"fewer labels than images", with("train-labels-idx1-ubyte", idx([]uint8{5, 0}, 2)), "datasets: MNIST: DIR/train-labels-idx1-ubyte: expected 3 labels, as many as DIR/train-images-idx3-ubyte has samples, received 2"},
		{"a label that is no digit", with("train-labels-idx1-ubyte", idx([]uint8{5, 0, 10}, 3)), "datasets: MNIST: DIR/train-labels-idx1-ubyte: expected labels from 0 to 9, received 10 at position 2"},
		{"no zip archive", folder(t, map[string][]byte{mnistFile: []byte("hello")}), "datasets: MNIST: DIR/mnist.npz: expected an npz file: zip: not a valid zip file"},
		{"an array is missing", npzFolder(t, "missing.npz"), `datasets: MNIST: DIR/mnist.npz: y_test: expected an array of this name, received ["x_train" "y_train" "x_test"]`},
		{"floats", npzFolder(t, "float.npz"), `datasets: MNIST: DIR/mnist.npz: x_train: expected type |u1 (uint8), received "<f4"`},
		{"pickled objects", npzFolder(t, "pickled.npz"), `datasets: MNIST: DIR/mnist.npz: y_train: expected type |u1 (uint8), received "|O"`},
		{"column-major", npzFolder(t, "fortran.npz"), "datasets: MNIST: DIR/mnist.npz: x_test: expected elements in row-major order, received fortran_order True"},
		{"flat images", npzFolder(t, "flat.npz"), "datasets: MNIST: DIR/mnist.npz: x_train: expected shape (n, 28, 28), received (3, 784)"},
		{"a label that is no digit, in npz", npzFolder(t, "labels.npz"), "datasets: MNIST: DIR/mnist.npz: y_test: expected labels from 0 to 9, received 10 at position 1"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			train, test, err := MNIST(WithDir(tt.dir))
			assert.EqualError(t, err, strings.ReplaceAll(tt.want, "DIR", tt.dir))
			assert.Zero(t, train)
			assert.Zero(t, test)
		})
	}
}

// flip returns b with one bit turned.
func flip(b []byte, i int) []byte {
	b = bytes.Clone(b)
	b[i] ^= 1
	return b
}

// encodeNPY encodes an npy file with any header.
func encodeNPY(version byte, header string, data []byte) []byte {
	b := append([]byte("\x93NUMPY"), version, 0)
	if version == 1 {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(header)))
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(header)))
	}
	return append(append(b, header...), data...)
}

func TestReadNPY(t *testing.T) {
	header := "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }   \n"
	data := []byte{1, 2, 3, 4, 5, 6}
	for _, version := range []byte{1, 2, 3} {
		got, err := readNPY(bytes.NewReader(encodeNPY(version, header, data)), tensor.Uint8, []int{-1, 3}, 100)
		require.NoError(t, err, "version %d", version)
		assert.Equal(t, data, got.Data())
	}
	doubles := encodeNPY(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (13000,), }\n", nil)
	_, err := readNPY(bytes.NewReader(doubles), tensor.Float64, []int{-1}, 100)
	assert.EqualError(t, err, "expected no more elements than 100 bytes of file can hold, received shape (13000,)", "of 8 bytes each")
	for _, tt := range []struct {
		reason string
		file   []byte
		want   string
	}{
		{"not npy", []byte("PK345678"), `expected the magic string "\x93NUMPY", received "PK3456"`},
		{"empty", nil, "expected an npy header: EOF"},
		{"a header without end", encodeNPY(2, header, nil)[:20], "expected an npy header: unexpected EOF"},
		{"a header of 4 GB", []byte("\x93NUMPY\x02\x00\xff\xff\xff\xff"), "expected a header of at most 10000 bytes, received 4294967295"},
		{"no dictionary", encodeNPY(1, "\n", nil), `expected a header with descr, fortran_order and shape, received "\n"`},
		{"a record type", encodeNPY(1, "{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (2,), }\n", nil),
			`expected a header with descr, fortran_order and shape, received "{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (2,), }\n"`},
		{"a negative length", encodeNPY(1, strings.Replace(header, "2", "-2", 1), data),
			`expected a header with descr, fortran_order and shape, received "{'descr': '|u1', 'fortran_order': False, 'shape': (-2, 3), }   \n"`},
		{"a length beyond int64", encodeNPY(1, strings.Replace(header, "2", "99999999999999999999", 1), data),
			`shape: strconv.ParseInt: parsing "99999999999999999999": value out of range`},
		{"a product beyond int64", encodeNPY(1, strings.Replace(header, "2", "6148914691236517206", 1), data),
			"expected no more elements than 100 bytes of file can hold, received shape (6148914691236517206, 3)"},
		{"data missing", encodeNPY(1, header, data[:5]), "expected 6 elements, received 5: unexpected EOF"},
		{"data left", encodeNPY(1, header, append(data, 7)), "expected 6 elements, received more"},
	} {
		_, err := readNPY(bytes.NewReader(tt.file), tensor.Uint8, []int{-1, 3}, 100)
		assert.EqualError(t, err, tt.want, tt.reason)
	}
}

// Whatever is cut off or changed, the readers return an error or data, and never panic.
func TestDamagedFiles(t *testing.T) {
	whole, err := os.ReadFile("testdata/mnist.npz")
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), mnistFile)
	for n := 0; n < len(whole); n += 7 {
		require.NoError(t, os.WriteFile(path, whole[:n], 0o644))
		_, _, err := MNIST(WithDir(filepath.Dir(path)))
		assert.Error(t, err, "the first %d bytes of an npz file", n)
	}
	for i := 0; i < len(whole); i += 3 {
		require.NoError(t, os.WriteFile(path, flip(whole, i), 0o644))
		assert.NotPanics(t, func() { _, _, _ = MNIST(WithDir(filepath.Dir(path))) }, "byte %d of an npz file", i)
	}
	packed := gzipped(idx(pixels(1, 7), 1, 28, 28))
	path = filepath.Join(t.TempDir(), "images")
	for n := range packed {
		require.NoError(t, os.WriteFile(path, packed[:n], 0o644))
		_, err := readIDX(path, -1, 28, 28)
		assert.Error(t, err, "the first %d bytes of an idx file", n)
	}
}

// A zip member may promise anything; what counts is the size of the file.
func TestZipBomb(t *testing.T) {
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	w, err := archive.Create("x_train.npy")
	require.NoError(t, err)
	_, err = w.Write(encodeNPY(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999, 28, 28), }\n", nil))
	require.NoError(t, err)
	require.NoError(t, archive.Close())
	dir := folder(t, map[string][]byte{mnistFile: b.Bytes()})
	_, _, err = MNIST(WithDir(dir))
	assert.EqualError(t, err, fmt.Sprintf("datasets: MNIST: %s: x_train: expected no more elements than %d bytes of file can hold, received shape (99999999, 28, 28)",
		filepath.Join(dir, mnistFile), b.Len()))
}

func TestOptions(t *testing.T) {
	_, _, err := MNIST(WithSeed(1))
	assert.EqualError(t, err, `datasets: MNIST: expected options from ["WithDir" "WithContext" "Path"], received WithSeed`)
	_, _, err = MNIST(WithContext(nil)) //lint:ignore SA1012 what a caller must not do
	assert.EqualError(t, err, "datasets: MNIST: expected a context, received nil")
	_, _, err = Digits(WithDir("x"))
	assert.EqualError(t, err, `datasets: Digits: expected options from ["WithSeed" "WithCount"], received WithDir`)
	_, _, err = Digits(WithCount(1, 0))
	assert.EqualError(t, err, "datasets: Digits: expected at least 1 training and 1 test image, received 1 and 0")
}

// realData returns a folder of the data sets as published, and skips the test without it.
func realData(t *testing.T, folder string) string {
	t.Helper()
	data := os.Getenv("GOKERAS_DATA")
	if data == "" {
		t.Skipf("set GOKERAS_DATA to a folder that holds %s/ to test the real data", folder)
	}
	dir := filepath.Join(data, folder)
	if _, err := os.Stat(dir); err != nil {
		require.ErrorIs(t, err, fs.ErrNotExist)
		t.Skipf("GOKERAS_DATA=%s holds no %s/", data, folder)
	}
	return dir
}

// The real files. Counts are those of the published labels.
func TestMNISTFull(t *testing.T) {
	train, test, err := MNIST(WithDir(realData(t, "mnist")))
	require.NoError(t, err)
	assert.Equal(t, tensor.Shape{60000, 28, 28}, train.X.Shape())
	assert.Equal(t, tensor.Shape{10000, 28, 28}, test.X.Shape())
	assert.Equal(t, tensor.Uint8, train.X.Dtype())
	assert.Equal(t, [10]int{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}, histogram(train))
	assert.Equal(t, [10]int{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, histogram(test))
	assert.Equal(t, []uint8{5, 0, 4, 1, 9}, bytesOf(train.Y)[:5])
}

func histogram(s Split) (counts [10]int) {
	for _, label := range bytesOf(s.Y) {
		counts[label]++
	}
	return counts
}
