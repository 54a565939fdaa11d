package layers

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

// conv is what the convolutions over one, two and three spatial axes share.
type conv[Self any] struct {
	kernelConvolution[Self]
	cfg convConfig
}

type convConfig struct {
	rank int // spatial axes

	Filters             int                    `keras:"filters"`
	KernelSize          []int                  `keras:"kernel_size"`
	Strides             []int                  `keras:"strides"`
	Padding             Padding                `keras:"padding"`
	DataFormat          DataFormat             `keras:"data_format"`
	DilationRate        []int                  `keras:"dilation_rate"`
	Groups              int                    `keras:"groups"`
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
func (l *conv[Self]) init(self *Self, class string, rank, filters int, kernelSize []int) *Self {
	c := &l.cfg
	*c = convConfig{rank: rank, Filters: filters, Groups: 1}
	l.options = c.places()
	l.options.defaults(kernelSize)
	l.weightSetters = newWeightSetters(self, l.options.kernelAndBias)
	return l.base.init(self, class, c)
}

// places are those of the options that convolutions share.
func (c *convConfig) places() convOptions {
	return convOptions{
		c.rank, &c.KernelSize, &c.Strides, &c.Padding, &c.DataFormat, &c.DilationRate, &c.Activation, &c.UseBias, kernelAndBias{
			weightOptions{&c.KernelInitializer, &c.KernelRegularizer, &c.KernelConstraint},
			weightOptions{&c.BiasInitializer, &c.BiasRegularizer, &c.BiasConstraint},
		},
	}
}

// Groups sets groups: channels and filters are split into as many, each with filters of its own. Default 1.
func (l *conv[Self]) Groups(n int) *Self {
	l.cfg.Groups = n
	return l.self
}

func (c *convConfig) validate() error {
	var f faults
	options := c.places()
	f.filters(c.Filters)
	if c.rank == 1 {
		options.check(&f, Valid, Same, Causal)
	} else {
		options.check(&f, Valid, Same)
	}
	f.require(c.Groups > 0, fmt.Sprintf("The number of groups must be a positive integer. Received: groups=%d.", c.Groups))
	f.require(c.Groups <= 0 || c.Filters%c.Groups == 0, fmt.Sprintf(
		"The number of filters must be evenly divisible by the number of groups. Received: groups=%d, filters=%d.", c.Groups, c.Filters))
	options.oneWay(&f)
	return f.err()
}

// ops is the config as keras/ops wants it.
func (l *conv[Self]) ops() ops.ConvConfig {
	cfg := l.options.conv()
	cfg.Groups = l.cfg.Groups
	return cfg
}

// Build makes kernel and bias.
func (l *conv[Self]) Build(in ...keras.Shape) error {
	c := &l.cfg
	l.kernel = l.kernelOptions.add(&l.Base, "kernel", append(keras.Shape(c.KernelSize).Clone(), l.channels(in[0])/c.Groups, c.Filters))
	l.addBias(c.Filters)
	return nil
}

// OutputShapes gives the sizes that strides, padding and dilation leave, and filters as channels.
func (l *conv[Self]) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	c := &l.cfg
	s, err := single(in)
	if err != nil {
		return nil, err
	}
	out, err := ops.ConvShape(s, c.KernelSize, c.Filters, l.ops())
	if err != nil {
		return nil, err
	}
	if err := l.checkChannels(s, func() int { return l.kernel.Shape()[c.rank] * c.Groups }); err != nil {
		return nil, err
	}
	if channels := l.channels(s); channels != keras.None && channels%c.Groups != 0 {
		return nil, keras.Fault(keras.ErrShape, "The number of input channels must be evenly divisible by the number of groups. "+
			"Received groups=%d, but the input has %d channels (full input shape is %s).", c.Groups, channels, s)
	}
	return []keras.Shape{out}, nil
}

// Call computes activation(x∗kernel + bias).
func (l *conv[Self]) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.Conv(l.float(in[0]), t.Var(l.kernel), t.Var(l.bias), l.ops()))
}
