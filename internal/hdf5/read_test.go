package hdf5

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// golden is what h5py reads from an object: tools/golden/hdf5.py.
type golden struct {
	Names      []string // of a group
	Shape      []int    // of a dataset; nil without elements
	Data       any      // a list, nil, or a text where h5py's answer has no equal here
	Attributes map[string]struct {
		Shape []int
		Data  any
	}
}

// contents are the files of testdata: each was written for the oldest readers and with the newest structures.
func contents(t testing.TB) map[string]map[string]golden {
	text, err := os.ReadFile("testdata/hdf5.json")
	require.NoError(t, err)
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var all struct{ Contents map[string]map[string]golden }
	require.NoError(t, d.Decode(&all))
	require.Len(t, all.Contents, 5)
	return all.Contents
}

func fixture(t testing.TB, name string) *File {
	b, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return opened(t, b)
}

func opened(t testing.TB, b []byte) *File {
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	return f
}

func TestReadsWhatH5pyReads(t *testing.T) {
	for name, objects := range contents(t) {
		for _, libver := range []string{"earliest", "latest"} {
			t.Run(name+"_"+libver, func(t *testing.T) {
				root, err := fixture(t, name+"_"+libver+".h5").Root()
				require.NoError(t, err)
				found := map[string]Object{"": root}
				require.NoError(t, root.Walk(func(path string, o Object) error {
					found[path] = o
					return nil
				}))
				for path, want := range objects {
					o, ok := found[path]
					if assert.True(t, ok, "%s is missing", path) {
						compare(t, path, want, o)
					}
				}
				assert.Len(t, found, len(objects))
			})
		}
	}
}

func compare(t *testing.T, path string, want golden, o Object) {
	assert.Len(t, o.Attributes(), len(want.Attributes), path)
	for _, a := range o.Attributes() {
		at := path + "@" + a.Name()
		w, ok := want.Attributes[a.Name()]
		assert.True(t, ok, "%s: h5py has none", at)
		v, err := a.Value()
		if unreadable(w.Data) {
			assert.ErrorIs(t, err, ErrUnsupported, at)
			continue
		}
		assert.NoError(t, err, at)
		assert.Equal(t, w.Shape, a.Shape(), at)
		same(t, w.Data, v, at)
	}
	switch o := o.(type) {
	case *Group:
		assert.Equal(t, want.Names, o.Names(), path)
	case *Dataset:
		assert.Equal(t, want.Shape, o.Shape(), path)
		v := slice(o.Type(), o.Len())
		err := o.Read(v, 0)
		if unreadable(want.Data) {
			assert.ErrorIs(t, err, ErrUnsupported, path)
			return
		}
		require.NoError(t, err, path)
		if want.Data != nil {
			same(t, want.Data, v, path)
		}
	}
}

func unreadable(data any) bool {
	if list, ok := data.([]any); ok && len(list) > 0 {
		data = list[0]
	}
	return data == "cannot be read"
}

func TestLinksElsewhere(t *testing.T) {
	for _, libver := range []string{"earliest", "latest"} {
		g, err := fixture(t, "groups_"+libver+".h5").Root()
		require.NoError(t, err)
		for _, name := range []string{"soft", "external", "soft/layer_0"} {
			_, err := g.Open(name)
			assert.ErrorIs(t, err, ErrUnsupported, name)
			assert.ErrorContains(t, err, "to be in this file, received a link to a path")
		}
	}
}

// slice is one that holds n elements of a type, as widely as Go has it.
func slice(t Type, n int) any {
	switch t.Kind {
	case Int:
		return make([]int64, n)
	case Uint:
		return make([]uint64, n)
	case Bool:
		return make([]bool, n)
	case String:
		return make([]string, n)
	case Opaque:
		return make([]byte, n*t.Size)
	}
	return make([]float64, n)
}

// same compares a list of JSON with a value or a slice of values.
func same(t *testing.T, want, got any, at string) {
	if want == nil || got == nil {
		assert.Equal(t, want, got, at)
		return
	}
	v := reflect.ValueOf(got)
	if v.Kind() != reflect.Slice {
		v = reflect.Append(reflect.MakeSlice(reflect.SliceOf(v.Type()), 0, 1), v)
	}
	list := want.([]any)
	if !assert.Len(t, list, v.Len(), at) {
		return
	}
	for i, w := range list {
		g := v.Index(i).Interface()
		if number, ok := w.(json.Number); ok {
			w = numberAs(t, number.String(), g)
		} else if x, ok := g.(float64); ok { // "nan", "inf", "-inf"
			want, err := strconv.ParseFloat(w.(string), 64)
			require.NoError(t, err, at)
			assert.True(t, want == x || math.IsNaN(want) && math.IsNaN(x), "%s[%d]: expected %v, received %v", at, i, want, x)
			continue
		}
		assert.Equal(t, w, g, "%s[%d]", at, i)
	}
}

// numberAs parses a number as the type of another.
func numberAs(t *testing.T, text string, as any) (v any) {
	var err error
	switch as.(type) {
	case int64:
		v, err = strconv.ParseInt(text, 10, 64)
	case uint64:
		v, err = strconv.ParseUint(text, 10, 64)
	case byte:
		var x uint64
		x, err = strconv.ParseUint(text, 10, 8)
		v = byte(x)
	default:
		v, err = strconv.ParseFloat(text, 64)
	}
	require.NoError(t, err)
	return v
}
