package hdf5

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
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

// Each kind of damage is named, with its place.
func TestDamagedStructures(t *testing.T) {
	groups := fixtures(t)["groups_earliest.h5"]
	put := func(file []byte, at int, v uint64) []byte {
		b := bytes.Clone(file)
		binary.LittleEndian.PutUint64(b[at:], v)
		return b
	}
	const rootHeader = 64 // its address in an old superblock
	for _, tt := range []struct {
		name string
		b    []byte
		want string
	}{
		{"no file", nil, "hdf5: file at byte 0: expected the signature of HDF5, received none"},
		{"text", bytes.Repeat([]byte("text"), 200), "expected the signature"},
		{"a root beyond the file", put(groups, rootHeader, 1<<40), "hdf5: object header: expected an address in 91418 bytes, received 1099511627776"},
		{"a root that is none", put(groups, rootHeader, 8), "hdf5: object header at byte 8: expected a version of [1], received 0"},
		{"a root without address", put(groups, rootHeader, undefined), "hdf5: object header: expected an address, received none"},
	} {
		t.Run(tt.name, func(t *testing.T) { assert.ErrorContains(t, exhaust(tt.b, false), tt.want) })
	}
}
