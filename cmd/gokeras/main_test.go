package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/npy"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
)

// gokeras runs the command, as in a process of its own.
func gokeras(args ...string) (status int, stdout, stderr string) {
	keras.ClearSession()
	var out, complaints strings.Builder
	status = run(args, &out, &complaints)
	return status, out.String(), complaints.String()
}

// succeeds runs the command, which must not complain.
func succeeds(t *testing.T, args ...string) (stdout string) {
	t.Helper()
	status, stdout, stderr := gokeras(args...)
	require.Equal(t, 0, status, stderr)
	require.Empty(t, stderr)
	return stdout
}

// workplace is a folder that is the working directory of the test, with models and arrays.
//
//	one.keras  ones (2) → total (1): the sum of the elements
//	two.keras  a (2), b (1) → total (1): the sum of all; double (2): twice the sum of a, two times
//	a.npy      [[1, 2], [3, 4], [5, 6]]
//	b.npy      [[10], [20], [30]]
//
// and weights that Python's Keras wrote.
func workplace(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"weights.keras", "weights.weights.h5", "weights.legacy.h5"} {
		content, err := os.ReadFile(filepath.Join("..", "..", "keras", "models", "testdata", name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), content, 0o644))
	}
	t.Chdir(dir)
	keras.ClearSession()
	dense := func(name string, units int, weight float64) *layers.DenseLayer {
		return layers.Dense(units).KernelInitializer(initializers.Constant(weight)).WithName(name)
	}
	ones := keras.Input(keras.Shape{2}, keras.WithName("ones"))
	one, err := models.New(ones, dense("total", 1, 1).Apply(ones), models.WithName("one"))
	require.NoError(t, err)
	require.NoError(t, one.Compile(models.CompileConfig{Loss: losses.Named("mse")}))
	require.NoError(t, one.Save("one.keras"))

	a, b := keras.Input(keras.Shape{2}, keras.WithName("a")), keras.Input(keras.Shape{1}, keras.WithName("b"))
	total := dense("total", 1, 1).Apply(layers.Concatenate().Apply(a, b))
	two, err := models.New(keras.List{a, b}, keras.List{total, dense("double", 2, 2).Apply(a)}, models.WithName("two"))
	require.NoError(t, err)
	require.NoError(t, two.Save("two.keras"))

	save(t, "a.npy", tensor.New(tensor.WithShape(3, 2), tensor.WithBacking([]float64{1, 2, 3, 4, 5, 6})))
	save(t, "b.npy", tensor.New(tensor.WithShape(3, 1), tensor.WithBacking([]int32{10, 20, 30})))
}

// save writes an array.
func save(t *testing.T, path string, array *tensor.Dense) {
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, npy.Write(f, array))
	require.NoError(t, f.Close())
}

func TestHelp(t *testing.T) {
	const usage = `Usage: gokeras <command> [flags]

Shows, draws, runs and converts models in Keras's files: .keras, .weights.h5 and
the older .h5.

Flags:
  -h, --help       Show context-sensitive help.
      --version    Print the version, and that of Keras.

Commands:
  summary    Print the table of a model: its layers, their output shapes and
             weights.
  plot       Draw the layers of a model and how they are connected.
  predict    Compute what a model makes of data.
  inspect    Show what a file holds: version, model, and the tree of weights.
  convert    Write a model to a file of another format.

Run "gokeras <command> --help" for more information on a command.
`
	assert.Equal(t, usage, succeeds(t))
	assert.Equal(t, usage, succeeds(t, "--help"))
	for _, command := range []string{"summary", "plot", "predict", "inspect", "convert"} {
		assert.Contains(t, succeeds(t, command, "--help"), "Usage: gokeras "+command)
	}
	_, set := kernels.Sets()
	assert.Equal(t, "gokeras (devel) (Keras "+keras.Version+", "+runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH+", kernels "+set+")\n",
		succeeds(t, "--version"))
}

func TestComplaints(t *testing.T) {
	workplace(t)
	require.NoError(t, os.WriteFile("broken.keras", []byte("PK\x03\x04 and no more"), 0o644))
	const failed, misused = 1, 2
	for _, tt := range []struct {
		args   string
		status int
		want   string
	}{
		{"sumary", misused, "gokeras: unexpected argument sumary, did you mean \"summary\"?\nTry: gokeras --help\n"},
		{"summary", misused, "gokeras: expected \"<file>\"\nTry: gokeras summary --help\n"},
		{"summary one.keras --wide", misused, "gokeras: unknown flag --wide\nTry: gokeras summary --help\n"},
		{"summary none.keras", failed, "gokeras: open none.keras: no such file or directory\n"},
		{"summary broken.keras", failed, "gokeras: broken.keras: damaged, or not complete: zip: not a valid zip file\n"},
		{"summary weights.weights.h5", failed, "gokeras: weights.weights.h5: expected a model, received weights alone"},
		{"plot one.keras", misused, "gokeras: missing flags: --output=FILE\nTry: gokeras plot --help\n"},
		{"plot one.keras -o one.bmp", failed, "gokeras: expected a path that ends in .png, .svg or .dot, received one.bmp\n"},
		{"plot one.keras -o one.svg --rankdir up", misused, "gokeras: --rankdir must be one of \"TB\",\"BT\",\"LR\",\"RL\" but got \"up\"\nTry: gokeras plot --help\n"},
		{"inspect a.npy", failed, "gokeras: a.npy: not a file of Keras, or damaged: hdf5: file at byte 0: expected the signature of HDF5, received none\n"},
		{"convert one.keras", misused, "gokeras: expected \"<out>\"\nTry: gokeras convert --help\n"},
		{"convert one.keras one.txt", failed, "Invalid filepath extension for saving."},
		{"convert one.keras none/one.keras", failed, "gokeras: one (Functional): open none/one.keras: no such file or directory\n"},

		{"predict one.keras", misused, "gokeras: missing flags: --input=[NAME=]FILE\nTry: gokeras predict --help\n"},
		{"predict one.keras -x none.npy", failed, "gokeras: open none.npy: no such file or directory\n"},
		{"predict one.keras -x one.keras", misused, "gokeras: one.keras has no array ones, but metadata.json, config.json, model.weights.h5\nTry: gokeras predict --help\n"},
		{"predict one.keras -x b.npy", failed, "gokeras: one (Functional): Input 0 with name 'ones' is incompatible with the layer: expected shape=(None, 2), found shape=(3, 1)\n"},
		{"predict one.keras -x a.npy --batch-size 0", misused, "gokeras: --batch-size: expected a number above 0, received 0\nTry: gokeras predict --help\n"},
		{"predict one.keras -x a.npy -o a.txt", misused, "gokeras: --output: expected a .npy, .npz or .json, received a.txt\nTry: gokeras predict --help\n"},
		{"predict one.keras -x a.npy -o a.json --json", misused, "gokeras: --output and --json can't be used together\nTry: gokeras predict --help\n"},
		{"predict one.keras -x a.npy -x a.npy", misused, "gokeras: two arrays for the input ones: a.npy and a.npy\nTry: gokeras predict --help\n"},
		{"predict one.keras -x a.npy -o none/y.npy", failed, "gokeras: open none/y.npy: no such file or directory\n"},
		{"predict two.keras -x a.npy", misused, "gokeras: the model has 2 inputs: give each of them its file, as in -x a=a.npy\nTry: gokeras predict --help\n"},
		{"predict two.keras -x a=a.npy", misused, "gokeras: no data for the input b: -x b=FILE\nTry: gokeras predict --help\n"},
		{"predict two.keras -x c=a.npy", misused, "gokeras: the model has no input c: a, b\nTry: gokeras predict --help\n"},
		{"predict two.keras -x a=a.npy -x b=b.npy -o y.npy", misused, "gokeras: --output: the model has 2 outputs (total, double), which a .npz holds\nTry: gokeras predict --help\n"},
		{"predict two.keras -x a=a.npy -x b=weights.weights.h5", failed, "gokeras: weights.weights.h5: expected the magic string \"\\x93NUMPY\", received \"\\x89HDF\\r\\n\"\n"},
	} {
		status, stdout, stderr := gokeras(strings.Fields(tt.args)...)
		assert.Equal(t, tt.status, status, tt.args)
		assert.Empty(t, stdout, tt.args)
		assert.Contains(t, stderr, tt.want, tt.args)
		assert.Regexp(t, "^gokeras: ", stderr)
	}
}
