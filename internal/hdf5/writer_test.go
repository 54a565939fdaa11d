package hdf5

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// full is everything that is written, by paths: of datasets their type, shape and data, of attributes, behind
// an @, their value. tools/interop/hdf5.py knows the same.
func full() (*Contents, map[string]array, map[string]any) {
	datasets := map[string]array{
		"layers/dense/vars/0": {Float32, []int{2, 3}, []float32{0.5, -1, 2, float32(math.Inf(1)), 1e-40, 3}},
		"layers/dense/vars/1": {Float32, []int{3}, []float32{0, 0, 0}},
		"optimizer/vars/0":    {Int64, []int{}, []int64{77}},
		"empty":               {Float32, []int{0, 4}, []float32{}},
		"types/float16":       {Float16, []int{3}, []float32{1.5, -0.25, float32(math.Inf(-1))}},
		"types/bfloat16":      {BFloat16, []int{3}, []float32{1.5, -0.25, 3 << 80}},
		"types/float64":       {Float64, []int{2}, []float64{math.Pi, math.SmallestNonzeroFloat64}},
		"types/int8":          {Int8, []int{2}, []int8{-128, 127}},
		"types/int16":         {Int16, []int{2}, []int16{-1 << 15, 3}},
		"types/int32":         {Int32, []int{2}, []int32{-1 << 31, 3}},
		"types/int64":         {Int64, []int{2}, []int64{-1 << 63, 3}},
		"types/uint8":         {Uint8, []int{2}, []uint8{0, 255}},
		"types/uint16":        {Uint16, []int{2}, []uint16{1, 1<<16 - 1}},
		"types/uint32":        {Uint32, []int{2}, []uint32{1, 1<<32 - 1}},
		"types/uint64":        {Uint64, []int{1, 2}, []uint64{1, 1<<64 - 1}},
		"types/bool":          {Bools, []int{2, 1}, []bool{true, false}},
	}
	names := make([]string, 4000)
	for i := range names {
		names[i] = fmt.Sprintf("layer_%d/kernel:0", i)
	}
	attributes := map[string]any{
		"@model_config":            strings.Repeat("{κ}", 100_000), // more than a header holds
		"@keras_version":           "",
		"layers/dropout/vars@name": "dropout",
		"layers/dense/vars@name":   "größe",
		"empty@of a dataset":       true,
		"many@layer_names":         names,
		"types@int":                int64(-5),
		"types@ints":               []int64{1, 2},
		"types@float":              0.1,
		"types@floats":             []float64{0.1},
		"types@bools":              []bool{true, false},
	}
	c := &Contents{}
	for path, a := range datasets {
		c.Dataset(path, a.t, a.shape, a.data)
	}
	for path, value := range attributes {
		path, name, _ := strings.Cut(path, "@")
		c.Attribute(path, name, value)
	}
	c.Attribute("many", "weight_names", []string{})
	for i := range 9000 { // a tree of three levels
		c.Group(fmt.Sprintf("many/layer_%d", i))
	}
	return c, datasets, attributes
}

// array is a dataset in memory.
type array struct {
	t     Type
	shape []int
	data  any
}

func written(t testing.TB, c *Contents) []byte {
	var b bytes.Buffer
	n, err := c.WriteTo(&b)
	require.NoError(t, err)
	size, err := c.Size()
	require.NoError(t, err)
	require.Equal(t, []int64{int64(b.Len()), int64(b.Len())}, []int64{n, size})
	return b.Bytes()
}

func root(t testing.TB, b []byte) *Group {
	g, err := opened(t, b).Root()
	require.NoError(t, err)
	return g
}

func TestReadsWhatItWrites(t *testing.T) {
	c, datasets, attributes := full()
	b := written(t, c)
	if name := os.Getenv("GOKERAS_HDF5"); name != "" { // for tools/interop/hdf5.py
		require.NoError(t, os.WriteFile(name, b, 0o666))
	}
	g := root(t, b)
	for path, want := range datasets {
		d, err := g.Dataset(path)
		require.NoError(t, err, path)
		assert.Equal(t, want.t, d.Type(), path)
		assert.Equal(t, want.shape, d.Shape(), path)
		got := reflect.MakeSlice(reflect.TypeOf(want.data), d.Len(), d.Len()).Interface()
		require.NoError(t, d.Read(got, 0), path)
		assert.Equal(t, want.data, got, path)
	}
	attributes["many@weight_names"] = []float64{}
	for path, want := range attributes {
		path, name, _ := strings.Cut(path, "@")
		o, err := g.Open(path)
		require.NoError(t, err, path)
		got, err := o.Attribute(name)
		require.NoError(t, err, path)
		assert.Equal(t, want, got, path)
	}
	many, err := g.Group("many")
	require.NoError(t, err)
	assert.Len(t, many.Names(), 9000)
	assert.IsIncreasing(t, many.Names())
	for _, name := range []string{"nothing", "many/layer_9000", "empty/0"} {
		_, err = g.Open(name)
		assert.ErrorIs(t, err, ErrNotFound, name)
	}
	_, err = g.Group("empty")
	assert.ErrorIs(t, err, ErrNotFound)
	_, err = g.Dataset("many")
	assert.ErrorIs(t, err, ErrNotFound)
	_, err = many.Attribute("no")
	assert.ErrorIs(t, err, ErrNotFound)
}

// A file depends on what it holds, not on the order in which that came.
func TestSameContentsSameBytes(t *testing.T) {
	first, _, _ := full()
	second, _, _ := full() // maps have another order
	for _, c := range []*Contents{first, second} {
		sortAttributes(&c.root)
	}
	assert.True(t, bytes.Equal(written(t, first), written(t, second)))
}

func sortAttributes(n *node) {
	slices.SortFunc(n.attributes, func(a, b encodedAttribute) int { return strings.Compare(a.name, b.name) })
	for _, child := range n.children {
		sortAttributes(child)
	}
}

// Whatever the tree of groups looks like, all names are found.
func TestGroupsOfEverySize(t *testing.T) {
	for _, n := range []int{0, 1, 7, 8, 9, 255, 256, 257, 263, 264, 265, 8192, 8193} {
		c := &Contents{}
		var want []string
		for i := range n {
			want = append(want, fmt.Sprintf("%x", i))
			c.Group(want[i])
		}
		slices.Sort(want)
		g := root(t, written(t, c))
		assert.Equal(t, len(want), len(g.Names()))
		assert.True(t, slices.Equal(want, g.Names()), "%d groups", n)
	}
}

func TestWhatIsNotWritten(t *testing.T) {
	long := slices.Repeat([]string{"x"}, 5000)
	for _, tt := range []struct {
		name string
		add  func(*Contents)
		want string
	}{
		{"too few elements", func(c *Contents) { c.Dataset("a", Float32, []int{3}, []float32{1, 2}) }, `"a": hdf5: dataset: expected 3 elements for shape [3], received 2`},
		{"a negative axis", func(c *Contents) { c.Dataset("a", Float32, []int{-1, -2}, []float32{1, 2}) }, "received shape [-1 -2]"},
		{"too large a shape", func(c *Contents) { c.Dataset("a", Float32, []int{1 << 40, 1 << 40}, []float32{}) }, "expected at most 32 axes and 2⁶³ bytes"},
		{"another type", func(c *Contents) { c.Dataset("a", Int32, nil, []int64{1}) }, "expected a slice for elements of type int32, received []int64"},
		{"numbers as booleans", func(c *Contents) { c.Dataset("a", Bools, nil, []int8{1}) }, "expected a slice for elements of type bool, received []int8"},
		{"strings", func(c *Contents) { c.Dataset("a", Type{String, 16}, nil, []string{""}) }, "elements of type string, received []string"},
		{"rounding to integers", func(c *Contents) { c.Dataset("a", Int32, nil, []float32{1}) }, "elements of type int32, received []float32"},
		{"the root", func(c *Contents) { c.Dataset("", Int8, nil, []int8{1}) }, "expected a new name"},
		{"twice", func(c *Contents) { c.Dataset("a", Int8, nil, []int8{1}); c.Dataset("a", Int8, nil, []int8{1}) }, `"a": hdf5: dataset: expected a new name`},
		{"a group's name", func(c *Contents) { c.Group("a/b"); c.Dataset("a", Int8, nil, []int8{1}) }, "expected a new name"},
		{"in a dataset", func(c *Contents) { c.Dataset("a", Int8, nil, []int8{1}); c.Group("a/b") }, "expected a group in front of /b, received a dataset"},
		{"an empty name", func(c *Contents) { c.Group("a//b") }, `"a//b": hdf5: object: expected names between slashes, received ""`},
		{"a dot", func(c *Contents) { c.Group("a/.") }, `received "."`},
		{"a zero byte", func(c *Contents) { c.Group("a\x00") }, `received "a\x00"`},
		{"an attribute of another type", func(c *Contents) { c.Attribute("", "a", 1) }, "expected a string, int64, float64, bool or a list of these, received int"},
		{"an attribute twice", func(c *Contents) { c.Attribute("", "a", ""); c.Attribute("", "a", "") }, "expected a new attribute"},
		{"an attribute without name", func(c *Contents) { c.Attribute("", "", "") }, "expected a name"},
		{"a long list", func(c *Contents) { c.Attribute("g", "names", long) }, `"g": hdf5: names: expected at most 65528 bytes, received 80056; split it, as Keras does into names0, names1, …?`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &Contents{}
			tt.add(c)
			_, err := c.WriteTo(io.Discard)
			assert.ErrorContains(t, err, tt.want)
			_, sizeErr := c.Size()
			assert.Equal(t, err, sizeErr)
			assert.True(t, errors.Is(err, ErrArgument))
		})
	}
}

// full disks are found out, wherever they are.
func TestWriterThatFails(t *testing.T) {
	c := &Contents{}
	c.Dataset("a", Float32, []int{100_000}, make([]float32, 100_000))
	c.Dataset("b", Float16, []int{100_000}, make([]float32, 100_000))
	size, err := c.Size()
	require.NoError(t, err)
	full := errors.New("no space")
	for room := int64(0); room < size; room += size / 20 {
		_, err := c.WriteTo(&disk{room, full})
		assert.ErrorIs(t, err, full, "%d bytes", room)
	}
}

type disk struct {
	room int64
	err  error
}

func (d *disk) Write(b []byte) (int, error) {
	if d.room -= int64(len(b)); d.room < 0 {
		return 0, d.err
	}
	return len(b), nil
}

// Elements are written from where they are.
func TestWritingNeedsNoCopy(t *testing.T) {
	data := make([]float32, 16<<20)
	c := &Contents{}
	c.Dataset("plain", Float32, []int{len(data)}, data)
	c.Dataset("rounded", BFloat16, []int{len(data)}, data)
	before := allocated()
	_, err := c.WriteTo(io.Discard)
	require.NoError(t, err)
	assert.Less(t, allocated()-before, uint64(1<<20))
}

// What is written without a view of memory, as on big-endian computers, has the same bytes.
func TestEncodedNumbers(t *testing.T) {
	r := rand.New(rand.NewSource(3))
	for _, slice := range []any{make([]float32, 9), make([]float64, 9), make([]int8, 9), make([]int16, 9), make([]int32, 9), make([]int64, 9),
		make([]uint8, 9), make([]uint16, 9), make([]uint32, 9), make([]uint64, 9)} {
		var typ datatype
		for _, typ.Type = range []Type{Float32, Float64, Int8, Int16, Int32, Int64, Uint8, Uint16, Uint32, Uint64} {
			e, err := elementsOf(slice, &typ)
			if err != nil || e.(writable).stored() != typ.Type {
				continue
			}
			view := e.view(&typ)
			require.Len(t, view, 9*typ.Size)
			r.Read(view)
			raw := make([]byte, 5*typ.Size)
			e.(writable).get(2, raw, &typ)
			assert.Equal(t, view[2*typ.Size:7*typ.Size], raw, typ)
		}
	}
}
