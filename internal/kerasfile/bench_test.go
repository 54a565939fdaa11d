package kerasfile_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
)

// large is the weights of a model of 200 MB, in layers of 8 MB.
func large() kerasfile.Weights {
	var w kerasfile.Weights
	for i := range 25 {
		name := fmt.Sprintf("dense_%d", i)
		v := []*keras.Variable{
			array{Name: "kernel", Path: name + "/kernel", DType: "float32", Shape: []int{1000, 2000}}.variable(),
			array{Name: "bias", Path: name + "/bias", DType: "float32", Shape: []int{2000}}.variable(),
		}
		w.Tree.Parts = append(w.Tree.Parts, kerasfile.Part{Path: "layers/" + name, Object: kerasfile.Object{Name: name, Variables: v}})
		w.Layers = append(w.Layers, kerasfile.Legacy{Name: name, Variables: v})
	}
	return w
}

// BenchmarkFiles writes and reads 200 MB in each format, beside the bare file: from one slice and into one.
func BenchmarkFiles(b *testing.B) {
	w := large()
	file := filepath.Join(b.TempDir(), "file")
	for _, format := range []struct {
		name  string
		write func(to io.Writer) error
	}{
		{"keras", func(to io.Writer) error { return kerasfile.WriteArchive(to, config, w) }},
		{"weights.h5", func(to io.Writer) error { return kerasfile.WriteWeights(to, w) }},
		{"h5", func(to io.Writer) error { return kerasfile.WriteLegacy(to, config, w) }},
	} {
		write := func(b *testing.B) {
			f, err := os.Create(file)
			require.NoError(b, err)
			require.NoError(b, format.write(f))
			require.NoError(b, f.Close())
		}
		b.Run("write/"+format.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				write(b)
			}
			b.SetBytes(size(b, file))
		})
		b.Run("read/"+format.name, func(b *testing.B) {
			write(b)
			b.ReportAllocs()
			b.SetBytes(size(b, file))
			for b.Loop() {
				f, err := os.Open(file)
				require.NoError(b, err)
				k, err := kerasfile.Open(f, size(b, file))
				require.NoError(b, err)
				require.NoError(b, k.Read(w, kerasfile.Options{}))
				require.NoError(b, f.Close())
			}
		})
	}
	content := make([]byte, size(b, file))
	b.Run("write/bare", func(b *testing.B) {
		b.SetBytes(int64(len(content)))
		for b.Loop() {
			require.NoError(b, os.WriteFile(file, content, 0o600))
		}
	})
	b.Run("read/bare", func(b *testing.B) {
		b.SetBytes(int64(len(content)))
		for b.Loop() {
			f, err := os.Open(file)
			require.NoError(b, err)
			_, err = io.ReadFull(f, content)
			require.NoError(b, err)
			require.NoError(b, f.Close())
		}
	})
}

func size(b *testing.B, file string) int64 {
	info, err := os.Stat(file)
	require.NoError(b, err)
	return info.Size()
}
