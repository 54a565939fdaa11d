// Package interop hands models to Python's Keras, and takes back what that makes of them. It is for tests: `make interop`.
//
// A model that a test leaves in the folder of GOKERAS_INTEROP is a file NAME.keras and beside it NAME.json: inputs, what
// the model gives for them, its summary, the optimizer's variables. tools/interop/models.py loads it, compares, and saves it again
// to another folder; the test of this package loads that, and compares again.
package interop

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/models"
)

// folder is where models are left; empty: nowhere.
func folder() string { return os.Getenv("GOKERAS_INTEROP") }

var separators = regexp.MustCompile(`[^\w.-]+`)

// Leave writes a model and what it gives for x, if GOKERAS_INTEROP says where.
func Leave(t testing.TB, name string, m *models.Model, x any) {
	t.Helper()
	if folder() == "" {
		return
	}
	path := filepath.Join(folder(), separators.ReplaceAllString(name, "_"))
	require.NoError(t, m.Save(path+".keras"))
	y, err := m.PredictAll(x, models.PredictConfig{BatchSize: 1 << 20})
	require.NoError(t, err)
	text, err := keras.Config{
		{Key: "inputs", Value: encode(x)}, {Key: "outputs", Value: encode(y)},
		{Key: "summary", Value: m.Summary().String()}, {Key: "optimizer", Value: encode(state(m))},
	}.MarshalJSON()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path+".json", text, 0o666))
}

// state is the values of the optimizer's variables, if there is one.
func state(m *models.Model) data.List {
	list := data.List{}
	if o := m.Optimizer(); o != nil {
		for _, v := range o.Variables() {
			list = append(list, v.Value())
		}
	}
	return list
}

// encode is a structure of tensors in JSON: {shape, dtype, data}, a list, or {dict: …}.
func encode(x any) any {
	switch x := x.(type) {
	case *tensor.Dense:
		shape := x.Shape()
		if x.IsScalar() { // its Data is no slice
			x = x.Clone().(*tensor.Dense)
			must(x.Reshape(1))
		}
		elements := make([]float64, shape.TotalSize())
		must(kernels.Cast(x.Data(), elements))
		return keras.Config{{Key: "shape", Value: []int(shape)}, {Key: "dtype", Value: x.Dtype().String()}, {Key: "data", Value: elements}}
	case data.List:
		list := make([]any, len(x))
		for i, t := range x {
			list[i] = encode(t)
		}
		return list
	case data.Dict:
		d := keras.Config{}
		for k, t := range x {
			d = append(d, keras.Entry{Key: k, Value: encode(t)})
		}
		return keras.Config{{Key: "dict", Value: d}}
	}
	panic("no structure of tensors")
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// decode reads what encode writes; a scalar becomes a vector.
func decode(v any) any {
	list, isList := v.([]any)
	if isList {
		out := data.List{}
		for _, e := range list {
			out = append(out, decode(e).(*tensor.Dense))
		}
		return out
	}
	c := v.(keras.Config)
	if d, ok := c.Get("dict"); ok {
		out := data.Dict{}
		for _, e := range d.(keras.Config) {
			out[e.Key] = decode(e.Value).(*tensor.Dense)
		}
		return out
	}
	get := func(key string) any { v, _ := c.Get(key); return v }
	shape, err := keras.ParseShape(get("shape"))
	must(err)
	if len(shape) == 0 {
		shape = keras.Shape{1}
	}
	dt, err := keras.ParseDType(get("dtype"))
	must(err)
	elements := make([]float64, 0, shape.Size())
	for _, e := range get("data").([]any) {
		elements = append(elements, e.(float64))
	}
	t := tensor.New(tensor.Of(dt), tensor.WithShape(shape...))
	must(kernels.Cast(elements, t.Data()))
	return t
}
