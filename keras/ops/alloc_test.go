package ops_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/internal/race"
	"github.com/gokeras/gokeras/keras"
)

// allocations are those of a run of Ops that are not free of them: their kernels
// describe the work on the heap.
var allocations = map[string]float64{
	"cast": 1, "conv": 2, "conv gradient": 5, "conv_transpose": 2, "conv_transpose gradient": 4,
	"max_pool": 2, "max_pool gradient": 2, "average_pool": 2, "average_pool gradient": 2,
	"resize": 1, "resize gradient": 1,
}

// TestRunsDoNotAllocate runs every Op and gradient Op of the fixtures after the first run.
func TestRunsDoNotAllocate(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector makes sync.Pool drop things")
	}
	for _, g := range readFixture(t).Cases {
		_, f := drawingOf(g.Name)
		wants := make([]bool, len(g.Inputs))
		for i, grad := range g.Grads {
			wants[i] = grad != nil
		}
		draw := func(trace *keras.Trace, in gorgonia.Nodes) *gorgonia.Node { return f(trace, in, g) }
		p := compile(t, draw, g.Inputs, tensor.Float32, g.Cotangent.Data, wants, 1)
		require.NoError(t, p.run())
		for _, n := range p.trace.Graph().AllNodes() {
			if _, _, ok := op.SpecOf(n); !ok {
				continue
			}
			var in []gorgonia.Value
			for _, c := range op.Children(n) {
				in = append(in, c.Value())
			}
			o := n.Op()
			got := testing.AllocsPerRun(5, func() {
				if _, err := o.Do(in...); err != nil {
					t.Error(err)
				}
			})
			assert.LessOrEqual(t, got, allocations[o.String()], "%s: allocations of a run of %s", g.Name, o)
		}
	}
}
