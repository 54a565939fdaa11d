package data_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras/data"
)

func ExampleLoadNpy() {
	dir, err := os.MkdirTemp("", "npy")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "x.npy")
	fmt.Println(data.SaveNpy(path, tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]int64{1, 2, 3, 4}))))
	x, err := data.LoadNpy(path) // as numpy.load does
	fmt.Println(x.Shape(), x.Data(), err)
	// Output:
	// <nil>
	// (2, 2) [1 2 3 4] <nil>
}

// What lies in memory in another order is written as it is read.
func TestSaveNpyOfAView(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npy")
	x := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float32{1, 2, 3, 4, 5, 6}))
	require.NoError(t, x.T())
	require.NoError(t, data.SaveNpy(path, x))
	got, err := data.LoadNpy(path)
	require.NoError(t, err)
	assert.Equal(t, tensor.Shape{3, 2}, got.Shape())
	assert.Equal(t, []float32{1, 4, 2, 5, 3, 6}, got.Data())
	assert.Equal(t, []float32{1, 2, 3, 4, 5, 6}, x.Data(), "the tensor stays as it was")
}

func TestNpyFilesThatAreNone(t *testing.T) {
	dir := t.TempDir()
	_, err := data.LoadNpy(filepath.Join(dir, "missing.npy"))
	require.ErrorIs(t, err, os.ErrNotExist)

	path := filepath.Join(dir, "x.npy")
	require.ErrorContains(t, data.SaveNpy(path, nil), "received nil")
	require.ErrorContains(t, data.SaveNpy(path, tensor.New(tensor.WithBacking([]string{"a"}))), "x.npy: expected numbers, received elements of type string")
	assert.NoFileExists(t, path)

	require.NoError(t, data.SaveNpy(path, tensor.New(tensor.WithBacking([]bool{true, false, true}))))
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for text, file := range map[string][]byte{
		"x.npy: expected 3 more elements, received 2": whole[:len(whole)-1],
		"received more elements":                      append(whole[:len(whole):len(whole)], 1),
		"expected the magic string":                   []byte("not an array of NumPy at all"),
	} {
		require.NoError(t, os.WriteFile(path, file, 0o600))
		_, err := data.LoadNpy(path)
		assert.ErrorContains(t, err, text)
	}
}
