package keras_test

import (
	"testing"

	"github.com/pkg/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
)

// The shape of a layer that does not say it is found by tracing: axes that move
// with an unknown size are unknown, the others are known.
func TestTracedShapes(t *testing.T) {
	n := keras.None
	for _, tt := range []struct {
		reason string
		in     keras.Shape
		call   callFunc
		want   []keras.Shape
	}{
		{"the batch axis passes", keras.Shape{n, 3}, nil, []keras.Shape{{n, 3}}},
		{"a known batch is known", keras.Shape{4, 3}, nil, []keras.Shape{{4, 3}}},
		{"only the unknown axes move", keras.Shape{n, n, 3}, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(ops.Mean(in[0], 1), ops.Sum(in[0], 2), ops.Slice(in[0], 1, 0, 5))
		}, []keras.Shape{{n, 3}, {n, n}, {n, 5, 3}}},
		{"axes that are made one", keras.Shape{n, n, 2}, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			s := in[0].Shape()
			return t.Out(ops.Reshape(in[0], s[0], s[1]*s[2]))
		}, []keras.Shape{{n, n}}},
		{"an axis that is divided away", keras.Shape{n, n, 2}, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(ops.Slice(in[0], 1, 0, in[0].Shape()[1]/64+1))
		}, []keras.Shape{{n, n, 2}}},
		{"a number without axes", keras.Shape{n, 3}, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(ops.Sum(in[0]))
		}, []keras.Shape{{}}},
	} {
		l := newProbe(nil, tt.call)
		outs := keras.Apply(l, keras.Input(nil, keras.WithBatchShape(tt.in)))
		require.NoError(t, outs[0].Err(), tt.reason)
		for i, o := range outs {
			assert.Equal(t, tt.want[i], o.Shape(), tt.reason)
			assert.Equal(t, i, o.Index(), tt.reason)
			assert.Same(t, outs[0].Node(), o.Node(), tt.reason)
		}
		assert.Len(t, outs, len(tt.want), tt.reason)
	}
}

func TestWhatTracingFinds(t *testing.T) {
	for _, tt := range []struct {
		reason string
		call   callFunc
		want   string
	}{
		{"outputs that come and go with the size", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(in[:1+in[0].Shape()[0]/100]...)
		}, "slice bounds out of range"},
		{"a number of outputs that depends on the size", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			if in[0].Shape()[0] > 100 {
				return t.Out(in[0], in[0])
			}
			return t.Out(in[0])
		}, "expected a number of outputs that does not depend on sizes, received 1, 2"},
		{"a rank that depends on the size", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			if in[0].Shape()[0] > 100 {
				return t.Out(ops.Sum(in[0], 0))
			}
			return t.Out(in[0])
		}, "expected an output whose rank does not depend on sizes, received (47, 3), (3)"},
		{"no outputs", func(*keras.Trace, ...*gorgonia.Node) ([]*gorgonia.Node, error) { return nil, nil }, "expected an output, received none"},
	} {
		err := newProbe(nil, tt.call).Apply(keras.Input(keras.Shape{3})).Err()
		assert.ErrorContains(t, err, tt.want, tt.reason)
	}
}

// Layers inside are built while their owner is traced. They keep nothing of a trace
// that fails, and an unknown size must not get into a weight.
func TestStandInsDoNotStay(t *testing.T) {
	inner := newLeaf("inner", true)
	ok := false
	outer := newProbe(nil, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		x := t.Apply(inner, in[0])
		if !ok {
			return nil, errors.New("not yet")
		}
		return t.Out(x)
	})
	x := keras.Input(keras.Shape{keras.None, 3})
	assert.ErrorContains(t, outer.Apply(x).Err(), "not yet")
	assert.False(t, inner.Built())
	assert.Empty(t, inner.Weights())
	ok = true
	require.NoError(t, outer.Apply(x).Err())
	assert.Len(t, inner.Weights(), 1)

	dense := layers.Dense(2)
	flat := newProbe(nil, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		s := in[0].Shape()
		return t.Out(t.Apply(dense, ops.Reshape(in[0], s[0], s[1]*s[2])))
	})
	err := flat.Apply(x).Err()
	assert.ErrorIs(t, err, keras.ErrShape)
	assert.ErrorContains(t, err, "(127 stands for None) must not decide the shape of a weight")
	assert.False(t, dense.Built())
	require.NoError(t, flat.Apply(keras.Input(keras.Shape{5, 3})).Err())
	assert.Equal(t, keras.Shape{15, 2}, dense.Weights()[0].Shape())
}

// typed says the types of its outputs.
type typed struct {
	stated
	types []tensor.Dtype
}

func (l *typed) OutputDTypes(...tensor.Dtype) []tensor.Dtype { return l.types }

func TestStatedShapes(t *testing.T) {
	x := keras.Input(keras.Shape{3})
	states := func(shapes ...keras.Shape) func(...keras.Shape) ([]keras.Shape, error) {
		return func(...keras.Shape) ([]keras.Shape, error) { return shapes, nil }
	}
	y := newStated(states(keras.Shape{keras.None, 7})).Apply(x)
	require.NoError(t, y.Err())
	assert.Equal(t, keras.Shape{keras.None, 7}, y.Shape(), "Call is not asked")
	assert.Equal(t, tensor.Float32, y.DType())

	y = newStated(states()).Apply(x)
	require.NoError(t, y.Err())
	assert.Equal(t, keras.Shape{keras.None, 3}, y.Shape(), "nil leaves it to tracing")

	l := &typed{types: []tensor.Dtype{tensor.Int32}}
	l.Init(l, "Typed")
	l.outputs = states(keras.Shape{2})
	assert.Equal(t, tensor.Int32, l.Apply(x).DType())
	l.types = nil
	assert.ErrorContains(t, l.Apply(x).Err(), "expected 1 types of outputs, received 0")

	for reason, tt := range map[string]struct {
		outputs func(...keras.Shape) ([]keras.Shape, error)
		want    string
	}{
		"a negative size":  {states(keras.Shape{-7}), "expected outputs whose sizes are not negative, received (-7,)"},
		"no outputs":       {func(...keras.Shape) ([]keras.Shape, error) { return []keras.Shape{}, nil }, "at least one output"},
		"an error":         {func(...keras.Shape) ([]keras.Shape, error) { return nil, errors.New("no") }, "stated (Stated) at apply_test.go:"},
		"a panic":          {func(...keras.Shape) ([]keras.Shape, error) { panic("oh") }, "oh"},
		"an index too far": {func(in ...keras.Shape) ([]keras.Shape, error) { return in[3:], nil }, "out of range"},
	} {
		keras.ClearSession()
		l := newStated(tt.outputs)
		l.build = func(b *keras.Base, in ...keras.Shape) error {
			b.AddWeight("w", keras.Shape{1}, initializers.Ones())
			return nil
		}
		assert.ErrorContains(t, l.Apply(x).Err(), tt.want, reason)
		if reason == "an error" {
			assert.Empty(t, l.Weights(), "shapes come before weights")
		}
	}
}

// A call keeps its own copies: the caller may use list and map again.
func TestCallsKeepTheirInputs(t *testing.T) {
	x, y := keras.Input(keras.Shape{3}), keras.Input(keras.Shape{3})
	list, named := keras.List{x, y}, map[string]any{"a": 1}
	out := keras.ApplyArgs(layers.Add(), keras.Args{Training: keras.Off, Named: named}, list...)[0]
	require.NoError(t, out.Err())
	list[0], named["a"] = y, 2
	n := out.Node()
	assert.Equal(t, keras.List{x, y}, n.Inputs())
	assert.Equal(t, map[string]any{"a": 1}, n.Args().Named)
	assert.Equal(t, keras.Off, n.Args().Training)
	n.Inputs()[0], n.Outputs()[0] = nil, nil
	assert.Equal(t, keras.List{x, y}, n.Inputs())
	assert.Equal(t, keras.List{out}, n.Outputs())
}

func TestNodes(t *testing.T) {
	x, y, m := keras.Input(keras.Shape{3}), keras.Input(keras.Shape{3}), keras.Input(keras.Shape{}, keras.WithDType(tensor.Bool))
	l := newProbe(nil, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) { return t.Out(in[0]) })
	assert.ErrorContains(t, l.Input().Err(), "The layer "+l.Name()+" has never been called and thus has no defined input.")
	assert.ErrorContains(t, l.Output().Err(), "has never been called and thus has no defined output.")
	assert.ErrorIs(t, l.Output().Err(), keras.ErrState)

	first, second := l.Apply(x), l.Apply(y)
	assert.Same(t, x, l.Input(), "of the first call")
	assert.Same(t, first, l.Output())
	assert.Equal(t, 1, second.Node().Index())
	assert.Same(t, l, second.Node().Layer())
	assert.Equal(t, keras.List{x}, l.Nodes()[0].Parents())

	full := keras.ApplyArgs(l, keras.Args{Mask: m, Named: map[string]any{"z": y, "a": x, "flag": true}}, x)[0]
	require.NoError(t, full.Err())
	assert.Equal(t, keras.List{x, m, x, y}, full.Node().Parents(), "inputs, mask, arguments by name")

	two := layers.Add()
	require.NoError(t, two.Apply(x, y).Err())
	assert.ErrorContains(t, two.Input().Err(), "the layer has 2 inputs; use LayerBase().Nodes()")
	assert.ErrorContains(t, keras.ApplyArgs(l, keras.Args{Named: map[string]any{"q": (*keras.Tensor)(nil)}}, x)[0].Err(), "received nil as input 1")
}

func TestStructures(t *testing.T) {
	x, y := keras.Input(keras.Shape{3}), keras.Input(keras.Shape{3})
	for _, tt := range []struct {
		reason    string
		structure any
		want      keras.List
	}{
		{"a tensor", x, keras.List{x}},
		{"a list", keras.List{y, x}, keras.List{y, x}},
		{"a dict, in the order of its keys", keras.Dict{"b": x, "a": y}, keras.List{y, x}},
	} {
		got, err := keras.Flatten(tt.structure)
		require.NoError(t, err, tt.reason)
		assert.Equal(t, tt.want, got, tt.reason)
	}
	for _, v := range []any{nil, 3, []int{1}, map[string]int{}} {
		_, err := keras.Flatten(v)
		assert.ErrorIs(t, err, keras.ErrArgument)
		assert.ErrorIs(t, keras.ApplyTo(layers.Add(), v).(*keras.Tensor).Err(), keras.ErrArgument)
		assert.Error(t, keras.ApplyTo(nil, v).(*keras.Tensor).Err())
	}
	assert.IsType(t, x, keras.ApplyTo(layers.Add(), keras.List{x, y}), "a layer of one output")
	outs := keras.ApplyTo(newProbe(nil, nil), keras.Dict{"b": x, "a": y})
	require.IsType(t, keras.List{}, outs, "a layer of several")
	assert.Len(t, outs, 2)

	model := models.Must(models.New(keras.Dict{"x": x, "y": y}, keras.Dict{"sum": layers.Add().Apply(x, y)}))
	dict := keras.ApplyTo(model, keras.Dict{"x": y, "y": x})
	require.IsType(t, keras.Dict{}, dict, "a model keeps its structure")
	assert.NoError(t, dict.(keras.Dict)["sum"].Err())
	assert.Error(t, keras.ApplyTo(model, keras.Dict{"x": y}).(*keras.Tensor).Err(), "a key is missing")
}
