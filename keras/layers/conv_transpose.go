package layers

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

// convTranspose is what the transposed convolutions over one, two and three spatial axes share.
type convTranspose[Self any] struct {
	kernelConvolution[Self]
	cfg convTransposeConfig
}

type convTransposeConfig struct {
	rank int // spatial axes

	Filters             int                    `keras:"filters"`
	KernelSize          []int                  `keras:"kernel_size"`
	Strides             []int                  `keras:"strides"`
	Padding             Padding                `keras:"padding"`
	OutputPadding       []int                  `keras:"output_padding"`
	DataFormat          DataFormat             `keras:"data_format"`
	DilationRate        []int                  `keras:"dilation_rate"`
	Activation          activations.Activation `keras:"activation"`
	UseBias             bool                   `keras:"use_bias"`
	KernelInitializer   keras.Initializer      `keras:"kernel_initializer"`
	BiasInitializer     keras.Initializer      `keras:"bias_initializer"`
	KernelRegularizer   keras.Regularizer      `keras:"kernel_regularizer"`
	BiasRegularizer     keras.Regularizer      `keras:"bias_regularizer"`
	ActivityRegularizer any                    `keras:"activity_regularizer"` // the place of the key; keras.Base has the value
	KernelConstraint    keras.Constraint       `keras:"kernel_constraint"`
	BiasConstraint      keras.Constraint       `keras:"bias_constraint"`
}

// init makes self a layer of a class, with options for a rank, filters and a kernel.
func (l *convTranspose[Self]) init(self *Self, class string, rank, filters int, kernelSize []int) *Self {
	c := &l.cfg
	*c = convTransposeConfig{rank: rank, Filters: filters}
	l.options = c.places()
	l.options.defaults(kernelSize)
	l.weightSetters = newWeightSetters(self, l.options.kernelAndBias)
	return l.base.init(self, class, c)
}

// places are those of the options that convolutions share.
func (c *convTransposeConfig) places() convOptions {
	return convOptions{
		c.rank, &c.KernelSize, &c.Strides, &c.Padding, &c.DataFormat, &c.DilationRate, &c.Activation, &c.UseBias, kernelAndBias{
			weightOptions{&c.KernelInitializer, &c.KernelRegularizer, &c.KernelConstraint},
			weightOptions{&c.BiasInitializer, &c.BiasRegularizer, &c.BiasConstraint},
		},
	}
}

// OutputPadding sets output_padding, one for all axes or one each, which makes the output's
// size (n−1)·stride + p + the kernel's; with padding same, 1 takes the place of an odd
// kernel and 0 that of an even one. Default none: the size follows from padding alone.
func (l *convTranspose[Self]) OutputPadding(p ...int) *Self {
	l.cfg.OutputPadding = sizes(l.cfg.rank, p)
	return l.self
}

func (c *convTransposeConfig) validate() error {
	var f faults
	options := c.places()
	f.filters(c.Filters)
	options.check(&f, Valid, Same)
	c.checkOutputPadding(&f)
	options.oneWay(&f)
	return f.err()
}

// checkOutputPadding adds violations unless output_padding, if there is one, is below the strides.
func (c *convTransposeConfig) checkOutputPadding(f *faults) {
	if c.OutputPadding == nil {
		return
	}
	text := fmt.Sprintf("The `output_padding` argument must be a tuple of %d integers. Received output_padding=%s", c.rank, tuple(c.OutputPadding))
	if len(c.OutputPadding) != c.rank {
		f.require(false, text)
		return
	}
	least := slices.Min(c.OutputPadding)
	f.require(least >= 0, fmt.Sprintf("%s, including values {%d} that do not satisfy `value >= 0`", text, least))
	for i, p := range c.OutputPadding[:min(c.rank, len(c.Strides))] {
		f.require(p < c.Strides[i], fmt.Sprintf("`output_padding` must be strictly less than `strides` for all dimensions. "+
			"At dimension %d, `output_padding` is %d but `strides` is %d. Received: output_padding=%s, strides=%s",
			i, p, c.Strides[i], tuple(c.OutputPadding), tuple(c.Strides)))
	}
}

// ops is the config as keras/ops wants it.
func (c *convTransposeConfig) ops() ops.ConvTransposeConfig {
	return ops.ConvTransposeConfig{
		Strides: c.Strides, Dilation: c.DilationRate, Padding: string(c.Padding), OutputPadding: c.OutputPadding,
		ChannelsFirst: c.DataFormat == ChannelsFirst, Activation: c.Activation,
	}
}

// Build makes kernel and bias.
func (l *convTranspose[Self]) Build(in ...keras.Shape) error {
	c := &l.cfg
	l.kernel = l.kernelOptions.add(&l.Base, "kernel", append(keras.Shape(c.KernelSize).Clone(), c.Filters, l.channels(in[0])))
	l.addBias(c.Filters)
	return nil
}

// OutputShapes gives the sizes that strides, paddings and dilation make, and filters as channels.
func (l *convTranspose[Self]) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	c := &l.cfg
	s, err := single(in)
	if err != nil {
		return nil, err
	}
	out, err := ops.ConvTransposeShape(s, c.KernelSize, c.Filters, c.ops())
	if err != nil {
		return nil, err
	}
	return []keras.Shape{out}, l.checkChannels(s, func() int { return l.kernel.Shape().Last() })
}

// Call computes activation(x∗kernel, transposed, + bias).
func (l *convTranspose[Self]) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.ConvTranspose(l.float(in[0]), t.Var(l.kernel), t.Var(l.bias), l.cfg.ops()))
}
