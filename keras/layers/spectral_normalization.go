package layers

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*SpectralNormalizationLayer)(nil)
	_ keras.ShapeInferer = (*SpectralNormalizationLayer)(nil)
	_ keras.DTypeInferer = (*SpectralNormalizationLayer)(nil)
	_ keras.Wrapper      = (*SpectralNormalizationLayer)(nil)
)

// SpectralNormalization returns a layer that applies a layer whose kernel it divides, in
// training, by the largest singular value σ of that kernel as a matrix (…, n), n being its
// last axis. The layer's kernel, or the embeddings of an Embedding, then have the spectral
// norm 1, as the discriminators of some GANs want it (arXiv:1802.05957).
//
//	input  one of the layer    vector_u (1, n), not trained
//	output that of the layer, of the input's type
//
// σ is estimated by power iteration: v = |u·kernelᵀ|, u = |v·kernel|, σ = v·kernel·uᵀ, where
// |x| is x divided by its norm, and u, the weight vector_u, goes on from call to call. Each
// call in training writes u, and the divided kernel into the layer: the optimizer changes
// what was written, by the gradient at that place, as with Keras on TensorFlow and PyTorch.
// (On JAX, Keras loses what was written, and differentiates σ.) A kernel of zeros stays.
//
// Defaults: PowerIterations 1. The layer decides what becomes of a mask, although a warning
// says, as Keras's does, that it ends. Errors: no layer; one without kernel and embeddings;
// less than one iteration; a last axis of the input other than that for which the layer was
// built; those of the layer.
func SpectralNormalization(layer keras.Layer) *SpectralNormalizationLayer {
	l := &SpectralNormalizationLayer{cfg: spectralNormalizationConfig{Layer: layer, PowerIterations: 1}}
	return l.init(l, "SpectralNormalization", &l.cfg)
}

// SpectralNormalizationLayer is the layer that SpectralNormalization returns.
type SpectralNormalizationLayer struct {
	base[SpectralNormalizationLayer]
	cfg     spectralNormalizationConfig
	kernel  *keras.Variable // the layer's
	vectorU *keras.Variable
	last    int // axis of the input for which the layer was built
}

type spectralNormalizationConfig struct {
	Layer           keras.Layer `keras:"layer"`
	PowerIterations int         `keras:"power_iterations"`
}

// PowerIterations sets power_iterations, by which each call in training estimates σ. Default 1.
func (l *SpectralNormalizationLayer) PowerIterations(n int) *SpectralNormalizationLayer {
	l.cfg.PowerIterations = n
	return l
}

func (c *spectralNormalizationConfig) validate() error {
	var f faults
	f.require(c.Layer != nil, "Layer None supplied to Wrapper isn't a supported layer type. Please ensure wrapped layer is a valid Keras layer.")
	f.require(c.PowerIterations > 0, fmt.Sprintf("`power_iterations` should be greater than zero. Received: `power_iterations=%d`", c.PowerIterations))
	return f.err()
}

// Attributes are the layer that is applied.
func (l *SpectralNormalizationLayer) Attributes() []keras.Attribute {
	return []keras.Attribute{attribute("layer", l.cfg.Layer)}
}

// Build builds the layer, and makes vector_u.
func (l *SpectralNormalizationLayer) Build(in ...keras.Shape) error {
	if err := l.BuildInside(l.cfg.Layer, in...); err != nil {
		return err
	}
	weights := l.cfg.Layer.LayerBase().OwnWeights()
	i := slices.IndexFunc(weights, func(v *keras.Variable) bool { return v.Name() == "kernel" || v.Name() == "embeddings" })
	if i < 0 || weights[i].Shape().Rank() == 0 {
		return keras.Fault(keras.ErrArgument, "%s object has no attribute 'kernel' nor 'embeddings'", l.cfg.Layer.LayerBase().Class())
	}
	l.kernel, l.last = weights[i], in[0].Last()
	l.ShareWeight(l.kernel)
	l.vectorU = l.AddWeight("vector_u", keras.Shape{1, l.kernel.Shape().Last()},
		typed{initializers.TruncatedNormal().StdDev(0.02), l.kernel.DType()}, keras.NonTrainable())
	return nil
}

// OutputShapes gives the layer's.
func (l *SpectralNormalizationLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	s, err := single(in)
	if err == nil && s.Rank() < 1 {
		err = keras.RankTooLow(1, s)
	}
	if err != nil {
		return nil, err
	}
	if d := s.Last(); l.Built() && l.last != keras.None && d != keras.None && d != l.last {
		return nil, keras.WrongAxis(-1, l.last, s)
	}
	if inferer, says := l.cfg.Layer.(keras.ShapeInferer); says {
		return inferer.OutputShapes(s)
	}
	return nil, nil
}

// OutputDTypes gives the input's type.
func (l *SpectralNormalizationLayer) OutputDTypes(in ...tensor.Dtype) []tensor.Dtype {
	return l.keepTypes(in)
}

// Call applies the layer, in training with a kernel that it divides before.
func (l *SpectralNormalizationLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	if t.Training {
		l.normalize(t)
	}
	return t.Out(ops.Cast(t.Apply(l.cfg.Layer, in[0]), in[0].Dtype()))
}

// normalize divides the kernel by its spectral norm, and moves vector_u.
func (l *SpectralNormalizationLayer) normalize(t *keras.Trace) {
	kernel, before := t.Var(l.kernel), t.Var(l.vectorU)
	n := l.vectorU.Size()
	matrix := ops.Reshape(kernel, -1, n)
	u, sigma := before, (*gorgonia.Node)(nil)
	for range l.cfg.PowerIterations {
		v := ops.Reshape(ops.Normalize(ops.MatMul(matrix, ops.Reshape(u, n, 1))), 1, -1)
		moved := ops.MatMul(v, matrix)
		u = ops.Normalize(moved)
		sigma = ops.Sum(ops.Mul(moved, u))
	}
	some := ops.AnyDiffers(ops.Reshape(kernel, 1, -1), 0)
	t.Update(l.vectorU, ops.Where(some, u, before))
	t.Update(l.kernel, ops.Where(some, ops.Div(kernel, sigma), kernel))
}
