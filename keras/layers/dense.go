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
	l.weightSetters = newWeightSetters(l, l.cfg.weights())
	l.PassMask()
	return l.init(l, "Dense", &l.cfg)
}

// DenseLayer is the layer that Dense returns.
type DenseLayer struct {
	base[DenseLayer]
	weightSetters[DenseLayer]
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

// weights are the places of the options of kernel and bias.
func (c *denseConfig) weights() kernelAndBias {
	return kernelAndBias{
		weightOptions{&c.KernelInitializer, &c.KernelRegularizer, &c.KernelConstraint},
		weightOptions{&c.BiasInitializer, &c.BiasRegularizer, &c.BiasConstraint},
	}
}

func (c *denseConfig) validate() error {
	var f faults
	f.require(c.Units > 0, fmt.Sprintf("Received an invalid value for `units`, expected a positive integer. Received: units=%d", c.Units))
	f.accept(c.Activation.Validate())
	c.weights().check(&f)
	return f.err()
}

// Build makes kernel and bias.
func (l *DenseLayer) Build(in ...keras.Shape) error {
	l.kernel = l.kernelOptions.add(&l.Base, "kernel", keras.Shape{in[0].Last(), l.cfg.Units})
	if l.cfg.UseBias {
		l.bias = l.biasOptions.add(&l.Base, "bias", keras.Shape{l.cfg.Units})
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
