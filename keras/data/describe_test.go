package data_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras/data"
)

// count is a tensor of the numbers 0, 1, 2, …
func count(shape ...int) *tensor.Dense {
	n := 1
	for _, d := range shape {
		n *= d
	}
	elements := make([]float32, n)
	for i := range elements {
		elements[i] = float32(i)
	}
	return dense(elements, shape...)
}

func TestDescribe(t *testing.T) {
	for _, c := range []struct {
		reason string
		x      any
		want   []string
	}{
		{"a vector", count(4), []string{"(4,) float32", "[0 1 2 3]"}},
		{"a long vector is cut", count(60000), []string{"(60000,) float32", "[    0     1     2 ... 59997 59998 59999]"}},
		{"a matrix", count(2, 3), []string{"(2, 3) float32", "[[0 1 2]", " [3 4 5]]"}},
		{"twice three are not cut", count(6, 1), []string{"(6, 1) float32", "[[0]", " [1]", " [2]", " [3]", " [4]", " [5]]"}},
		{"seven rows are, and seven columns", count(7, 7), []string{"(7, 7) float32",
			"[[ 0  1  2 ...  4  5  6]", " [ 7  8  9 ... 11 12 13]", " [14 15 16 ... 18 19 20]", " ...",
			" [28 29 30 ... 32 33 34]", " [35 36 37 ... 39 40 41]", " [42 43 44 ... 46 47 48]]"}},
		{"the first of several matrices", count(2, 2, 2), []string{"(2, 2, 2) float32", "[[[0 1]", "  [2 3]]", "", " ...]"}},
		{"the only one", count(1, 2, 2), []string{"(1, 2, 2) float32", "[[[0 1]", "  [2 3]]]"}},
		{"four axes", count(5, 4, 2, 1), []string{"(5, 4, 2, 1) float32", "[[[[0]", "   [1]]", "", "  ...]", "", "", " ...]"}},
		{"digits of floats", dense([]float64{1.0 / 3, 1e-7, 123456.5, math.NaN(), -2, 1e9}, 6),
			[]string{"(6,) float64", "[   0.3333     1e-07 1.235e+05       NaN        -2     1e+09]"}},
		{"bools", dense([]bool{true, false}, 2), []string{"(2,) bool", "[ true false]"}},
		{"strings", dense([]string{"日本", "a\n" + strings.Repeat("b", 40)}, 2),
			[]string{"(2,) string", `[                       "日本" "a\nbbbbbbbbbbbbbbbbbbbbb…"]`}},
		{"a scalar", tensor.New(tensor.FromScalar(int64(-7))), []string{"() int64", "-7"}},
		{"a column of a transposed matrix lies elsewhere", transposed(count(2, 3)), []string{"(3, 2) float32", "[[0 3]", " [1 4]", " [2 5]]"}},
		{"a List", data.List{count(2), count(1)}, []string{"[0] (2,) float32", "[0 1]", "[1] (1,) float32", "[0]"}},
		{"a Dict, by key", data.Dict{"b": count(1), "a": count(2)}, []string{`["a"] (2,) float32`, "[0 1]", `["b"] (1,) float32`, "[0]"}},
		{"nothing", nil, []string{"nil"}},
		{"no tensor", 7, []string{"data: Describe: expected a *tensor.Dense, a data.List or a data.Dict, received int"}},
		{"an empty tensor", &tensor.Dense{}, []string{"data: Describe: expected a tensor, received one without elements"}},
	} {
		t.Run(c.reason, func(t *testing.T) { assert.Equal(t, strings.Join(c.want, "\n"), data.Describe(c.x)) })
	}
}

func transposed(t *tensor.Dense) *tensor.Dense {
	if err := t.T(); err != nil {
		panic(err)
	}
	return t
}

func TestElementsAreDescribed(t *testing.T) {
	e := data.Element{X: data.Dict{"image": zeros(4, 28, 28), "mask": zeros(4, 1)}, Y: count(4)}
	assert.Equal(t, `X["image"] (4, 28, 28) uint8, X["mask"] (4, 1) uint8, Y (4,) float32`, e.String())
	assert.Equal(t, "X (2,) float32, SampleWeight (2,) float32", data.Element{X: count(2), SampleWeight: count(2)}.String())
	assert.Empty(t, data.Element{}.String())
	assert.Equal(t, "Y: expected a *tensor.Dense, a data.List or a data.Dict, received string", data.Element{X: count(2), Y: "y"}.String())
}

func TestDatasetsAreDescribed(t *testing.T) {
	ds := data.FromTensorSlices(zeros(60000, 28, 28))
	assert.Equal(t, "data: Batch (stage 2): 235 elements", ds.Batch(256).String())
	assert.Equal(t, "data: Repeat (stage 2): elements without end", ds.Repeat().String())
	assert.Equal(t, "data: Unbatch (stage 2): an unknown number of elements", ds.Unbatch().String())
	assert.Equal(t, "data: Batch (stage 2): expected a batch size of at least 1, received 0", ds.Batch(0).Repeat().String())
}
