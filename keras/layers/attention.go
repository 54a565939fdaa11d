package layers

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*AttentionLayer)(nil)
	_ keras.ShapeInferer = (*AttentionLayer)(nil)
	_ keras.MaskComputer = (*AttentionLayer)(nil)
	_ keras.ListTaker    = (*AttentionLayer)(nil)
)

// ScoreMode says how Attention compares queries with keys.
type ScoreMode string

// The score modes.
const (
	ScoreDot    ScoreMode = "dot"    // query·key
	ScoreConcat ScoreMode = "concat" // Σ tanh(query + key), times a weight
)

// Attention returns a layer that gives each query the mean of the values, weighted by the
// softmax of the query's scores with the keys, as Luong's attention does.
//
//	inputs query (batch, Tq, dim), value (batch, Tv, d), key (batch, Tv, dim); without key the values
//	output (batch, Tq, d)
//	weights scale (), with UseScale; concat_score_weight (), with ScoreConcat
//
// Call arguments: use_causal_mask, with which a query sees the keys up to its own place
// only; return_attention_scores, with which the softmaxes (batch, Tq, Tv) are a second
// output:
//
//	keras.ApplyArgs(l, keras.Args{Named: map[string]any{"use_causal_mask": true}}, query, value)
//
// Inputs of rank 2 are, as in Keras, one sequence each: a sample is a step.
//
// Values that their mask leaves out have no weight; where the queries' mask does, the output
// is 0. The queries' mask passes through. The masks come with the inputs, or as the call
// argument "mask", a list.
//
// Defaults: UseScale false, ScoreMode ScoreDot, Dropout 0, a Seed of its own. Errors: a word
// that is none of these; a dropout outside [0, 1]; fewer than two or more than three inputs;
// inputs of other ranks, or that do not fit.
func Attention() *AttentionLayer {
	l := &AttentionLayer{cfg: attentionConfig{ScoreMode: ScoreDot}}
	l.options = &l.cfg.attentionOptions
	return l.init(l, "Attention", &l.cfg)
}

// AttentionLayer is the layer that Attention returns.
type AttentionLayer struct {
	attention[AttentionLayer]
	cfg          attentionConfig
	concatWeight *keras.Variable
}

type attentionConfig struct {
	attentionOptions
	ScoreMode ScoreMode `keras:"score_mode"`
}

// ConfigKeys are in Keras's order.
func (c *attentionConfig) ConfigKeys() []string {
	return []string{"use_scale", "score_mode", "dropout", "seed"}
}

// UseScale sets use_scale: scores are multiplied by a number that is trained; with ScoreConcat
// what tanh is taken of. Default false.
func (l *AttentionLayer) UseScale(on bool) *AttentionLayer {
	l.cfg.UseScale = on
	return l
}

// ScoreMode sets score_mode. Default ScoreDot.
func (l *AttentionLayer) ScoreMode(m ScoreMode) *AttentionLayer {
	l.cfg.ScoreMode = m
	return l
}

func (c *attentionConfig) validate() error {
	var f faults
	f.accept(c.attentionOptions.validate())
	f.require(c.ScoreMode == ScoreDot || c.ScoreMode == ScoreConcat,
		"Invalid value for argument score_mode. Expected one of {'dot', 'concat'}. Received: score_mode="+string(c.ScoreMode))
	return f.err()
}

// Build makes scale and concat_score_weight, those that are wanted.
func (l *AttentionLayer) Build(...keras.Shape) error {
	l.seeds = seedsOf(l.cfg.Seed)
	if l.cfg.UseScale {
		l.scale = l.AddWeight("scale", keras.Shape{}, initializers.Ones())
	}
	if l.cfg.ScoreMode == ScoreConcat {
		l.concatWeight = l.AddWeight("concat_score_weight", keras.Shape{}, initializers.Ones())
	}
	return nil
}

// Call weighs the values.
func (l *AttentionLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	in = l.floats(in)
	query, value, key := in[0], in[1], in[len(in)-1]
	var scores *gorgonia.Node
	if l.cfg.ScoreMode == ScoreDot {
		scores = scaled(products("qd,vd->qv", query, key), t.Var(l.scale))
	} else {
		sums := ops.Tanh(scaled(pairSums(query, key), t.Var(l.scale)))
		scores = scaled(ops.Sum(sums, -1), t.Var(l.concatWeight))
	}
	return l.attend(t, scores, value)
}

// scaled is x times a weight; nil is 1.
func scaled(x, weight *gorgonia.Node) *gorgonia.Node {
	if weight == nil {
		return x
	}
	return ops.Mul(x, weight)
}

// pairSums (batch, Tq, Tv, dim) is the sum of each query and each key.
func pairSums(query, key *gorgonia.Node) *gorgonia.Node {
	return ops.Add(ops.ExpandDims(query, -2), ops.ExpandDims(key, key.Dims()-2))
}
