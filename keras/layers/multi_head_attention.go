package layers

import (
	"fmt"
	"math"
	"slices"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*MultiHeadAttentionLayer)(nil)
	_ keras.ShapeInferer = (*MultiHeadAttentionLayer)(nil)
	_ keras.MaskRouter   = (*MultiHeadAttentionLayer)(nil)
	_ keras.Wrapper      = (*MultiHeadAttentionLayer)(nil)
	_ keras.InputNamer   = (*MultiHeadAttentionLayer)(nil)
)

// MultiHeadAttention returns the attention of "Attention is all you need" (Vaswani et al.
// 2017): in each of several heads, queries, keys and values are projected, and each query
// gets the mean of the values, weighted by the softmax of its products with the keys, which
// are divided by √keyDim; the heads' results are projected together.
//
//	inputs query (batch, T, …), value (batch, S, …), key (batch, S, …); without key the values
//	output (batch, T, E), E being the last axis of query
//
// Its parts are layers of their own, EinsumDense, with the names query, key, value and
// attention_output. The options of kernels and biases are those of all of them.
//
// Call arguments: attention_mask (batch, T, S), which says what each query sees; use_causal_mask,
// with which it sees the keys up to its own place; value_mask and key_mask (batch, S) in the
// place of the masks that come with the inputs; return_attention_scores, with which the
// softmaxes (batch, heads, T, S) are a second output. All masks count together. query_mask
// counts for nothing, as in Keras, but the mask that comes with query does, and passes through.
//
// Defaults: ValueDim keyDim, Dropout 0, UseBias true, OutputShape and AttentionAxes as above,
// no SlidingWindow, UseGate false, KernelInitializer GlorotUniform, BiasInitializer Zeros, no
// regularizers, no constraints, a Seed of its own. Errors: sizes < 1; a dropout outside [0, 1];
// fewer than two or more than three inputs; keys and values of other axes but the last.
func MultiHeadAttention(numHeads, keyDim int) *MultiHeadAttentionLayer {
	l := &MultiHeadAttentionLayer{cfg: multiHeadAttentionConfig{
		NumHeads: numHeads, KeyDim: keyDim, ValueDim: keyDim, UseBias: true,
		KernelInitializer: initializers.GlorotUniform(), BiasInitializer: initializers.Zeros(),
	}}
	l.weightSetters = newWeightSetters(l, l.cfg.weights())
	return l.init(l, "MultiHeadAttention", &l.cfg)
}

// MultiHeadAttentionLayer is the layer that MultiHeadAttention returns.
type MultiHeadAttentionLayer struct {
	base[MultiHeadAttentionLayer]
	weightSetters[MultiHeadAttentionLayer]
	cfg                             multiHeadAttentionConfig
	query, key, value, gate, output *EinsumDenseLayer
	products, means                 string // equations of the scores, and of what they give
	seeds                           *keras.SeedGenerator
}

// FromConfig sets what Config writes.
func (l *MultiHeadAttentionLayer) FromConfig(cfg keras.Config) error {
	const activity = "activity_regularizer" // of the projections: the layer itself has none
	if v, ok := cfg.Get(activity); ok {
		if err := keras.DecodeFields(&l.cfg, keras.Config{{Key: activity, Value: v}}); err != nil {
			return err
		}
	}
	return l.Base.FromConfig(cfg.Without(activity))
}

// InputNames are those of the arguments of Keras's call.
func (l *MultiHeadAttentionLayer) InputNames() []string { return []string{"query", "value", "key"} }

// Attributes are the projections.
func (l *MultiHeadAttentionLayer) Attributes() []keras.Attribute {
	var all []keras.Attribute
	for _, p := range []struct {
		name  string
		layer *EinsumDenseLayer
	}{{"query_dense", l.query}, {"key_dense", l.key}, {"_gate_dense", l.gate}, {"value_dense", l.value}, {"output_dense", l.output}} {
		if p.layer != nil {
			all = append(all, attribute(p.name, p.layer))
		}
	}
	return all
}

// axisLetters are those of so many axes, from a place in the alphabet on.
func axisLetters(from, n int) []rune {
	all := make([]rune, n)
	for i := range all {
		all[i] = 'a' + rune(from+i)
	}
	return all
}

// projection is a dense layer from the last axes, so many, of an input to others.
func (l *MultiHeadAttentionLayer) projection(name string, rank, summed int, dims ...int) *EinsumDenseLayer {
	c := &l.cfg
	free := rank - summed
	e := einsum{in: axisLetters(0, rank), kernel: axisLetters(free, summed+len(dims))}
	outputs := e.kernel[summed:]
	e.out = slices.Concat(e.in[:free], outputs)
	shape := make([]int, free-1, free-1+len(dims))
	for i := range shape {
		shape[i] = keras.None
	}
	p := EinsumDense(e.String(), append(shape, dims...)...).WithName(name).WithDType(l.DType()).
		KernelInitializer(another(c.KernelInitializer)).BiasInitializer(another(c.BiasInitializer)).
		KernelRegularizer(c.KernelRegularizer).BiasRegularizer(c.BiasRegularizer).ActivityRegularizer(c.ActivityRegularizer).
		KernelConstraint(c.KernelConstraint).BiasConstraint(c.BiasConstraint)
	if c.UseBias {
		p.BiasAxes(string(outputs))
	}
	if !l.IsTrainable() {
		p.Trainable(false)
	}
	return p
}

// another is an initializer with the same config: one without a seed draws other numbers.
func another(i keras.Initializer) keras.Initializer {
	o, err := keras.Deserialize(keras.KindInitializer, keras.Serialize(keras.KindInitializer, i))
	if err != nil { // of a class that no config can name
		return i
	}
	return o.(keras.Initializer)
}

// Build makes the projections.
func (l *MultiHeadAttentionLayer) Build(in ...keras.Shape) error {
	c := &l.cfg
	query, value, key := in[0], in[1], in[len(in)-1]
	rank := query.Rank()
	l.query = l.projection("query", rank, 1, c.NumHeads, c.KeyDim)
	l.key = l.projection("key", key.Rank(), 1, c.NumHeads, c.KeyDim)
	l.value = l.projection("value", value.Rank(), 1, c.NumHeads, c.ValueDim)
	dims := []int{query.Last()}
	if c.OutputShape != nil {
		dims = c.OutputShape
	}
	l.output = l.projection("attention_output", rank+1, 2, dims...)
	if c.UseGate {
		l.gate = l.projection("gate", rank, 1, c.NumHeads, c.ValueDim).Activation(activations.Sigmoid)
	}
	l.setAxes(rank)
	l.seeds = seedsOf(c.Seed)
	heads := append(query[:rank-1].Clone(), c.NumHeads, c.ValueDim)
	for _, p := range []struct {
		layer *EinsumDenseLayer
		shape keras.Shape
	}{{l.query, query}, {l.key, key}, {l.gate, query}, {l.value, value}, {l.output, heads}} {
		if p.layer == nil {
			continue
		}
		if err := l.BuildInside(p.layer, p.shape); err != nil {
			return err
		}
	}
	return nil
}

// setAxes counts the axes of the attention from the front, for inputs of a rank, and writes
// the equations for them: projected, a tensor is (batch, other axes, …, heads, features).
func (l *MultiHeadAttentionLayer) setAxes(rank int) {
	axes := slices.Clone(l.cfg.AttentionAxes)
	for i, a := range axes {
		if a < 0 {
			axes[i] += rank
		}
	}
	if axes == nil {
		for a := 1; a < rank-1; a++ {
			axes = append(axes, a)
		}
	}
	l.cfg.AttentionAxes = axes
	query := axisLetters(0, rank+1)
	key := slices.Clone(query)
	var scores, seen []rune
	for i := range rank {
		if !slices.Contains(axes, i) {
			scores = append(scores, query[i])
		}
	}
	for i, a := range axes {
		key[a] = 'a' + rune(rank+1+i)
		scores, seen = append(scores, query[a]), append(seen, key[a])
	}
	scores = append(scores, seen...)
	l.products = einsum{in: query, kernel: key, out: scores}.String()
	l.means = einsum{in: scores, kernel: key, out: query}.String()
}

// OutputShapes checks the inputs. What is given depends on the call's arguments.
func (l *MultiHeadAttentionLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	if len(in) < 2 || len(in) > 3 {
		return nil, keras.Expected(keras.ErrShape, "query and value, or query, value and key", shapeList(in))
	}
	query, value, key := in[0], in[1], in[len(in)-1]
	if query.Rank() < 3 || value.Rank() != query.Rank() || key.Rank() != query.Rank() {
		return nil, keras.Expected(keras.ErrShape, "inputs of one rank, of at least 3", shapeList(in))
	}
	if !value[1 : value.Rank()-1].Equal(key[1 : key.Rank()-1]) {
		return nil, keras.Fault(keras.ErrShape, "All dimensions of `value` and `key`, except the last one, must be equal. "+
			"Received: value_shape=%s and key_shape=%s", value, key)
	}
	for _, a := range l.cfg.AttentionAxes {
		if a >= query.Rank()-1 || a < -query.Rank() || (a+query.Rank())%query.Rank() == 0 {
			return nil, keras.Expected(keras.ErrShape, fmt.Sprintf("inputs that have the attention axes %v between batch and features", l.cfg.AttentionAxes), query)
		}
	}
	return nil, nil
}

// Call attends in all heads.
func (l *MultiHeadAttentionLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	query, value, key := in[0], in[1], in[len(in)-1]
	mask := l.mask(t, query, value)
	projected := make([]*gorgonia.Node, 4)
	for i, p := range []struct {
		layer *EinsumDenseLayer
		x     *gorgonia.Node
	}{{l.gate, query}, {l.query, query}, {l.key, key}, {l.value, value}} {
		if p.layer == nil {
			continue
		}
		outs, err := t.Call(p.layer, keras.Auto, nil, withoutMask, p.x)
		if err != nil {
			return nil, err
		}
		projected[i] = outs[0]
	}
	gate := projected[0]
	query, key, value = projected[1], projected[2], projected[3]
	scores := ops.Einsum(l.products, ops.Scale(query, 1/math.Sqrt(float64(l.cfg.KeyDim)), 0), key)
	scores = l.softmax(t, scores, mask)
	y := ops.Einsum(l.means, ops.Dropout(t, scores, l.cfg.Dropout, nil, l.seeds), value)
	if gate != nil {
		y = ops.Mul(y, gate)
	}
	y = t.Apply(l.output, y)
	if isOn(t, returnAttentionScores) {
		return t.Out(y, scores)
	}
	return t.Out(y)
}

// withoutMask are the arguments of a call that takes no notice of the mask of its input.
var withoutMask = map[string]any{"mask": []*gorgonia.Node{nil}}

// mask is what a query sees, by all masks together; nil: everything.
func (l *MultiHeadAttentionLayer) mask(t *keras.Trace, query, value *gorgonia.Node) *gorgonia.Node {
	argument := func(name string, input int) *gorgonia.Node {
		if m, _ := t.Named(name); m != nil {
			return l.bool(m.(*gorgonia.Node))
		}
		return l.bool(t.Mask(input))
	}
	along := func(m *gorgonia.Node, axis int) *gorgonia.Node {
		if m == nil {
			return nil
		}
		return ops.ExpandDims(m, axis)
	}
	mask := both(along(l.bool(t.Mask(0)), -1), along(argument("value_mask", 1), -2))
	mask = both(mask, along(argument("key_mask", 2), -2))
	queries, keys := query.Shape()[1], value.Shape()[1]
	if isOn(t, useCausalMask) {
		mask = both(mask, causalMask(t, queries, keys))
	}
	if w := l.cfg.SlidingWindow; w != nil {
		mask = both(mask, placeMask(t, queries, keys, func(query, key int) bool { return -*w < query-key && query-key < *w }))
	}
	return both(argument("attention_mask", -1), mask)
}

// unseen is what Keras's fused attention puts in the place of scores outside a mask.
const unseen = -0.7 * math.MaxFloat32

// softmax is that of the scores of each query. Where a query sees nothing, all keys are
// equal, or, in the cases in which Keras computes the scores one by one, all are 0.
func (l *MultiHeadAttentionLayer) softmax(t *keras.Trace, scores, mask *gorgonia.Node) *gorgonia.Node {
	fused := l.cfg.Dropout == 0 && !isOn(t, returnAttentionScores) && scores.Dims() == 4
	shape, axes := scores.Shape(), len(l.cfg.AttentionAxes)
	if mask == nil {
		return overLast(scores, axes)
	}
	for mask.Dims() < len(shape) {
		mask = ops.ExpandDims(mask, -2*axes-1)
	}
	number := float64(maskedLogit)
	if fused {
		number = unseen
	}
	seen := l.float(mask)
	y := overLast(ops.Add(ops.Mul(scores, seen), l.below(mask, number)), axes)
	if fused {
		return y
	}
	return ops.Mul(y, seen)
}

// overLast is the softmax over the last axes, so many.
func overLast(x *gorgonia.Node, axes int) *gorgonia.Node {
	if axes == 1 {
		return ops.Softmax(x, -1)
	}
	shape := x.Shape()
	flat := append(slices.Clone(shape[:len(shape)-axes]), -1)
	return ops.Reshape(ops.Softmax(ops.Reshape(x, flat...), -1), shape...)
}

// RouteMasks gives the queries' mask.
func (l *MultiHeadAttentionLayer) RouteMasks(int) []int { return []int{0} }
