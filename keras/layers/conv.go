package layers

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/ops"
)

// conv is what the convolutions over one, two and three spatial axes share.
type conv[Self any] struct {
	base[Self]
	cfg          convConfig
	kernel, bias *keras.Variable
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

func newConvConfig(rank, filters int, kernelSize []int) convConfig {
	return convConfig{
		rank: rank, Filters: filters, KernelSize: sizes(rank, kernelSize), Strides: sizes(rank, []int{1}),
		Padding: Valid, DataFormat: ChannelsLast, DilationRate: sizes(rank, []int{1}), Groups: 1, UseBias: true,
		KernelInitializer: initializers.GlorotUniform(), BiasInitializer: initializers.Zeros(),
	}
}

// Strides sets strides, one for all axes or one each. Default 1.
func (l *conv[Self]) Strides(s ...int) *Self {
	l.cfg.Strides = sizes(l.cfg.rank, s)
	return l.self
}

// Padding sets padding. Default valid.
func (l *conv[Self]) Padding(p Padding) *Self {
	l.cfg.Padding = lower(p)
	return l.self
}

// DataFormat sets data_format. Default channels_last.
func (l *conv[Self]) DataFormat(d DataFormat) *Self {
	l.cfg.DataFormat = lower(d)
	return l.self
}

// DilationRate sets dilation_rate, one for all axes or one each. Default 1.
func (l *conv[Self]) DilationRate(d ...int) *Self {
	l.cfg.DilationRate = sizes(l.cfg.rank, d)
	return l.self
}

// Groups sets groups: channels and filters are split into as many, each with filters of its own. Default 1.
func (l *conv[Self]) Groups(n int) *Self {
	l.cfg.Groups = n
	return l.self
}

// Activation sets activation. Default linear.
func (l *conv[Self]) Activation(a activations.Activation) *Self {
	l.cfg.Activation = a
	return l.self
}

// UseBias sets use_bias. Default true.
func (l *conv[Self]) UseBias(on bool) *Self {
	l.cfg.UseBias = on
	return l.self
}

// KernelInitializer sets kernel_initializer. Default GlorotUniform.
func (l *conv[Self]) KernelInitializer(i keras.Initializer) *Self {
	l.cfg.KernelInitializer = i
	return l.self
}

// BiasInitializer sets bias_initializer. Default Zeros.
func (l *conv[Self]) BiasInitializer(i keras.Initializer) *Self {
	l.cfg.BiasInitializer = i
	return l.self
}

// KernelRegularizer sets kernel_regularizer. Default none.
func (l *conv[Self]) KernelRegularizer(r keras.Regularizer) *Self {
	l.cfg.KernelRegularizer = r
	return l.self
}

// BiasRegularizer sets bias_regularizer. Default none.
func (l *conv[Self]) BiasRegularizer(r keras.Regularizer) *Self {
	l.cfg.BiasRegularizer = r
	return l.self
}

// KernelConstraint sets kernel_constraint. Default none.
func (l *conv[Self]) KernelConstraint(c keras.Constraint) *Self {
	l.cfg.KernelConstraint = c
	return l.self
}

// BiasConstraint sets bias_constraint. Default none.
func (l *conv[Self]) BiasConstraint(c keras.Constraint) *Self {
	l.cfg.BiasConstraint = c
	return l.self
}

func (c *convConfig) validate() error {
	var f faults
	f.require(c.Filters > 0, fmt.Sprintf("Invalid value for argument `filters`. Expected a strictly positive value. Received filters=%d.", c.Filters))
	f.sizes("kernel_size", c.rank, c.KernelSize)
	f.sizes("strides", c.rank, c.Strides)
	f.sizes("dilation_rate", c.rank, c.DilationRate)
	if c.rank == 1 {
		f.padding(c.Padding, Valid, Same, Causal)
	} else {
		f.padding(c.Padding, Valid, Same)
	}
	f.dataFormat(c.DataFormat)
	f.require(c.Groups > 0, fmt.Sprintf("The number of groups must be a positive integer. Received: groups=%d.", c.Groups))
	f.require(c.Groups <= 0 || c.Filters%c.Groups == 0, fmt.Sprintf(
		"The number of filters must be evenly divisible by the number of groups. Received: groups=%d, filters=%d.", c.Groups, c.Filters))
	above1 := func(n int) bool { return n > 1 }
	f.require(!slices.ContainsFunc(c.Strides, above1) || !slices.ContainsFunc(c.DilationRate, above1), fmt.Sprintf(
		"`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: strides=%s and dilation_rate=%s",
		tuple(c.Strides), tuple(c.DilationRate)))
	f.accept(c.Activation.Validate())
	f.valid(c.KernelInitializer, c.BiasInitializer, c.KernelRegularizer, c.BiasRegularizer, c.KernelConstraint, c.BiasConstraint)
	return f.err()
}

// ops is the config as keras/ops wants it.
func (c *convConfig) ops() ops.ConvConfig {
	return ops.ConvConfig{
		Strides: c.Strides, Dilation: c.DilationRate, Padding: string(c.Padding),
		Groups: c.Groups, ChannelsFirst: c.DataFormat == ChannelsFirst,
		Activation: c.Activation,
	}
}

// Build makes kernel and bias.
func (l *conv[Self]) Build(in ...keras.Shape) error {
	c := &l.cfg
	channels := in[0][c.DataFormat.channels(len(in[0]))]
	shape := append(keras.Shape(c.KernelSize).Clone(), channels/c.Groups, c.Filters)
	l.kernel = l.AddWeight("kernel", shape, c.KernelInitializer,
		keras.WithRegularizer(c.KernelRegularizer), keras.WithConstraint(c.KernelConstraint))
	if c.UseBias {
		l.bias = l.AddWeight("bias", keras.Shape{c.Filters}, c.BiasInitializer,
			keras.WithRegularizer(c.BiasRegularizer), keras.WithConstraint(c.BiasConstraint))
	}
	return nil
}

// OutputShapes gives the sizes that strides, padding and dilation leave, and filters as channels.
func (l *conv[Self]) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	c := &l.cfg
	s, err := single(in)
	if err != nil {
		return nil, err
	}
	out, err := ops.ConvShape(s, c.KernelSize, c.Filters, c.ops())
	if err != nil {
		return nil, err
	}
	channels := s[c.DataFormat.channels(len(s))]
	switch {
	case l.Built() && channels != keras.None && channels != l.inputChannels():
		return nil, keras.Expected(keras.ErrShape, fmt.Sprintf("an input with %d channels", l.inputChannels()), s)
	case !l.Built() && channels == keras.None:
		return nil, keras.Expected(keras.ErrShape, "an input with a known number of channels", s)
	case channels != keras.None && channels%c.Groups != 0:
		return nil, keras.Fault(keras.ErrShape, "The number of input channels must be evenly divisible by the number of groups. "+
			"Received groups=%d, but the input has %d channels (full input shape is %s).", c.Groups, channels, s)
	}
	return []keras.Shape{out}, nil
}

// inputChannels is the number that the layer was built for.
func (l *conv[Self]) inputChannels() int { return l.kernel.Shape()[l.cfg.rank] * l.cfg.Groups }

// Call computes activation(x∗kernel + bias).
func (l *conv[Self]) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.Conv(l.float(in[0]), t.Var(l.kernel), t.Var(l.bias), l.cfg.ops()))
}
