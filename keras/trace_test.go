package keras_test

import (
	"testing"

	"github.com/pkg/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/regularizers"
)

// trace runs a Call on an input of shape (2, 3) in a trace of its own.
func trace(training bool, call callFunc) (*keras.Trace, []*gorgonia.Node, error) {
	t := keras.NewTrace(gorgonia.NewGraph(), training)
	x := t.Input("x", tensor.Shape{2, 3}, tensor.Float32)
	outs, err := t.Call(newProbe(nil, call), keras.Auto, nil, nil, x)
	return t, outs, err
}

// What is wrong inside a Call is an error that names the innermost layer, its class and kind.
func TestMisuseInsideCall(t *testing.T) {
	v := keras.NewVariable("v", "v", matrix(2, 2, 1, 2, 3, 4), false)
	inner := func(call callFunc) callFunc {
		l := newProbe(nil, call)
		l.WithName("inner")
		return func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) { return t.Out(t.Apply(l, in[0])) }
	}
	for _, tt := range []struct {
		reason string
		call   callFunc
		kind   error
		want   string
	}{
		{"a weight of another layer", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(t.Weight("kernel"))
		}, keras.ErrArgument, "probe (Probe): expected the name of a weight that Build makes, received kernel"},
		{"no loss", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			t.AddLoss(nil)
			return t.Out(in[0])
		}, keras.ErrArgument, "probe (Probe): expected a scalar loss, received nil"},
		{"a loss with axes", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			t.AddLoss(in[0])
			return t.Out(in[0])
		}, keras.ErrShape, "probe (Probe): expected a scalar loss, received one of shape (2, 3)"},
		{"an update of nothing", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			t.Update(nil, in[0])
			return t.Out(in[0])
		}, keras.ErrArgument, "expected a variable and its new value, received nil"},
		{"an update with nothing", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			t.Update(v, nil)
			return t.Out(in[0])
		}, keras.ErrArgument, "expected a variable and its new value, received nil"},
		{"an update of another shape", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			t.Update(v, in[0])
			return t.Out(in[0])
		}, keras.ErrShape, "expected a value of shape (2, 2) and type float32 for v, received (2, 3) of type float32"},
		{"a nil layer", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(t.Apply(nil, in[0]))
		}, keras.ErrArgument, "probe (Probe): expected a layer, received nil"},
		{"a field that nobody set", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(t.Apply((*probe)(nil), in[0]))
		}, keras.ErrArgument, "probe (Probe): expected a layer, received nil"},
		{"a nil node", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(t.Apply(layers.Flatten().WithName("inner"), nil))
		}, keras.ErrArgument, "inner (Flatten): expected an input, received nil as input 0"},
		{"one output of a layer of two", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			l := newProbe(nil, twice)
			l.WithName("inner")
			return t.Out(t.Apply(l, in[0]))
		}, keras.ErrGraph, "inner (Probe): expected one output, received 2; use ApplyAll"},
		{"an inner layer that fails", inner(failing), keras.ErrRun, "inner (Probe): no"},
		{"one that panics", inner(func(*keras.Trace, ...*gorgonia.Node) ([]*gorgonia.Node, error) { panic(errors.New("oh")) }), keras.ErrRun, "inner (Probe): oh"},
		{"a layer of Keras inside", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(t.Apply(layers.Conv2D(1, 3).WithName("inner"), in[0]))
		}, keras.ErrShape, "inner (Conv2D): "},
	} {
		keras.ClearSession()
		_, _, err := trace(true, tt.call)
		require.Error(t, err, tt.reason)
		assert.ErrorIs(t, err, tt.kind, tt.reason)
		assert.Contains(t, err.Error(), tt.want, tt.reason)
		assert.NotContains(t, err.Error(), "probe (Probe): inner", "said once")

		err = newProbe(nil, tt.call).Apply(keras.Input(nil, keras.WithBatchShape(keras.Shape{2, 3}))).Err()
		assert.ErrorIs(t, err, tt.kind, tt.reason)
		assert.Contains(t, err.Error(), " at trace_test.go:", "%s: when the layer is connected, the site is known", tt.reason)
	}
}

// A layer that calls itself, directly or not, is an error and not the end of the stack.
func TestRecursion(t *testing.T) {
	a, b := newProbe(nil, nil), newProbe(nil, nil)
	a.call = func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) { return t.Out(t.Apply(b, in[0])) }
	b.call = func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) { return t.Out(t.Apply(a, in[0])) }
	err := a.Apply(keras.Input(keras.Shape{3})).Err()
	assert.ErrorIs(t, err, keras.ErrGraph)
	assert.ErrorContains(t, err, "the layer calls itself")
}

func TestOutsideOfCall(t *testing.T) {
	tr := keras.NewTrace(gorgonia.NewGraph(), false)
	for _, f := range []func(){func() { tr.Weight("w") }, func() { tr.Named("a") }} {
		assert.PanicsWithError(t, "expected to be called inside a layer's Call", f)
	}
	assert.Nil(t, tr.Mask(0))
	assert.Nil(t, tr.Var(nil), "no bias")
	_, err := tr.Out(nil)
	assert.ErrorContains(t, err, "expected an output, received nil as output 0")
}

// The training flag of a call holds inside it, also for layers inside, and no longer.
func TestTrainingFlag(t *testing.T) {
	for _, tt := range []struct {
		reason   string
		training bool
		call     keras.Switch
		want     bool
	}{
		{"from the context: on", true, keras.Auto, true},
		{"from the context: off", false, keras.Auto, false},
		{"off while a model is trained", true, keras.Off, false},
		{"on while it predicts", false, keras.On, true},
	} {
		state := keras.NewVariable("v", "v", matrix(2, 3, make([]float32, 6)...), false)
		var seen []bool
		inner := newProbe(nil, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			seen = append(seen, t.Training)
			t.Update(state, in[0])
			return t.Out(in[0])
		})
		outer := newProbe(nil, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(t.Apply(inner, in[0]))
		})
		tr := keras.NewTrace(gorgonia.NewGraph(), tt.training)
		_, err := tr.Call(outer, tt.call, nil, nil, tr.Input("x", tensor.Shape{2, 3}, tensor.Float32))
		require.NoError(t, err, tt.reason)
		assert.Equal(t, []bool{tt.want}, seen, tt.reason)
		assert.Equal(t, tt.training, tr.Training, tt.reason)
		assert.Equal(t, tt.want, len(tr.Updates()) == 1, "state is written in training only")
		assert.Equal(t, tt.want, len(tr.Updates()) == 1 && tr.Var(state) == tr.Updates()[0].Node, "and from then on it is the new one")

		_, err = tr.Call(newProbe(nil, failing), keras.On, nil, nil, tr.Input("x", tensor.Shape{2, 3}, tensor.Float32))
		assert.Error(t, err)
		assert.Equal(t, tt.training, tr.Training, "also after an error")
	}
}

// Arguments of a call arrive in the trace: tensors as nodes, values as they are.
func TestNamedArguments(t *testing.T) {
	var got any
	var missing bool
	var shape tensor.Shape
	l := newProbe(nil, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		q, ok := t.Named("query")
		n, isNode := q.(*gorgonia.Node)
		if !ok || !isNode {
			return nil, errors.Errorf("query is %T", q)
		}
		shape = n.Shape()
		got, _ = t.Named("scale")
		_, missing = t.Named("missing")
		return t.Out(ops.Add(in[0], n))
	})
	x, q := keras.Input(keras.Shape{3}), keras.Input(keras.Shape{3})
	y := keras.ApplyArgs(l, keras.Args{Named: map[string]any{"query": q, "scale": 0.5}}, x)[0]
	require.NoError(t, y.Err())
	assert.Equal(t, keras.Shape{keras.None, 3}, y.Shape())
	assert.Equal(t, 3, shape[1])
	assert.Equal(t, 0.5, got)
	assert.False(t, missing)
}

// masker makes a mask of its own.
type masker struct {
	probe
	masks func(t *keras.Trace, in, masks []*gorgonia.Node) ([]*gorgonia.Node, error)
}

func (m *masker) ComputeMasks(t *keras.Trace, in, masks []*gorgonia.Node) ([]*gorgonia.Node, error) {
	return m.masks(t, in, masks)
}

func TestMasks(t *testing.T) {
	tr := keras.NewTrace(gorgonia.NewGraph(), false)
	x := tr.Input("x", tensor.Shape{2, 3}, tensor.Float32)
	mask, other := tr.Input("mask", tensor.Shape{2}, tensor.Bool), tr.Input("other", tensor.Shape{2}, tensor.Bool)

	maker := &masker{masks: func(_ *keras.Trace, _, masks []*gorgonia.Node) ([]*gorgonia.Node, error) {
		assert.Equal(t, []*gorgonia.Node{nil}, masks)
		return []*gorgonia.Node{mask}, nil
	}}
	maker.Init(maker, "Masker")
	maker.call = func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) { return t.Out(ops.Neg(in[0])) }
	outs, err := tr.Call(maker, keras.Auto, nil, nil, x)
	require.NoError(t, err)
	masked := outs[0]
	assert.Same(t, mask, tr.MaskOf(masked))

	var seen []*gorgonia.Node
	reader := newProbe(nil, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		seen = []*gorgonia.Node{t.Mask(0), t.Mask(1), t.Mask(2), t.Mask(-1)}
		return t.Out(ops.Neg(in[0]))
	})
	call := func(given *gorgonia.Node, in ...*gorgonia.Node) *gorgonia.Node {
		outs, err := tr.Call(reader, keras.Auto, given, nil, in...)
		require.NoError(t, err)
		return outs[0]
	}
	out := call(nil, masked, x)
	assert.Equal(t, []*gorgonia.Node{mask, nil, nil, nil}, seen, "it comes with the input")
	assert.Nil(t, tr.MaskOf(out), "and ends at a layer that does not pass it")
	call(other, masked)
	assert.Same(t, other, seen[0], "the one of the call counts")
	reader.PassMask()
	assert.Same(t, mask, tr.MaskOf(call(nil, masked)))
	assert.Nil(t, tr.MaskOf(call(nil, x)))
	assert.Same(t, mask, tr.MaskOf(call(nil, masked, x)))

	maker.masks = func(*keras.Trace, []*gorgonia.Node, []*gorgonia.Node) ([]*gorgonia.Node, error) {
		return []*gorgonia.Node{mask, mask}, nil
	}
	_, err = tr.Call(maker, keras.Auto, nil, nil, x)
	assert.ErrorContains(t, err, "expected a mask for each of 1 outputs, received 2")
}

func TestLossesOfLayers(t *testing.T) {
	tr, outs, err := trace(true, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		t.AddLoss(ops.Sum(in[0]))
		return t.Out(in[0])
	})
	require.NoError(t, err)
	require.Len(t, tr.Losses(), 1)
	assert.Equal(t, 1.0, tr.Losses()[0].Scale)

	l := newProbe(nil, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		return t.Out(in[0], ops.Sum(in[0]))
	})
	l.ActivityRegularizer(regularizers.L2(1))
	_, err = tr.Call(l, keras.Auto, nil, nil, outs...)
	require.NoError(t, err)
	require.Len(t, tr.Losses(), 3, "one for each output")
	assert.Equal(t, 0.5, tr.Losses()[1].Scale, "divided by the batch")
	assert.Equal(t, 1.0, tr.Losses()[2].Scale, "which a scalar does not have")
}

func TestVariablesOfATrace(t *testing.T) {
	tr := keras.NewTrace(gorgonia.NewGraph(), true)
	a := keras.NewVariable("w", "a/w", matrix(1, 1, 1), true)
	b := keras.NewVariable("w", "b/w", matrix(1, 1, 2), true)
	na, nb := tr.Var(a), tr.Var(b)
	assert.NotSame(t, na, nb)
	assert.Same(t, na, tr.Var(a), "one variable is one node")
	assert.Equal(t, []*keras.Variable{a, b}, tr.Variables())
	state := keras.NewVariable("w", "c/w", matrix(1, 1, 2), false)
	assert.True(t, op.Differentiable(na))
	assert.False(t, op.Differentiable(tr.Var(state)), "no gradient is drawn for what is not trained")
	same := keras.NewVariable("w", "a/w", matrix(1, 1, 3), true)
	assert.NotSame(t, na, tr.Var(same), "Gorgonia merges nodes of one name")
}

// A layer inside has weights under its owner's path, and one node for all its calls.
func TestLayersInsideShareWeights(t *testing.T) {
	keras.ClearSession()
	inner := newProbe(func(b *keras.Base, in ...keras.Shape) error {
		b.AddWeight("w", keras.Shape{1}, initializers.Constant(2))
		return nil
	}, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		return t.Out(ops.Mul(in[0], t.Weight("w")))
	})
	inner.WithName("inner")
	outer := newProbe(nil, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		return t.Out(t.Apply(inner, t.Apply(inner, in[0])))
	})
	c, err := layertest.Compute(outer, true, matrix(1, 2, 1, 3))
	require.NoError(t, err)
	assert.Equal(t, []float32{4, 12}, c.Outputs[0].Data())
	w := inner.Weights()[0]
	assert.Equal(t, "probe/inner/w", w.Path())
	assert.Equal(t, []float32{16}, c.Grads[w].Data(), "d w²(1+3) = 2·2·4")
}
