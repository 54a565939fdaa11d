package layers

import (
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*PermuteLayer)(nil)
	_ keras.ShapeInferer = (*PermuteLayer)(nil)
	_ keras.DTypeInferer = (*PermuteLayer)(nil)
)

// Permute returns a layer that puts the axes of each sample in another order.
//
//	input  (batch, n₁, n₂, …)
//	output (batch, n of dims[0], n of dims[1], …)
//
// dims are the axes of the input in the order of the output, counted from 1:
// Permute(2, 1) exchanges the two axes after the batch. Integers stay integers. A mask
// ends here. Errors: dims that are not 1, 2, … in some order; an input of another rank.
func Permute(dims ...int) *PermuteLayer {
	l := &PermuteLayer{cfg: permuteConfig{Dims: append([]int{}, dims...)}}
	return l.init(l, "Permute", &l.cfg)
}

// PermuteLayer is the layer that Permute returns.
type PermuteLayer struct {
	base[PermuteLayer]
	cfg permuteConfig
}

type permuteConfig struct {
	Dims []int `keras:"dims"`
}

func (c *permuteConfig) validate() error {
	var f faults
	sorted := slices.Sorted(slices.Values(c.Dims))
	for i, d := range sorted {
		if d != i+1 {
			f.require(false, "Invalid permutation argument `dims` for Permute Layer. The set of indices in `dims` must be consecutive and start from 1. "+
				"Received dims="+tuple(c.Dims))
			break
		}
	}
	return f.err()
}

// OutputShapes gives the sizes in the new order.
func (l *PermuteLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	s, err := singleOfRank(len(l.cfg.Dims)+1, in)
	if err != nil {
		return nil, err
	}
	out := s.Clone()
	for i, d := range l.cfg.Dims {
		out[i+1] = s[d]
	}
	return []keras.Shape{out}, nil
}

// OutputDTypes gives the input's type.
func (l *PermuteLayer) OutputDTypes(in ...tensor.Dtype) []tensor.Dtype { return l.keepTypes(in) }

// Call moves the axes.
func (l *PermuteLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.Transpose(in[0], append([]int{0}, l.cfg.Dims...)...))
}
