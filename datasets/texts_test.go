package datasets

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/npy"
)

// packed is an npz file.
func packed(t *testing.T, members map[string][]byte) []byte {
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for name, content := range members {
		w, err := archive.Create(name + ".npy")
		require.NoError(t, err)
		_, err = w.Write(content)
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	return b.Bytes()
}

// packedTexts is an imdb.npz whose training text has a header and a pickle.
func packedTexts(t *testing.T, header, program string) []byte {
	return packed(t, map[string][]byte{
		"x_train": encodeNPY(1, header, []byte(program)),
		"y_train": numbers(int64(0)),
		"x_test":  encodeNPY(1, objectHeader, []byte(oneText)),
		"y_test":  numbers(int64(1)),
	})
}

// numbers is an npy file of one axis, or of rows.
func numbers[T int64 | float32 | float64](elements ...T) []byte {
	return rows(len(elements), 0, elements...)
}

func rows[T int64 | float32 | float64](n, columns int, elements ...T) []byte {
	shape := fmt.Sprintf("%d,", n)
	if columns > 0 {
		shape = fmt.Sprintf("%d, %d", n, columns)
	}
	descr := npy.Descr(tensor.Dtype{Type: reflect.TypeFor[T]()})
	data, _ := binary.Append(nil, binary.LittleEndian, elements)
	return encodeNPY(1, fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }\n", descr, shape), data)
}

const (
	objectHeader = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"
	oneText      = proto2 + newArray + "(K\x01K\x01\x85" + objectType + "\x89]]K\x05aatb."
)

func TestIMDBErrors(t *testing.T) {
	two := strings.Replace(strings.Replace(oneText, "(K\x01K\x01\x85", "(K\x01K\x02\x85", 1), "]]K\x05aatb.", "](]]etb.", 1)
	for _, tt := range []struct {
		reason, header, program string
		options                 []Option
		want                    string
	}{
		{"numbers", strings.Replace(objectHeader, "|O", "<i8", 1), oneText, nil, "x_train: expected type |O (objects), received \"<i8\""},
		{"no array", objectHeader, "].", nil, "x_train: expected an array of objects along one axis, received *datasets.list"},
		{"an array of bytes", objectHeader, newArray + "(K\x01K\x01\x85" + byteType + "\x89U\x01atb.", nil, "x_train: expected an array of objects along one axis, received *datasets.ndarray"},
		{"a text that is a string", objectHeader, strings.Replace(oneText, "]K\x05aa", "U\x01aa", 1), nil, "x_train: expected lists of integers, received another object at position 0"},
		{"a text of lists", objectHeader, strings.Replace(oneText, "]K\x05aa", "]]aa", 1), nil, "x_train: expected lists of integers, received another object at position 0"},
		{"another number of texts", objectHeader, two, nil, "y_train: expected 2 labels, as many as x_train has texts, received 1"},
		{"a word too large", objectHeader, strings.Replace(oneText, "K\x05", "J\xff\xff\xff\x7f", 1), nil, "expected words below 2**31, received 2147483647 with IndexFrom 3"},
		{"a mark too large", objectHeader, oneText, []Option{StartChar(1 << 40)}, "expected a StartChar, OOVChar and IndexFrom of 32 bits, received 1099511627776"},
	} {
		dir := folder(t, map[string][]byte{"imdb.npz": packedTexts(t, tt.header, tt.program)})
		train, test, err := IMDB(append(tt.options, WithDir(dir))...)
		require.Error(t, err, tt.reason)
		got := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "datasets: IMDB: "), filepath.Join(dir, "imdb.npz")+": ")
		assert.Equal(t, tt.want, got, tt.reason)
		assert.Zero(t, train)
		assert.Zero(t, test)
	}
	for _, path := range []string{"../imdb.npz", "folder/imdb.npz", ".."} {
		_, _, err := IMDB(WithDir("testdata"), Path(path))
		assert.EqualError(t, err, fmt.Sprintf("datasets: IMDB: expected Path to be the name of a file, received %q; WithDir chooses its folder", path))
	}
	_, _, err := IMDB(WithDir("testdata"), Path("missing.npz"))
	assert.EqualError(t, err, "datasets: IMDB: "+filepath.Join("testdata", "missing.npz")+`: x_train: expected type |O (objects), received "|u1"`)
	_, _, err = IMDB(WithDir("testdata"), Path("no.npz"))
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.ErrorContains(t, err, "datasets: IMDB: "+filepath.Join("testdata", "no.npz")+": ")
}

func TestLabelsThatAreNone(t *testing.T) {
	text := encodeNPY(1, objectHeader, []byte(oneText))
	for label, want := range map[int64]string{
		45: "",
		46: "y: expected labels from 0 to 45, received 46 at position 0",
		-1: "y: expected labels from 0 to 45, received -1 at position 0",
	} {
		dir := folder(t, map[string][]byte{"reuters.npz": packed(t, map[string][]byte{"x": text, "y": numbers(label)})})
		_, _, err := Reuters(WithDir(dir))
		if want == "" {
			require.NoError(t, err)
			continue
		}
		assert.EqualError(t, err, "datasets: Reuters: "+filepath.Join(dir, "reuters.npz")+": "+want)
	}
}
