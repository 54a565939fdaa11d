package ops_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
)

func TestAllocs(t *testing.T) {
	for _, g := range readFixture(t).Cases {
		f, ok := cases[g.Name]
		if !ok {
			f = cases[firstWord(g.Name)]
		}
		wants := make([]bool, len(g.Inputs))
		for i, grad := range g.Grads {
			wants[i] = grad != nil
		}
		p := compile(t, func(trace *keras.Trace, in gorgonia.Nodes) *gorgonia.Node { return f(trace, in, g) }, g.Inputs, tensor.Float32, g.Cotangent.Data, wants, 1)
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
			if a := testing.AllocsPerRun(5, func() { o.Do(in...) }); a > 0 {
				t.Errorf("%s: %s: %v", g.Name, o, a)
			}
		}
	}
}
