package main

import (
	"archive/zip"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/npy"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/symbolic"
)

// pack makes an .npz of .npy files, compressed or not.
func pack(t *testing.T, path string, method uint16, files map[string]string) {
	f, err := os.Create(path)
	require.NoError(t, err)
	z := zip.NewWriter(f)
	for name, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		e, err := z.CreateHeader(&zip.FileHeader{Name: name + ".npy", Method: method})
		require.NoError(t, err)
		_, err = e.Write(content)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	require.NoError(t, f.Close())
}

// arrays are those in a file, each with its elements; that of a .npy has no name.
func arrays(t *testing.T, path string) map[string]any {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	info, err := f.Stat()
	require.NoError(t, err)
	all := map[string]any{}
	if filepath.Ext(path) == ".npy" {
		r, err := npy.NewReader(f, info.Size())
		require.NoError(t, err)
		a, err := r.Next(1000)
		require.NoError(t, err)
		all[""] = a.Data()
		return all
	}
	z, err := zip.NewReader(f, info.Size())
	require.NoError(t, err)
	for _, e := range z.File {
		entry, err := e.Open()
		require.NoError(t, err)
		r, err := npy.NewReader(entry, info.Size())
		require.NoError(t, err)
		a, err := r.Next(1000)
		require.NoError(t, err)
		all[e.Name] = a.Data()
		require.NoError(t, entry.Close())
	}
	return all
}

func TestPredict(t *testing.T) {
	workplace(t)
	pack(t, "both.npz", zip.Store, map[string]string{"a": "a.npy", "b": "b.npy", "targets": "b.npy"})
	pack(t, "small.npz", zip.Deflate, map[string]string{"b": "b.npy", "a": "a.npy"})
	pack(t, "arr_0.npz", zip.Deflate, map[string]string{"arr_0": "a.npy"})
	one := map[string]any{"": []float32{3, 7, 11}}
	two := map[string]any{"total.npy": []float32{13, 27, 41}, "double.npy": []float32{6, 6, 14, 14, 22, 22}}
	for _, tt := range []struct {
		args, out string
		want      map[string]any
	}{
		{"one.keras -x a.npy", "y.npy", one},
		{"one.keras -x ones=a.npy", "y.npy", one},
		{"one.keras -x ./a.npy", "y.npy", one},
		{"one.keras -x a.npy --batch-size 2", "y.npy", one},
		{"one.keras -x arr_0.npz", "y.npy", one},
		{"one.keras -x a.npy", "y.npz", map[string]any{"total.npy": one[""]}},
		{"two.keras -x a=a.npy -x b=b.npy", "y.npz", two},
		{"two.keras -x b=b.npy -x a=a.npy --batch-size 1", "y.npz", two},
		{"two.keras -x both.npz", "y.npz", two},
		{"two.keras -x small.npz --batch-size 2", "y.npz", two},
		{"two.keras -x a=both.npz -x b=b.npy", "y.npz", two},
	} {
		assert.Empty(t, succeeds(t, append([]string{"predict", "-o", tt.out}, strings.Fields(tt.args)...)...), tt.args)
		assert.Equal(t, tt.want, arrays(t, tt.out), tt.args)
		require.NoError(t, os.Remove(tt.out))
	}
}

func TestPredictPrints(t *testing.T) {
	workplace(t)
	assert.Equal(t, `total (3, 1) float32
          13
          27
          41
double (3, 2) float32
           6           6
          14          14
          22          22
`, succeeds(t, "predict", "two.keras", "-x", "a=a.npy", "-x", "b=b.npy"))

	wide := make([]float32, 30*20)
	save(t, "wide.npy", tensor.New(tensor.WithShape(30, 20), tensor.WithBacking(wide)))
	in := keras.Input(keras.Shape{20})
	m, err := models.New(in, symbolic.Greater(in, 0), models.WithName("wide"))
	require.NoError(t, err)
	require.NoError(t, m.Save("wide.keras"))
	lines := strings.Split(succeeds(t, "predict", "wide.keras", "-x", "wide.npy"), "\n")
	assert.Equal(t, "greater (30, 20) bool", lines[0])
	assert.Equal(t, strings.Repeat("       false", 12)+" …", lines[20])
	assert.Equal(t, " … 10 samples more: --output or --json gives all", lines[21])
}

func TestPredictJSON(t *testing.T) {
	workplace(t)
	const want = `{
"total": [
[13],
[27],
[41]
],
"double": [
[6, 6],
[14, 14],
[22, 22]
]
}
`
	assert.Equal(t, want, succeeds(t, "predict", "two.keras", "-x", "a=a.npy", "-x", "b=b.npy", "--json"))
	succeeds(t, "predict", "two.keras", "-x", "a=a.npy", "-x", "b=b.npy", "-o", "y.json")
	got, err := os.ReadFile("y.json")
	require.NoError(t, err)
	assert.Equal(t, want, string(got))

	// What JSON has no numbers for; more axes; the name of a layer as JSON writes it.
	x := keras.Input(keras.Shape{2, 1, 2})
	m, err := models.New(x, symbolic.Multiply(x, 0.1))
	require.NoError(t, err)
	require.NoError(t, m.Save("axes.keras"))
	save(t, "x.npy", tensor.New(tensor.WithShape(1, 2, 1, 2), tensor.WithBacking([]float32{float32(math.NaN()), float32(math.Inf(1)), 1, 1e-6})))
	var decoded map[string]any
	text := succeeds(t, "predict", "axes.keras", "-x", "x.npy", "--json")
	require.NoError(t, json.Unmarshal([]byte(text), &decoded))
	assert.Equal(t, map[string]any{"multiply": []any{[]any{[]any{[]any{nil, nil}}, []any{[]any{0.1, 1e-07}}}}}, decoded, text)
}

// TestPredictNamesOutputs: a layer that gives several outputs gives them several names.
func TestPredictNamesOutputs(t *testing.T) {
	workplace(t)
	x := keras.Input(keras.Shape{2}, keras.WithName("x"))
	inner, err := models.New(x, keras.List{symbolic.Add(x, 1), symbolic.Add(x, 2)}, models.WithName("inner"))
	require.NoError(t, err)
	in := keras.Input(keras.Shape{2}, keras.WithName("in"))
	listed, err := models.New(in, keras.Apply(inner, in))
	require.NoError(t, err)
	require.NoError(t, listed.Save("listed.keras"))
	succeeds(t, "predict", "listed.keras", "-x", "a.npy", "-o", "y.npz")
	assert.Equal(t, map[string]any{"inner.npy": []float32{2, 3, 4, 5, 6, 7}, "inner_1.npy": []float32{3, 4, 5, 6, 7, 8}}, arrays(t, "y.npz"))

	dict, err := models.New(keras.Dict{"first": in}, keras.Dict{"z": symbolic.Add(in, 1), "../y": symbolic.Add(in, 2)})
	require.NoError(t, err)
	require.NoError(t, dict.Save("dict.keras"))
	succeeds(t, "predict", "dict.keras", "-x", "first=a.npy", "-o", "y.npz")
	assert.Equal(t, map[string]any{"z.npy": []float32{2, 3, 4, 5, 6, 7}, ".._y.npy": []float32{3, 4, 5, 6, 7, 8}}, arrays(t, "y.npz"))
}

// TestPredictDamagedArrays: an array that ends too early, or has no end, is named.
func TestPredictDamagedArrays(t *testing.T) {
	workplace(t)
	whole, err := os.ReadFile("a.npy")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("short.npy", whole[:len(whole)-1], 0o644))
	require.NoError(t, os.WriteFile("long.npy", append(whole, 0), 0o644))
	pack(t, "damaged.npz", zip.Store, map[string]string{"a": "short.npy", "b": "b.npy"})
	for args, want := range map[string]string{
		"one.keras -x short.npy":                 "gokeras: short.npy: expected 6 more elements, received 5: unexpected EOF\n",
		"one.keras -x long.npy -o y.npy":         "gokeras: long.npy: expected the end of the array, received more elements",
		"two.keras -x damaged.npz -o y.npz":      "gokeras: damaged.npz: a: expected 6 more elements, received 5: unexpected EOF\n",
		"two.keras -x a=a.npy -x b=b.npy -x a.b": "open a.b: no such file or directory",
	} {
		status, _, stderr := gokeras(append([]string{"predict"}, strings.Fields(args)...)...)
		assert.Equal(t, 1, status, args)
		assert.Contains(t, stderr, want, args)
		assert.NoFileExists(t, "y.npy")
	}
	save(t, "four.npy", tensor.New(tensor.WithShape(4, 1), tensor.WithBacking(make([]float32, 4))))
	status, _, stderr := gokeras("predict", "two.keras", "-x", "a=a.npy", "-x", "b=four.npy")
	assert.Equal(t, 1, status)
	assert.Equal(t, "gokeras: a.npy has 3 samples, four.npy has 4\n", stderr)
}

// TestPredictNotBuilt: a Sequential that has not seen data has nothing to compute with.
func TestPredictNotBuilt(t *testing.T) {
	workplace(t)
	m, err := models.Sequential()
	require.NoError(t, err)
	require.NoError(t, m.Save("empty.keras"))
	status, _, stderr := gokeras("predict", "empty.keras", "-x", "a.npy")
	assert.Equal(t, 1, status)
	assert.Equal(t, "gokeras: empty.keras: the model has no weights: it was saved before it was built\n", stderr)
}
