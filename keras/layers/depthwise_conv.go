package layers

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

// depthwiseConvolution is what convolutions of each channel for itself share.
type depthwiseConvolution[Self any] struct {
	convolution[Self]
	biasSetters[Self]
	depthMultiplier *int // its place in the config
	depthwiseKernel *keras.Variable
}

// DepthMultiplier sets depth_multiplier, the number of filters for each channel. Default 1.
func (l *depthwiseConvolution[Self]) DepthMultiplier(n int) *Self {
	*l.depthMultiplier = n
	return l.self
}

// DepthwiseInitializer sets depthwise_initializer. Default GlorotUniform.
func (l *depthwiseConvolution[Self]) DepthwiseInitializer(i keras.Initializer) *Self {
	*l.kernelOptions.initializer = i
	return l.self
}

// DepthwiseRegularizer sets depthwise_regularizer. Default none.
func (l *depthwiseConvolution[Self]) DepthwiseRegularizer(r keras.Regularizer) *Self {
	*l.kernelOptions.regularizer = r
	return l.self
}

// DepthwiseConstraint sets depthwise_constraint. Default none.
func (l *depthwiseConvolution[Self]) DepthwiseConstraint(c keras.Constraint) *Self {
	*l.kernelOptions.constraint = c
	return l.self
}

// depthMultiplier adds a violation unless there is a filter for each channel.
func (f *faults) depthMultiplier(n int) {
	f.require(n > 0, fmt.Sprintf("Invalid value for argument `depth_multiplier`. Expected a strictly positive value. Received depth_multiplier=%d.", n))
}

// addDepthwise makes the kernel of each channel, and says how many channels come out.
func (l *depthwiseConvolution[Self]) addDepthwise(name string, in keras.Shape) int {
	channels := l.channels(in)
	l.depthwiseKernel = l.kernelOptions.add(&l.Base, name, append(keras.Shape(*l.options.kernelSize).Clone(), channels, *l.depthMultiplier))
	return channels * *l.depthMultiplier
}

// outputShapes gives the sizes that strides, padding and dilation leave, and as many
// channels as filters says for those of the input.
func (l *depthwiseConvolution[Self]) outputShapes(in []keras.Shape, filters func(channels int) int) ([]keras.Shape, error) {
	rank := l.options.rank
	s, err := singleOfRank(rank+2, in)
	if err != nil {
		return nil, err
	}
	out, err := ops.ConvShape(s, *l.options.kernelSize, filters(l.channels(s)), l.options.conv())
	if err != nil {
		return nil, err
	}
	return []keras.Shape{out}, l.checkChannels(s, func() int { return l.depthwiseKernel.Shape()[rank] })
}

// depthwiseConv is what DepthwiseConv1D and DepthwiseConv2D share.
type depthwiseConv[Self any] struct {
	depthwiseConvolution[Self]
	cfg depthwiseConvConfig
}

type depthwiseConvConfig struct {
	rank int // spatial axes

	DepthMultiplier      int                    `keras:"depth_multiplier"`
	KernelSize           []int                  `keras:"kernel_size"`
	Strides              []int                  `keras:"strides"`
	Padding              Padding                `keras:"padding"`
	DataFormat           DataFormat             `keras:"data_format"`
	DilationRate         []int                  `keras:"dilation_rate"`
	Activation           activations.Activation `keras:"activation"`
	UseBias              bool                   `keras:"use_bias"`
	DepthwiseInitializer keras.Initializer      `keras:"depthwise_initializer"`
	BiasInitializer      keras.Initializer      `keras:"bias_initializer"`
	DepthwiseRegularizer keras.Regularizer      `keras:"depthwise_regularizer"`
	BiasRegularizer      keras.Regularizer      `keras:"bias_regularizer"`
	ActivityRegularizer  any                    `keras:"activity_regularizer"` // the place of the key; keras.Base has the value
	DepthwiseConstraint  keras.Constraint       `keras:"depthwise_constraint"`
	BiasConstraint       keras.Constraint       `keras:"bias_constraint"`
}

// init makes self a layer of a class, with options for a rank and a kernel.
func (l *depthwiseConv[Self]) init(self *Self, class string, rank int, kernelSize []int) *Self {
	c := &l.cfg
	*c = depthwiseConvConfig{rank: rank, DepthMultiplier: 1}
	l.depthMultiplier = &c.DepthMultiplier
	l.options = c.places()
	l.options.defaults(kernelSize)
	l.biasSetters = biasSetters[Self]{self, l.options.kernelAndBias}
	return l.base.init(self, class, c)
}

// places are those of the options that convolutions share.
func (c *depthwiseConvConfig) places() convOptions {
	return convOptions{
		c.rank, &c.KernelSize, &c.Strides, &c.Padding, &c.DataFormat, &c.DilationRate, &c.Activation, &c.UseBias, kernelAndBias{
			weightOptions{&c.DepthwiseInitializer, &c.DepthwiseRegularizer, &c.DepthwiseConstraint},
			weightOptions{&c.BiasInitializer, &c.BiasRegularizer, &c.BiasConstraint},
		},
	}
}

func (c *depthwiseConvConfig) validate() error {
	var f faults
	options := c.places()
	f.depthMultiplier(c.DepthMultiplier)
	options.check(&f, Valid, Same)
	return f.err()
}

// Build makes kernel and bias.
func (l *depthwiseConv[Self]) Build(in ...keras.Shape) error {
	l.addBias(l.addDepthwise("kernel", in[0]))
	return nil
}

// OutputShapes gives the sizes that strides, padding and dilation leave, and
// depth_multiplier channels for each of the input.
func (l *depthwiseConv[Self]) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	return l.outputShapes(in, func(channels int) int {
		if channels == keras.None {
			return keras.None
		}
		return channels * l.cfg.DepthMultiplier
	})
}

// Call computes activation(x∗kernel + bias).
func (l *depthwiseConv[Self]) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.DepthwiseConv(l.float(in[0]), t.Var(l.depthwiseKernel), t.Var(l.bias), l.options.conv()))
}
