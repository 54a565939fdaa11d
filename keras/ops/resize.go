package ops

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
)

// filters are the interpolations of Resize.
var filters = map[string]kernels.Filter{
	"bilinear": kernels.Triangle, "bicubic": kernels.Cubic, "lanczos3": kernels.Lanczos3, "lanczos5": kernels.Lanczos5,
}

// Resize gives images another size. The interpolation is bilinear, bicubic, lanczos3 or
// lanczos5; what becomes smaller is not smoothed before.
//
//	x (batch, rows, cols, channels)   result (batch, height, width, channels)
func Resize(x *gorgonia.Node, height, width int, interpolation string) *gorgonia.Node {
	check(x.Dims() == 4, "an input of rank 4", shapeOf(x))
	check(height > 0 && width > 0, "positive sizes", height, width)
	f, ok := filters[interpolation]
	check(ok, "an interpolation bicubic, bilinear, lanczos3 or lanczos5", interpolation)
	dt, from, to := x.Dtype(), x.Shape(), x.Shape()
	to[1], to[2] = height, width
	return op.Apply(op.Spec{
		Name:    "resize",
		Outputs: []op.Output{{Shape: to, Dtype: dt}},
		Run:     op.ByType(dt, runResize[float32](f, from, to, false), runResize[float64](f, from, to, false)),
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{op.Apply(op.Spec{
				Name:    "resize gradient",
				Outputs: []op.Output{op.Like(in[0])},
				Run:     op.ByType(dt, runResize[float32](f, from, to, true), runResize[float64](f, from, to, true)),
			}, grad)}
		},
	}, x)
}

// runResize makes its maps when it runs: the sizes may be too large for any memory.
func runResize[T kernels.Float](f kernels.Filter, from, to tensor.Shape, transposed bool) op.Run {
	var rows, cols *kernels.Resampling[T]
	return func(in, out []any) error {
		if rows == nil {
			rows, cols = kernels.NewResampling[T](f, from[1], to[1]), kernels.NewResampling[T](f, from[2], to[2])
			if transposed {
				rows, cols = rows.Transposed(), cols.Transposed()
			}
		}
		kernels.Resize(rows, cols, in[0].([]T), out[0].([]T), from[0], from[3])
		return nil
	}
}
