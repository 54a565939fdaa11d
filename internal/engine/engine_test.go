package engine_test

import (
	"runtime"
	"sync"
	"testing"
	"weak"

	"github.com/pkg/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/engine"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/internal/race"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func matrix(rows, cols int, from float64) *tensor.Dense {
	d := make([]float64, rows*cols)
	for i := range d {
		d[i] = from + float64(i)
	}
	return tensor.New(tensor.WithShape(rows, cols), tensor.WithBacking(d))
}

func variable(t *tensor.Dense, trainable bool) *keras.Variable {
	return keras.NewVariable("w", "layer/w", t, trainable)
}

func feed(rows, cols int) []op.Output {
	return []op.Output{{Shape: tensor.Shape{rows, cols}, Dtype: tensor.Float64}}
}

// sum is a program whose cost is Σ f(x, w).
func sum(w *keras.Variable, f func(x, w *gorgonia.Node) *gorgonia.Node) engine.Draw {
	return func(t *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
		y := f(in[0], t.Var(w))
		return engine.Drawing{Outputs: []*gorgonia.Node{y}, Cost: ops.Sum(y)}, nil
	}
}

func TestProgramComputesOutputsAndGradients(t *testing.T) {
	w := variable(matrix(2, 2, 1), true)
	p, err := engine.Build(feed(1, 2), true, sum(w, func(x, w *gorgonia.Node) *gorgonia.Node { return ops.MatMul(x, w) }))
	require.NoError(t, err)
	for range 3 { // a second run must not see the first
		require.NoError(t, p.Run([]*tensor.Dense{matrix(1, 2, 10)}))
		assert.Equal(t, []float64{10*1 + 11*3, 10*2 + 11*4}, p.Output(0).Data())
		assert.Equal(t, 10.0*3+11*7, p.Cost())
		require.Equal(t, []*keras.Variable{w}, p.Variables())
		assert.Equal(t, []float64{10, 10, 11, 11}, p.Gradient(0).Data())
	}
}

func TestProgramsShareTheMemoryOfVariables(t *testing.T) {
	w := variable(matrix(1, 2, 1), true)
	draw := sum(w, func(x, w *gorgonia.Node) *gorgonia.Node { return ops.Mul(x, w) })
	p, err := engine.Build(feed(1, 2), false, draw)
	require.NoError(t, err)
	require.NoError(t, w.Assign(matrix(1, 2, 5)))
	require.NoError(t, p.Run([]*tensor.Dense{matrix(1, 2, 1)}))
	assert.Equal(t, []float64{5, 12}, p.Output(0).Data())
}

func TestFrozenVariablesGetNoGradient(t *testing.T) {
	w := variable(matrix(1, 2, 1), false)
	p, err := engine.Build(feed(1, 2), true, sum(w, func(x, w *gorgonia.Node) *gorgonia.Node { return ops.Mul(x, w) }))
	require.NoError(t, err)
	assert.Empty(t, p.Variables())
	require.NoError(t, p.Run([]*tensor.Dense{matrix(1, 2, 1)}))
}

func TestVariablesThatTheCostDoesNotReachGetNoGradient(t *testing.T) {
	used, unused := variable(matrix(1, 2, 1), true), variable(matrix(1, 2, 1), true)
	p, err := engine.Build(feed(1, 2), true, func(t *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
		y := ops.Mul(in[0], t.Var(used))
		return engine.Drawing{Outputs: []*gorgonia.Node{ops.Add(y, t.Var(unused))}, Cost: ops.Sum(y)}, nil
	})
	require.NoError(t, err)
	assert.Equal(t, []*keras.Variable{used}, p.Variables())
}

// Stock Gorgonia Ops: a Reshape aliases its input, and the Add after it would
// write its result into that memory.
func TestStockOpsDoNotOverwriteWeightsOrData(t *testing.T) {
	w := variable(matrix(2, 2, 1), true)
	b := variable(matrix(1, 4, 100), true)
	data := matrix(2, 2, 1)
	p, err := engine.Build(feed(2, 2), true, func(t *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
		flatW := gorgonia.Must(gorgonia.Reshape(t.Var(w), tensor.Shape{1, 4}))
		flatX := gorgonia.Must(gorgonia.Reshape(in[0], tensor.Shape{1, 4}))
		y := gorgonia.Must(gorgonia.Add(flatW, t.Var(b)))
		y = gorgonia.Must(gorgonia.HadamardProd(flatX, y))
		return engine.Drawing{Outputs: []*gorgonia.Node{y}, Cost: ops.Sum(y)}, nil
	})
	require.NoError(t, err)
	for range 3 {
		require.NoError(t, p.Run([]*tensor.Dense{data}))
		assert.Equal(t, []float64{101, 2 * 103, 3 * 105, 4 * 107}, p.Output(0).Data())
		assert.Equal(t, []float64{1, 2, 3, 4}, w.Value().Data())
		assert.Equal(t, []float64{1, 2, 3, 4}, data.Data())
		assert.Equal(t, []float64{1, 2, 3, 4}, p.Gradient(0).Data())
	}
}

func TestDataAreCastToTheInput(t *testing.T) {
	p, err := engine.Build([]op.Output{{Shape: tensor.Shape{2}, Dtype: tensor.Uint8}}, false,
		func(_ *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
			return engine.Drawing{Outputs: []*gorgonia.Node{ops.Cast(in[0], tensor.Float32)}}, nil
		})
	require.NoError(t, err)
	require.NoError(t, p.Run([]*tensor.Dense{tensor.New(tensor.WithBacking([]float64{300.7, -1}))}))
	assert.Equal(t, []float32{44, 255}, p.Output(0).Data(), "as C casts, and TensorFlow")
}

// Data are read where they lie, or copied where type or layout ask for it.
func TestFeeds(t *testing.T) {
	p, err := engine.Build(feed(2, 3), false, func(_ *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
		return engine.Drawing{Outputs: []*gorgonia.Node{ops.Neg(in[0])}}, nil
	})
	require.NoError(t, err)
	whole := matrix(2, 3, 1)
	turned := matrix(3, 2, 1)
	require.NoError(t, turned.T())
	columns, err := matrix(2, 4, 1).Slice(nil, tensor.S(1, 4))
	require.NoError(t, err)
	changed := matrix(2, 3, 1)
	single := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float32{1, 2, 3, 4, 5, 6}))
	for _, c := range []struct {
		reason string
		data   *tensor.Dense
		want   []float64
	}{
		{"as it is", whole, []float64{-1, -2, -3, -4, -5, -6}},
		{"another type", single, []float64{-1, -2, -3, -4, -5, -6}},
		{"other data after a copy", changed, []float64{-1, -2, -3, -4, -5, -6}},
		{"a transposed view", turned, []float64{-1, -3, -5, -2, -4, -6}},
		{"a view of some columns", columns.(*tensor.Dense), []float64{-2, -3, -4, -6, -7, -8}},
		{"as it is, again", whole, []float64{-1, -2, -3, -4, -5, -6}},
	} {
		before := c.data.Engine()
		require.NoError(t, p.Run([]*tensor.Dense{c.data}), c.reason)
		assert.Equal(t, c.want, p.Output(0).Data(), c.reason)
		assert.Equal(t, before, c.data.Engine(), c.reason)
	}
	whole.Data().([]float64)[0] = 7
	require.NoError(t, p.Run([]*tensor.Dense{whole}))
	assert.Equal(t, -7.0, p.Output(0).Data().([]float64)[0], "new numbers in the same memory")
}

func TestErrorsAtRunTime(t *testing.T) {
	fails := func(run op.Run) engine.Draw {
		return func(_ *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
			return engine.Drawing{Outputs: []*gorgonia.Node{op.Apply(op.Spec{Name: "bad", Outputs: []op.Output{op.Like(in[0])}, Run: run}, in[0])}}, nil
		}
	}
	cause := errors.New("no good")
	for _, c := range []struct {
		reason string
		run    op.Run
		want   string
	}{
		{"an Op's error is the program's", func(_, _ []any) error { return cause }, "bad: no good"},
		{"a panic of an Op is an error", func(_, _ []any) error { panic("oh") }, "bad: oh"},
		{"a panic with an error keeps it", func(_, _ []any) error { panic(cause) }, "bad: no good"},
	} {
		p, err := engine.Build(feed(1, 1), false, fails(c.run))
		require.NoError(t, err, c.reason)
		err = p.Run([]*tensor.Dense{matrix(1, 1, 0)})
		require.EqualError(t, err, c.want, c.reason)
		assert.ErrorIs(t, err, keras.ErrRun, c.reason)
	}
}

func TestErrorsWhileDrawing(t *testing.T) {
	_, err := engine.Build(feed(2, 3), false, func(_ *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
		return engine.Drawing{Outputs: []*gorgonia.Node{ops.MatMul(in[0], in[0])}}, nil
	})
	require.ErrorIs(t, err, keras.ErrShape, "a panic of ops is an error of the build")
	_, err = engine.Build(feed(2, 3), true, func(_ *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
		return engine.Drawing{}, errors.New("changed my mind")
	})
	require.EqualError(t, err, "changed my mind")
}

// draw counts how often a program is drawn.
func counted(n *int, mu *sync.Mutex) engine.Draw {
	return func(_ *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
		mu.Lock()
		*n++
		mu.Unlock()
		return engine.Drawing{Outputs: []*gorgonia.Node{ops.Exp(in[0])}}, nil
	}
}

func TestEngineKeepsProgramsByModeAndShape(t *testing.T) {
	var e engine.Engine
	var n int
	var mu sync.Mutex
	use := func(mode string, feeds []op.Output) {
		l, err := e.Acquire(mode, feeds, false, counted(&n, &mu))
		require.NoError(t, err)
		l.Release()
	}
	for range 3 {
		use("a", feed(1, 2))
		use("a", feed(2, 2))
		use("b", feed(1, 2))
		use("a", []op.Output{{Shape: tensor.Shape{1, 2}, Dtype: tensor.Float32}})
	}
	assert.Equal(t, 4, n, "one for each mode, shape and type")
	e.Clear()
	use("a", feed(1, 2))
	assert.Equal(t, 5, n, "after Clear they are made anew")
}

func TestEngineForgetsTheLeastUsed(t *testing.T) {
	var e engine.Engine
	var n int
	var mu sync.Mutex
	for range 2 {
		for rows := 1; rows <= 40; rows++ {
			l, err := e.Acquire("a", feed(rows, 1), false, counted(&n, &mu))
			require.NoError(t, err)
			l.Release()
		}
	}
	assert.Equal(t, 80, n, "40 shapes in a row are more than are kept")
}

// A machine with a finalizer would hold on to the program for one more cycle.
func TestDroppedProgramsAreFreedByOneCycle(t *testing.T) {
	var node weak.Pointer[gorgonia.Node]
	p, err := engine.Build(feed(1, 1), false, func(_ *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
		y := ops.Neg(in[0])
		node = weak.Make(y)
		return engine.Drawing{Outputs: []*gorgonia.Node{y}}, nil
	})
	require.NoError(t, err)
	require.NoError(t, p.Run([]*tensor.Dense{matrix(1, 1, 0)}))
	require.NotNil(t, node.Value())
	runtime.KeepAlive(p)
	runtime.GC()
	assert.Nil(t, node.Value())
}

func TestLeasesAreExclusive(t *testing.T) {
	var e engine.Engine
	w := variable(matrix(4, 4, 1), true)
	draw := func(t *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
		return engine.Drawing{Outputs: []*gorgonia.Node{ops.Dense(in[0], t.Var(w), nil, activations.Linear)}}, nil
	}
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			for i := range 20 {
				l, err := e.Acquire("a", feed(1, 4), false, draw)
				if !assert.NoError(t, err) {
					return
				}
				x := matrix(1, 4, float64(g*20+i))
				assert.NoError(t, l.Run([]*tensor.Dense{x}))
				d := x.Data().([]float64)
				assert.Equal(t, d[0]*1+d[1]*5+d[2]*9+d[3]*13, l.Output(0).Data().([]float64)[0])
				l.Release()
			}
		})
	}
	wg.Wait()
}

// TestStepsDoNotAllocateMore: what a run allocates is what Gorgonia's machine needs for
// its instructions, and does not grow from step to step.
func TestStepsDoNotAllocateMore(t *testing.T) {
	w := variable(matrix(64, 64, 0), true)
	p, err := engine.Build(feed(32, 64), true, sum(w, func(x, w *gorgonia.Node) *gorgonia.Node {
		y := ops.MatMul(x, w)
		return ops.Add(ops.Tanh(y), ops.Sigmoid(y)) // the gradients of y are added up
	}))
	require.NoError(t, err)
	data := []*tensor.Dense{matrix(32, 64, 0)}
	require.NoError(t, p.Run(data))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const steps = 200
	for range steps {
		require.NoError(t, p.Run(data))
	}
	runtime.ReadMemStats(&after)
	if race.Enabled {
		return // it allocates itself
	}
	perStep := (after.TotalAlloc - before.TotalAlloc) / steps
	assert.Less(t, perStep, uint64(32*64*8/2), "bytes a step, less than half of one activation")
}

func BenchmarkRunOfANoOp(b *testing.B) {
	p, err := engine.Build(feed(1, 1), false, func(_ *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
		return engine.Drawing{Outputs: []*gorgonia.Node{ops.Neg(in[0])}}, nil
	})
	require.NoError(b, err)
	data := []*tensor.Dense{matrix(1, 1, 0)}
	b.ReportAllocs()
	for b.Loop() {
		_ = p.Run(data)
	}
}

// Gorgonia's machines mark the tensors that they are given as theirs, which must
// not be those that other machines and Value read.
func TestProgramsOfFrozenVariablesRunSideBySide(t *testing.T) {
	w := variable(matrix(1, 2, 1), false)
	draw := sum(w, func(x, w *gorgonia.Node) *gorgonia.Node { return ops.Mul(x, w) })
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 10 {
				p, err := engine.Build(feed(1, 2), false, draw)
				if !assert.NoError(t, err) {
					return
				}
				assert.NoError(t, p.Run([]*tensor.Dense{matrix(1, 2, 1)}))
				assert.Equal(t, []float64{1, 2}, w.Value().Data())
			}
		})
	}
	wg.Wait()
}
