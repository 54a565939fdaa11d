package keras_test

import (
	"sync"
	"testing"

	"github.com/pkg/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/constraints"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/regularizers"
)

// paths of weights.
func paths(vars []*keras.Variable) []string {
	var out []string
	for _, v := range vars {
		out = append(out, v.Path())
	}
	return out
}

func trainable(vars []*keras.Variable) []bool {
	var out []bool
	for _, v := range vars {
		out = append(out, v.Trainable())
	}
	return out
}

// A layer whose constructor forgot Init is an error wherever it is used, never a panic.
func TestLayerWithoutInit(t *testing.T) {
	x := keras.Input(keras.Shape{2})
	const want = "a layer without Init: its constructor must call l.Init(l, class)"
	l := &probe{}
	for reason, err := range map[string]error{
		"Apply":            l.Apply(x).Err(),
		"keras.Apply":      keras.Apply(l, x)[0].Err(),
		"keras.ApplyTo":    keras.ApplyTo(l, x).(*keras.Tensor).Err(),
		"after a setter":   l.WithName("a").LayerBase().WithDType(tensor.Float64).LayerBase().Trainable(false).Apply(x).Err(),
		"inside a layer":   newProbe(nil, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) { return t.Out(t.Apply(l, in[0])) }).Apply(x).Err(),
		"with a penalty":   l.ActivityRegularizer(nil).Apply(x).Err(),
		"a nil pointer":    keras.Apply((*probe)(nil), x)[0].Err(),
		"a nil pointer to": keras.ApplyTo((*probe)(nil), x).(*keras.Tensor).Err(),
	} {
		require.Error(t, err, reason)
		if reason == "a nil pointer" || reason == "a nil pointer to" {
			assert.ErrorContains(t, err, "expected a layer, received nil", reason)
		} else {
			assert.ErrorContains(t, err, want, reason)
		}
	}
	assert.Error(t, l.Input().Err())
	assert.Error(t, l.Output().Err())
	assert.Empty(t, l.Weights())
	assert.NotPanics(t, func() { l.SetTrainable(true); _ = l.Config(); _ = l.Sublayers() })
}

func TestSetters(t *testing.T) {
	keras.ClearSession()
	l := newProbe(nil, nil)
	assert.Same(t, l, l.WithName("mine").LayerBase().WithDType(tensor.Float64).LayerBase().Trainable(false))
	assert.Equal(t, "mine", l.Name())
	assert.Equal(t, tensor.Float64, l.DType())
	assert.False(t, l.IsTrainable())

	x := keras.Input(keras.Shape{2})
	for _, tt := range []struct {
		reason string
		set    func(l keras.Layer)
		want   string
	}{
		{"an empty name", func(l keras.Layer) { l.LayerBase().WithName("") }, `expected a name without the character /, received ""`},
		{"a path for a name", func(l keras.Layer) { l.LayerBase().WithName("a/b") }, `received "a/b"`},
		{"a dtype without gradients", func(l keras.Layer) { l.LayerBase().WithDType(tensor.Int32) }, "expected a dtype float32 or float64, received int32"},
		{"no dtype", func(l keras.Layer) { l.LayerBase().WithDType(tensor.Dtype{}) }, "received none"},
	} {
		l := newProbe(nil, nil)
		tt.set(l)
		for range 2 {
			err := l.Apply(x).Err()
			assert.ErrorIs(t, err, keras.ErrArgument, tt.reason)
			assert.ErrorContains(t, err, tt.want, tt.reason)
		}
		assert.Error(t, l.Err(), tt.reason)
	}
	two := newProbe(nil, nil)
	two.WithName("a/b")
	two.WithName("c/d")
	assert.ErrorContains(t, two.Apply(x).Err(), "a/b", "the first error is said")

	built := newProbe(nil, nil)
	require.NoError(t, built.Apply(x).Err())
	built.WithDType(tensor.Float32)
	require.NoError(t, built.Apply(x).Err(), "the same dtype is no change")
	built.WithDType(tensor.Float64)
	assert.ErrorIs(t, built.Apply(x).Err(), keras.ErrState)
}

func TestDTypeOfALayer(t *testing.T) {
	l := newProbe(func(b *keras.Base, in ...keras.Shape) error {
		b.AddWeight("w", keras.Shape{2}, initializers.Ones())
		return nil
	}, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		return t.Out(ops.Add(in[0], t.Weight("w")))
	})
	l.WithDType(tensor.Float64)
	y := l.Apply(keras.Input(keras.Shape{2}))
	require.NoError(t, y.Err(), "a float32 input is cast")
	assert.Equal(t, tensor.Float64, y.DType())
	assert.Equal(t, tensor.Float64, l.Weights()[0].DType())

	raw := newProbe(nil, nil)
	assert.Equal(t, tensor.Int32, raw.Apply(keras.Input(keras.Shape{2}, keras.WithDType(tensor.Int32))).DType(), "integers are not cast")
}

func TestAddWeight(t *testing.T) {
	keras.ClearSession()
	l := newProbe(func(b *keras.Base, in ...keras.Shape) error {
		b.AddWeight("", keras.Shape{1}, initializers.Ones(), keras.NonTrainable())
		b.AddWeight("kernel", keras.Shape{in[0].Last(), 2}, initializers.Ones(),
			keras.WithRegularizer(regularizers.L2(0.5)), keras.WithConstraint(constraints.NonNeg()))
		b.AddWeight("", keras.Shape{}, initializers.Ones())
		return nil
	}, nil)
	require.NoError(t, l.Apply(keras.Input(keras.Shape{3})).Err())
	assert.Equal(t, []string{"probe/kernel", "probe/variable_2", "probe/variable"}, paths(l.Weights()), "trainable ones first")
	assert.Equal(t, []string{"probe/kernel", "probe/variable_2", "probe/variable"}, paths(l.OwnWeights()), "trainable ones first")
	kernel := l.Weights()[0]
	assert.Equal(t, regularizers.L2(0.5).Config(), kernel.Regularizer().Config())
	assert.NotNil(t, kernel.Constraint())
	assert.Nil(t, l.Weights()[1].Regularizer())
	assert.Equal(t, []float32{1, 1, 1, 1, 1, 1}, kernel.Value().Data())
	assert.Equal(t, keras.Shape{}, l.Weights()[1].Shape(), "one number")

	again := keras.Shape{2}
	l.AddWeight("late", again, initializers.Ones())
	err := l.Apply(keras.Input(keras.Shape{3})).Err()
	assert.ErrorIs(t, err, keras.ErrState)
	assert.ErrorContains(t, err, "the weight probe/late was made after the layer was built; make it in Build")
	assert.Len(t, l.Weights(), 3)

	inCall := newProbe(nil, nil)
	inCall.call = func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		return t.Out(ops.Add(in[0], t.Var(inCall.AddWeight("w", keras.Shape{1}, initializers.Ones()))))
	}
	assert.ErrorContains(t, inCall.Apply(keras.Input(keras.Shape{3})).Err(), "make it in Build", "each trace would make another")

	huge := newProbe(func(b *keras.Base, in ...keras.Shape) error {
		b.AddWeight("kernel", keras.Shape{1 << 40, 1 << 40}, initializers.Zeros())
		return nil
	}, nil)
	assert.ErrorContains(t, huge.Apply(keras.Input(keras.Shape{3})).Err(), "at most 17179869184 elements for the weight ")
}

// One number may be a weight: it is read, differentiated and written.
func TestScalarWeight(t *testing.T) {
	l := newProbe(func(b *keras.Base, in ...keras.Shape) error {
		b.AddWeight("scale", keras.Shape{}, initializers.Constant(3))
		b.AddWeight("calls", keras.Shape{}, initializers.Zeros(), keras.NonTrainable())
		return nil
	}, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		return t.Out(ops.Add(ops.Mul(in[0], t.Weight("scale")), t.Weight("calls")))
	})
	y := l.Apply(keras.Input(keras.Shape{2}))
	require.NoError(t, y.Err())
	c, err := layertest.Compute(l, true, matrix(1, 2, 1, 2))
	require.NoError(t, err)
	assert.Equal(t, []float32{3, 6}, c.Outputs[0].Data())
	scale, calls := l.Weights()[0], l.Weights()[1]
	assert.Equal(t, []float32{3}, c.Grads[scale].Data(), "1 + 2")
	require.NoError(t, scale.Assign(tensor.New(tensor.FromScalar(float32(5)))))
	require.NoError(t, calls.Assign(tensor.New(tensor.FromScalar(float32(1)))))
	require.NoError(t, c.Again())
	assert.Equal(t, []float32{6, 11}, c.Outputs[0].Data())
}

// Weights may be made in the constructor; a Build that fails leaves them alone.
func TestWeightsOfTheConstructor(t *testing.T) {
	keras.ClearSession()
	fail := errors.New("not yet")
	l := newProbe(func(b *keras.Base, in ...keras.Shape) error {
		b.AddWeight("late", keras.Shape{1}, initializers.Ones())
		return fail
	}, nil)
	l.AddWeight("early", keras.Shape{1}, initializers.Ones())
	x := keras.Input(keras.Shape{2})
	assert.ErrorIs(t, l.Apply(x).Err(), fail)
	assert.Equal(t, []string{"probe/early"}, paths(l.Weights()))
	fail = nil
	require.NoError(t, l.Apply(x).Err())
	assert.Equal(t, []string{"probe/early", "probe/late"}, paths(l.Weights()))
}

// A Build that panics, and a Call that fails, leave the layer as it was.
func TestFailuresLeaveNothingBehind(t *testing.T) {
	var failure func()
	x := keras.Input(keras.Shape{2})
	l := newProbe(func(b *keras.Base, in ...keras.Shape) error {
		b.AddWeight("w", keras.Shape{in[0].Last()}, initializers.Ones())
		if failure != nil {
			failure()
		}
		return nil
	}, nil)
	failure = func() { panic("no") }
	assert.ErrorContains(t, l.Apply(x).Err(), "no")
	assert.Empty(t, l.Weights())
	failure = nil
	require.NoError(t, l.Apply(x).Err())
	assert.Len(t, l.Weights(), 1)

	narrow := newProbe(l.build, func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		if in[0].Shape()[1] != 5 {
			return nil, errors.New("five, please")
		}
		return t.Out(ops.Add(in[0], t.Weight("w")))
	})
	assert.ErrorContains(t, narrow.Apply(x).Err(), "five, please")
	assert.False(t, narrow.Built(), "not for the input that it refused")
	require.NoError(t, narrow.Apply(keras.Input(keras.Shape{5})).Err())
	assert.Equal(t, keras.Shape{5}, narrow.Weights()[0].Shape())
	assert.ErrorContains(t, narrow.Apply(x).Err(), "five, please")
	assert.True(t, narrow.Built(), "it was built before")
}

// tree has layers in exported fields, also in lists, also itself.
type tree struct {
	probe
	Left, Right keras.Layer
	Rest        []keras.Layer
	Typed       *probe
	Missing     keras.Layer
	Up          *tree
	left        keras.Layer
}

func newLeaf(name string, trainable bool) *probe {
	var opts []keras.WeightOption
	if !trainable {
		opts = append(opts, keras.NonTrainable())
	}
	p := newProbe(func(b *keras.Base, in ...keras.Shape) error {
		b.AddWeight("w", keras.Shape{1}, initializers.Ones(), opts...)
		return nil
	}, nil)
	p.WithName(name)
	return p
}

func newTree() *tree {
	leaf := newLeaf("leaf", true)
	tr := &tree{Left: leaf, Right: newLeaf("state", false), Rest: []keras.Layer{nil, newLeaf("a", true), leaf}, Typed: newLeaf("typed", true), left: newLeaf("hidden", true)}
	tr.Init(tr, "Tree")
	tr.WithName("tree")
	tr.build = func(b *keras.Base, in ...keras.Shape) error {
		b.AddWeight("own", keras.Shape{1}, initializers.Ones())
		return nil
	}
	tr.call = func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		x := in[0]
		for _, l := range []keras.Layer{tr.Left, tr.Right, tr.Rest[1], tr.Typed, tr.left} {
			x = t.Apply(l, x)
		}
		return t.Out(x)
	}
	return tr
}

func TestWeightsOfSublayers(t *testing.T) {
	tr := newTree()
	tr.Up = tr // a layer that knows itself ends no stack
	assert.Equal(t, []keras.Layer{tr.Left, tr.Right, tr.Rest[1], tr.Left, tr.Typed, tr.Up}, tr.Sublayers())
	require.NoError(t, tr.Apply(keras.Input(keras.Shape{2})).Err())
	assert.Equal(t, []string{"tree/own", "tree/leaf/w", "tree/state/w", "tree/a/w", "tree/typed/w"}, paths(tr.Weights()),
		"depth first, each once, exported fields only")
	assert.Equal(t, []bool{true, true, false, true, true}, trainable(tr.Weights()))

	tr.SetTrainable(false)
	assert.Equal(t, []bool{false, false, false, false, false}, trainable(tr.Weights()))
	assert.False(t, tr.Typed.IsTrainable())
	tr.Left.SetTrainable(true)
	assert.Equal(t, []bool{false, true, false, false, false}, trainable(tr.Weights()))
	assert.False(t, tr.IsTrainable())
	tr.SetTrainable(true)
	assert.Equal(t, []bool{true, true, false, true, true}, trainable(tr.Weights()), "state is not trained by thawing")

	x := keras.Input(keras.Shape{2})
	frozen := newTree()
	frozen.SetTrainable(false)
	require.NoError(t, frozen.Apply(x).Err())
	assert.NotContains(t, trainable(frozen.Weights()), true, "frozen before it was built")

	model := models.Must(models.New(x, frozen.Apply(x)))
	model.SetTrainable(true)
	assert.True(t, frozen.Typed.IsTrainable(), "through a model")
	assert.Equal(t, paths(frozen.Weights()), paths(model.Weights()))

	alone := newTree()
	alone.FreezeOnly()
	assert.False(t, alone.IsTrainable())
	assert.True(t, alone.Typed.IsTrainable())
}

func TestBaseConfig(t *testing.T) {
	keras.ClearSession()
	l := newMine(3)
	l.ActivityRegularizer(regularizers.L2(0.5))
	l.WithDType(tensor.Float64).SetTrainable(false)
	cfg := l.Config()
	assert.Equal(t, `{"name": "flatten", "trainable": false, "dtype": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float64"}, "registered_name": null}, `+
		`"activity_regularizer": {"module": "keras.regularizers", "class_name": "L2", "config": {"l2": 0.5}, "registered_name": null}, "depth": 3}`, cfg.String())
	again := newMine(0)
	require.NoError(t, again.FromConfig(cfg))
	assert.Equal(t, cfg.String(), again.Config().String())

	keras.ClearSession()
	fresh := newMine(7)
	require.NoError(t, fresh.FromConfig(config(t, `{"name": null, "dtype": null, "trainable": true}`)))
	assert.Equal(t, "flatten", fresh.Name())
	assert.Equal(t, 7, fresh.Depth)
	assert.True(t, fresh.IsTrainable())

	for _, tt := range []struct{ reason, text, want string }{
		{"a name that is a number", `{"name": 3}`, "expected a string for the key name, received 3"},
		{"an empty name", `{"name": ""}`, "expected a name without the character /"},
		{"a word for trainable", `{"trainable": 1}`, "expected true or false for the key trainable, received 1"},
		{"half precision", `{"dtype": "float16"}`, `received "float16"`},
		{"a dtype that no layer computes in", `{"dtype": "int32"}`, "expected a dtype float32 or float64, received int32"},
		{"a penalty that nobody knows", `{"activity_regularizer": "l3"}`, "activity_regularizer: expected the name of a registered regularizer, received l3"},
		{"an option that is none", `{"width": 3}`, "received width"},
		{"an option of another type", `{"depth": "3"}`, `depth: expected int, received "3"`},
	} {
		assert.ErrorContains(t, newMine(1).FromConfig(config(t, tt.text)), tt.want, tt.reason)
	}
	odd := &strange{}
	odd.Init(odd, "Strange")
	assert.ErrorContains(t, keras.Apply(odd, keras.Input(nil))[0].Err(), "a config cannot hold the field table")
	assert.NotPanics(t, func() { _ = odd.Config() })
}

func (s *strange) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(in...)
}

func TestBuildShapes(t *testing.T) {
	x := keras.Input(keras.Shape{3})
	plain, stateless := newProbe(nil, nil), newProbe(nil, nil)
	stateless.NothingToBuild()
	assert.Nil(t, plain.BuildShapes(), "not built")
	for _, l := range []keras.Layer{plain, stateless} {
		require.NoError(t, l.Apply(x).Err())
	}
	assert.Equal(t, []keras.Shape{{keras.None, 3}}, plain.BuildShapes())
	assert.Nil(t, stateless.BuildShapes())
	assert.True(t, stateless.Stateless())
}

// Goroutines may connect one layer: it is built once, each call is a node.
func TestLayersAreSharedByGoroutines(t *testing.T) {
	for _, l := range []keras.Layer{layers.Dense(4), newTree()} {
		const goroutines = 8
		outs := make([]*keras.Tensor, goroutines)
		var wg sync.WaitGroup
		for i := range outs {
			wg.Go(func() { outs[i] = l.Apply(keras.Input(keras.Shape{3})) })
		}
		wg.Wait()
		seen := map[int]bool{}
		for _, y := range outs {
			require.NoError(t, y.Err())
			seen[y.Node().Index()] = true
		}
		assert.Len(t, seen, goroutines)
		assert.Len(t, l.LayerBase().Nodes(), goroutines)
		assert.Len(t, l.LayerBase().OwnWeights(), map[bool]int{true: 2, false: 1}[l.Class() == "Dense"])
	}
}
