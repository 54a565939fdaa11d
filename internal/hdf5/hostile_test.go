package hdf5

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// exhaust opens a file and asks for everything, like a program that trusts it. Memory for elements is its own.
func exhaust(b []byte, unverified bool) error {
	f, err := open(bytes.NewReader(b), int64(len(b)), unverified)
	if err != nil {
		return err
	}
	root, err := f.Root()
	if err != nil {
		return err
	}
	var first error
	keep := func(err error) {
		if first == nil && !errors.Is(err, ErrUnsupported) {
			first = err
		}
	}
	total := 0
	visit := func(_ string, o Object) error {
		for _, a := range o.Attributes() {
			_, err := a.Value()
			keep(err)
		}
		d, ok := o.(*Dataset)
		if !ok || d.Type().Kind == Other {
			return nil
		}
		n, ok := d.space.bytes(max(d.Type().Size, 16)) // what a string takes here
		if total += int(n); !ok || total > 8*maxRatio*len(b)+ratioFloor {
			return nil
		}
		keep(d.Read(slice(d.Type(), d.Len()), 0))
		return nil
	}
	_ = visit("", root)
	keep(root.Walk(visit))
	return first
}

// fixtures are all files of testdata.
func fixtures(t testing.TB) map[string][]byte {
	names, err := filepath.Glob("testdata/*.h5")
	require.NoError(t, err)
	require.Len(t, names, 10)
	files := map[string][]byte{}
	for _, name := range names {
		files[filepath.Base(name)], err = os.ReadFile(name)
		require.NoError(t, err)
		require.NoError(t, exhaust(files[filepath.Base(name)], false), name)
	}
	return files
}

func FuzzRead(f *testing.F) {
	for _, b := range fixtures(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { _ = exhaust(b, true) })
}

// A file that ends early is refused at once: its superblock says how long it is.
func TestTruncatedFiles(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for name, b := range fixtures(t) {
		for range 40 {
			n := r.Intn(len(b))
			assert.ErrorIs(t, exhaust(b[:n], false), ErrFormat, "%s cut off at byte %d", name, n)
		}
	}
}

// Whatever bits change: no panic, no hang, no memory beyond the file's proportion.
func TestFlippedBits(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	before, start, read := allocated(), time.Now(), 0
	for _, b := range fixtures(t) {
		for range 60 {
			damaged := bytes.Clone(b)
			for range 1 + r.Intn(4) {
				damaged[r.Intn(len(b))] ^= 1 << r.Intn(8)
			}
			_ = exhaust(damaged, r.Intn(2) == 0)
			read += len(b)
		}
	}
	assert.Less(t, allocated()-before, uint64(100*read))
	assert.Less(t, time.Since(start), time.Minute)
}

// Newer structures have checksums, so that any changed bit of theirs is found.
func TestChecksums(t *testing.T) {
	b := fixtures(t)["attributes_latest.h5"]
	for _, signature := range []string{"OHDR", "FRHP", "FHIB", "FHDB", "BTHD", "BTLF", "BTIN"} {
		at := bytes.Index(b, []byte(signature))
		require.Positive(t, at, signature)
		damaged := bytes.Clone(b)
		damaged[at+9] ^= 4
		assert.ErrorIs(t, exhaust(damaged, false), ErrFormat, signature)
	}
	b[40] ^= 1 // in the superblock
	assert.ErrorContains(t, exhaust(b, false), "superblock at byte 0: expected")
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// small is a file of a few hundred bytes beside its trees, with strings, numbers and two groups.
func small(t *testing.T) []byte {
	c := &Contents{}
	c.Group("ab")
	c.Group("ac")
	c.Dataset("x", Float32, []int{3}, []float32{1, 2, 3})
	c.Attribute("x", "name", "dense")
	return written(t, c)
}

// A small file, cut off at every byte, and with every bit changed.
func TestSmallFileInEveryWay(t *testing.T) {
	whole := small(t)
	for n := range whole {
		assert.ErrorIs(t, exhaust(whole[:n], false), ErrFormat, "cut off at byte %d", n)
	}
	b := bytes.Clone(whole)
	for i := range b {
		for bit := range 8 {
			b[i] ^= 1 << bit
			_ = exhaust(b, false)
			b[i] = whole[i]
		}
	}
	assert.NoError(t, exhaust(b, false))
}

// Each kind of damage is named, with its place.
func TestDamagedStructures(t *testing.T) {
	const rootAddress = 64 // where an old superblock has it
	whole := small(t)
	root := int(binary.LittleEndian.Uint64(whole[rootAddress:]))
	put := func(at int, v ...uint64) []byte {
		b := bytes.Clone(whole)
		for i, x := range v {
			binary.LittleEndian.PutUint64(b[at+8*i:], x)
		}
		return b
	}
	replace := func(old, new string) []byte {
		require.Contains(t, string(whole), old)
		return bytes.Replace(whole, []byte(old), []byte(new), 1)
	}
	shape := bytes.Index(whole, []byte("\x01\x01\x00\x00\x00\x00\x00\x00\x03")) + 8 // of x
	layout := shape + bytes.Index(whole[shape:], []byte("\x03\x01"))
	require.Len(t, whole, 6624)
	for _, tt := range []struct {
		name string
		b    []byte
		want string
	}{
		{"no file", nil, "hdf5: file at byte 0: expected the signature of HDF5, received none"},
		{"a text", bytes.Repeat([]byte("text"), 200), "expected the signature"},
		{"a root beyond the file", put(rootAddress, 1<<40), "hdf5: object header: expected an address in 6624 bytes, received 1099511627776"},
		{"a root that is none", put(rootAddress, 8), "hdf5: object header at byte 8: expected a version of [1], received 0"},
		{"a root without address", put(rootAddress, undefined), "hdf5: object header: expected an address, received none"},
		{"a header that goes on in itself", put(root+16, 0x10|16<<16, uint64(root+16), 24), "expected a description in proportion to its 6624 bytes, received cycles"},
		{"a tree on another level", replace("TREE\x00\x00", "TREE\x00\x01"), `expected TREE, received "SNOD"`},
		{"another structure", replace("HEAP", "SNOD"), `expected HEAP, received "SNOD"`},
		{"a name twice", replace("ac\x00", "ab\x00"), `expected names without slashes, each once, received "ab"`},
		{"a name with a slash", replace("ac\x00", "a/\x00"), `expected names without slashes, each once, received "a/"`},
		{"no name", replace("ac\x00", "\x00c\x00"), `expected names without slashes, each once, received ""`},
		{"a shape beyond the file", put(shape, 1<<40), "hdf5: dataspace at byte 6440: expected at most 1472512 bytes"},
		{"a shape beyond all files", put(shape, 1<<62), "expected at most 1472512 bytes in a file of 6624, received shape [4611686018427387904] of float32"},
		{"a shape beyond integers", put(shape, 1<<63), "axis 0: expected a length of at most 9223372036854775807"},
		{"a shape beyond the data", put(shape, 4), "expected 16 bytes of data, received 12"},
		{"data beyond the file", put(layout+2, 6622), "hdf5: data at byte 6622: expected 12 bytes, received 2: the file is cut off"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := exhaust(tt.b, false)
			require.ErrorContains(t, err, tt.want)
			assert.True(t, errors.Is(err, ErrFormat) != errors.Is(err, ErrUnsupported))
		})
	}
}

// However often a long string is referred to, it is in memory once.
func TestStringsInManyPlaces(t *testing.T) {
	c := &Contents{}
	const n = 4000
	c.Attribute("", "names", slices.Repeat([]string{"x"}, n))
	c.Attribute("", "long", strings.Repeat("y", 1<<20))
	b := written(t, c)
	data := func(name string) int { // where the references of an attribute are
		at := bytes.Index(b, []byte(name+"\x00"))
		require.Positive(t, at)
		return at + 8 + 24 + 8 // name, type, shape, of a scalar
	}
	long := bytes.Clone(b[data("long") : data("long")+16])
	for i := range n {
		copy(b[data("names")+8+16*i:], long)
	}
	before := allocated()
	v, err := root(t, b).Attribute("names")
	require.NoError(t, err)
	assert.Len(t, v.([]string)[n-1], 1<<20)
	assert.Less(t, allocated()-before, uint64(8<<20))
}

func TestGroupsInOneAnother(t *testing.T) {
	c := &Contents{}
	path := strings.Repeat("g/", deepest+1) + "g"
	c.Group(path)
	g := root(t, written(t, c))
	_, err := g.Group(path)
	require.NoError(t, err)
	err = g.Walk(func(string, Object) error { return nil })
	require.ErrorIs(t, err, ErrFormat)
	assert.ErrorContains(t, err, "expected at most 256 groups in one another")
}
