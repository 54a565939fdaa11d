package keras_test

import (
	"testing"

	"github.com/pkg/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/regularizers"
)

// customDense is a layer as a user writes it.
type customDense struct {
	keras.Base
	Units  int                    `keras:"units"`
	Act    activations.Activation `keras:"activation"`
	Limit  *float64               `keras:"limit"`
	Kernel keras.Initializer      `keras:"kernel_initializer"`
	w, b   *keras.Variable
}

func newCustomDense(units int) *customDense {
	l := &customDense{Units: units, Kernel: initializers.Constant(0.5)}
	l.Init(l, "CustomDense")
	return l
}

func (l *customDense) Build(in ...keras.Shape) error {
	l.w = l.AddWeight("kernel", keras.Shape{in[0].Last(), l.Units}, l.Kernel)
	l.b = l.AddWeight("bias", keras.Shape{l.Units}, initializers.Ones())
	return nil
}

func (l *customDense) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.Activate(ops.Add(ops.MatMul(in[0], t.Var(l.w)), t.Var(l.b)), l.Act))
}

func row(values ...float32) *tensor.Dense {
	return tensor.New(tensor.WithShape(1, len(values)), tensor.WithBacking(values))
}

func compute(t *testing.T, l keras.Layer, data ...*tensor.Dense) *layertest.Computed {
	t.Helper()
	c, err := layertest.Compute(l, true, data...)
	require.NoError(t, err)
	return c
}

// TestCustomDense: an embedded Base, weights and Call make a layer: shapes are traced, gradients flow.
func TestCustomDense(t *testing.T) {
	keras.ClearSession()
	l := newCustomDense(2)
	for in, want := range map[string][2]keras.Shape{
		"one unknown size":  {{3}, {keras.None, 2}},
		"two unknown sizes": {{keras.None, 3}, {keras.None, keras.None, 2}},
	} {
		out := l.Apply(keras.Input(want[0]))
		require.NoError(t, out.Err(), in)
		assert.Equal(t, want[1], out.Shape(), in)
		assert.Equal(t, tensor.Float32, out.DType(), in)
	}
	require.Len(t, l.Weights(), 2)
	assert.Equal(t, "custom_dense/kernel", l.w.Path())

	c := compute(t, l, row(1, 2, 3))
	assert.Equal(t, []float32{4, 4}, c.Outputs[0].Float32s(), "½(1+2+3)+1")
	assert.Equal(t, []float32{1, 1, 1}, c.InputGrad.Float32s(), "½+½ for each input")
	assert.Equal(t, []float32{1, 1, 2, 2, 3, 3}, c.Grads[l.w].Float32s())
	assert.Equal(t, []float32{1, 1}, c.Grads[l.b].Float32s())

	l.SetTrainable(false)
	assert.Empty(t, compute(t, l, row(1, 2, 3)).Grads, "a frozen layer")
}

// TestCustomConfig: tagged fields are the config; a registered class comes back from it.
func TestCustomConfig(t *testing.T) {
	keras.RegisterLayer("MyPackage", "CustomDense", func() keras.Layer { return newCustomDense(0) })
	limit := 1.5
	l := newCustomDense(7)
	l.Act, l.Limit, l.Kernel = "swish", &limit, initializers.HeNormal().Seed(1)
	l.WithName("mine").SetTrainable(false)

	assert.Equal(t, `{"name": "mine", "trainable": false, "dtype": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": null}, `+
		`"units": 7, "activation": "silu", "limit": 1.5, "kernel_initializer": {"module": "keras.initializers", "class_name": "HeNormal", "config": {"seed": 1, "input_axes": null, "output_axes": null}, "registered_name": null}}`,
		l.Config().String())
	serialized := keras.Serialize(keras.KindLayer, l)
	name, _ := serialized.(keras.Config).Get("registered_name")
	assert.Equal(t, "MyPackage>CustomDense", name)

	o, err := keras.Deserialize(keras.KindLayer, serialized)
	require.NoError(t, err)
	again := o.(*customDense)
	assert.Equal(t, l.Config().String(), again.Config().String())
	assert.Equal(t, 7, again.Units)
	assert.Equal(t, activations.Activation("silu"), again.Act)
	assert.Equal(t, 1.5, *again.Limit)
	assert.False(t, again.IsTrainable())

	_, err = keras.Deserialize(keras.KindLayer, keras.Config{{Key: "class_name", Value: "MyPackage>Other"}, {Key: "config", Value: keras.Config{}}})
	assert.ErrorContains(t, err, "expected the name of a registered layer, received Other")
	_, err = keras.Deserialize(keras.KindLayer, keras.Config{{Key: "class_name", Value: "CustomDense"}, {Key: "config", Value: keras.Config{{Key: "units", Value: "7"}, {Key: "unit", Value: 7}}}})
	assert.ErrorContains(t, err, "units", "all violations")
	assert.ErrorContains(t, err, "received unit", "at once")
}

// block has layers in its fields.
type block struct {
	keras.Base
	Projection1 keras.Layer
	Hidden      []keras.Layer
	scale       *keras.Variable
	hidden      keras.Layer // not exported: not tracked
}

func newBlock(units int) *block {
	b := &block{
		Projection1: newCustomDense(units),
		Hidden:      []keras.Layer{layers.Dense(2).KernelRegularizer(regularizers.L2(0.5)).KernelConstraint(constraints.NonNeg()), layers.Flatten()},
		hidden:      layers.Dense(9),
	}
	b.Init(b, "Block")
	return b
}

func (b *block) Build(...keras.Shape) error {
	b.scale = b.AddWeight("scale", keras.Shape{1}, initializers.Ones())
	b.AddWeight("steps", keras.Shape{1}, initializers.Zeros(), keras.NonTrainable())
	return nil
}

func (b *block) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x := t.Apply(b.Projection1, in[0])
	for _, l := range b.Hidden {
		x = t.Apply(l, x)
	}
	return t.Out(ops.Mul(x, t.Weight("scale")))
}

// TestSublayers: layers in exported fields are built by the first call, and have weights, paths and freezing in common.
func TestSublayers(t *testing.T) {
	keras.ClearSession()
	b := newBlock(4)
	out := b.Apply(keras.Input(keras.Shape{3}))
	require.NoError(t, out.Err())
	assert.Equal(t, keras.Shape{keras.None, 2}, out.Shape())

	var paths []string
	for _, v := range b.Weights() {
		paths = append(paths, v.Path())
	}
	assert.Equal(t, []string{
		"block/scale", "block/steps",
		"block/custom_dense/kernel", "block/custom_dense/bias",
		"block/dense/kernel", "block/dense/bias",
	}, paths, "own, trainable first, then those inside in the order of fields")
	assert.Equal(t, []keras.Layer{b.Projection1, b.Hidden[0], b.Hidden[1]}, b.Sublayers())
	assert.NotNil(t, b.Weights()[4].Regularizer())
	assert.NotNil(t, b.Weights()[4].Constraint())

	c := compute(t, b, row(1, 2, 3))
	assert.Len(t, c.Grads, 5, "all but the weight that is not trainable")
	b.Hidden[0].SetTrainable(false)
	assert.Len(t, compute(t, b, row(1, 2, 3)).Grads, 3)
	b.SetTrainable(false)
	assert.Empty(t, compute(t, b, row(1, 2, 3)).Grads)
	assert.False(t, b.Projection1.IsTrainable())
	b.SetTrainable(true)
	assert.Len(t, compute(t, b, row(1, 2, 3)).Grads, 5, "thawing reaches all")
}

// shared applies one layer twice.
type shared struct {
	keras.Base
	Inner keras.Layer
}

func (s *shared) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(t.Apply(s.Inner, t.Apply(s.Inner, in[0])))
}

// TestSharedInside: a layer that is applied twice has its weights once, and a gradient of both calls.
func TestSharedInside(t *testing.T) {
	s := &shared{Inner: layers.Dense(1).UseBias(false).KernelInitializer(initializers.Constant(3))}
	s.Init(s, "Shared")
	c := compute(t, s, row(2))
	require.Len(t, s.Weights(), 1)
	assert.Equal(t, []float32{18}, c.Outputs[0].Float32s())
	assert.Equal(t, []float32{12}, c.Grads[s.Weights()[0]].Float32s(), "x·w² has the derivative 2·x·w")
}

// stock uses Gorgonia's own functions, which like to write into their operands.
type stock struct {
	keras.Base
	w *keras.Variable
}

func (s *stock) Build(...keras.Shape) error {
	s.w = s.AddWeight("w", keras.Shape{2, 3}, initializers.Constant(2))
	return nil
}

func (s *stock) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	flat, err := gorgonia.Reshape(t.Var(s.w), tensor.Shape{6})
	if err != nil {
		return nil, err
	}
	x, err := gorgonia.Reshape(in[0], tensor.Shape{6})
	if err != nil {
		return nil, err
	}
	sum, err := gorgonia.Add(flat, x)
	if err != nil {
		return nil, err
	}
	square, err := gorgonia.Square(sum)
	if err != nil {
		return nil, err
	}
	return t.Out(square)
}

// TestStockFunctions: what Gorgonia writes in place reaches neither weights nor data.
func TestStockFunctions(t *testing.T) {
	s := &stock{}
	s.Init(s, "Stock")
	x := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float32{1, 2, 3, 4, 5, 6}))
	c := compute(t, s, x)
	want := []float32{9, 16, 25, 36, 49, 64}
	for range 3 {
		assert.Equal(t, want, c.Outputs[0].Float32s(), "(w+x)²")
		assert.Equal(t, []float32{6, 8, 10, 12, 14, 16}, c.Grads[s.w].Float32s(), "2(w+x)")
		assert.Equal(t, []float32{2, 2, 2, 2, 2, 2}, s.w.Value().Float32s())
		assert.Equal(t, []float32{1, 2, 3, 4, 5, 6}, x.Float32s())
		require.NoError(t, c.Again())
	}
}

// function is a layer of two functions.
type function struct {
	keras.Base
	build func(b *keras.Base) error
	call  func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error)
}

func newFunction(build func(*keras.Base) error, call func(*keras.Trace, ...*gorgonia.Node) ([]*gorgonia.Node, error)) *function {
	f := &function{build: build, call: call}
	f.Init(f, "Function")
	return f
}

func (f *function) Build(...keras.Shape) error {
	if f.build == nil {
		return nil
	}
	return f.build(&f.Base)
}

func (f *function) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return f.call(t, in...)
}

// bomb is an Op of a user that panics when it runs.
type bomb struct{ gorgonia.Op }

func (bomb) Do(...gorgonia.Value) (gorgonia.Value, error) { panic("boom") }

func bombed(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	tanh, err := gorgonia.Tanh(gorgonia.NodeFromAny(gorgonia.NewGraph(), row(1))) // in a graph of its own: the same hash twice is one node
	if err != nil {
		return nil, err
	}
	n, err := gorgonia.ApplyOp(bomb{tanh.Op()}, in[0])
	if err != nil {
		return nil, err
	}
	return t.Out(n)
}

// TestFaults: whatever goes wrong inside a layer is an error that names it.
func TestFaults(t *testing.T) {
	tests := []struct {
		reason string
		call   func(*keras.Trace, ...*gorgonia.Node) ([]*gorgonia.Node, error)
		kind   error
		text   string
	}{
		{"an Op that panics at run time", bombed, keras.ErrRun, "function (Function): "},
		{"an Op that panics at run time says why", bombed, keras.ErrRun, "boom"},
		{"a Call that panics", func(*keras.Trace, ...*gorgonia.Node) ([]*gorgonia.Node, error) { panic("no") }, keras.ErrRun, "function (Function): no"},
		{"a Call that returns an error", func(*keras.Trace, ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return nil, errors.New("not today")
		}, keras.ErrRun, "function (Function): not today"},
		{"a Call that returns a nil output", func(*keras.Trace, ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return []*gorgonia.Node{nil}, nil
		}, keras.ErrRun, "function (Function): expected an output, received nil as output 0"},
		{"shapes that do not fit, in keras/ops", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(ops.MatMul(in[0], in[0]))
		}, keras.ErrShape, "function (Function): expected "},
		{"a weight that was not made", func(t *keras.Trace, _ ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(t.Weight("kernel"))
		}, keras.ErrArgument, "function (Function): expected the name of a weight that Build makes, received kernel"},
		{"a layer inside that fails is named itself", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(t.Apply(layers.Reshape(7), in[0]))
		}, keras.ErrShape, "reshape (Reshape): The total size of the tensor must be unchanged."},
		{"a penalty that is no number", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			t.AddLoss(in[0])
			return t.Out(in[0])
		}, keras.ErrShape, "function (Function): expected a scalar loss"},
	}
	for _, tt := range tests {
		keras.ClearSession()
		_, err := layertest.Compute(newFunction(nil, tt.call), true, row(1, 2, 3))
		require.Error(t, err, tt.reason)
		assert.ErrorContains(t, err, tt.text, tt.reason)
		assert.ErrorIs(t, err, tt.kind, tt.reason)
	}
}

// TestNoOutputs: a Call that returns nothing at all is an error, in a graph of layers and in a trace.
func TestNoOutputs(t *testing.T) {
	l := newFunction(nil, func(*keras.Trace, ...*gorgonia.Node) ([]*gorgonia.Node, error) { return nil, nil })
	const text = "expected an output, received none"
	assert.ErrorContains(t, l.Apply(keras.Input(keras.Shape{3})).Err(), text)
	outs := keras.Apply(l, keras.Input(keras.Shape{3}))
	require.Len(t, outs, 1)
	assert.ErrorContains(t, outs[0].Err(), text)
}

// TestBuildFails: a Build that fails half-way leaves no weights, and may be tried again.
func TestBuildFails(t *testing.T) {
	fail := true
	l := newFunction(func(b *keras.Base) error {
		b.AddWeight("first", keras.Shape{2}, initializers.Zeros())
		if fail {
			return errors.New("not yet")
		}
		b.AddWeight("second", keras.Shape{2}, initializers.Zeros())
		return nil
	}, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		return t.Out(ops.Add(in[0], t.Weight("second")))
	})
	x := keras.Input(keras.Shape{2})
	require.ErrorContains(t, l.Apply(x).Err(), "not yet")
	assert.Empty(t, l.Weights())
	assert.False(t, l.Built())
	fail = false
	require.NoError(t, l.Apply(x).Err())
	assert.Len(t, l.Weights(), 2)
}

// TestBadWeights: what AddWeight refuses is reported by the call that builds the layer.
func TestBadWeights(t *testing.T) {
	tests := []struct {
		reason string
		shape  keras.Shape
		init   keras.Initializer
		text   string
	}{
		{"a shape that is not known", keras.Shape{keras.None, 2}, initializers.Zeros(), "Shapes used to initialize variables must be fully-defined"},
		{"no elements", keras.Shape{0, 2}, initializers.Zeros(), "expected positive sizes"},
		{"a negative size", keras.Shape{-3}, initializers.Zeros(), "expected positive sizes"},
		{"no initializer", keras.Shape{2}, nil, "expected an initializer"},
		{"an initializer that nobody knows", keras.Shape{2}, initializers.Named("nobody"), "nobody"},
	}
	for _, tt := range tests {
		l := newFunction(func(b *keras.Base) error {
			b.AddWeight("fine", keras.Shape{2}, initializers.Zeros())
			b.AddWeight("bad", tt.shape, tt.init)
			return nil
		}, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) { return t.Out(in[0]) })
		assert.ErrorContains(t, l.Apply(keras.Input(keras.Shape{2})).Err(), tt.text, tt.reason)
		assert.Empty(t, l.Weights(), tt.reason)
	}
}

// TestWithoutInit: a constructor that forgot Init gives an error, not a panic.
func TestWithoutInit(t *testing.T) {
	x := keras.Input(keras.Shape{2})
	assert.ErrorContains(t, (&customDense{Units: 1}).Apply(x).Err(), "Init")
	assert.ErrorContains(t, keras.Apply(&customDense{Units: 1}, x)[0].Err(), "Init")
}
