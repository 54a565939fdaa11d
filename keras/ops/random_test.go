package ops_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

func TestRandom(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		draw       func(t *keras.Trace, seeds *keras.SeedGenerator, dims ...int) *gorgonia.Node
		mean, std  float64
		smallest   float64
		upperBound float64
	}{
		{"normal", ops.RandomNormal, 0, 1, math.Inf(-1), math.Inf(1)},
		{"uniform", ops.RandomUniform, 0.5, math.Sqrt(1. / 12), 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			const n = 40000
			seeds := keras.NewSeedGenerator(7)
			f := func(trace *keras.Trace, in gorgonia.Nodes) *gorgonia.Node {
				return ops.Add(in[0], tt.draw(trace, seeds, 200, 200))
			}
			p := compile(t, f, []values{{Shape: []int{1}, Dtype: "float32", Data: numbers{0}}}, tensor.Float32, ones(n), []bool{true}, 1)
			var before []float64
			for range 2 {
				require.NoError(t, p.run())
				y := numbersOf(t, p.out.Value())
				require.NotEqual(t, before, y, "each run draws anew")
				var sum, squares float64
				for _, v := range y {
					require.True(t, v >= tt.smallest && v < tt.upperBound, "%v", v)
					sum += v
					squares += v * v
				}
				// Five standard errors.
				assert.InDelta(t, tt.mean, sum/n, 5*tt.std/math.Sqrt(n))
				assert.InDelta(t, tt.std, math.Sqrt(squares/n-math.Pow(sum/n, 2)), 5*tt.std/math.Sqrt(2*n))
				before = y
			}
			assert.Equal(t, []float64{n}, numbersOf(t, p.grads[0].Value()), "what is added to it gets its gradient")
		})
	}
	trace := keras.NewTrace(gorgonia.NewGraph(), true)
	assert.Panics(t, func() { ops.RandomNormal(trace, nil, 2) })
	assert.Panics(t, func() { ops.RandomNormal(trace, keras.NewSeedGenerator(1), 0) })
}
