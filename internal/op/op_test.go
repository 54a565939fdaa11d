package op_test

import (
	"fmt"
	"hash/fnv"
	"testing"

	"github.com/pkg/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/op"
)

// leaf is an input with a value. Gorgonia merges inputs of one name.
func leaf(g *gorgonia.ExprGraph, name string, data any, dims ...int) *gorgonia.Node {
	v := tensor.New(tensor.WithShape(dims...), tensor.WithBacking(data))
	return gorgonia.NewTensor(g, v.Dtype(), len(dims), gorgonia.WithShape(dims...), gorgonia.WithValue(v), gorgonia.WithName(name))
}

// times is x·factor, float64, with its gradient.
func times(factor float64, x *gorgonia.Node) *gorgonia.Node {
	return op.Apply(op.Spec{
		Name:    "times",
		Outputs: []op.Output{op.Like(x)},
		Run: func(in, out []any) error {
			for i, v := range in[0].([]float64) {
				out[0].([]float64)[i] = v * factor
			}
			return nil
		},
		Grad: func(_ gorgonia.Nodes, _, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{times(factor, grad)}
		},
	}, x)
}

// total is Σx of float64 nodes, a scalar. The gradients that it draws are noted.
func total(drawn *[][]bool, nodes ...*gorgonia.Node) *gorgonia.Node {
	return op.Apply(op.Spec{
		Name:    "total",
		Outputs: []op.Output{{Shape: tensor.Shape{}, Dtype: tensor.Float64}},
		Run: func(in, out []any) error {
			var sum float64
			for _, x := range in {
				for _, v := range x.([]float64) {
					sum += v
				}
			}
			out[0].([]float64)[0] = sum
			return nil
		},
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, wants []bool) gorgonia.Nodes {
			*drawn = append(*drawn, append([]bool(nil), wants...))
			grads := make(gorgonia.Nodes, len(in))
			for i, n := range in {
				grads[i] = op.Apply(op.Spec{
					Name: "spread", Outputs: []op.Output{op.Like(n)},
					Run: func(in, out []any) error {
						for k := range out[0].([]float64) {
							out[0].([]float64)[k] = in[0].([]float64)[0]
						}
						return nil
					},
				}, grad)
			}
			return grads
		},
	}, nodes...)
}

func run(t *testing.T, g *gorgonia.ExprGraph) {
	t.Helper()
	m := gorgonia.NewTapeMachine(g)
	defer func() { require.NoError(t, m.Close()) }()
	require.NoError(t, m.RunAll())
}

func floats(t *testing.T, n *gorgonia.Node) []float64 {
	t.Helper()
	switch v := n.Value().(type) {
	case *gorgonia.F64:
		return []float64{float64(*v)}
	case *tensor.Dense:
		return v.Data().([]float64)
	}
	require.Failf(t, "a value of another type", "%T", n.Value())
	return nil
}

func TestHashesAreUnique(t *testing.T) {
	g := gorgonia.NewGraph()
	x := leaf(g, "x", []float64{1, 2}, 2)
	codes, sums := map[uint32]bool{}, map[uint64]bool{}
	nodes := map[*gorgonia.Node]bool{}
	for range 100 {
		for _, n := range []*gorgonia.Node{times(2, x), op.Detach(x)} {
			h := fnv.New64()
			n.Op().WriteHash(h)
			codes[n.Op().Hashcode()], sums[h.Sum64()], nodes[n] = true, true, true
		}
	}
	assert.Len(t, codes, 200)
	assert.Len(t, sums, 200)
	assert.Len(t, nodes, 200, "Gorgonia merged some")
}

// Equal Ops with different constants keep their own results.
func TestEqualOpsAreNotMerged(t *testing.T) {
	g := gorgonia.NewGraph()
	x := leaf(g, "x", []float64{1, 2}, 2)
	a, b, c := times(2, x), times(3, x), times(2, x)
	run(t, g)
	assert.Equal(t, []float64{2, 4}, floats(t, a))
	assert.Equal(t, []float64{3, 6}, floats(t, b))
	assert.Equal(t, []float64{2, 4}, floats(t, c))
}

func TestBuffersAreOwnedAndReused(t *testing.T) {
	g := gorgonia.NewGraph()
	x := leaf(g, "x", []float64{1, 2}, 2)
	a, b := times(2, x), times(2, x)
	m := gorgonia.NewTapeMachine(g)
	require.NoError(t, m.RunAll())
	first, second := a.Value(), b.Value()
	assert.NotSame(t, &floats(t, a)[0], &floats(t, b)[0], "two Ops share memory")
	assert.NotSame(t, &floats(t, a)[0], &floats(t, x)[0], "the result is the input")
	x.Value().Data().([]float64)[0] = 5
	m.Reset()
	require.NoError(t, m.RunAll())
	assert.Same(t, first, a.Value(), "a run made new memory")
	assert.Same(t, second, b.Value())
	assert.Equal(t, []float64{10, 4}, floats(t, a))
	assert.Equal(t, []float64{5, 2}, floats(t, x), "the input was written")
}

func TestRunsDoNotAllocate(t *testing.T) {
	g := gorgonia.NewGraph()
	x := leaf(g, "x", []float64{1, 2}, 2)
	o, in := times(2, x).Op(), []gorgonia.Value{x.Value()}
	do := func() {
		if _, err := o.Do(in...); err != nil {
			t.Error(err)
		}
	}
	do()
	assert.Zero(t, testing.AllocsPerRun(10, do))
}

// A view is copied into order, and anew for each run.
func TestViewsAreRead(t *testing.T) {
	g := gorgonia.NewGraph()
	whole := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float64{1, 2, 3, 4}))
	column, err := whole.Slice(nil, gorgonia.S(1))
	require.NoError(t, err)
	x := gorgonia.NewVector(g, tensor.Float64, gorgonia.WithShape(2), gorgonia.WithName("x"))
	o := times(10, x).Op()
	for _, want := range [][]float64{{20, 40}, {20, 70}} {
		v, err := o.Do(column)
		require.NoError(t, err)
		assert.Equal(t, want, v.Data())
		require.NoError(t, whole.SetAt(7.0, 1, 1))
	}
}

func TestOutputsBeyondTheFirst(t *testing.T) {
	g := gorgonia.NewGraph()
	x := leaf(g, "x", []float64{3, 4}, 2)
	outs := op.ApplyAll(op.Spec{
		Name: "parts",
		Outputs: []op.Output{
			{Shape: tensor.Shape{2}, Dtype: tensor.Float64}, {Shape: tensor.Shape{1, 1}, Dtype: tensor.Int32},
			{Shape: tensor.Shape{}, Dtype: tensor.Float64}, {Shape: tensor.Shape{}, Dtype: tensor.Bool},
		},
		Run: func(in, out []any) error {
			v := in[0].([]float64)
			copy(out[0].([]float64), v)
			out[1].([]int32)[0], out[2].([]float64)[0], out[3].([]bool)[0] = int32(v[0]), v[0]+v[1], true
			return nil
		},
	}, x)
	twice := times(2, outs[2])
	run(t, g)
	assert.Equal(t, []float64{3, 4}, floats(t, outs[0]))
	assert.Equal(t, []int32{3}, outs[1].Value().Data())
	assert.Equal(t, []float64{7}, floats(t, outs[2]))
	assert.Equal(t, []float64{14}, floats(t, twice), "an Op reads a scalar that is not the first output")
	assert.Equal(t, true, outs[3].Value().Data())
	assert.Equal(t, tensor.Shape{1, 1}, outs[1].Shape())
	assert.True(t, op.Own(outs[3]))
}

func TestScalars(t *testing.T) {
	for _, tt := range []struct {
		reason string
		dtype  tensor.Dtype
		value  any
	}{
		{"float32", tensor.Float32, float32(1.5)},
		{"float64", tensor.Float64, 1.5},
		{"int32", tensor.Int32, int32(-3)},
		{"int64", tensor.Int64, int64(-3)},
		{"uint8", tensor.Uint8, uint8(200)},
		{"bool", tensor.Bool, true},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			g := gorgonia.NewGraph()
			x := gorgonia.NewScalar(g, tt.dtype, gorgonia.WithName("x"))
			require.NoError(t, gorgonia.Let(x, tt.value))
			y := op.Cast(op.Cast(x, tensor.Float64), tt.dtype)
			run(t, g)
			assert.Equal(t, tt.value, y.Value().Data())
		})
	}
	g := gorgonia.NewGraph()
	x := gorgonia.NewScalar(g, tensor.Float64, gorgonia.WithName("x"))
	_, err := times(2, x).Op().Do(tensor.New(tensor.FromScalar(4.0)))
	require.NoError(t, err, "a tensor without axes is a scalar, too")
}

func TestFailures(t *testing.T) {
	cause := errors.New("out of luck")
	for _, tt := range []struct {
		reason string
		run    op.Run
		label  string
		want   string
		is     error
	}{
		{"an error", func(_, _ []any) error { return cause }, "dense_1 (Dense)", "dense_1 (Dense): unlucky: out of luck", cause},
		{"a panic with an error", func(_, _ []any) error { panic(cause) }, "dense_1 (Dense)", "dense_1 (Dense): unlucky: out of luck", cause},
		{"a panic with a text", func(_, _ []any) error { panic("no") }, "", "unlucky: no", nil},
		{"a mistake of the Op", func(in, _ []any) error { _ = in[0].([]float64)[9]; return nil }, "", "unlucky: runtime error: index out of range [9] with length 2", nil},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			g := gorgonia.NewGraph()
			n := op.Apply(op.Spec{Name: "unlucky", Outputs: []op.Output{{Shape: tensor.Shape{2}, Dtype: tensor.Float64}}, Run: tt.run},
				leaf(g, "x", []float64{1, 2}, 2))
			op.SetLabel(n, tt.label)
			op.SetLabel(n, "another")
			err := gorgonia.NewTapeMachine(g).RunAll()
			require.Error(t, err, "the process is alive, the machine says so")
			_, err = n.Op().Do(tensor.New(tensor.WithBacking([]float64{1, 2})))
			var failure *op.Failure
			require.ErrorAs(t, err, &failure)
			if tt.label == "" {
				tt.want = "another: " + tt.want // an empty label is none
			}
			assert.EqualError(t, err, tt.want)
			if tt.is != nil {
				assert.ErrorIs(t, err, tt.is)
			}
		})
	}
}

// Errors of a gradient Op name the layer of the Op that it belongs to.
func TestGradientsInheritTheLabel(t *testing.T) {
	g := gorgonia.NewGraph()
	x := leaf(g, "x", []float64{1, 2}, 2)
	n := op.Apply(op.Spec{
		Name: "forward", Outputs: []op.Output{op.Like(x)},
		Run: func(in, out []any) error { copy(out[0].([]float64), in[0].([]float64)); return nil },
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{op.Apply(op.Spec{
				Name: "backward", Outputs: []op.Output{op.Like(in[0])},
				Run: func(_, _ []any) error { return errors.New("no") },
			}, grad)}
		},
	}, x)
	op.SetLabel(n, "dense (Dense)")
	var drawn [][]bool
	grads, err := gorgonia.Grad(total(&drawn, n), x)
	require.NoError(t, err)
	_, err = grads[0].Op().Do(tensor.New(tensor.WithBacking([]float64{1, 2})))
	assert.EqualError(t, err, "dense (Dense): backward: no")
}

func TestApplyRefuses(t *testing.T) {
	assert.PanicsWithError(t, "times: input 1 is nil", func() {
		g := gorgonia.NewGraph()
		op.Apply(op.Spec{Name: "times"}, leaf(g, "x", []float64{1}, 1), nil)
	})
	assert.PanicsWithError(t, "expected float32 or float64, received int32", func() { op.ByType(tensor.Int32, nil, nil) })
}

func TestDetachStopsGradients(t *testing.T) {
	g := gorgonia.NewGraph()
	x, w := leaf(g, "x", []float64{1, 2}, 2), leaf(g, "w", []float64{3, 4}, 2)
	data := op.Detach(x)
	assert.False(t, op.Differentiable(data))
	assert.False(t, op.Differentiable(times(2, data)), "what is made of data only")
	assert.True(t, op.Differentiable(times(2, w)))

	var drawn [][]bool
	y := times(5, data)
	cost := total(&drawn, y, times(2, w), times(3, w))
	assert.Equal(t, []bool{false, true, true}, op.Wants(cost))
	grads, err := gorgonia.Grad(cost, w)
	require.NoError(t, err)
	assert.Equal(t, [][]bool{{false, true, true}}, drawn, "drawn once, and told what is wanted")
	run(t, g)
	assert.Equal(t, []float64{5, 5}, floats(t, grads[0]), "gradients of two uses are added")
	assert.Equal(t, []float64{5, 10}, floats(t, y), "the value passes")
	assert.Same(t, x.Value(), data.Value(), "nothing is copied")
}

// Gradients flow, or not, through Gorgonia's own Ops as well.
func TestForeignOps(t *testing.T) {
	g := gorgonia.NewGraph()
	x := leaf(g, "x", []float64{1, 2}, 2)
	of := func(n *gorgonia.Node) *gorgonia.Node { return gorgonia.Must(gorgonia.Square(n)) }
	for _, tt := range []struct {
		reason         string
		n              *gorgonia.Node
		differentiable bool
		own            bool
	}{
		{"an input", x, true, false},
		{"of an input", of(x), true, false},
		{"of data", of(op.Detach(x)), false, false},
		{"of an Op of ours", of(times(2, x)), true, false},
		{"of an Op of ours on data", of(times(2, op.Detach(x))), false, false},
		{"an Op without a gradient", gorgonia.Must(gorgonia.Gt(x, x, false)), false, false},
		{"ours of a foreign one", times(2, of(x)), true, true},
		{"detached", op.Detach(x), false, true},
	} {
		assert.Equal(t, tt.differentiable, op.Differentiable(tt.n), tt.reason)
		assert.Equal(t, tt.own, op.Own(tt.n), tt.reason)
	}
	assert.Nil(t, op.Wants(x))
	assert.Equal(t, []bool{true}, op.Wants(of(x)))
}

func TestConstantInputs(t *testing.T) {
	g := gorgonia.NewGraph()
	x, labels := leaf(g, "x", []float64{1, 2}, 2), leaf(g, "labels", []float64{3, 4}, 2)
	spec := op.Spec{
		Name: "loss", Outputs: []op.Output{op.Like(x)}, Constant: []int{1},
		Run: func(_, _ []any) error { return nil },
		Grad: func(_ gorgonia.Nodes, _, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{grad, grad}
		},
	}
	n := op.Apply(spec, x, labels)
	assert.Equal(t, []bool{true, false}, op.Wants(n))
	assert.False(t, op.Differentiable(op.Apply(spec, op.Detach(x), labels)))
	got, in, ok := op.SpecOf(n)
	require.True(t, ok)
	assert.Equal(t, "loss", got.Name)
	assert.Equal(t, gorgonia.Nodes{x, labels}, in)
	_, _, ok = op.SpecOf(x)
	assert.False(t, ok)
}

func TestCast(t *testing.T) {
	for _, tt := range []struct {
		reason     string
		from, want any
	}{
		{"float to integer cuts", []float64{-1.9, 300.7}, []int32{-1, 300}},
		{"a narrow integer keeps the low bits", []float64{300.7, -1}, []uint8{44, 255}},
		{"integers to float", []uint8{0, 255}, []float32{0, 255}},
		{"all but 0 is true", []float32{0, 0.5}, []bool{false, true}},
		{"float32 to float64", []float32{0.5, -2}, []float64{0.5, -2}},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			g := gorgonia.NewGraph()
			dt := tensor.New(tensor.WithBacking(tt.want)).Dtype()
			x := leaf(g, "x", tt.from, 2)
			y := op.Cast(x, dt)
			run(t, g)
			assert.Equal(t, tt.want, y.Value().Data())
			both := op.IsFloat(dt) && op.IsFloat(x.Dtype())
			assert.Equal(t, both, op.Differentiable(y), "gradients flow between floating types only")
			assert.Same(t, y, op.Cast(y, dt), "a cast to the own type")
		})
	}
}

func TestCastGradient(t *testing.T) {
	for _, tt := range []struct {
		from any
		via  tensor.Dtype
	}{{[]float32{1, 2}, tensor.Float64}, {[]float64{1, 2}, tensor.Float32}} {
		t.Run(fmt.Sprintf("%T", tt.from), func(t *testing.T) {
			g := gorgonia.NewGraph()
			x := leaf(g, "x", tt.from, 2)
			var drawn [][]bool
			cost := total(&drawn, times(3, op.Cast(op.Cast(x, tt.via), tensor.Float64)))
			grads, err := gorgonia.Grad(cost, x)
			require.NoError(t, err)
			assert.Equal(t, x.Dtype(), grads[0].Dtype(), "the gradient has the type of x")
			n := op.Cast(grads[0], tensor.Float64)
			run(t, g)
			assert.Equal(t, []float64{3, 3}, floats(t, n))
		})
	}
}

// TestSeveralOutputs: an Op is differentiated by those of its outputs that the cost depends on.
func TestSeveralOutputs(t *testing.T) {
	for _, tt := range []struct {
		reason  string
		cost    func(outs gorgonia.Nodes) gorgonia.Nodes // the sum of these
		arrived []bool
		want    []float64
	}{
		{"all", func(o gorgonia.Nodes) gorgonia.Nodes { return o }, []bool{true, true, true}, []float64{1 + 2 + 3, 1 + 2 + 3}},
		{"the first", func(o gorgonia.Nodes) gorgonia.Nodes { return o[:1] }, []bool{true, false, false}, []float64{1, 1}},
		{"the last", func(o gorgonia.Nodes) gorgonia.Nodes { return o[2:] }, []bool{false, false, true}, []float64{3, 3}},
		{"one of them twice", func(o gorgonia.Nodes) gorgonia.Nodes {
			return gorgonia.Nodes{o[1], times(5, o[1]), times(7, o[0])}
		}, []bool{true, true, false}, []float64{7 + 2*6, 7 + 2*6}},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			g := gorgonia.NewGraph()
			x := leaf(g, "x", []float64{3, 4}, 2)
			like := op.Like(x)
			outs := op.ApplyAll(op.Spec{
				Name: "multiples", Outputs: []op.Output{like, like, like},
				Run: func(in, out []any) error {
					for i, v := range in[0].([]float64) {
						for k, o := range out {
							o.([]float64)[i] = float64(k+1) * v
						}
					}
					return nil
				},
				Grads: func(in, outs, grads gorgonia.Nodes, wants []bool) gorgonia.Nodes {
					require.Len(t, outs, 3)
					assert.Equal(t, []bool{true}, wants)
					var arrived []bool
					var present gorgonia.Nodes
					for _, n := range grads {
						arrived = append(arrived, n != nil)
						if n != nil {
							present = append(present, n)
						}
					}
					assert.Equal(t, tt.arrived, arrived)
					return gorgonia.Nodes{op.Apply(op.Spec{
						Name: "multiples backward", Outputs: []op.Output{like},
						Run: func(in, out []any) error {
							dx := out[0].([]float64)
							clear(dx)
							for k := range grads {
								if arrived[k] {
									for i, v := range in[0].([]float64) {
										dx[i] += float64(k+1) * v
									}
									in = in[1:]
								}
							}
							return nil
						},
					}, present...)}
				},
			}, x)
			require.Len(t, outs, 3)
			assert.True(t, op.Differentiable(outs[2]))
			var drawn [][]bool
			grads, err := gorgonia.Grad(total(&drawn, tt.cost(outs)...), x)
			require.NoError(t, err)
			op.Share(g, append(gorgonia.Nodes{outs[1]}, grads...))
			run(t, g)
			assert.Equal(t, []float64{6, 8}, floats(t, outs[1]))
			assert.Equal(t, tt.want, floats(t, grads[0]))
		})
	}
}
