package hdf5

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A dataset may be read in pieces of any size, however it is stored.
func TestPieces(t *testing.T) {
	r := rand.New(rand.NewSource(5))
	for _, name := range []string{"types_earliest.h5", "chunks_earliest.h5", "chunks_latest.h5"} {
		g, err := fixture(t, name).Root()
		require.NoError(t, err)
		require.NoError(t, g.Walk(func(path string, o Object) error {
			d, ok := o.(*Dataset)
			if !ok || d.Type().Kind != Float && d.Type().Kind != Int || path == "lzf" {
				return nil
			}
			whole := make([]float64, d.Len())
			require.NoError(t, d.Read(whole, 0), path)
			for range 20 {
				from := r.Intn(d.Len() + 1)
				piece := make([]float64, r.Intn(d.Len()-from+1))
				require.NoError(t, d.Read(piece, from), path)
				for i, x := range piece {
					if w := whole[from+i]; x != w && (x == x || w == w) {
						t.Fatalf("%s[%d]: expected %v, received %v", path, from+i, w, x)
					}
				}
			}
			for _, tt := range []struct{ n, from int }{{1, d.Len()}, {d.Len() + 1, 0}, {0, -1}, {0, d.Len() + 1}} {
				assert.ErrorIs(t, d.Read(make([]float64, tt.n), tt.from), ErrArgument, path)
			}
			return nil
		}))
	}
}

// Large numbers of elements go through a buffer, or straight to where they belong.
func TestReadingNeedsNoMemory(t *testing.T) {
	data := make([]float32, 4<<20)
	for i := range data {
		data[i] = float32(i % 1000)
	}
	c := &Contents{}
	c.Dataset("plain", Float32, []int{len(data)}, data)
	c.Dataset("half", Float16, []int{len(data)}, data)
	g := root(t, written(t, c))
	got := make([]float32, len(data))
	for _, name := range []string{"plain", "half"} {
		d, err := g.Dataset(name)
		require.NoError(t, err)
		clear(got)
		before := allocated()
		require.NoError(t, d.Read(got, 0))
		assert.Less(t, allocated()-before, uint64(2*bufferSize), name)
		assert.True(t, slices.Equal(data, got), name)
	}
}

// An entry of a zip archive that is not compressed is read where it lies, and written without
// the weights in memory: its size is known.
func TestInsideAnArchive(t *testing.T) {
	c, datasets, _ := full()
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	_, err := z.Create("config.json")
	require.NoError(t, err)
	entry, err := z.CreateHeader(&zip.FileHeader{Name: "model.weights.h5", Method: zip.Store})
	require.NoError(t, err)
	_, err = c.WriteTo(entry)
	require.NoError(t, err)
	require.NoError(t, z.Close())

	read, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
	require.NoError(t, err)
	at, err := read.File[1].DataOffset()
	require.NoError(t, err)
	size := int64(read.File[1].UncompressedSize64)
	f, err := Open(io.NewSectionReader(bytes.NewReader(archive.Bytes()), at, size), size)
	require.NoError(t, err)
	g, err := f.Root()
	require.NoError(t, err)
	d, err := g.Dataset("types/int64")
	require.NoError(t, err)
	got := make([]int64, 2)
	require.NoError(t, d.Read(got, 0))
	assert.Equal(t, datasets["types/int64"].data, got)
}

func TestManyReadersAtOnce(t *testing.T) {
	f := fixture(t, "texts_latest.h5")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			g, err := f.Root()
			if !assert.NoError(t, err) {
				return
			}
			assert.NoError(t, g.Walk(func(path string, o Object) error {
				for _, a := range o.Attributes() {
					if a.Name() != "reference" {
						_, err := a.Value()
						assert.NoError(t, err, path)
					}
				}
				if d, ok := o.(*Dataset); ok {
					assert.NoError(t, d.Read(slice(d.Type(), d.Len()), 0), path)
				}
				return nil
			}))
		})
	}
	all.Wait()
}

func TestErrorsOfTheReader(t *testing.T) {
	c := &Contents{}
	c.Dataset("x", Float32, []int{1000}, make([]float32, 1000))
	b := written(t, c)
	broken := errors.New("no medium")
	for limit := range int64(20) {
		f, err := Open(&medium{bytes.NewReader(b), limit * int64(len(b)) / 20, broken}, int64(len(b)))
		if err == nil {
			var g *Group
			if g, err = f.Root(); err == nil {
				var d *Dataset
				if d, err = g.Dataset("x"); err == nil {
					err = d.Read(make([]float32, 1000), 0)
				}
			}
		}
		assert.ErrorIs(t, err, broken)
		assert.NotErrorIs(t, err, ErrFormat)
	}
}

// medium cannot be read from a byte on.
type medium struct {
	io.ReaderAt
	limit int64
	err   error
}

func (m *medium) ReadAt(b []byte, at int64) (int, error) {
	if at+int64(len(b)) > m.limit {
		return 0, m.err
	}
	return m.ReaderAt.ReadAt(b, at)
}

// BenchmarkRead compares reading of weights with copying of the file.
func BenchmarkRead(b *testing.B) {
	const n = 50 << 20
	path := filepath.Join(b.TempDir(), "weights.h5")
	c := &Contents{}
	data := make([]float32, n)
	c.Dataset("kernel", Float32, []int{n}, data)
	c.Dataset("half", Float16, []int{n}, data)
	file, err := os.Create(path)
	require.NoError(b, err)
	_, err = c.WriteTo(file)
	require.NoError(b, err)
	b.Cleanup(func() { file.Close() })
	size, err := c.Size()
	require.NoError(b, err)

	for _, name := range []string{"kernel", "half"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f, err := Open(file, size)
				require.NoError(b, err)
				g, err := f.Root()
				require.NoError(b, err)
				d, err := g.Dataset(name)
				require.NoError(b, err)
				require.NoError(b, d.Read(data, 0))
				b.SetBytes(int64(n * d.Type().Size))
			}
		})
	}
	b.Run("io.Copy", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			_, err := io.Copy(io.Discard, io.NewSectionReader(file, 0, size))
			require.NoError(b, err)
		}
	})
}
