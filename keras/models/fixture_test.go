package models_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fixture reads what Keras wrote: tools/golden/README.md says what stands in it.
func fixture(t testing.TB, name string, file any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, file))
}

// number is a JSON number, "nan", "inf", "-inf", or a bool.
type number float64

func (n *number) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case "true", "false":
		*n = map[string]number{"true": 1}[string(text)]
		return nil
	}
	f, err := strconv.ParseFloat(string(bytes.Trim(text, `"`)), 64)
	*n = number(f)
	return err
}

// array is a tensor of a fixture.
type array struct {
	Shape []int
	DType string
	Data  []number
}

func (a *array) floats() []float64 {
	out := make([]float64, len(a.Data))
	for i, v := range a.Data {
		out[i] = float64(v)
	}
	return out
}

func (a *array) tensor() *tensor.Dense {
	dt, err := keras.ParseDType(a.DType)
	if err != nil {
		panic(err)
	}
	out := tensor.New(tensor.Of(dt), tensor.WithShape(a.Shape...))
	if err := kernels.Cast(a.floats(), out.Data()); err != nil {
		panic(err)
	}
	return out
}

// element is a structure of tensors: one, a list or a dict.
type element struct{ value any }

func (e *element) UnmarshalJSON(text []byte) error {
	var probe struct{ DType *string }
	switch {
	case string(text) == "null":
		return nil
	case text[0] == '[':
		var list []*array
		err := json.Unmarshal(text, &list)
		var out data.List
		for _, a := range list {
			out = append(out, a.tensor())
		}
		e.value = out
		return err
	case json.Unmarshal(text, &probe) == nil && probe.DType != nil:
		var a array
		err := json.Unmarshal(text, &a)
		e.value = a.tensor()
		return err
	}
	var dict map[string]*array
	err := json.Unmarshal(text, &dict)
	out := data.Dict{}
	for k, a := range dict {
		out[k] = a.tensor()
	}
	e.value = out
	return err
}

// floats are the elements of a tensor.
func floats(t *tensor.Dense) []float64 {
	out := make([]float64, t.Shape().TotalSize())
	if err := kernels.Cast(t.Data(), out); err != nil {
		panic(err)
	}
	return out
}

// near compares with a tolerance relative to the largest element.
func near(t testing.TB, want, got []float64, tolerance float64, what string) {
	t.Helper()
	if !assert.Len(t, got, len(want), what) {
		return
	}
	scale := 0.0
	for _, v := range want {
		if !math.IsInf(v, 0) && !math.IsNaN(v) {
			scale = max(scale, math.Abs(v))
		}
	}
	for i, v := range want {
		if !(math.Abs(got[i]-v) <= tolerance*max(scale, 0.1)) && !(math.IsNaN(v) && math.IsNaN(got[i])) && got[i] != v {
			assert.Failf(t, what, "element %d: want %v, got %v", i, v, got[i])
			return
		}
	}
}

// sine is rule A: element i is sin(i)·0.1.
func sine(shape ...int) *tensor.Dense {
	t := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(shape...))
	d := t.Float32s()
	for i := range d {
		d[i] = float32(math.Sin(float64(i)) * 0.1)
	}
	return t
}

// cosine has cos(i)·0.5 as element i.
func cosine(shape ...int) *tensor.Dense {
	t := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(shape...))
	d := t.Float32s()
	for i := range d {
		d[i] = float32(math.Cos(float64(i)) * 0.5)
	}
	return t
}
