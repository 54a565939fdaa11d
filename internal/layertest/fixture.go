package layertest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
)

// golden is one case as Keras computed it: tools/golden writes it.
type golden struct {
	Name           string
	Config         keras.Config
	ConfigOnly     bool `json:"config_only"`
	Initialized    bool // the weights are those that the initializers made
	Detached       bool // the gradient is not the derivative
	Inputs         []*array
	Mask           *array
	Masks          []*array
	GivenMask      *array `json:"given_mask"` // the call's argument
	Call           arguments
	OutputMask     *array `json:"output_mask"`
	MaskEnds       bool   `json:"mask_ends"` // with a warning
	Training       bool
	SymbolicInputs []shape `json:"symbolic_inputs"`
	OutputShapes   []shape `json:"output_shapes"`
	OutputDType    string  `json:"output_dtype"`
	OutputName     string  `json:"output_name"`
	Weights        []weight
	Outputs        []*array
	Cotangents     []*array
	InputGrads     []*array `json:"input_grads"`
	WeightGrads    []*array `json:"weight_grads"`  // nil where it is 0 but for rounding
	WeightsAfter   []*array `json:"weights_after"` // where the call changed them
	Losses         []number
	SGD            *struct {
		LearningRate float64 `json:"learning_rate"`
		Weights      []*array
	}
}

type weight struct {
	Name, Path string
	Trainable  bool
	array
}

// arguments are those of a call by name: *array, []*array with nil for none, or values.
type arguments map[string]any

func (a *arguments) UnmarshalJSON(text []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	*a = arguments{}
	for name, text := range raw {
		var v any
		switch text[0] {
		case '{':
			v = new(array)
		case '[':
			v = new([]*array)
		}
		if err := json.Unmarshal(text, &v); err != nil {
			return err
		}
		if list, ok := v.(*[]*array); ok {
			v = *list
		}
		(*a)[name] = v
	}
	return nil
}

// named are the arguments with something in the place of each array, in the order of the names.
func named[T any](a arguments, of func(*array) T) map[string]any {
	all := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(a)) {
		switch v := a[name].(type) {
		case *array:
			all[name] = of(v)
		case []*array:
			list := make([]T, len(v))
			for i, e := range v {
				if e != nil {
					list[i] = of(e)
				}
			}
			all[name] = list
		default:
			all[name] = v
		}
	}
	return all
}

// array is a tensor. Its elements are bool where DType says so, else numbers.
type array struct {
	Shape keras.Shape
	DType string
	Data  json.RawMessage
}

// shape is a Shape with null for None.
type shape keras.Shape

func (s *shape) UnmarshalJSON(text []byte) error {
	v, err := keras.ParseJSON(text)
	if err != nil {
		return err
	}
	parsed, err := keras.ParseShape(v)
	*s = shape(parsed)
	return err
}

// number is a JSON number, or what JSON has no number for as a string: "nan", "inf", "-inf".
type number float64

func (n *number) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		text = text[1 : len(text)-1]
	}
	f, err := strconv.ParseFloat(string(text), 64)
	*n = number(f)
	return err
}

// load reads the cases of a class from the folder of the package under test.
func load(t *testing.T, class string) []*golden {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", keras.SnakeCase(class)+".json"))
	require.NoError(t, err)
	var file struct {
		Class string
		Cases []*golden
	}
	require.NoError(t, json.Unmarshal(text, &file))
	require.Equal(t, class, file.Class)
	return file.Cases
}

// numbers are the elements.
func (a *array) numbers() []float64 {
	var list []number
	if err := json.Unmarshal(a.Data, &list); err != nil {
		panic(err)
	}
	out := make([]float64, len(list))
	for i, n := range list {
		out[i] = float64(n)
	}
	return out
}

// isFloat reports whether the fixture has the elements as floats.
func (a *array) isFloat() bool { return a.DType == "float32" || a.DType == "float64" }

// tensor makes a tensor of some of the samples (rows nil: all), floats as dt and
// other elements as they are.
func (a *array) tensor(dt tensor.Dtype, rows []int) *tensor.Dense {
	if !a.isFloat() {
		var err error
		if dt, err = keras.ParseDType(a.DType); err != nil {
			panic(err)
		}
	}
	if len(a.Shape) == 0 {
		one := array{keras.Shape{1}, a.DType, a.Data}
		return tensor.New(tensor.FromScalar(one.tensor(dt, nil).Get(0)))
	}
	full := tensor.New(tensor.Of(dt), tensor.WithShape(a.Shape...))
	if dt == tensor.Bool {
		if err := json.Unmarshal(a.Data, ptr(full.Bools())); err != nil {
			panic(err)
		}
	} else if err := kernels.Cast(a.numbers(), full.Data()); err != nil {
		panic(err)
	}
	if rows == nil {
		return full
	}
	some := tensor.New(tensor.Of(dt), tensor.WithShape(append([]int{len(rows)}, a.Shape[1:]...)...))
	for i, r := range rows {
		to, err := some.Slice(tensor.S(i, i+1))
		if err != nil {
			panic(err)
		}
		from, err := full.Slice(tensor.S(r, r+1))
		if err != nil {
			panic(err)
		}
		if err := tensor.Copy(to, from); err != nil {
			panic(err)
		}
	}
	return some
}

func ptr[T any](v T) *T { return &v }

// masks are those of the inputs, nil for an input without one.
func (g *golden) masks() []*array {
	masks := make([]*array, len(g.Inputs))
	copy(masks, g.Masks)
	if g.Mask != nil {
		masks[0] = g.Mask
	}
	return masks
}

// onlyBatchUnknown reports whether the symbolic inputs have no unknown size but the first.
func (g *golden) onlyBatchUnknown() bool {
	return !slices.ContainsFunc(g.SymbolicInputs, func(s shape) bool { return slices.Contains(s[1:], keras.None) })
}

// samples is the number of samples that all inputs and outputs have, 0 where there
// is no such number or the batch size is part of the case.
func (g *golden) samples() int {
	n := g.Inputs[0].Shape[0]
	for _, a := range slices.Concat(g.Inputs, g.Outputs) {
		if a.Shape[0] != n {
			return 0
		}
	}
	for _, s := range g.SymbolicInputs {
		if s[0] != keras.None {
			return 0
		}
	}
	return n
}

// sameConfig reports the first place where two values of configs differ, "" if they
// do not. Numbers are compared as numbers; some objects of Keras keep theirs as
// float32. Keras's Identity forgets its gain, which ours writes. The module of a user's
// class is one of Python.
func sameConfig(path string, got, want any) string {
	switch w := want.(type) {
	case keras.Config:
		g, ok := got.(keras.Config)
		if !ok {
			return differ(path, got, want)
		}
		class, _ := w.Get("class_name")
		registered, _ := w.Get("registered_name")
		for i, e := range w {
			if class == "Identity" && e.Key == "config" || registered != nil && e.Key == "module" {
				continue
			}
			if i >= len(g) || g[i].Key != e.Key {
				return differ(path+": keys", keys(g), keys(w))
			}
			if d := sameConfig(path+"."+e.Key, g[i].Value, e.Value); d != "" {
				return d
			}
		}
		if len(g) != len(w) {
			return differ(path+": keys", keys(g), keys(w))
		}
		return ""
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return differ(path, got, want)
		}
		for i := range w {
			if d := sameConfig(path+"["+strconv.Itoa(i)+"]", g[i], w[i]); d != "" {
				return d
			}
		}
		return ""
	case int, float64:
		g, w := toFloat(got), toFloat(want)
		if g == w || float64(float32(g)) == w {
			return ""
		}
	default:
		if got == want {
			return ""
		}
	}
	return differ(path, got, want)
}

func toFloat(v any) float64 {
	switch n := v.(type) {
	case int:
		return float64(n)
	case float64:
		return n
	}
	return math.NaN()
}

func keys(c keras.Config) []string {
	out := make([]string, len(c))
	for i, e := range c {
		out[i] = e.Key
	}
	return out
}

func differ(path string, got, want any) string {
	return fmt.Sprintf("%s: got %v, want %v", path, got, want)
}
