package ops

import (
	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
)

// Embedding looks up rows of a table (rows, n) by ids of any shape and gives (ids…, n).
// Ids are int32 or int64; those of other types are cast to int64. A negative one counts
// from the end: −1 is the last row. A run with another id that names no row fails.
func Embedding(table, ids *gorgonia.Node) *gorgonia.Node {
	check(table.Dims() == 2, "a table of shape (rows, n)", shapeOf(table))
	run, gradient := embedding[int32](table)
	if ids.Dtype() != tensor.Int32 {
		ids = Cast(ids, tensor.Int64)
		run, gradient = embedding[int64](table)
	}
	return op.Apply(op.Spec{
		Name:     "embedding",
		Outputs:  []op.Output{{Shape: append(ids.Shape(), table.Shape()[1]), Dtype: table.Dtype()}},
		Run:      run,
		Constant: []int{1},
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{op.Apply(op.Spec{
				Name:    "embedding gradient",
				Outputs: []op.Output{op.Like(in[0])},
				Run:     gradient,
				Keeps:   true, // most rows are 0, and were so in the last run
			}, in[1], grad), nil}
		},
	}, table, ids)
}

// embedding is the lookup in a table by ids of type I, and its gradient.
func embedding[I int32 | int64](table *gorgonia.Node) (run, gradient op.Run) {
	rows, width, dt := table.Shape()[0], table.Shape()[1], table.Dtype()
	return op.ByType(dt, runGather[I, float32](rows, width), runGather[I, float64](rows, width)),
		op.ByType(dt, runGatherGradient[I, float32](width), runGatherGradient[I, float64](width))
}

func runGather[I int32 | int64, T kernels.Float](rows, width int) op.Run {
	return func(in, out []any) error {
		ids := in[1].([]I)
		if bad := kernels.Gather(in[0].([]T), width, ids, out[0].([]T)); bad >= 0 {
			return errors.Errorf("expected ids in [%d, %d), received %d", -rows, rows, ids[bad])
		}
		return nil
	}
}

func runGatherGradient[I int32 | int64, T kernels.Float](width int) op.Run {
	gradient := kernels.NewGatherGradient[I, T](width)
	return func(in, out []any) error {
		gradient.Add(in[0].([]I), in[1].([]T), out[0].([]T))
		return nil
	}
}
