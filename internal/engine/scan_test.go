package engine_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/engine"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

// cell is what the tests scan: a state h that is trained, and two that hand the input on,
// so that a new state is the memory of an old one.
type cell struct {
	w, u, unused *keras.Variable
	drop         *keras.SeedGenerator
}

func random(r *rand.Rand, dims ...int) *tensor.Dense {
	d := make([]float64, tensor.Shape(dims).TotalSize())
	for i := range d {
		d[i] = 2*r.Float64() - 1
	}
	return tensor.New(tensor.WithShape(dims...), tensor.WithBacking(d))
}

func newCell(r *rand.Rand) *cell {
	return &cell{variable(random(r, 3, 2), true), variable(random(r, 2, 2), true), variable(random(r, 2, 2), true), nil}
}

func (c *cell) step(t *keras.Trace, in, states []*gorgonia.Node) (outs, next []*gorgonia.Node, err error) {
	t.Var(c.unused)
	x := in[0]
	if c.drop != nil {
		x = ops.Dropout(t, x, 0.5, nil, c.drop)
	}
	h := ops.Activate(ops.Add(ops.MatMul(x, t.Var(c.w)), ops.MatMul(states[0], t.Var(c.u))), activations.Tanh)
	late := ops.Mul(states[2], h)
	return []*gorgonia.Node{h, late}, []*gorgonia.Node{h, ops.Slice(x, 1, 0, 2), states[1]}, nil
}

// TestScan: the results and gradients of a scan are those of its steps drawn one after the other.
func TestScan(t *testing.T) {
	const batch, time = 4, 5
	for _, tt := range []struct {
		reason string
		cost   func(outs, last []*gorgonia.Node) []*gorgonia.Node
	}{
		{"all outputs", func(outs, last []*gorgonia.Node) []*gorgonia.Node { return append(outs, last...) }},
		{"a sequence", func(outs, _ []*gorgonia.Node) []*gorgonia.Node { return outs[1:] }},
		{"a last state", func(_, last []*gorgonia.Node) []*gorgonia.Node { return last[:1] }},
		{"a state that others hand on", func(_, last []*gorgonia.Node) []*gorgonia.Node { return last[2:] }},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			c := newCell(r)
			inputs := []*keras.Variable{
				variable(random(r, batch, time, 3), true), variable(random(r, batch, 2), true), variable(random(r, batch, 2), true), variable(random(r, batch, 2), true),
			}
			results := func(recur func(t *keras.Trace, x *gorgonia.Node, states []*gorgonia.Node) (outs, last []*gorgonia.Node, err error)) (values []any, gradients map[*keras.Variable]any) {
				p, err := engine.Build(nil, true, func(t *keras.Trace, _ []*gorgonia.Node) (engine.Drawing, error) {
					var nodes []*gorgonia.Node
					for _, v := range inputs {
						nodes = append(nodes, t.Var(v))
					}
					outs, last, err := recur(t, nodes[0], nodes[1:])
					d := engine.Drawing{Outputs: append(outs[:len(outs):len(outs)], last...)}
					for i, n := range tt.cost(outs, last) {
						term := ops.Scale(ops.Sum(ops.Mul(n, n)), float64(i+1), 0)
						if d.Cost != nil {
							term = ops.Add(d.Cost, term)
						}
						d.Cost = term
					}
					return d, err
				})
				require.NoError(t, err)
				for range 2 { // the second run must not see the first
					require.NoError(t, p.Run(nil))
				}
				for i := range p.Outputs() {
					values = append(values, p.Output(i).Data())
				}
				gradients = map[*keras.Variable]any{}
				for i, v := range p.Variables() {
					gradients[v] = p.Gradient(i).Data()
				}
				return values, gradients
			}
			values, gradients := results(func(t *keras.Trace, x *gorgonia.Node, states []*gorgonia.Node) (outs, last []*gorgonia.Node, err error) {
				return engine.Scan(t, []*gorgonia.Node{x}, states, c.step)
			})
			wantValues, wantGradients := results(func(t *keras.Trace, x *gorgonia.Node, states []*gorgonia.Node) (outs, last []*gorgonia.Node, err error) {
				var steps [2][]*gorgonia.Node
				for k := range time {
					var o []*gorgonia.Node
					if o, states, err = c.step(t, []*gorgonia.Node{ops.Reshape(ops.Slice(x, 1, k, k+1), batch, 3)}, states); err != nil {
						return nil, nil, err
					}
					for i := range steps {
						steps[i] = append(steps[i], o[i])
					}
				}
				return []*gorgonia.Node{ops.Stack(1, steps[0]...), ops.Stack(1, steps[1]...)}, states, nil
			})
			for i := range wantValues {
				assert.InDeltaSlice(t, wantValues[i], values[i], 1e-12, "output %d", i)
			}
			for v, got := range gradients {
				want, ok := wantGradients[v]
				if !ok { // of what the cost does not depend on
					want = make([]float64, v.Size())
				}
				assert.InDeltaSlice(t, want, got, 1e-12, "gradient by %s", v.Shape())
			}
			assert.Subset(t, slices.Collect(maps.Keys(gradients)), slices.Collect(maps.Keys(wantGradients)))
		})
	}
}

// TestScanOfRandomSteps: the gradient goes back through the numbers that were drawn. With
// ½x² summed over what is left after dropout, it is what came out, times the scale.
func TestScanOfRandomSteps(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	x, h := variable(random(r, 8, 6, 3), true), variable(random(r, 8, 3), true)
	seeds := keras.NewSeedGenerator(7)
	p, err := engine.Build(nil, true, func(t *keras.Trace, _ []*gorgonia.Node) (engine.Drawing, error) {
		outs, last, err := engine.Scan(t, []*gorgonia.Node{t.Var(x)}, []*gorgonia.Node{t.Var(h)},
			func(t *keras.Trace, in, states []*gorgonia.Node) (outs, next []*gorgonia.Node, err error) {
				return []*gorgonia.Node{ops.Dropout(t, in[0], 0.5, nil, seeds)}, states, nil
			})
		return engine.Drawing{Outputs: append(outs, last...), Cost: ops.Scale(ops.Sum(ops.Mul(outs[0], outs[0])), 0.5, 0)}, err
	})
	require.NoError(t, err)
	var before []float64
	for range 3 {
		require.NoError(t, p.Run(nil))
		got := p.Output(0).Data().([]float64)
		assert.NotEqual(t, before, got, "other numbers in each run")
		before = slices.Clone(got)
		zeros, gradient := 0, p.Gradient(0).Data().([]float64)
		for i, y := range got {
			assert.InDelta(t, 2*y, gradient[i], 1e-12)
			if y == 0 {
				zeros++
			}
		}
		assert.InDelta(t, len(got)/2, zeros, 36)
		steps := map[string]bool{}
		for i := 0; i < len(got); i += 3 {
			steps[fmt.Sprint(got[i] != 0, got[i+1] != 0, got[i+2] != 0)] = true
		}
		assert.Greater(t, len(steps), 3, "other numbers in each step")
	}
}

func TestScanErrors(t *testing.T) {
	scan := func(dims []int, step engine.Step) error {
		_, err := engine.Build([]op.Output{{Shape: dims, Dtype: tensor.Float32}, {Shape: tensor.Shape{2, 3}, Dtype: tensor.Float32}}, true,
			func(t *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
				outs, _, err := engine.Scan(t, in[:1], in[1:], step)
				return engine.Drawing{Outputs: outs}, err
			})
		return err
	}
	same := func(_ *keras.Trace, in, states []*gorgonia.Node) (outs, next []*gorgonia.Node, err error) {
		return in, states, nil
	}
	require.NoError(t, scan([]int{2, 4, 3}, same))
	for _, tt := range []struct {
		reason string
		dims   []int
		step   engine.Step
		kind   error
		want   string
	}{
		{"no step", []int{2, 0, 3}, same, keras.ErrShape, "expected a sequence of at least one step, received (2, 0, 3)"},
		{"a state is missing", []int{2, 4, 3}, func(_ *keras.Trace, in, _ []*gorgonia.Node) (outs, next []*gorgonia.Node, err error) {
			return in, nil, nil
		}, keras.ErrShape, "a new value of each state"},
		{"a state changes its shape", []int{2, 4, 3}, func(_ *keras.Trace, in, states []*gorgonia.Node) (outs, next []*gorgonia.Node, err error) {
			return in, []*gorgonia.Node{ops.Slice(states[0], 1, 0, 2)}, nil
		}, keras.ErrShape, "expected a state that stays (2, 3) of float32, received (2, 2) of float32"},
		{"a loss", []int{2, 4, 3}, func(t *keras.Trace, in, states []*gorgonia.Node) (outs, next []*gorgonia.Node, err error) {
			t.AddLoss(ops.Sum(in[0]))
			return in, states, nil
		}, keras.ErrState, "a step without losses"},
	} {
		err := scan(tt.dims, tt.step)
		require.ErrorIs(t, err, tt.kind, tt.reason)
		assert.ErrorContains(t, err, tt.want, tt.reason)
	}
}
