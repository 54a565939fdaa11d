package layers

import (
	"fmt"

	"github.com/gokeras/gokeras/keras"
)

type multiHeadAttentionConfig struct {
	NumHeads            int               `keras:"num_heads"`
	KeyDim              int               `keras:"key_dim"`
	ValueDim            int               `keras:"value_dim"`
	Dropout             float64           `keras:"dropout"`
	UseBias             bool              `keras:"use_bias"`
	UseGate             bool              `keras:"use_gate"`
	OutputShape         []int             `keras:"output_shape"`
	AttentionAxes       []int             `keras:"attention_axes"`
	SlidingWindow       *int              `keras:"sliding_window"`
	KernelInitializer   keras.Initializer `keras:"kernel_initializer"`
	BiasInitializer     keras.Initializer `keras:"bias_initializer"`
	KernelRegularizer   keras.Regularizer `keras:"kernel_regularizer"`
	BiasRegularizer     keras.Regularizer `keras:"bias_regularizer"`
	ActivityRegularizer keras.Regularizer `keras:"activity_regularizer"`
	KernelConstraint    keras.Constraint  `keras:"kernel_constraint"`
	BiasConstraint      keras.Constraint  `keras:"bias_constraint"`
	Seed                *int              `keras:"seed"`
}

// ValueDim sets value_dim, the size of a head's values. Default keyDim.
func (l *MultiHeadAttentionLayer) ValueDim(n int) *MultiHeadAttentionLayer {
	l.cfg.ValueDim = n
	return l
}

// Dropout sets dropout, the fraction of the weights of the values that is dropped in
// training. Default 0.
func (l *MultiHeadAttentionLayer) Dropout(rate float64) *MultiHeadAttentionLayer {
	l.cfg.Dropout = rate
	return l
}

// UseBias sets use_bias, of all projections. Default true.
func (l *MultiHeadAttentionLayer) UseBias(on bool) *MultiHeadAttentionLayer {
	l.cfg.UseBias = on
	return l
}

// UseGate sets use_gate: what heads give is multiplied by a sigmoid of another projection of
// the query. Default false.
func (l *MultiHeadAttentionLayer) UseGate(on bool) *MultiHeadAttentionLayer {
	l.cfg.UseGate = on
	return l
}

// OutputShape sets output_shape, that of the output in the place of query's last axis.
// Default that axis.
func (l *MultiHeadAttentionLayer) OutputShape(dims ...int) *MultiHeadAttentionLayer {
	l.cfg.OutputShape = dims
	return l
}

// AttentionAxes sets attention_axes, over which a query sees keys. Default all but batch and
// features.
func (l *MultiHeadAttentionLayer) AttentionAxes(axes ...int) *MultiHeadAttentionLayer {
	l.cfg.AttentionAxes = axes
	return l
}

// SlidingWindow sets sliding_window: a query sees the keys fewer than n places away. Default all.
func (l *MultiHeadAttentionLayer) SlidingWindow(n int) *MultiHeadAttentionLayer {
	l.cfg.SlidingWindow = &n
	return l
}

// ActivityRegularizer sets activity_regularizer, a penalty on the output of each projection.
// Default none.
func (l *MultiHeadAttentionLayer) ActivityRegularizer(r keras.Regularizer) *MultiHeadAttentionLayer {
	l.cfg.ActivityRegularizer = r
	return l
}

// Seed sets seed, which makes what is dropped repeatable. Default a random one.
func (l *MultiHeadAttentionLayer) Seed(seed int) *MultiHeadAttentionLayer {
	l.cfg.Seed = &seed
	return l
}

// weights are the places of the options of kernel and bias.
func (c *multiHeadAttentionConfig) weights() kernelAndBias {
	return kernelAndBias{
		weightOptions{&c.KernelInitializer, &c.KernelRegularizer, &c.KernelConstraint},
		weightOptions{&c.BiasInitializer, &c.BiasRegularizer, &c.BiasConstraint},
	}
}

func (c *multiHeadAttentionConfig) validate() error {
	var f faults
	positive := func(argument string, n int, or string) {
		f.require(n > 0, fmt.Sprintf("Received an invalid value for argument `%s`, expected a positive integer%s. Received: %s=%d", argument, or, argument, n))
	}
	positive("num_heads", c.NumHeads, "")
	positive("key_dim", c.KeyDim, "")
	positive("value_dim", c.ValueDim, " or `None`")
	f.requireRate("dropout", c.Dropout)
	if c.SlidingWindow != nil {
		f.require(*c.SlidingWindow > 0, fmt.Sprintf("`sliding_window` must be `None` or a positive integer. Received: sliding_window=%d", *c.SlidingWindow))
	}
	c.weights().check(&f)
	f.valid(c.ActivityRegularizer)
	return f.err()
}
