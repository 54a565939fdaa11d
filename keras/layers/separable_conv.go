package layers

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/ops"
)

// separableConv is what SeparableConv1D and SeparableConv2D share.
type separableConv[Self any] struct {
	depthwiseConvolution[Self]
	cfg             separableConvConfig
	pointwiseKernel *keras.Variable
}

type separableConvConfig struct {
	rank int // spatial axes

	DepthMultiplier      int                    `keras:"depth_multiplier"`
	Filters              int                    `keras:"filters"`
	KernelSize           []int                  `keras:"kernel_size"`
	Strides              []int                  `keras:"strides"`
	Padding              Padding                `keras:"padding"`
	DataFormat           DataFormat             `keras:"data_format"`
	DilationRate         []int                  `keras:"dilation_rate"`
	Activation           activations.Activation `keras:"activation"`
	UseBias              bool                   `keras:"use_bias"`
	DepthwiseInitializer keras.Initializer      `keras:"depthwise_initializer"`
	PointwiseInitializer keras.Initializer      `keras:"pointwise_initializer"`
	BiasInitializer      keras.Initializer      `keras:"bias_initializer"`
	DepthwiseRegularizer keras.Regularizer      `keras:"depthwise_regularizer"`
	PointwiseRegularizer keras.Regularizer      `keras:"pointwise_regularizer"`
	BiasRegularizer      keras.Regularizer      `keras:"bias_regularizer"`
	ActivityRegularizer  any                    `keras:"activity_regularizer"` // the place of the key; keras.Base has the value
	DepthwiseConstraint  keras.Constraint       `keras:"depthwise_constraint"`
	PointwiseConstraint  keras.Constraint       `keras:"pointwise_constraint"`
	BiasConstraint       keras.Constraint       `keras:"bias_constraint"`
}

// init makes self a layer of a class, with options for a rank, filters and a kernel.
func (l *separableConv[Self]) init(self *Self, class string, rank, filters int, kernelSize []int) *Self {
	c := &l.cfg
	*c = separableConvConfig{rank: rank, DepthMultiplier: 1, Filters: filters, PointwiseInitializer: initializers.GlorotUniform()}
	l.depthMultiplier = &c.DepthMultiplier
	l.options = c.places()
	l.options.defaults(kernelSize)
	l.biasSetters = biasSetters[Self]{self, l.options.kernelAndBias}
	return l.base.init(self, class, c)
}

// places are those of the options that convolutions share.
func (c *separableConvConfig) places() convOptions {
	return convOptions{
		c.rank, &c.KernelSize, &c.Strides, &c.Padding, &c.DataFormat, &c.DilationRate, &c.Activation, &c.UseBias, kernelAndBias{
			weightOptions{&c.DepthwiseInitializer, &c.DepthwiseRegularizer, &c.DepthwiseConstraint},
			weightOptions{&c.BiasInitializer, &c.BiasRegularizer, &c.BiasConstraint},
		},
	}
}

// pointwise are the places of the other kernel's options.
func (c *separableConvConfig) pointwise() weightOptions {
	return weightOptions{&c.PointwiseInitializer, &c.PointwiseRegularizer, &c.PointwiseConstraint}
}

// PointwiseInitializer sets pointwise_initializer. Default GlorotUniform.
func (l *separableConv[Self]) PointwiseInitializer(i keras.Initializer) *Self {
	l.cfg.PointwiseInitializer = i
	return l.self
}

// PointwiseRegularizer sets pointwise_regularizer. Default none.
func (l *separableConv[Self]) PointwiseRegularizer(r keras.Regularizer) *Self {
	l.cfg.PointwiseRegularizer = r
	return l.self
}

// PointwiseConstraint sets pointwise_constraint. Default none.
func (l *separableConv[Self]) PointwiseConstraint(c keras.Constraint) *Self {
	l.cfg.PointwiseConstraint = c
	return l.self
}

func (c *separableConvConfig) validate() error {
	var f faults
	options := c.places()
	f.depthMultiplier(c.DepthMultiplier)
	f.filters(c.Filters)
	options.check(&f, Valid, Same)
	c.pointwise().check(&f)
	return f.err()
}

// Build makes both kernels and the bias.
func (l *separableConv[Self]) Build(in ...keras.Shape) error {
	c := &l.cfg
	channels := l.addDepthwise("depthwise_kernel", in[0])
	shape := append(keras.Shape(sizes(c.rank, []int{1})), channels, c.Filters)
	l.pointwiseKernel = c.pointwise().add(&l.Base, "pointwise_kernel", shape)
	l.addBias(c.Filters)
	return nil
}

// OutputShapes gives the sizes that strides, padding and dilation leave, and filters as channels.
func (l *separableConv[Self]) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	return l.outputShapes(in, func(int) int { return l.cfg.Filters })
}

// Call computes activation(x∗depthwise∗pointwise + bias).
func (l *separableConv[Self]) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.SeparableConv(l.float(in[0]), t.Var(l.depthwiseKernel), t.Var(l.pointwiseKernel), t.Var(l.bias), l.options.conv()))
}
