package op_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/op"
)

// plus is x+by, which may be written over x if inPlace.
func plus(x *gorgonia.Node, by float32, inPlace bool) *gorgonia.Node {
	return op.Apply(op.Spec{Name: "plus", Outputs: []op.Output{op.Like(x)}, InPlace: inPlace, Run: func(in, out []any) error {
		for i, v := range in[0].([]float32) {
			out[0].([]float32)[i] = v + by
		}
		return nil
	}}, x)
}

// count is 1 in the first run, 2 in the second, and so on.
func count(x *gorgonia.Node) *gorgonia.Node {
	return op.Apply(op.Spec{Name: "count", Outputs: []op.Output{op.Like(x)}, Keeps: true, Run: func(_, out []any) error {
		for i := range out[0].([]float32) {
			out[0].([]float32)[i]++
		}
		return nil
	}}, x)
}

// sumOf is a+b.
func sumOf(a, b *gorgonia.Node) *gorgonia.Node {
	return op.Apply(op.Spec{Name: "total", Outputs: []op.Output{op.Like(a)}, Run: func(in, out []any) error {
		for i, v := range in[0].([]float32) {
			out[0].([]float32)[i] = v + in[1].([]float32)[i]
		}
		return nil
	}}, a, b)
}

func memoryOf(n *gorgonia.Node) *float32 { return &n.Value().Data().([]float32)[0] }

func TestShare(t *testing.T) {
	x := tensor.New(tensor.WithBacking([]float32{1, 2, 3}))
	for _, c := range []struct {
		reason string
		draw   func(in *gorgonia.Node) (keep gorgonia.Nodes, all gorgonia.Nodes)
		want   float32 // of the first element of what is kept
		blocks int     // of memory, for all nodes
	}{
		{"a chain needs two blocks in turn, and one for its end", func(in *gorgonia.Node) (gorgonia.Nodes, gorgonia.Nodes) {
			a := plus(in, 1, false)
			b := plus(a, 1, false)
			c := plus(b, 1, false)
			d := plus(c, 1, false)
			return gorgonia.Nodes{d}, gorgonia.Nodes{a, b, c, d}
		}, 5, 2},
		{"in place one block is enough", func(in *gorgonia.Node) (gorgonia.Nodes, gorgonia.Nodes) {
			a := plus(in, 1, true)
			b := plus(a, 1, true)
			c := plus(b, 1, true)
			return gorgonia.Nodes{c}, gorgonia.Nodes{a, b, c}
		}, 4, 1},
		{"what is kept is not written to, in place or otherwise", func(in *gorgonia.Node) (gorgonia.Nodes, gorgonia.Nodes) {
			a := plus(in, 1, false)
			b := plus(a, 1, true)
			c := plus(b, 1, false)
			return gorgonia.Nodes{a, c}, gorgonia.Nodes{a, b, c}
		}, 2, 3},
		{"a result with a second reader lives until that has read it", func(in *gorgonia.Node) (gorgonia.Nodes, gorgonia.Nodes) {
			a := plus(in, 1, false)
			b := plus(a, 1, true)
			c := sumOf(b, a)
			return gorgonia.Nodes{c}, gorgonia.Nodes{a, b, c}
		}, 5, 3},
		{"data keep their memory", func(in *gorgonia.Node) (gorgonia.Nodes, gorgonia.Nodes) {
			a := plus(op.Detach(in), 1, true)
			return gorgonia.Nodes{a}, gorgonia.Nodes{in, a}
		}, 2, 2},
		{"memory that a foreign Op may hand on is not shared", func(in *gorgonia.Node) (gorgonia.Nodes, gorgonia.Nodes) {
			a := plus(in, 1, false)
			r := gorgonia.Must(gorgonia.Reshape(a, tensor.Shape{1, 3}))
			b := plus(a, 1, true)
			c := plus(b, 1, false)
			return gorgonia.Nodes{r, c}, gorgonia.Nodes{a, b, c}
		}, 2, 3},
	} {
		g := gorgonia.NewGraph()
		in := gorgonia.NewVector(g, tensor.Float32, gorgonia.WithShape(3), gorgonia.WithName("x"), gorgonia.WithValue(x))
		keep, all := c.draw(in)
		op.Share(g, keep)
		m := gorgonia.NewTapeMachine(g)
		for run := range 3 {
			require.NoError(t, m.RunAll(), c.reason)
			assert.Equal(t, c.want, keep[0].Value().Data().([]float32)[0], "%s: run %d", c.reason, run)
			assert.Equal(t, []float32{1, 2, 3}, x.Data(), c.reason)
			blocks := map[*float32]bool{}
			for _, n := range all {
				blocks[memoryOf(n)] = true
			}
			assert.Len(t, blocks, c.blocks, c.reason)
			for _, n := range all { // nothing may hang on what an earlier run left
				if d := n.Value().Data().([]float32); n != in {
					for i := range d {
						d[i] = float32(math.NaN())
					}
				}
			}
			m.Reset()
		}
		require.NoError(t, m.Close())
	}
}

// TestShareLeavesWhatIsKept: with Keeps an Op's memory is not what others have had
// before it, nor what they get after it.
func TestShareLeavesWhatIsKept(t *testing.T) {
	g := gorgonia.NewGraph()
	in := gorgonia.NewVector(g, tensor.Float32, gorgonia.WithShape(3), gorgonia.WithName("x"), gorgonia.WithValue(tensor.New(tensor.WithBacking([]float32{1, 2, 3}))))
	before := plus(plus(in, 1, false), 1, false) // which leaves a block free
	counted := count(before)
	after := plus(plus(plus(counted, 1, true), 1, false), 1, false)
	op.Share(g, gorgonia.Nodes{after})
	m := gorgonia.NewTapeMachine(g)
	for run := range 3 {
		require.NoError(t, m.RunAll())
		assert.Equal(t, float32(run+1), counted.Value().Data().([]float32)[0], "run %d", run)
		assert.Equal(t, float32(run+4), after.Value().Data().([]float32)[0], "run %d", run)
		m.Reset()
	}
	require.NoError(t, m.Close())
}
