package layers

import (
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/symbolic"
)

// The names of call arguments that attentions have.
const (
	useCausalMask         = "use_causal_mask"
	returnAttentionScores = "return_attention_scores"
)

// isOn reports whether a call argument of the running layer is true.
func isOn(t *keras.Trace, argument string) bool {
	v, _ := t.Named(argument)
	return v == true
}

// attention is what Attention and AdditiveAttention share: all but the scores.
type attention[Self any] struct {
	base[Self]
	options *attentionOptions
	scale   *keras.Variable
	seeds   *keras.SeedGenerator
}

// attentionOptions are those that both have.
type attentionOptions struct {
	UseScale bool    `keras:"use_scale"`
	Dropout  float64 `keras:"dropout"`
	Seed     *int    `keras:"seed"`
}

func (o *attentionOptions) validate() error {
	var f faults
	f.requireRate("dropout", o.Dropout)
	return f.err()
}

// Dropout sets dropout, the fraction of the weights of the values that is dropped in
// training. Default 0.
func (l *attention[Self]) Dropout(rate float64) *Self {
	l.options.Dropout = rate
	return l.self
}

// Seed sets seed, which makes what is dropped repeatable. Default a random one.
func (l *attention[Self]) Seed(seed int) *Self {
	l.options.Seed = &seed
	return l.self
}

// TakesList says that Keras's call takes query, value and key as one list.
func (l *attention[Self]) TakesList() {}

// OutputShapes checks the inputs. What is given depends on the call's arguments.
func (l *attention[Self]) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	if len(in) < 2 || len(in) > 3 {
		return nil, keras.Fault(keras.ErrShape, "%s layer accepts inputs list of length 2 or 3, namely [query, value] or [query, value, key]. "+
			"Received length: %d.", l.Class(), len(in))
	}
	query, value, key := in[0], in[1], in[len(in)-1]
	rank := query.Rank()
	if rank != 2 && rank != 3 || value.Rank() != rank || key.Rank() != rank {
		return nil, keras.Expected(keras.ErrShape, "inputs of rank 3, or of rank 2", shapeList(in))
	}
	differ := func(a, b int) bool { return a != keras.None && b != keras.None && a != b }
	if differ(query.Last(), key.Last()) || differ(key[rank-2], value[rank-2]) {
		return nil, keras.Expected(keras.ErrShape, "a query as wide as the keys, and a key for each value", shapeList(in))
	}
	return nil, nil
}

// attend gives each query the mean of the values, weighted by the softmax of its scores.
func (l *attention[Self]) attend(t *keras.Trace, scores, value *gorgonia.Node) ([]*gorgonia.Node, error) {
	mask := l.bool(t.Mask(1))
	if mask != nil {
		mask = ops.ExpandDims(mask, -2)
	}
	if isOn(t, useCausalMask) {
		shape := scores.Shape()
		causal := causalMask(t, shape[len(shape)-2], shape[len(shape)-1])
		if len(shape) == 2 {
			causal = ops.Squeeze(causal, 0)
		}
		mask = both(mask, causal)
	}
	if mask != nil {
		scores = ops.Add(scores, l.below(mask, maskedLogit))
	}
	weights := ops.Dropout(t, ops.Softmax(scores, -1), l.options.Dropout, nil, l.seeds)
	y := products("qv,vd->qd", weights, value)
	if mask := l.bool(t.Mask(0)); mask != nil {
		y = ops.Where(ops.ExpandDims(mask, -1), y, l.float(ops.Zeros(t)))
	}
	if isOn(t, returnAttentionScores) {
		return t.Out(y, weights)
	}
	return t.Out(y)
}

// products is an einsum of matrices, for each sample, or of all samples where they are rows.
func products(equation string, a, b *gorgonia.Node) *gorgonia.Node {
	if a.Dims() == 3 {
		equation = "b" + strings.NewReplacer(",", ",b", ">", ">b").Replace(equation)
	}
	return ops.Einsum(equation, a, b)
}

// ComputeMasks gives the queries' mask.
func (l *attention[Self]) ComputeMasks(_ *keras.Trace, _, masks []*gorgonia.Node) ([]*gorgonia.Node, error) {
	return masks[:1], nil
}

// DrawMasks gives the queries' mask, by way of an operation that does not change it.
func (l *attention[Self]) DrawMasks(_, masks keras.List) keras.List {
	if masks[0] == nil {
		return nil
	}
	return keras.List{symbolic.ConvertToTensor(masks[0])}
}

// bool is a mask, nil for none.
func (b *base[Self]) bool(mask *gorgonia.Node) *gorgonia.Node {
	if mask == nil {
		return nil
	}
	return ops.Cast(mask, tensor.Bool)
}

// below is 0 where a mask holds, else a number.
func (b *base[Self]) below(mask *gorgonia.Node, number float64) *gorgonia.Node {
	return ops.Scale(b.float(mask), -number, number)
}

// both is what two masks have in common; nil is one that leaves out nothing.
func both(a, b *gorgonia.Node) *gorgonia.Node {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return ops.LogicalAnd(a, b)
}

// causalMask (1, queries, keys) leaves out the keys behind a query's own place.
func causalMask(t *keras.Trace, queries, keys int) *gorgonia.Node {
	return placeMask(t, queries, keys, func(query, key int) bool { return key <= query })
}

// placeMask is a mask (1, queries, keys) by their places.
func placeMask(t *keras.Trace, queries, keys int, holds func(query, key int) bool) *gorgonia.Node {
	mask := tensor.New(tensor.Of(tensor.Bool), tensor.WithShape(1, queries, keys))
	for i := range mask.Bools() {
		mask.Bools()[i] = holds(i/keys, i%keys)
	}
	return ops.Constant(t, mask)
}
