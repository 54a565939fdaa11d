package ops

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
)

// NormalLike is normal numbers of a mean and a standard deviation, of the shape and type
// of x, drawn anew in each run. seeds gives each run its key.
func NormalLike(t *keras.Trace, x *gorgonia.Node, mean, stddev float64, seeds *keras.SeedGenerator) *gorgonia.Node {
	next := t.Keys(seeds)
	return op.Apply(op.Spec{
		Name:    "normal",
		Outputs: []op.Output{op.Like(x)},
		Run:     op.ByType(x.Dtype(), runNormal[float32](mean, stddev, next), runNormal[float64](mean, stddev, next)),
	}, x)
}

func runNormal[T kernels.Float](mean, stddev float64, next func() uint64) op.Run {
	return func(_, out []any) error {
		kernels.Normal(next(), mean, stddev, out[0].([]T))
		return nil
	}
}
