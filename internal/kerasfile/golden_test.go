package kerasfile_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
)

// What tools/golden wrote from real Keras: files of a model, and what Keras makes of them.

type array struct {
	Name, Path, DType string
	Shape             []int
	Data              []float64
}

// variable is one of the array's name and shape.
func (a array) variable() *keras.Variable {
	dtype := map[string]tensor.Dtype{"float32": tensor.Float32, "int64": tensor.Int64}[a.DType]
	v := tensor.New(tensor.Of(dtype), tensor.WithShape(a.Shape...))
	return keras.NewVariable(a.Name, a.Path, v, true)
}

type golden struct {
	Keras     string
	Config    keras.Config
	Weights   []array
	Optimizer []array
	Cases     []goldenCase
}

type goldenCase struct {
	Name, File, Way string
	Layers          []dense
	Warnings        []string
	Error           string
	Weights         []array
}

// dense is a layer of the model.
type dense struct {
	name  string
	in    int
	units int
	bias  bool
}

func (d *dense) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&d.name, &d.in, &d.units, &d.bias})
}

func readGolden(t *testing.T) golden {
	text, err := os.ReadFile("testdata/saved.json")
	require.NoError(t, err)
	var g golden
	require.NoError(t, json.Unmarshal(text, &g))
	return g
}

// model is the weights of Dense layers, all zero, as both formats have them.
func model(layers []dense) kerasfile.Weights {
	tree := kerasfile.Object{Name: "model", Class: "Functional", Parts: []kerasfile.Part{
		{Path: "layers/input_layer", Object: kerasfile.Object{Name: "in", Class: "InputLayer"}},
	}}
	w := kerasfile.Weights{Layers: []kerasfile.Legacy{{Name: "in"}}}
	key := "dense"
	for i, l := range layers {
		variables := []*keras.Variable{array{Name: "kernel", Path: l.name + "/kernel", DType: "float32", Shape: []int{l.in, l.units}}.variable()}
		if l.bias {
			variables = append(variables, array{Name: "bias", Path: l.name + "/bias", DType: "float32", Shape: []int{l.units}}.variable())
		}
		tree.Parts = append(tree.Parts, kerasfile.Part{Path: "layers/" + key, Object: kerasfile.Object{Name: l.name, Class: "Dense", Variables: variables}})
		w.Layers = append(w.Layers, kerasfile.Legacy{Name: l.name, Variables: variables})
		key = "dense_" + string(rune('1'+i))
	}
	w.Tree = tree
	return w
}

// adam is the state of the optimizer, all zero.
func (g golden) adam() kerasfile.Object {
	o := kerasfile.Object{Name: "adam", Class: "Adam"}
	for _, a := range g.Optimizer {
		o.Variables = append(o.Variables, a.variable())
	}
	return o
}

// assertValues compares variables with what Keras has.
func assertValues(t *testing.T, want []array, got []*keras.Variable) {
	t.Helper()
	require.Len(t, got, len(want))
	for i, a := range want {
		assert.Equal(t, a.Data, floats(got[i]), a.Name)
	}
}

func floats(v *keras.Variable) []float64 {
	var all []float64
	switch data := v.Memory().Data().(type) {
	case []float32:
		for _, x := range data {
			f, _ := strconv.ParseFloat(strconv.FormatFloat(float64(x), 'g', -1, 32), 64) // the fixture has the shortest text
			all = append(all, f)
		}
	case []int64:
		for _, x := range data {
			all = append(all, float64(x))
		}
	}
	return all
}

// heard is what a function warns of.
func heard(f func()) []string {
	warnings := []string{}
	keras.SetWarnings(func(text string) { warnings = append(warnings, text) })
	defer keras.SetWarnings(nil)
	f()
	return warnings
}

// TestFiles: weights, the optimizer's state and the config, from each of Keras's formats.
func TestFiles(t *testing.T) {
	g := readGolden(t)
	for _, tt := range []struct {
		file    string
		version string
		config  bool
	}{
		{"saved.keras", g.Keras, true},
		{"saved.h5", g.Keras, true},
		{"saved.weights.h5", "", false},
		{"shards.weights.json", "", false},
	} {
		t.Run(tt.file, func(t *testing.T) {
			var f *kerasfile.File
			var err error
			if tt.file == "shards.weights.json" {
				f, err = kerasfile.OpenShards(os.DirFS("testdata"), tt.file)
			} else {
				f, err = openFile(t, tt.file)
			}
			require.NoError(t, err)
			assert.Equal(t, tt.version, f.Version())

			w := model(g.Cases[0].Layers)
			w.Optimizer = g.adam()
			require.NoError(t, f.Read(w, kerasfile.Options{}))
			assertValues(t, g.Weights, variables(w)[:len(g.Weights)])
			assertValues(t, g.Optimizer, w.Optimizer.Variables)

			config, err := f.Config()
			require.NoError(t, err)
			if !tt.config {
				assert.Nil(t, config)
				return
			}
			_, options, err := keras.ClassOf(config)
			require.NoError(t, err)
			layers, _ := options.Get("layers")
			module, _ := layers.([]any)[1].(keras.Config).Get("module")
			assert.Equal(t, "keras.layers", module, "as the present Keras writes it")
			compile, ok := config.Get("compile_config")
			require.True(t, ok)
			optimizer, _ := compile.(keras.Config).Get("optimizer")
			class, rest, err := keras.ClassOf(optimizer)
			require.NoError(t, err)
			assert.Equal(t, "Adam", class)
			rate, _ := rest.Get("beta_2")
			assert.Equal(t, 0.999, rate)
			loss, _ := compile.(keras.Config).Get("loss")
			assert.Equal(t, "mse", loss)
			require.NoError(t, f.Close())
		})
	}
}

func openFile(t *testing.T, name string) (*kerasfile.File, error) {
	content, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return kerasfile.Open(bytes.NewReader(content), int64(len(content)))
}

// TestModelsThatFitLessOrMore: Keras's warnings, errors and weights. Only after an error it may have
// read some weights; here none is.
func TestModelsThatFitLessOrMore(t *testing.T) {
	g := readGolden(t)
	for _, c := range g.Cases {
		t.Run(c.Name, func(t *testing.T) {
			f, err := openFile(t, c.File)
			require.NoError(t, err)
			w := model(c.Layers)
			how := kerasfile.Options{SkipMismatch: strings.Contains(c.Way, "skip_mismatch"), ByName: strings.Contains(c.Way, "by_name")}
			assert.Equal(t, c.Warnings, heard(func() { err = f.Read(w, how) }))
			if c.Error == "" {
				require.NoError(t, err)
				assertValues(t, c.Weights, variables(w))
				return
			}
			require.ErrorIs(t, err, kerasfile.ErrWeights)
			assert.Equal(t, c.Error, err.Error())
			for _, v := range variables(w) {
				assert.Zero(t, slices.Max(floats(v)), "an error changes nothing")
			}
		})
	}
}
