package layers

import (
	"slices"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*EinsumDenseLayer)(nil)
	_ keras.ShapeInferer = (*EinsumDenseLayer)(nil)
)

// EinsumDense returns a dense layer over any axes: activation(einsum(equation, x, kernel) + bias).
//
//	layers.EinsumDense("abc,cde->abde", keras.None, 8, 16)
//
// has a kernel (c, 8, 16), for an output of 8·16 numbers at each of b steps. The equation has
// a letter for each axis of the input, of the kernel and of the output; "..." stands for any
// number of axes in front of the input's and the output's, or behind. outputShape is that of
// the output without the batch and without these axes; None is a size that the input has.
//
// Defaults: Activation linear, no bias (BiasAxes), KernelInitializer GlorotUniform,
// BiasInitializer Zeros, no regularizers, no constraints. A mask ends here. Errors: an equation
// of another form; an axis of the kernel, or of the bias, that is none of the output or, of the
// kernel, of the input; sizes that do not fit.
func EinsumDense(equation string, outputShape ...int) *EinsumDenseLayer {
	l := &EinsumDenseLayer{cfg: einsumDenseConfig{
		OutputShape: outputShape, Equation: equation,
		KernelInitializer: initializers.GlorotUniform(), BiasInitializer: initializers.Zeros(),
	}}
	l.weightSetters = newWeightSetters(l, l.cfg.weights())
	return l.init(l, "EinsumDense", &l.cfg)
}

// EinsumDenseLayer is the layer that EinsumDense returns.
type EinsumDenseLayer struct {
	base[EinsumDenseLayer]
	weightSetters[EinsumDenseLayer]
	cfg          einsumDenseConfig
	kernel, bias *keras.Variable
	rank         int // of the input for which the layer was built
}

type einsumDenseConfig struct {
	OutputShape         noiseShape             `keras:"output_shape"`
	Equation            string                 `keras:"equation"`
	Activation          activations.Activation `keras:"activation"`
	BiasAxes            *string                `keras:"bias_axes"`
	KernelInitializer   keras.Initializer      `keras:"kernel_initializer"`
	BiasInitializer     keras.Initializer      `keras:"bias_initializer"`
	KernelRegularizer   keras.Regularizer      `keras:"kernel_regularizer"`
	BiasRegularizer     keras.Regularizer      `keras:"bias_regularizer"`
	ActivityRegularizer any                    `keras:"activity_regularizer"` // the place of the key; keras.Base has the value
	KernelConstraint    keras.Constraint       `keras:"kernel_constraint"`
	BiasConstraint      keras.Constraint       `keras:"bias_constraint"`
	QuantizationConfig  any                    `keras:"quantization_config"` // always None
}

// Activation sets activation. Default linear.
func (l *EinsumDenseLayer) Activation(a activations.Activation) *EinsumDenseLayer {
	l.cfg.Activation = a
	return l
}

// BiasAxes sets bias_axes, the letters of the output's axes that the bias has. Default none.
func (l *EinsumDenseLayer) BiasAxes(axes string) *EinsumDenseLayer {
	l.cfg.BiasAxes = &axes
	return l
}

// weights are the places of the options of kernel and bias.
func (c *einsumDenseConfig) weights() kernelAndBias {
	return kernelAndBias{
		weightOptions{&c.KernelInitializer, &c.KernelRegularizer, &c.KernelConstraint},
		weightOptions{&c.BiasInitializer, &c.BiasRegularizer, &c.BiasConstraint},
	}
}

func (c *einsumDenseConfig) validate() error {
	var f faults
	_, err := parseEinsum(c.Equation)
	f.accept(err)
	f.accept(c.Activation.Validate())
	c.weights().check(&f)
	return f.err()
}

// einsum is the equation for an input of a shape.
func (l *EinsumDenseLayer) einsum(in keras.Shape) (einsum, error) {
	e, err := parseEinsum(l.cfg.Equation)
	if err == nil {
		err = e.fit(in, keras.Shape(l.cfg.OutputShape))
	}
	return e, err
}

// Build makes kernel and bias.
func (l *EinsumDenseLayer) Build(in ...keras.Shape) error {
	c := &l.cfg
	e, err := l.einsum(in[0])
	if err != nil {
		return err
	}
	shape, inputs, outputs, err := e.kernelShape()
	if err != nil {
		return err
	}
	l.rank = in[0].Rank()
	initializer := initializers.WithAxes(c.KernelInitializer, inputs, outputs)
	l.kernel = l.kernelOptions.with(initializer).add(&l.Base, "kernel", shape)
	if c.BiasAxes == nil {
		return nil
	}
	if shape, err = e.biasShape(*c.BiasAxes); err != nil {
		return err
	}
	l.bias = l.biasOptions.add(&l.Base, "bias", shape)
	return nil
}

// OutputShapes gives the sizes that the equation does.
func (l *EinsumDenseLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	s, err := single(in)
	if err == nil && l.Built() && s.Rank() != l.rank {
		err = keras.WrongRank(l.rank, s)
	}
	if err != nil {
		return nil, err
	}
	e, err := l.einsum(s)
	if err != nil {
		return nil, err
	}
	for i, label := range e.kernel {
		axis := slices.Index(e.in, label)
		if d := e.inShape[max(axis, 0)]; axis >= 0 && l.Built() && d != keras.None && d != l.kernel.Shape()[i] {
			return nil, keras.WrongAxis(axis, l.kernel.Shape()[i], s)
		}
	}
	return []keras.Shape{e.outShape}, nil
}

// Call computes activation(einsum(equation, x, kernel) + bias).
func (l *EinsumDenseLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	e, err := l.einsum(keras.Shape(in[0].Shape()))
	if err != nil {
		return nil, err
	}
	x, kernel, bias := l.float(in[0]), t.Var(l.kernel), t.Var(l.bias)
	if e.isDense() && (bias == nil || bias.Dims() == 1) {
		return t.Out(ops.Dense(x, kernel, bias, l.cfg.Activation))
	}
	y := ops.Einsum(e.String(), x, kernel)
	if bias != nil {
		y = ops.Add(y, bias)
	}
	return t.Out(ops.Activate(y, l.cfg.Activation))
}
