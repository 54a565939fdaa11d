package datasets

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"
)

// Pieces of pickles, as Python 2 wrote them.
const (
	proto2     = "\x80\x02"
	newArray   = "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
	objectType = "cnumpy\ndtype\nU\x02O8K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb"
	byteType   = "cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R"
)

func unpickle(program string) (any, error) {
	return readPickle(strings.NewReader(program), maxPickle)
}

func TestPickle(t *testing.T) {
	long := strings.Repeat("x", 300)
	for _, tt := range []struct {
		reason, program string
		want            any
	}{
		{"none", "N.", nil},
		{"bools of protocol 2", "\x88\x89\x86.", tuple{true, false}},
		{"integers of one byte, two and four", "K\xffM\xff\xffJ\xff\xff\xff\xff\x87.", tuple{int32(255), int32(65535), int32(-1)}},
		{"Python 2's long integers", "\x8a\x00\x8a\x01\xff\x8a\x08\xfe\xff\xff\xff\xff\xff\xff\xff\x87.", tuple{int32(0), int32(-1), int32(-2)}},
		{"strings of Python 2", "U\x01aT\x2c\x01\x00\x00" + long + "\x86.", tuple{[]byte("a"), []byte(long)}},
		{"bytes of Python 3", "C\x01aB\x01\x00\x00\x00b\x8e\x01\x00\x00\x00\x00\x00\x00\x00c\x87.", tuple{[]byte("a"), []byte("b"), []byte("c")}},
		{"texts of Python 3", "\x8c\x01aX\x01\x00\x00\x00b\x8d\x01\x00\x00\x00\x00\x00\x00\x00c\x87.", tuple{[]byte("a"), []byte("b"), []byte("c")}},
		{"tuples", ")N\x85(NNNNt\x87.", tuple{tuple(nil), tuple{nil}, tuple{nil, nil, nil, nil}}},
		{"a list", "]K\x01a(K\x02K\x03e.", &list{integers: []int32{1, 2, 3}}},
		{"a list of lists", "](]]K\x01ae.", &list{objects: []any{&list{}, &list{integers: []int32{1}}}}},
		{"a dictionary", "}U\x01aK\x01s(U\x01bNU\x01c]u.", dict{"a": int32(1), "b": nil, "c": &list{}}},
		{"a string again", "U\x01aq\x05h\x05\x86.", tuple{[]byte("a"), []byte("a")}},
		{"a string again, by a long number", "U\x01ar\x00\x01\x00\x00j\x00\x01\x00\x00\x86.", tuple{[]byte("a"), []byte("a")}},
		{"a string again, by its place", "\x8c\x01a\x94\x8c\x01b\x94h\x01\x87.", tuple{[]byte("a"), []byte("b"), []byte("b")}},
		{"a frame says nothing", "\x80\x04\x95\x02\x00\x00\x00\x00\x00\x00\x00N.", nil},
		{"bytes", proto2 + newArray + "(K\x01K\x02K\x02\x86" + byteType + "\x89U\x04abcdtb.", &ndarray{shape: []int{2, 2}, data: []byte("abcd")}},
		{"bytes by columns", proto2 + newArray + "(K\x01K\x02K\x02\x86" + byteType + "\x88U\x04abcdtb.", &ndarray{shape: []int{2, 2}, fortran: true, data: []byte("abcd")}},
		{"objects", proto2 + newArray + "(K\x01K\x01\x85" + objectType + "\x89]]atb.", &ndarray{shape: []int{1}, objects: &list{objects: []any{&list{}}}}},
		{"NumPy 2's name of the function", "\x8c\x16numpy._core.multiarray\x8c\x0c_reconstruct\x93cnumpy\nndarray\nK\x00\x85C\x01b\x87R.", &ndarray{}},
	} {
		got, err := unpickle(tt.program)
		require.NoError(t, err, tt.reason)
		assert.Equal(t, tt.want, got, tt.reason)
	}
}

func TestPickleErrors(t *testing.T) {
	for _, tt := range []struct {
		reason, program, want string
	}{
		{"code to run", proto2 + "cos\nsystem\nU\x04trueR.", "pickle, byte 13: refusing to load `os.system`, which is no array; the file may be corrupted or malicious"},
		{"code to run, of protocol 4", "\x80\x04\x8c\x08builtins\x8c\x04eval\x93.", "pickle, byte 19: refusing to load `builtins.eval`, which is no array; the file may be corrupted or malicious"},
		{"a name that is built", "]]\x93.", "pickle, byte 3: expected a string of up to 100 bytes, received *datasets.list"},
		{"a name without end", "c" + strings.Repeat("a", 200), "pickle, byte 102: expected a name of up to 100 bytes, received \"" + strings.Repeat("a", 101) + "\"…"},
		{"an instruction of Python's objects", "i__main__\n", "pickle, byte 1: expected an instruction of numbers, strings, lists and arrays, received 0x69"},
		{"a call of a class", newArray + "cnumpy\nndarray\n)R.", "pickle, byte 76: expected the type or the array of a NumPy pickle, received another call"},
		{"a call of a list", "])R.", "pickle, byte 3: expected the type or the array of a NumPy pickle, received another call"},
		{"an array of another class", "cnumpy.core.multiarray\n_reconstruct\ncnumpy\ndtype\nK\x00\x85U\x01b\x87R.", "pickle, byte 57: expected the type or the array of a NumPy pickle, received another call"},
		{"a type of floats", "cnumpy\ndtype\nU\x02f8K\x00K\x01\x87R.", `pickle, byte 23: expected an array of u1 (uint8) or O (objects), received "f8"`},
		{"protocol 6", "\x80\x06.", "pickle, byte 2: expected protocol 2 to 5, received 6"},
		{"nothing", "", "pickle, byte 0: unexpected EOF"},
		{"no end", "N", "pickle, byte 1: unexpected EOF"},
		{"more than the end", "N.N", "pickle, byte 2: expected the end of the file, received <nil>"},
		{"no object", ".", "pickle, byte 1: expected 1 objects on the stack, received 0"},
		{"two objects", "NN.", "pickle, byte 3: expected one object, received 1 more"},
		{"an object under a mark", "N(.", "pickle, byte 3: expected 1 objects on the stack, received 0"},
		{"no mark", "]e.", "pickle, byte 2: expected a mark on the stack, received none"},
		{"a large integer", "\x8a\x05\x00\x00\x00\x00\x01.", "pickle, byte 7: expected integers of 32 bits, received 4294967296"},
		{"a huge integer", "\x8a\x09", "pickle, byte 2: expected an integer of up to 8 bytes, received one of 9"},
		{"a string that is cut off", "U\x05ab", "pickle, byte 4: unexpected EOF"},
		{"a string beyond the limit", "T\xff\xff\xff\xff", "pickle, byte 5: expected a pickle of at most 268435456 bytes, received a string of 4294967295"},
		{"a string beyond all limits", "\x8e\xff\xff\xff\xff\xff\xff\xff\xff", "pickle, byte 9: expected a pickle of at most 268435456 bytes, received a string of 18446744073709551615"},
		{"a large tuple", "(" + strings.Repeat("N", 17) + "t.", "pickle, byte 19: expected a tuple of at most 16 objects, received 17"},
		{"nothing to append to", "NK\x01a.", "pickle, byte 4: expected a list to append to"},
		{"a list of none", "]Na.", "pickle, byte 3: expected a list of integers, strings or lists, received <nil>"},
		{"a list of two kinds", "]K\x01a]a.", "pickle, byte 6: expected a list of integers or of other objects, received one of both"},
		{"a key without value", "}(U\x01au.", "pickle, byte 6: expected a dictionary, keys and values"},
		{"a list for a dictionary", "]U\x01aNs.", "pickle, byte 6: expected a dictionary, keys and values"},
		{"a key that is a number", "}K\x01Ns.", "pickle, byte 5: expected a key that is a string of up to 100 bytes, received int32"},
		{"a list in itself", "]q\x00h\x00a.", "pickle, byte 5: expected a string or type under number 0, received none; lists and arrays must not be shared"},
		{"a number that was not put", "h\x07.", "pickle, byte 2: expected a string or type under number 7, received none; lists and arrays must not be shared"},
		{"the state of a list", "])b.", "pickle, byte 3: expected a new array and its state of 5 objects"},
		{"a second state", newArray + strings.Repeat("(K\x01K\x01\x85"+objectType+"\x89]]atb", 2) + ".", "pickle, byte 175: expected a new array and its state of 5 objects"},
		{"a short state", newArray + ")b.", "pickle, byte 61: expected a new array and its state of 5 objects"},
		{"a shape of nothing", newArray + "(K\x01)" + byteType + "\x89U\x00tb.", `pickle, byte 91: expected the shape of an array with elements, received []`},
		{"an axis of length 0", newArray + "(K\x01K\x00\x85" + byteType + "\x89U\x00tb.", "pickle, byte 93: expected the shape of an array with elements, received [0]"},
		{"a product beyond memory", newArray + "(K\x01(" + strings.Repeat("J\xff\xff\xff\x7f", 3) + "t" + byteType + "\x89U\x00tb.", "pickle, byte 107: expected the shape of an array with elements, received [2147483647 2147483647 2147483647]"},
		{"another number of bytes", newArray + "(K\x01K\x03\x85" + byteType + "\x89U\x02abtb.", "pickle, byte 95: expected an array of 3 elements, received 2"},
		{"bytes that are objects", newArray + "(K\x01K\x02\x85" + objectType + "\x89U\x02abtb.", "pickle, byte 118: expected the bytes of an array of u1 or a list of objects for one of O"},
		{"objects that are integers", newArray + "(K\x01K\x01\x85" + objectType + "\x89]K\x01atb.", "pickle, byte 118: expected the bytes of an array of u1 or a list of objects for one of O"},
	} {
		got, err := unpickle(tt.program)
		assert.EqualError(t, err, tt.want, tt.reason)
		assert.Nil(t, got, tt.reason)
	}
}

// Whatever a pickle of so many bytes does, it takes memory in proportion.
func TestPickleMemory(t *testing.T) {
	const n = 2 << 20
	for reason, program := range map[string]string{
		"lists":         strings.Repeat("]", n),
		"lists in one":  "]" + strings.Repeat("]a", n),
		"lists in line": "]" + strings.Repeat("](", n),
		"marks":         strings.Repeat("(", n),
		"tuples in one": strings.Repeat(")", 9000) + strings.Repeat("\x85", n),
		"strings":       "]" + strings.Repeat("U\x00a", n),
		"one string":    "]U\x01aq\x00" + strings.Repeat("h\x00a", n),
		"numbers":       strings.Repeat("K\x01", n),
		"puts":          "U\x01a" + strings.Repeat("\x94", n),
		"keys":          "}" + strings.Repeat("U\x04"+"abcdNs", n),
		"a long string": "T\x00\x00\x00\x10",
	} {
		before := allocated()
		_, err := readPickle(strings.NewReader(program), int64(len(program)))
		assert.Error(t, err, reason)
		assert.Less(t, allocated()-before, uint64(256<<20), reason)
	}
	// One with a right to its memory: what is left in the end is a list of integers.
	integers := "](" + strings.Repeat(strings.Repeat("K\x01", 1000)+"e(", n/1000) + "e."
	object, err := unpickle(integers)
	require.NoError(t, err)
	assert.Len(t, object.(*list).integers, n/1000*1000)
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// packedTexts is an imdb.npz whose training texts have a header and a pickle.
func packedTexts(t *testing.T, header, program string) []byte {
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for name, content := range map[string][]byte{
		"x_train.npy": npy(1, header, []byte(program)),
		"y_train.npy": npy(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }\n", make([]byte, 8)),
		"x_test.npy":  npy(1, objectHeader, []byte(oneText)),
		"y_test.npy":  npy(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }\n", []byte{1, 0, 0, 0, 0, 0, 0, 0}),
	} {
		w, err := archive.Create(name)
		require.NoError(t, err)
		_, err = w.Write(content)
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	return b.Bytes()
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
	_, _, err := IMDB(WithDir("testdata"), Path("../imdb.npz"))
	assert.EqualError(t, err, `datasets: IMDB: expected Path to be the name of a file, received "../imdb.npz"; WithDir chooses its folder`)
	_, _, err = IMDB(WithDir("testdata"), Path("missing.npz"))
	assert.EqualError(t, err, `datasets: IMDB: testdata/missing.npz: x_train: expected type |O (objects), received "|u1"`)
	_, _, err = IMDB(WithDir("testdata"), Path("no.npz"))
	assert.EqualError(t, err, `datasets: IMDB: testdata/no.npz: no such file or directory`)
}

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

// A member may promise any size; what counts is the size of the archive.
func TestTarBomb(t *testing.T) {
	name := "cifar-10-batches-py/test_batch"
	small := tarball(t, map[string]string{name: "T\x00\x00\x00\x0f"}, map[string]int64{name: 1 << 40})
	before := allocated()
	err := cifar10.unpack(bytes.NewReader(small), int64(len(small)), func(_ string, r io.Reader, size int64) error {
		_, err := cifar10.readBatch(r, size)
		return err
	})
	require.ErrorContains(t, err, "test_batch: pickle, byte 5: expected a pickle of at most")
	assert.Less(t, allocated()-before, uint64(8<<20))
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
