package ops

import (
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
)

// BatchMoments are mean and variance of x over all axes but one, each of shape (n),
// where n is the size of that axis. A mask, of the shape of x without its last axis,
// says which elements count; nil is none. No gradient flows through the moments:
// BatchNormalization does without.
func BatchMoments(x, mask *gorgonia.Node, axis int) (mean, variance *gorgonia.Node) {
	dt, g := x.Dtype(), batchNormOf(x, mask, axis, 0)
	inputs := gorgonia.Nodes{x}
	place := include(&inputs, mask)
	out := op.Output{Shape: tensor.Shape{g.Channels}, Dtype: dt}
	moments := op.ApplyAll(op.Spec{
		Name:    "batch_moments",
		Outputs: []op.Output{out, out},
		Run:     op.ByType(dt, runBatchMoments[float32](g, place), runBatchMoments[float64](g, place)),
	}, inputs...)
	return moments[0], moments[1]
}

func runBatchMoments[T kernels.Float](g kernels.BatchNorm, mask int) op.Run {
	return func(in, out []any) error {
		kernels.BatchMoments(g, in[0].([]T), optional[bool](in, mask), out[0].([]T), out[1].([]T))
		return nil
	}
}

// batchNormOf sees x around an axis.
func batchNormOf(x, mask *gorgonia.Node, axis int, epsilon float64) kernels.BatchNorm {
	outer, channels, inner := split(x.Shape(), axisOf(x, axis))
	g := kernels.BatchNorm{Outer: outer, Channels: channels, Inner: inner, Epsilon: epsilon}
	if mask != nil {
		check(mask.Dtype() == tensor.Bool && slices.Equal(mask.Shape(), x.Shape()[:x.Dims()-1]),
			"a mask of the input's shape without the last axis", shapeOf(mask))
		g.Shared = x.Shape()[x.Dims()-1]
	}
	return g
}

// BatchNormConfig says along which axis BatchNormalization works, and with what.
type BatchNormConfig struct {
	Axis    int
	Epsilon float64 // added to the variance
	// OfBatch: mean and variance are the BatchMoments of x with Mask, so that x has an
	// effect through them too.
	OfBatch bool
	Mask    *gorgonia.Node
}

// BatchNormalization is (x − mean)/√(variance+ε)·gamma + beta, with numbers for each
// place on an axis of x. gamma and beta may be nil; no gradient flows to mean and variance.
func BatchNormalization(x, mean, variance, gamma, beta *gorgonia.Node, cfg BatchNormConfig) *gorgonia.Node {
	g := batchNormOf(x, cfg.Mask, cfg.Axis, cfg.Epsilon)
	dt := typeOf(x, mean, variance)
	inputs := gorgonia.Nodes{x, mean, variance}
	scale, offset := include(&inputs, gamma), include(&inputs, beta)
	for _, n := range inputs[1:] {
		typeOf(x, n)
		check(n.Dims() == 1 && n.Shape()[0] == g.Channels, "a number for each place on the axis", shapeOf(n))
	}
	return op.Apply(op.Spec{
		Name:     "batch_normalization",
		Outputs:  []op.Output{op.Like(x)},
		Run:      op.ByType(dt, runBatchNorm[float32](g, scale, offset), runBatchNorm[float64](g, scale, offset)),
		Constant: []int{1, 2},
		InPlace:  true,
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, wants []bool) gorgonia.Nodes {
			from := gorgonia.Nodes{grad, in[0], in[1], in[2]}
			p := batchNormPlaces{ofBatch: cfg.OfBatch, gamma: scale, beta: offset, wants: wants}
			p.scale, p.mask = include(&from, gamma), include(&from, cfg.Mask)
			return op.ApplyAll(op.Spec{
				Name:    "batch_normalization gradient",
				Outputs: wanted(in, wants),
				Run:     op.ByType(dt, runBatchNormGradient[float32](g, p), runBatchNormGradient[float64](g, p)),
				InPlace: wants[0],
			}, from...)
		},
	}, inputs...)
}

func runBatchNorm[T kernels.Float](g kernels.BatchNorm, gamma, beta int) op.Run {
	return func(in, out []any) error {
		kernels.BatchNormalize(g, in[0].([]T), in[1].([]T), in[2].([]T), optional[T](in, gamma), optional[T](in, beta), out[0].([]T))
		return nil
	}
}

// batchNormPlaces says where the gradient Op has what: gamma and beta among its outputs,
// which are wanted or not, scale (gamma) and mask among its inputs.
type batchNormPlaces struct {
	ofBatch     bool
	gamma, beta int
	wants       []bool
	scale, mask int
}

func runBatchNormGradient[T kernels.Float](g kernels.BatchNorm, p batchNormPlaces) op.Run {
	return func(in, out []any) error {
		dx, dgamma, dbeta := gradients[T](out, p.wants, p.gamma, p.beta)
		kernels.BatchNormGradient(g, p.ofBatch, in[1].([]T), in[2].([]T), in[3].([]T), optional[T](in, p.scale), optional[bool](in, p.mask),
			in[0].([]T), dx, dgamma, dbeta)
		return nil
	}
}

// LayerNormalization is (x − mean)/√(variance+ε)·gamma + beta, with mean and variance over
// some axes of x, and numbers for each place on these: gamma and beta have as many
// elements as there are, in any shape, or are nil. With rms, as in Keras's deprecated
// rms_scaling, the mean is not subtracted.
func LayerNormalization(x, gamma, beta *gorgonia.Node, axes []int, epsilon float64, rms bool) *gorgonia.Node {
	axes = axesOf(x, axes)
	if rest := others(x.Dims(), axes); len(rest) > 0 && axes[0] < rest[len(rest)-1] { // to the end, and back
		order, last, back := append(rest, axes...), slices.Clone(axes), make([]int, x.Dims())
		for i, a := range order {
			back[a] = i
		}
		for i := range last {
			last[i] = len(rest) + i
		}
		return Transpose(LayerNormalization(Transpose(x, order...), gamma, beta, last, epsilon, rms), back...)
	}
	_, n, _, _ := group(x.Shape(), axes)
	g := kernels.LayerNorm{N: n, Epsilon: epsilon, RMS: rms}
	inputs := gorgonia.Nodes{x}
	scale, offset := include(&inputs, gamma), include(&inputs, beta)
	for _, p := range inputs[1:] {
		check(volume(p.Shape()) == n, "a number for each place on the axes", shapeOf(p))
	}
	dt := typeOf(inputs...)
	return op.Apply(op.Spec{
		Name:    "layer_normalization",
		Outputs: []op.Output{op.Like(x)},
		Run:     op.ByType(dt, runLayerNorm[float32](g, scale, offset), runLayerNorm[float64](g, scale, offset)),
		InPlace: true,
		Grad: func(in gorgonia.Nodes, _, grad *gorgonia.Node, wants []bool) gorgonia.Nodes {
			from := gorgonia.Nodes{grad, in[0]}
			factor := include(&from, gamma)
			return op.ApplyAll(op.Spec{
				Name:    "layer_normalization gradient",
				Outputs: wanted(in, wants),
				Run: op.ByType(dt, runLayerNormGradient[float32](g, factor, scale, offset, wants),
					runLayerNormGradient[float64](g, factor, scale, offset, wants)),
				InPlace: wants[0],
			}, from...)
		},
	}, inputs...)
}

func runLayerNorm[T kernels.Float](g kernels.LayerNorm, gamma, beta int) op.Run {
	return func(in, out []any) error {
		kernels.LayerNormalize(g, in[0].([]T), optional[T](in, gamma), optional[T](in, beta), out[0].([]T))
		return nil
	}
}

func runLayerNormGradient[T kernels.Float](g kernels.LayerNorm, scale, gamma, beta int, wants []bool) op.Run {
	return func(in, out []any) error {
		dx, dgamma, dbeta := gradients[T](out, wants, gamma, beta)
		kernels.LayerNormGradient(g, in[1].([]T), optional[T](in, scale), in[0].([]T), dx, dgamma, dbeta)
		return nil
	}
}

// include adds a node to the inputs of an Op, and gives its place; 0 for nil.
func include(inputs *gorgonia.Nodes, n *gorgonia.Node) int {
	if n == nil {
		return 0
	}
	*inputs = append(*inputs, n)
	return len(*inputs) - 1
}

// gradients has those of the first input and of two that may be missing (place 0); nil
// for one that nobody wants.
func gradients[T any](out []any, wants []bool, second, third int) (x, y, z []T) {
	if wants[0] {
		x = out[0].([]T)
	}
	if second > 0 && wants[second] {
		y = out[second].([]T)
	}
	if third > 0 && wants[third] {
		z = out[third].([]T)
	}
	return x, y, z
}
