package kerasfile_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"math/rand"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/internal/hdf5"
	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
)

// saved is the golden model, in a format.
func saved(t testing.TB, name string) []byte {
	b, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return b
}

// exhaust asks a file for everything. What the weights are afterwards is the first result.
func exhaust(content []byte, how kerasfile.Options) (kerasfile.Weights, error) {
	w := model([]dense{{"a", 3, 2, true}, {"b", 2, 1, true}})
	w.Optimizer = kerasfile.Object{Name: "adam", Variables: []*keras.Variable{scalar("iteration", int64(0)), scalar("learning_rate", float32(0))}}
	f, err := kerasfile.Open(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return w, err
	}
	if _, err := f.Config(); err != nil {
		return w, err
	}
	return w, f.Read(w, how)
}

// entry is one of an archive.
type entry struct {
	name    string
	content []byte
	method  uint16
}

func pack(t testing.TB, entries ...entry) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.name, Method: e.method})
		require.NoError(t, err)
		_, err = w.Write(e.content)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.Bytes()
}

// patch writes a number over a field in the directory of an archive, in which an entry's name stands 46 bytes
// behind the beginning of its record.
func patch(t testing.TB, archive []byte, name string, field int, value uint32) []byte {
	archive = bytes.Clone(archive)
	at := bytes.LastIndex(archive, []byte(name)) - 46
	require.Equal(t, "PK\x01\x02", string(archive[at:at+4]))
	binary.LittleEndian.PutUint32(archive[at+field:], value)
	return archive
}

// The fields of a record.
const (
	checksum     = 16
	compressed   = 20
	uncompressed = 24
	place        = 42
)

func TestHostileArchives(t *testing.T) {
	weights := saved(t, "saved.weights.h5")
	text := []byte(`{"class_name": "Functional"}`)
	config, h5 := entry{"config.json", text, zip.Store}, entry{"model.weights.h5", weights, zip.Store}
	sound := pack(t, config, h5)
	bomb := entry{"config.json", []byte(strings.Repeat(" ", 100<<20) + "{}"), zip.Deflate}
	for _, tt := range []struct {
		name    string
		content []byte
		want    string // empty: it is read
	}{
		{"sound", sound, ""},
		{"a compressed config", pack(t, entry{"config.json", text, zip.Deflate}, h5), ""},
		{"assets, and what else there is", pack(t, config, h5, entry{"assets/../../x", text, zip.Store}, entry{"/etc/passwd", text, zip.Deflate}), ""},
		{"compressed weights", pack(t, config, entry{"model.weights.h5", weights, zip.Deflate}),
			"expected an entry model.weights.h5 that is not compressed, received a compressed one"},
		{"arrays of NumPy", pack(t, config, entry{"model.weights.npz", weights, zip.Store}), "received model.weights.npz"},
		{"no weights", pack(t, config), "expected one entry model.weights.h5, received 0"},
		{"no config", pack(t, h5), "expected one entry config.json, received 0"},
		{"weights twice", pack(t, config, h5, h5), "expected one entry model.weights.h5, received 2"},
		{"a config twice", pack(t, config, config, h5), "expected one entry config.json, received 2"},
		{"a config that is a list", pack(t, entry{"config.json", []byte("[]"), zip.Store}, h5), "config.json: expected a JSON object"},
		{"a config that is cut off", pack(t, entry{"config.json", text[:9], zip.Store}, h5), "config.json: not JSON"},
		{"a bomb", pack(t, bomb, h5), "config.json: expected at most"},
		{"a bomb that says it is small", patch(t, pack(t, bomb, h5), "config.json", uncompressed, 100), "config.json: zip"},
		{"weights that say they are larger", patch(t, patch(t, sound, "model.weights.h5", uncompressed, 1<<30), "model.weights.h5", compressed, 1<<30),
			"model.weights.h5: expected 1073741824 bytes, received at most"},
		{"weights of two sizes", patch(t, sound, "model.weights.h5", uncompressed, 100), "model.weights.h5: expected 100 bytes"},
		{"another checksum", patch(t, sound, "model.weights.h5", checksum, 1), "model.weights.h5: expected 00000001, received"},
		{"entries that overlap", patch(t, sound, "model.weights.h5", place, 0), "expected the signature"},
		{"an archive of nothing", pack(t), "expected the signature"},
		{"not much of an archive", []byte("PK\x03\x04"), "zip"},
		{"a text", []byte("version https://git-lfs.github.com/spec/v1"), "expected the signature"},
		{"nothing", nil, "expected the signature"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := allocated()
			var w kerasfile.Weights
			var err error
			heard(func() { w, err = exhaust(tt.content, kerasfile.Options{}) })
			assert.Less(t, allocated()-before, uint64(16*len(tt.content)+8<<20))
			if tt.want == "" {
				require.NoError(t, err)
				assert.NotZero(t, floats(w.Tree.Parts[1].Variables[0])[0])
				return
			}
			require.ErrorContains(t, err, tt.want)
			assert.Zero(t, floats(w.Tree.Parts[1].Variables[0])[0])
		})
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// TestCutOff: a file that ends early changes nothing.
func TestCutOff(t *testing.T) {
	keras.SetWarnings(func(string) {})
	defer keras.SetWarnings(nil)
	for _, name := range []string{"saved.keras", "saved.h5", "saved.weights.h5"} {
		whole := saved(t, name)
		for n := 0; n < len(whole); n += 397 {
			w, err := exhaust(whole[:n], kerasfile.Options{})
			require.Error(t, err, "%s at byte %d", name, n)
			for _, v := range variables(w) {
				require.Zero(t, floats(v)[0], "%s at byte %d", name, n)
			}
		}
	}
}

// TestFlippedBits: an archive is refused or gives what was saved; whatever is damaged, there is no panic and no
// memory beyond the file's proportion.
func TestFlippedBits(t *testing.T) {
	keras.SetWarnings(func(string) {})
	defer keras.SetWarnings(nil)
	r := rand.New(rand.NewSource(1))
	for _, name := range []string{"saved.keras", "saved.h5", "saved.weights.h5"} {
		whole := saved(t, name)
		want, err := exhaust(whole, kerasfile.Options{})
		require.NoError(t, err)
		nothing := model([]dense{{"a", 3, 2, true}, {"b", 2, 1, true}})
		before := allocated()
		const times = 500
		for range times {
			damaged := bytes.Clone(whole)
			at, bit := r.Intn(len(whole)), r.Intn(8)
			damaged[at] ^= 1 << bit
			w, err := exhaust(damaged, kerasfile.Options{SkipMismatch: r.Intn(2) == 0, ByName: name == "saved.h5" && r.Intn(2) == 0})
			if name != "saved.keras" {
				continue // without a checksum
			}
			expected := want
			if err != nil {
				expected = nothing
			}
			require.Equal(t, values(expected)[:4], values(w)[:4], "%s: bit %d of byte %d", name, bit, at)
		}
		assert.Less(t, allocated()-before, uint64(times*(8*len(whole)+512<<10)), name)
	}
}

// TestOneLayerOfManyNames: what a small file says once it cannot make us keep many times.
func TestOneLayerOfManyNames(t *testing.T) {
	var c hdf5.Contents
	c.Attribute("", "layer_names", slices.Repeat([]string{"a"}, 4000))
	c.Attribute("a", "weight_names", slices.Repeat([]string{strings.Repeat("w", 100)}, 4000))
	var b bytes.Buffer
	_, err := c.WriteTo(&b)
	require.NoError(t, err)
	before := allocated()
	_, err = exhaust(b.Bytes(), kerasfile.Options{})
	require.ErrorContains(t, err, "bytes of names in a file of")
	assert.Less(t, allocated()-before, uint64(32*b.Len()+8<<20))
}

// small are files of the model, written here: shorter than those of Keras.
func small(t testing.TB) [][]byte {
	w := model([]dense{{"a", 3, 2, true}, {"b", 2, 1, true}})
	w.Optimizer = kerasfile.Object{Name: "adam", Variables: []*keras.Variable{scalar("iteration", int64(3)), scalar("learning_rate", float32(0.1))}}
	var archive, tree, legacy bytes.Buffer
	require.NoError(t, kerasfile.WriteArchive(&archive, config, w))
	require.NoError(t, kerasfile.WriteWeights(&tree, w))
	require.NoError(t, kerasfile.WriteLegacy(&legacy, config, w))
	return [][]byte{archive.Bytes(), tree.Bytes(), legacy.Bytes()}
}

func FuzzArchive(f *testing.F) {
	keras.SetWarnings(func(string) {})
	f.Add(small(f)[0])
	f.Add(saved(f, "saved.keras"))
	f.Add(pack(f, entry{"config.json", []byte("{}"), zip.Deflate}, entry{"model.weights.h5", nil, zip.Store}))
	f.Fuzz(func(t *testing.T, content []byte) { _, _ = exhaust(content, kerasfile.Options{}) })
}

func FuzzWeights(f *testing.F) {
	keras.SetWarnings(func(string) {})
	files := small(f)
	for _, content := range [][]byte{files[1], files[2], saved(f, "saved.weights.h5"), saved(f, "saved.h5")} {
		f.Add(content, true, false)
		f.Add(content, false, true)
	}
	f.Fuzz(func(t *testing.T, content []byte, skipMismatch, byName bool) {
		_, _ = exhaust(content, kerasfile.Options{SkipMismatch: skipMismatch, ByName: byName})
	})
}
