package layers

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*DenseLayer)(nil)
	_ keras.ShapeInferer = (*DenseLayer)(nil)
)

// Dense returns a fully connected layer: activation(x·kernel + bias) over the last axis.
//
//	input  (batch, …, d)      kernel (d, units)
//	output (batch, …, units)  bias   (units)
//
// Defaults: Activation linear, UseBias true, KernelInitializer GlorotUniform,
// BiasInitializer Zeros, no regularizers, no constraints. A mask passes through.
// Errors: units < 1; an input of rank < 2; a last axis that is unknown.
func Dense(units int) *DenseLayer {
	l := &DenseLayer{cfg: denseConfig{
		Units: units, UseBias: true,
		KernelInitializer: initializers.GlorotUniform(), BiasInitializer: initializers.Zeros(),
	}}
	l.PassMask()
	return l.init(l, "Dense", &l.cfg)
}

// DenseLayer is the layer that Dense returns.
type DenseLayer struct {
	base[DenseLayer]
	cfg          denseConfig
	kernel, bias *keras.Variable
}

type denseConfig struct {
	Units              int                    `keras:"units"`
	Activation         activations.Activation `keras:"activation"`
	UseBias            bool                   `keras:"use_bias"`
	KernelInitializer  keras.Initializer      `keras:"kernel_initializer"`
	BiasInitializer    keras.Initializer      `keras:"bias_initializer"`
	KernelRegularizer  keras.Regularizer      `keras:"kernel_regularizer"`
	BiasRegularizer    keras.Regularizer      `keras:"bias_regularizer"`
	KernelConstraint   keras.Constraint       `keras:"kernel_constraint"`
	BiasConstraint     keras.Constraint       `keras:"bias_constraint"`
	QuantizationConfig any                    `keras:"quantization_config"` // always None
}

// Activation sets activation. Default linear.
func (l *DenseLayer) Activation(a activations.Activation) *DenseLayer {
	l.cfg.Activation = a
	return l
}

// UseBias sets use_bias. Default true.
func (l *DenseLayer) UseBias(on bool) *DenseLayer {
	l.cfg.UseBias = on
	return l
}

// KernelInitializer sets kernel_initializer. Default GlorotUniform.
func (l *DenseLayer) KernelInitializer(i keras.Initializer) *DenseLayer {
	l.cfg.KernelInitializer = i
	return l
}

// BiasInitializer sets bias_initializer. Default Zeros.
func (l *DenseLayer) BiasInitializer(i keras.Initializer) *DenseLayer {
	l.cfg.BiasInitializer = i
	return l
}

// KernelRegularizer sets kernel_regularizer. Default none.
func (l *DenseLayer) KernelRegularizer(r keras.Regularizer) *DenseLayer {
	l.cfg.KernelRegularizer = r
	return l
}

// BiasRegularizer sets bias_regularizer. Default none.
func (l *DenseLayer) BiasRegularizer(r keras.Regularizer) *DenseLayer {
	l.cfg.BiasRegularizer = r
	return l
}

// KernelConstraint sets kernel_constraint. Default none.
func (l *DenseLayer) KernelConstraint(c keras.Constraint) *DenseLayer {
	l.cfg.KernelConstraint = c
	return l
}

// BiasConstraint sets bias_constraint. Default none.
func (l *DenseLayer) BiasConstraint(c keras.Constraint) *DenseLayer {
	l.cfg.BiasConstraint = c
	return l
}

func (c *denseConfig) validate() error {
	var f faults
	f.require(c.Units > 0, fmt.Sprintf("Received an invalid value for `units`, expected a positive integer. Received: units=%d", c.Units))
	f.accept(c.Activation.Validate())
	f.valid(c.KernelInitializer, c.BiasInitializer, c.KernelRegularizer, c.BiasRegularizer, c.KernelConstraint, c.BiasConstraint)
	return f.err()
}

// Build makes kernel and bias.
func (l *DenseLayer) Build(in ...keras.Shape) error {
	c := &l.cfg
	l.kernel = l.AddWeight("kernel", keras.Shape{in[0].Last(), c.Units}, c.KernelInitializer,
		keras.WithRegularizer(c.KernelRegularizer), keras.WithConstraint(c.KernelConstraint))
	if c.UseBias {
		l.bias = l.AddWeight("bias", keras.Shape{c.Units}, c.BiasInitializer,
			keras.WithRegularizer(c.BiasRegularizer), keras.WithConstraint(c.BiasConstraint))
	}
	return nil
}

// OutputShapes gives the input's shape with units as its last axis.
func (l *DenseLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	s, err := single(in)
	if err != nil {
		return nil, err
	}
	if s.Rank() < 2 {
		return nil, keras.RankTooLow(2, s)
	}
	if d := s.Last(); l.Built() && d != keras.None && d != l.kernel.Shape()[0] {
		return nil, keras.WrongAxis(-1, l.kernel.Shape()[0], s)
	}
	out := s.Clone()
	out[len(out)-1] = l.cfg.Units
	return []keras.Shape{out}, nil
}

// Call computes activation(x·kernel + bias).
func (l *DenseLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.Dense(l.float(in[0]), t.Var(l.kernel), t.Var(l.bias), l.cfg.Activation))
}
