package datasets

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"
)

// tarball packs files of so many bytes, or of the size that sizes names.
func tarball(t testing.TB, files map[string]string, sizes map[string]int64) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for name, content := range files {
		size := int64(len(content))
		if s, ok := sizes[name]; ok {
			size = s
		}
		require.NoError(t, w.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o644}))
		_, err := io.WriteString(w, content)
		require.NoError(t, err)
	}
	_ = w.Flush()
	return gzipped(b.Bytes())
}

func pickledBatch(images int, labels string) string {
	return fmt.Sprintf("}(U\x04data%s(K\x01K%cM\x00\x0c\x86%s\x89T%stbU\x06labels]%su.", newArray, images, byteType,
		string(binary.LittleEndian.AppendUint32(nil, uint32(3072*images)))+strings.Repeat("x", 3072*images), labels)
}

func TestCIFARErrors(t *testing.T) {
	good := pickledBatch(1, "K\x05a")
	archive := func(changed string, batch string) []byte {
		files := map[string]string{}
		for _, name := range cifar10.batches() {
			files["cifar-10-batches-py/"+name] = good
		}
		delete(files, "cifar-10-batches-py/test_batch")
		if changed != "" {
			files[changed] = batch
		}
		return tarball(t, files, nil)
	}
	test := "cifar-10-batches-py/test_batch"
	whole := archive("./"+test, good)
	published, err := os.ReadFile("testdata/cifar-10-python.tar.gz")
	require.NoError(t, err)
	dir := folder(t, map[string][]byte{"cifar-10-python.tar.gz": whole})
	_, got, err := CIFAR10(WithDir(dir))
	require.NoError(t, err, "a name that begins with ./")
	assert.Equal(t, tensor.Shape{1, 32, 32, 3}, got.X.Shape())

	for _, tt := range []struct {
		reason  string
		archive []byte
		want    string
	}{
		{"no archive", []byte("hello"), "expected a tar.gz archive: unexpected EOF"},
		{"no tar", gzipped(bytes.Repeat([]byte("hello"), 200)), "expected a tar.gz archive: archive/tar: invalid tar header"},
		{"a batch is missing", archive("", ""), "expected cifar-10-batches-py/test_batch in it"},
		{"a batch elsewhere", archive("../"+test, good), "expected cifar-10-batches-py/test_batch in it"},
		{"no pickle", archive(test, "hello"), test + ": pickle, byte 2: expected a string or type under number 101, received none; lists and arrays must not be shared"},
		{"no dictionary", archive(test, "]."), test + ": expected a dictionary, received *datasets.list"},
		{"no images", archive(test, "}."), test + ": data: expected an array of bytes of shape (n, 3072)"},
		{"images of another size", archive(test, strings.Replace(strings.Replace(good, "M\x00\x0c\x86", "M\x00\x04K\x03\x87", 1), "K\x01M", "K\x01M", 1)), test + ": data: expected an array of bytes of shape (n, 3072)"},
		{"labels of another key", archive(test, strings.Replace(good, "\x06labels", "\x06stable", 1)), test + ": labels: expected a list of 1 labels, as many as data has images"},
		{"fewer labels", archive(test, pickledBatch(2, "K\x05a")), test + ": labels: expected a list of 2 labels, as many as data has images"},
		{"a label that is no class", archive(test, pickledBatch(2, "(K\x05K\x0ae")), test + ": labels: expected labels from 0 to 9, received 10 at position 1"},
		{"a negative label", archive(test, pickledBatch(1, "J\xff\xff\xff\xffa")), test + ": labels: expected labels from 0 to 9, received -1 at position 0"},
		{"a wrong checksum after all batches", flip(published, len(published)-8), "gzip: invalid checksum"},
		{"a wrong checksum", flip(whole, len(whole)-8), "expected a tar.gz archive: gzip: invalid checksum"},
	} {
		dir := folder(t, map[string][]byte{"cifar-10-python.tar.gz": tt.archive})
		_, _, err := CIFAR10(WithDir(dir))
		assert.EqualError(t, err, "datasets: CIFAR10: "+filepath.Join(dir, "cifar-10-python.tar.gz")+": "+tt.want, tt.reason)
	}
}

// The batches themselves, as Python Keras leaves them beside the archive.
func TestCIFARFromBatches(t *testing.T) {
	files := map[string][]byte{}
	for i, name := range cifar10.batches() {
		files[name] = []byte(pickledBatch(1, fmt.Sprintf("K%ca", i)))
	}
	train, test, err := CIFAR10(WithDir(folder(t, files)))
	require.NoError(t, err)
	assert.Equal(t, []uint8{0, 1, 2, 3, 4}, train.Y.Data())
	assert.Equal(t, []uint8{5}, test.Y.Data())

	files["data_batch_2"] = []byte("N.")
	dir := folder(t, files)
	_, _, err = CIFAR10(WithDir(dir))
	assert.EqualError(t, err, "datasets: CIFAR10: "+filepath.Join(dir, "data_batch_2")+": expected a dictionary, received <nil>")
	require.NoError(t, os.Remove(filepath.Join(dir, "data_batch_2")))
	_, _, err = CIFAR10(WithDir(dir))
	assert.EqualError(t, err, "datasets: CIFAR10: expected cifar-10-python.tar.gz or data_batch_2 in "+dir)
}
