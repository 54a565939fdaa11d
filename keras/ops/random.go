package ops

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
)

// RandomNormal is a tensor of a shape, float32, of normal numbers of mean 0 and standard
// deviation 1, drawn anew in each run. seeds gives each run its key. No gradient flows
// through it.
func RandomNormal(t *keras.Trace, seeds *keras.SeedGenerator, dims ...int) *gorgonia.Node {
	return random(t, "random normal", seeds, dims, func(key uint64, out []float32) { kernels.Normal(key, 0, 1, out) })
}

// RandomUniform is RandomNormal with uniform numbers from [0, 1).
func RandomUniform(t *keras.Trace, seeds *keras.SeedGenerator, dims ...int) *gorgonia.Node {
	return random(t, "random uniform", seeds, dims, func(key uint64, out []float32) { kernels.Uniform(key, 0, 1, out) })
}

func random(t *keras.Trace, name string, seeds *keras.SeedGenerator, dims []int, draw func(key uint64, out []float32)) *gorgonia.Node {
	check(seeds != nil, "a generator of seeds", nil)
	checkSizes(dims)
	next := t.Keys(seeds)
	return op.Apply(op.Spec{
		Name:    name,
		Outputs: []op.Output{{Shape: tensor.Shape(dims).Clone(), Dtype: tensor.Float32}},
		Run: func(_, out []any) error {
			draw(next(), out[0].([]float32))
			return nil
		},
	}, Zeros(t)) // Gorgonia's machines run no Op without an operand
}
