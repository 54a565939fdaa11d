package ops

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras/activations"
)

// DepthwiseConv is a convolution of each channel for itself, over one to three spatial
// axes. Output c·multiplier + i is that of filter i on channel c.
//
//	x (batch, spatial…, channels)           kernel (spatial…, channels, multiplier)
//	bias (channels·multiplier), or nil      result (batch, spatial…, channels·multiplier)
//
// The groups of cfg are not looked at. With ChannelsFirst the channels are on axis 1 of x
// and of the result.
func DepthwiseConv(x, kernel, bias *gorgonia.Node, cfg ConvConfig) *gorgonia.Node {
	rank := kernel.Dims() - 2
	check(rank >= 1, "a kernel of rank 3 to 5", shapeOf(kernel))
	shape := shapeOf(kernel).Clone()
	cfg.Groups = shape[rank]
	shape[rank], shape[rank+1] = 1, shape[rank]*shape[rank+1]
	return Conv(x, Reshape(kernel, shape...), bias, cfg)
}

// SeparableConv is a DepthwiseConv whose results are mixed at each place by a convolution
// with a kernel of size 1.
//
//	x (batch, spatial…, channels)   depthwise (spatial…, channels, multiplier)
//	bias (filters), or nil          pointwise (1…, channels·multiplier, filters)
//	                                result    (batch, spatial…, filters)
//
// The groups of cfg are not looked at. With ChannelsFirst the channels are on axis 1 of x
// and of the result.
func SeparableConv(x, depthwise, pointwise, bias *gorgonia.Node, cfg ConvConfig) *gorgonia.Node {
	each := cfg
	each.ChannelsFirst, each.Activation = false, activations.Linear
	if cfg.ChannelsFirst {
		x = channelsLast(x)
	}
	y := conv(DepthwiseConv(x, depthwise, nil, each), pointwise, bias, ConvConfig{Activation: cfg.Activation})
	if cfg.ChannelsFirst {
		y = channelsFirst(y)
	}
	if fused(cfg.Activation) {
		return y
	}
	return Activate(y, cfg.Activation)
}
