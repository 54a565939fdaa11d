package ops_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// ramp is 1, 2, 3, … in a shape.
func ramp(dims ...int) values {
	v := values{Shape: dims, Dtype: "float32", Data: make(numbers, keras.Shape(dims).Size())}
	for i := range v.Data {
		v.Data[i] = float64(i + 1)
	}
	return v
}

func ones(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

func dropout(rate float64, noise keras.Shape, seed uint64) builder {
	seeds := keras.NewSeedGenerator(seed)
	return func(t *keras.Trace, in gorgonia.Nodes) *gorgonia.Node {
		return ops.Dropout(t, in[0], rate, noise, seeds)
	}
}

func TestDropout(t *testing.T) {
	t.Parallel()
	const n, rate = 10000, 0.3
	x := ramp(100, 100)
	p := compile(t, dropout(rate, nil, 1), []values{x}, tensor.Float64, ones(n), []bool{true}, 1)
	var runs [2][]float64
	for r := range runs {
		require.NoError(t, p.run())
		y, dx := numbersOf(t, p.out.Value()), numbersOf(t, p.grads[0].Value())
		kept := 0
		for i, v := range y {
			if v != 0 {
				kept++
				assert.InDelta(t, x.Data[i]/(1-rate), v, 1e-9, "what is kept is scaled")
			}
			assert.InDelta(t, v, dx[i]*x.Data[i], 1e-9, "the gradient has the mask of its own run")
		}
		// Five standard deviations of a binomial distribution.
		assert.InDelta(t, n*(1-rate), float64(kept), 5*math.Sqrt(n*rate*(1-rate)), "how many are kept")
		runs[r] = y
	}
	assert.NotEqual(t, runs[0], runs[1], "each run draws anew")

	again := compile(t, dropout(rate, nil, 1), []values{x}, tensor.Float64, nil, []bool{true}, 1)
	require.NoError(t, again.run())
	assert.Equal(t, runs[0], numbersOf(t, again.out.Value()), "a seed gives the same numbers")
	other := compile(t, dropout(rate, nil, 2), []values{x}, tensor.Float64, nil, []bool{true}, 1)
	require.NoError(t, other.run())
	assert.NotEqual(t, runs[0], numbersOf(t, other.out.Value()), "another seed gives others")
}

func TestDropoutNoiseShape(t *testing.T) {
	t.Parallel()
	x := ramp(8, 5, 6)
	p := compile(t, dropout(0.5, keras.Shape{keras.None, 1, 6}, 3), []values{x}, tensor.Float32, ones(240), []bool{true}, 1)
	require.NoError(t, p.run())
	y := numbersOf(t, p.out.Value())
	for b := range 8 {
		for c := range 6 {
			first := y[(b*5)*6+c] / x.Data[(b*5)*6+c]
			assert.Contains(t, []float64{0, 2}, first)
			for s := range 5 {
				i := (b*5+s)*6 + c
				assert.Equal(t, first*x.Data[i], y[i], "one draw along the axis of size 1")
				assert.Equal(t, first, numbersOf(t, p.grads[0].Value())[i])
			}
		}
	}
	assert.Contains(t, y, 0.0)
}

func TestDropoutOff(t *testing.T) {
	t.Parallel()
	seeds := keras.NewSeedGenerator(1)
	training, inference := keras.NewTrace(gorgonia.NewGraph(), true), keras.NewTrace(gorgonia.NewGraph(), false)
	x, y := training.Input("x", tensor.Shape{2}, tensor.Float32), inference.Input("x", tensor.Shape{2}, tensor.Float32)
	assert.Same(t, x, ops.Dropout(training, x, 0, nil, seeds), "rate 0")
	assert.Same(t, y, ops.Dropout(inference, y, 0.5, nil, seeds), "not training")

	p := compile(t, dropout(1, nil, 1), []values{ramp(3)}, tensor.Float32, ones(3), []bool{true}, 1)
	require.NoError(t, p.run())
	assert.Equal(t, []float64{0, 0, 0}, numbersOf(t, p.out.Value()), "rate 1 drops all")
	assert.Equal(t, []float64{0, 0, 0}, numbersOf(t, p.grads[0].Value()))
}

func TestConstants(t *testing.T) {
	t.Parallel()
	given := tensor.New(tensor.WithShape(2), tensor.WithBacking([]int32{7, 8}))
	scalar := tensor.New(tensor.FromScalar(2.5))
	for _, tt := range []struct {
		reason string
		f      func(t *keras.Trace) *gorgonia.Node
		want   []float64
		shape  []int
		dtype  tensor.Dtype
	}{
		{"zeros", func(t *keras.Trace) *gorgonia.Node { return ops.Zeros(t, 2, 1) }, []float64{0, 0}, []int{2, 1}, tensor.Float32},
		{"ones", func(t *keras.Trace) *gorgonia.Node { return ops.Ones(t, 1, 1) }, []float64{1}, []int{1, 1}, tensor.Float32},
		{"a scalar", func(t *keras.Trace) *gorgonia.Node { return ops.Full(t, 1.5) }, []float64{1.5}, []int{}, tensor.Float32},
		{"a value of its own type", func(t *keras.Trace) *gorgonia.Node { return ops.Constant(t, given) }, []float64{7, 8}, []int{2}, tensor.Int32},
		{"a scalar value", func(t *keras.Trace) *gorgonia.Node { return ops.Constant(t, scalar) }, []float64{2.5}, []int{}, tensor.Float64},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			// Stack of a single one: an Op reads it, too.
			p := compile(t, func(trace *keras.Trace, _ gorgonia.Nodes) *gorgonia.Node { return tt.f(trace) }, nil, tensor.Float32, nil, nil, 1)
			read := ops.Stack(0, p.out)
			require.NoError(t, gorgonia.NewTapeMachine(p.trace.Graph()).RunAll())
			assert.Equal(t, tt.want, numbersOf(t, p.out.Value()))
			assert.Equal(t, tt.want, numbersOf(t, read.Value()))
			assert.Equal(t, tt.shape, append([]int{}, p.out.Shape()...))
			assert.Equal(t, tt.dtype, p.out.Dtype())
		})
	}
}

// Gorgonia merges equal constants, and those that print alike.
func TestConstantsAreNotMerged(t *testing.T) {
	t.Parallel()
	p := compile(t, func(t *keras.Trace, _ gorgonia.Nodes) *gorgonia.Node {
		return ops.Concat(0, ops.Zeros(t, 2), ops.Ones(t, 2), ops.Zeros(t, 2), ops.Full(t, 3, 1))
	}, nil, tensor.Float32, nil, nil, 1)
	require.NoError(t, p.run())
	assert.Equal(t, []float64{0, 0, 1, 1, 0, 0, 3}, numbersOf(t, p.out.Value()))
}

func TestConstantIsACopy(t *testing.T) {
	t.Parallel()
	given := tensor.New(tensor.WithShape(2), tensor.WithBacking([]float32{7, 8}))
	p := compile(t, func(t *keras.Trace, _ gorgonia.Nodes) *gorgonia.Node { return ops.Constant(t, given) }, nil, tensor.Float32, nil, nil, 1)
	given.Data().([]float32)[0] = 0
	require.NoError(t, p.run())
	assert.Equal(t, []float64{7, 8}, numbersOf(t, p.out.Value()))
}

// TestSaturateCast: Keras on TensorFlow clips to 2³¹ first, which then overflows.
func TestSaturateCast(t *testing.T) {
	t.Parallel()
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		x := values{Shape: tensor.Shape{4}, Dtype: "float32", Data: numbers{-3e9, -7.5, 7.5, 3e9}}
		p := compile(t, func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node {
			return ops.SaturateCast(in[0], tensor.Int32)
		}, []values{x}, dt, nil, []bool{true}, 1)
		require.NoError(t, p.run())
		largest := map[tensor.Dtype]float64{tensor.Float32: math.MaxInt32 - 127, tensor.Float64: math.MaxInt32}[dt]
		assert.Equal(t, []float64{math.MinInt32, -7, 7, largest}, numbersOf(t, p.out.Value()), dt.String())
	}
}

func TestLabelOutsideTheClasses(t *testing.T) {
	t.Parallel()
	p := compile(t, func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node {
		return ops.SparseCategoricalCrossentropy(in[0], in[1], false, nil, -1)
	}, []values{{Shape: tensor.Shape{2}, Dtype: "int32", Data: numbers{3, 10}}, ramp(2, 10)}, tensor.Float32, nil, []bool{false, true}, 1)
	assert.ErrorContains(t, p.run(), "sparse_categorical_crossentropy: Received a label value of 10 which is outside the valid range of [0, 10)")
}

// TestAllTypes moves elements of every type that data can have.
func TestAllTypes(t *testing.T) {
	t.Parallel()
	for _, backing := range []any{
		[]bool{true, false}, []uint8{1, 2}, []int8{-1, 2}, []int16{-1, 2}, []int32{-1, 2}, []int64{-1, 2}, []float32{-1, 2}, []float64{-1, 2},
	} {
		value := tensor.New(tensor.WithShape(1, 2), tensor.WithBacking(backing))
		t.Run(value.Dtype().String(), func(t *testing.T) {
			t.Parallel()
			var ascending, same *gorgonia.Node
			p := compile(t, func(t *keras.Trace, _ gorgonia.Nodes) *gorgonia.Node {
				x := ops.Constant(t, value)
				turned := ops.Transpose(x)
				same = ops.Equal(turned, ops.Reshape(x, 2, 1))
				if x.Dtype() != tensor.Bool {
					ascending = ops.Less(ops.Slice(x, 1, 0, 1), ops.Slice(x, 1, 1, 2))
				}
				return ops.Pad(ops.Concat(0, turned, turned), []int{0, 0}, []int{1, 0}, 0)
			}, nil, tensor.Float32, nil, nil, 1)
			require.NoError(t, p.run())
			x := numbersOf(t, value)
			assert.Equal(t, []float64{x[0], x[1], x[0], x[1], 0}, numbersOf(t, p.out.Value()))
			assert.Equal(t, value.Dtype(), p.out.Value().Dtype())
			assert.Equal(t, []float64{1, 1}, numbersOf(t, same.Value()))
			if ascending != nil {
				assert.Equal(t, []float64{1}, numbersOf(t, ascending.Value()))
			}
		})
	}
}

// The gradient of a sum is that of its operands: nothing is computed or copied.
func TestGradientOfSum(t *testing.T) {
	t.Parallel()
	draw := func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node {
		return ops.Sub(ops.Add(ops.Exp(in[0]), ops.Exp(in[1])), ops.Exp(in[2]))
	}
	x := ramp(2, 3)
	wants := []bool{true, true, true}
	cotangent := []float64{1, 2, 3, 4, 5, 6}
	p := compile(t, draw, []values{x, x, x}, tensor.Float64, cotangent, wants, 1)
	require.NoError(t, p.run())
	for i, sign := range []float64{1, 1, -1} {
		for k, g := range numbersOf(t, p.grads[i].Value()) {
			assert.InDelta(t, sign*cotangent[k]*math.Exp(x.Data[k]), g, 1e-12)
		}
	}
	assert.Same(t, op.Children(p.grads[0])[0], op.Children(p.grads[1])[0], "both operands get the node itself")
}

// Ops of equal shapes write over their first operand where nobody else reads it.
func TestBinaryInPlace(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		reason string
		draw   func(x, y *gorgonia.Node) gorgonia.Nodes // the first may be overwritten by the second
		want   bool
	}{
		{"the first operand of the result's shape", func(x, y *gorgonia.Node) gorgonia.Nodes { a := ops.Exp(x); return gorgonia.Nodes{a, ops.Add(a, y)} }, true},
		{"it is repeated", func(x, y *gorgonia.Node) gorgonia.Nodes { a := ops.Exp(y); return gorgonia.Nodes{a, ops.Add(a, x)} }, false},
		{"the second operand", func(x, y *gorgonia.Node) gorgonia.Nodes { a := ops.Exp(x); return gorgonia.Nodes{a, ops.Sub(x, a)} }, false},
		{"both operands", func(x, _ *gorgonia.Node) gorgonia.Nodes { a := ops.Exp(x); return gorgonia.Nodes{a, ops.Mul(a, a)} }, false},
		{"an input of the graph", func(x, y *gorgonia.Node) gorgonia.Nodes { return gorgonia.Nodes{x, ops.Div(x, y)} }, false},
		{"scale", func(x, _ *gorgonia.Node) gorgonia.Nodes {
			a := ops.Exp(x)
			return gorgonia.Nodes{a, ops.Scale(a, 2, 1)}
		}, true},
		{"clip", func(x, _ *gorgonia.Node) gorgonia.Nodes { a := ops.Exp(x); return gorgonia.Nodes{a, ops.Clip(a, 1, 2)} }, true},
	} {
		g := gorgonia.NewGraph()
		trace := keras.NewTrace(g, false)
		x, y := trace.Input("x", tensor.Shape{2, 3}, tensor.Float64), trace.Input("y", tensor.Shape{3}, tensor.Float64)
		require.NoError(t, gorgonia.Let(x, valueOf(t, ramp(2, 3), tensor.Float64)))
		require.NoError(t, gorgonia.Let(y, valueOf(t, ramp(3), tensor.Float64)))
		nodes := tt.draw(x, y)
		op.Share(g, nodes[1:])
		m := gorgonia.NewTapeMachine(g)
		require.NoError(t, m.RunAll(), tt.reason)
		memory := func(n *gorgonia.Node) *float64 { return &n.Value().Data().([]float64)[0] }
		assert.Equal(t, tt.want, memory(nodes[0]) == memory(nodes[1]), tt.reason)
		require.NoError(t, m.Close())
	}
}

// What is differentiated has equal numbers where windows see the same, so that a maximum
// over them finds its first place.
func TestConvOfEqualWindows(t *testing.T) {
	t.Parallel()
	const side, channels = 12, 32
	x, kernel := ramp(2, side, side, channels), ramp(3, 3, channels, channels)
	for i := range x.Data {
		x.Data[i] = math.Sin(float64(i % channels))
	}
	for i := range kernel.Data {
		kernel.Data[i] = math.Cos(float64(i))
	}
	conv := func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node {
		return ops.Conv(in[0], in[1], nil, ops.ConvConfig{})
	}
	p := compile(t, conv, []values{x, kernel}, tensor.Float32, ones(2*10*10*channels), []bool{true, true}, 1)
	require.NoError(t, p.run())
	y := numbersOf(t, p.out.Value())
	for i, v := range y {
		require.Equal(t, y[i%channels], v, "element %d", i)
	}
}
