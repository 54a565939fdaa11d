package layers

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*AdditiveAttentionLayer)(nil)
	_ keras.ShapeInferer = (*AdditiveAttentionLayer)(nil)
	_ keras.MaskComputer = (*AdditiveAttentionLayer)(nil)
	_ keras.ListTaker    = (*AdditiveAttentionLayer)(nil)
)

// AdditiveAttention returns a layer that gives each query the mean of the values, weighted by
// the softmax of the scores Σ scale·tanh(query + key), as Bahdanau's attention does.
//
//	inputs query (batch, Tq, dim), value (batch, Tv, d), key (batch, Tv, dim); without key the values
//	output (batch, Tq, d)
//	weight scale (dim), with UseScale
//
// Call arguments and masks are those of Attention.
//
// Defaults: UseScale true, Dropout 0, a Seed of its own. Errors: a dropout outside [0, 1];
// fewer than two or more than three inputs; inputs of a rank other than 3, or that do not fit.
func AdditiveAttention() *AdditiveAttentionLayer {
	l := &AdditiveAttentionLayer{cfg: attentionOptions{UseScale: true}}
	l.options = &l.cfg
	return l.init(l, "AdditiveAttention", &l.cfg)
}

// AdditiveAttentionLayer is the layer that AdditiveAttention returns.
type AdditiveAttentionLayer struct {
	attention[AdditiveAttentionLayer]
	cfg attentionOptions
}

// UseScale sets use_scale: whether there is a scale, for each feature. Default true.
func (l *AdditiveAttentionLayer) UseScale(on bool) *AdditiveAttentionLayer {
	l.cfg.UseScale = on
	return l
}

// Build makes scale.
func (l *AdditiveAttentionLayer) Build(in ...keras.Shape) error {
	l.seeds = seedsOf(l.cfg.Seed)
	if l.cfg.UseScale {
		l.scale = l.AddWeight("scale", keras.Shape{in[0].Last()}, initializers.GlorotUniform())
	}
	return nil
}

// Call weighs the values.
func (l *AdditiveAttentionLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	in = l.floats(in)
	query, value, key := in[0], in[1], in[len(in)-1]
	scores := ops.Tanh(pairSums(query, key))
	if l.cfg.UseScale {
		scores = ops.MatMul(scores, t.Var(l.scale))
	} else {
		scores = ops.Sum(scores, -1)
	}
	return l.attend(t, scores, value)
}
