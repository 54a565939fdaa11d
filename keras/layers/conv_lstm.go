package layers

import (
	"strings"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// convLSTM is what ConvLSTM1D, ConvLSTM2D and ConvLSTM3D share.
type convLSTM[Self any] struct {
	gatedLayer[Self]
	gateSetters[Self]
	images *imageConfig
}

func (l *convLSTM[Self]) init(self *Self, class string, rank, filters int, kernelSize []int) *Self {
	cfg := newGatedConfig(0)
	l.images = &imageConfig{
		rank: rank, Filters: filters, KernelSize: sizes(rank, kernelSize), Strides: sizes(rank, []int{1}),
		Padding: Valid, DataFormat: ChannelsLast, DilationRate: sizes(rank, []int{1}),
	}
	l.gatedSetters, l.gateSetters = newGatedSetters(self, cfg), gateSetters[Self]{self, cfg}
	l.options, l.rank = &sequenceConfig{Cell: newConvLSTMCell(cfg, l.images).WithName("conv_lstm_cell")}, rank+3
	return l.base.init(self, class, &convLSTMConfig{l.options, cfg, l.images})
}

// imageConfig are the options of the input's convolution. What becomes of its result is for
// the gates to say.
type imageConfig struct {
	rank int // spatial axes

	Filters      int        `keras:"filters"`
	KernelSize   []int      `keras:"kernel_size"`
	Strides      []int      `keras:"strides"`
	Padding      Padding    `keras:"padding"`
	DataFormat   DataFormat `keras:"data_format"`
	DilationRate []int      `keras:"dilation_rate"`
}

// ops is the config as keras/ops wants it.
func (c *imageConfig) ops() ops.ConvConfig {
	return ops.ConvConfig{Strides: c.Strides, Dilation: c.DilationRate, Padding: string(c.Padding), ChannelsFirst: c.DataFormat == ChannelsFirst}
}

// convLSTMConfig is what a layer shows of its configs.
type convLSTMConfig struct {
	*sequenceConfig
	*gatedConfig
	*imageConfig
}

var convLSTMKeys = strings.Fields(sequenceKeys + `filters kernel_size strides padding data_format dilation_rate
	activation recurrent_activation use_bias
	kernel_initializer recurrent_initializer bias_initializer unit_forget_bias
	kernel_regularizer recurrent_regularizer bias_regularizer activity_regularizer
	kernel_constraint recurrent_constraint bias_constraint dropout recurrent_dropout seed`)

// ConfigKeys are the keys of the layers.
func (c *convLSTMConfig) ConfigKeys() []string { return convLSTMKeys }

func (c *convLSTMConfig) validate() error {
	var f faults
	f.filters(c.Filters)
	f.sizes("kernel_size", c.rank, c.KernelSize)
	f.sizes("strides", c.rank, c.Strides)
	f.sizes("dilation_rate", c.rank, c.DilationRate)
	f.padding(c.Padding, Valid, Same)
	f.dataFormat(c.DataFormat)
	(&convOptions{strides: &c.Strides, dilationRate: &c.DilationRate}).oneWay(&f)
	f.gated(c.gatedConfig)
	return f.err()
}

// Strides sets strides of the input's convolution, one for all axes or one each. Default 1.
func (l *convLSTM[Self]) Strides(s ...int) *Self {
	l.images.Strides = sizes(l.images.rank, s)
	return l.self
}

// Padding sets padding of the input's convolution. Default valid.
func (l *convLSTM[Self]) Padding(p Padding) *Self {
	l.images.Padding = lower(p)
	return l.self
}

// DataFormat sets data_format. Default channels_last.
func (l *convLSTM[Self]) DataFormat(d DataFormat) *Self {
	l.images.DataFormat = lower(d)
	return l.self
}

// DilationRate sets dilation_rate of the input's convolution, one for all axes or one each. Default 1.
func (l *convLSTM[Self]) DilationRate(d ...int) *Self {
	l.images.DilationRate = sizes(l.images.rank, d)
	return l.self
}

// UnitForgetBias sets unit_forget_bias, which adds 1 to the bias of the forget gate at the
// start. Default true.
func (l *convLSTM[Self]) UnitForgetBias(on bool) *Self {
	l.cfg.UnitForgetBias = on
	return l.self
}

// sizesKnown is an error unless all sizes but the batch are known.
func (c *imageConfig) sizesKnown(step keras.Shape) error {
	for _, axis := range c.DataFormat.spatial(len(step)) {
		if step[axis] == keras.None {
			return keras.Fault(keras.ErrShape, "ConvLSTM layers only support static input shapes for the spatial dimension. "+
				"Received invalid input shape: input_shape=%s", step)
		}
	}
	if step[c.DataFormat.channels(len(step))] == keras.None {
		return keras.Fault(keras.ErrShape, "The channel dimension of the inputs (last axis) should be defined. Found None. "+
			"Full input shape received: input_shape=%s", step)
	}
	return nil
}
