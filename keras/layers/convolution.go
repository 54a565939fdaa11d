package layers

import (
	"fmt"
	"slices"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/ops"
)

// convolution is what all convolutions have: windows over one to three spatial axes, a
// bias and an activation.
type convolution[Self any] struct {
	base[Self]
	options convOptions
	bias    *keras.Variable
}

// convOptions are the places of what convolutions have in common in the config of a
// family, which has other keys between them.
type convOptions struct {
	rank         int // spatial axes
	kernelSize   *[]int
	strides      *[]int
	padding      *Padding
	dataFormat   *DataFormat
	dilationRate *[]int
	activation   *activations.Activation
	useBias      *bool
	kernelAndBias
}

// defaults sets the options for a kernel of a size.
func (o *convOptions) defaults(kernelSize []int) {
	*o.kernelSize = sizes(o.rank, kernelSize)
	*o.strides, *o.dilationRate = sizes(o.rank, []int{1}), sizes(o.rank, []int{1})
	*o.padding, *o.dataFormat, *o.useBias = Valid, ChannelsLast, true
	*o.kernelOptions.initializer, *o.biasOptions.initializer = initializers.GlorotUniform(), initializers.Zeros()
}

// check adds the violations of the options.
func (o *convOptions) check(f *faults, paddings ...Padding) {
	f.sizes("kernel_size", o.rank, *o.kernelSize)
	f.sizes("strides", o.rank, *o.strides)
	f.sizes("dilation_rate", o.rank, *o.dilationRate)
	f.padding(*o.padding, paddings...)
	f.dataFormat(*o.dataFormat)
	f.accept(o.activation.Validate())
	o.kernelAndBias.check(f)
}

// oneWay adds a violation if both strides and dilation are above 1.
func (o *convOptions) oneWay(f *faults) {
	above1 := func(n int) bool { return n > 1 }
	f.require(!slices.ContainsFunc(*o.strides, above1) || !slices.ContainsFunc(*o.dilationRate, above1), fmt.Sprintf(
		"`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: strides=%s and dilation_rate=%s",
		tuple(*o.strides), tuple(*o.dilationRate)))
}

// filters adds a violation unless there is a filter.
func (f *faults) filters(n int) {
	f.require(n > 0, fmt.Sprintf("Invalid value for argument `filters`. Expected a strictly positive value. Received filters=%d.", n))
}

// conv is the options as keras/ops wants them.
func (o *convOptions) conv() ops.ConvConfig {
	return ops.ConvConfig{
		Strides: *o.strides, Dilation: *o.dilationRate, Padding: string(*o.padding),
		ChannelsFirst: *o.dataFormat == ChannelsFirst, Activation: *o.activation,
	}
}

// Strides sets strides, one for all axes or one each. Default 1.
func (l *convolution[Self]) Strides(s ...int) *Self {
	*l.options.strides = sizes(l.options.rank, s)
	return l.self
}

// Padding sets padding. Default valid.
func (l *convolution[Self]) Padding(p Padding) *Self {
	*l.options.padding = lower(p)
	return l.self
}

// DataFormat sets data_format. Default channels_last.
func (l *convolution[Self]) DataFormat(d DataFormat) *Self {
	*l.options.dataFormat = lower(d)
	return l.self
}

// DilationRate sets dilation_rate, one for all axes or one each. Default 1.
func (l *convolution[Self]) DilationRate(d ...int) *Self {
	*l.options.dilationRate = sizes(l.options.rank, d)
	return l.self
}

// Activation sets activation. Default linear.
func (l *convolution[Self]) Activation(a activations.Activation) *Self {
	*l.options.activation = a
	return l.self
}

// UseBias sets use_bias. Default true.
func (l *convolution[Self]) UseBias(on bool) *Self {
	*l.options.useBias = on
	return l.self
}

// addBias makes the bias, if there is to be one.
func (l *convolution[Self]) addBias(filters int) {
	if *l.options.useBias {
		l.bias = l.options.biasOptions.add(&l.Base, "bias", keras.Shape{filters})
	}
}

// channels is the number of channels in an input.
func (l *convolution[Self]) channels(in keras.Shape) int {
	return in[l.options.dataFormat.channels(len(in))]
}

// checkChannels wants an input to have as many channels as the layer was built for, or,
// before that, a known number.
func (l *convolution[Self]) checkChannels(in keras.Shape, built func() int) error {
	channels, axis := l.channels(in), l.options.dataFormat.channels(len(in))
	if axis == len(in)-1 {
		axis = -1
	}
	switch {
	case l.Built() && channels != keras.None && channels != built():
		return keras.WrongAxis(axis, built(), in)
	case !l.Built() && channels == keras.None:
		return keras.Expected(keras.ErrShape, "an input with a known number of channels", in)
	}
	return nil
}

// kernelConvolution is what convolutions with one kernel share.
type kernelConvolution[Self any] struct {
	convolution[Self]
	weightSetters[Self]
	kernel *keras.Variable
}
