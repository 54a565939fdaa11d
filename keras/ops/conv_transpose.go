package ops

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
)

// ConvTransposeConfig are the options of a transposed convolution. The zero value has Keras's defaults.
type ConvTransposeConfig struct {
	Strides       []int                  // one an axis; nil for 1
	Dilation      []int                  // one an axis; nil for 1
	Padding       string                 // "valid" or "same"; empty for "valid"
	OutputPadding []int                  // one an axis; nil for what padding suggests
	ChannelsFirst bool                   // the channels are on axis 1, not on the last one
	Activation    activations.Activation // of the result; empty for linear
}

// checked fills in defaults.
func (c ConvTransposeConfig) checked(rank int) (ConvTransposeConfig, error) {
	var err error
	if c.Strides, err = perAxisOrOnes("strides", c.Strides, rank); err != nil {
		return c, err
	}
	if c.Dilation, err = perAxisOrOnes("dilation rates", c.Dilation, rank); err != nil {
		return c, err
	}
	if c.OutputPadding != nil && (len(c.OutputPadding) != rank || slices.Min(c.OutputPadding) < 0) {
		return c, keras.Expected(keras.ErrShape, fmt.Sprintf("an output padding of %d numbers that are not negative", rank), c.OutputPadding)
	}
	c.Padding, err = padding(c.Padding, "valid", "same")
	return c, err
}

// windows are those of the convolution from the result to the input.
func (c ConvTransposeConfig) windows(in, taps []int) windows {
	w := windows{make([]int, len(in)), make([]int, len(in)), make([]int, len(in))}
	for i, n := range in {
		if n == keras.None {
			w.out[i] = keras.None
			continue
		}
		padding := -1
		if c.OutputPadding != nil {
			padding = c.OutputPadding[i]
		}
		w.out[i], w.before[i], w.after[i] = kernels.ConvTransposeSize(n, taps[i], c.Strides[i], c.Dilation[i], padding, kernels.Padding(c.Padding))
	}
	return w
}

// ConvTransposeShape is the shape of a transposed convolution's result, for an input that
// may have unknown sizes.
//
//	in (batch, spatial…, channels)   kernel (spatial…)   result (batch, spatial…, filters)
//
// Of n elements come, with taps = dilation·(kernel−1)+1, n·stride with padding same,
// else (n−1)·stride + max(taps, stride). OutputPadding p makes that (n−1)·stride + p +
// taps, or with same 1 for odd taps and 0 for even ones in their place.
//
// Errors: a rank that is not that of the kernel plus 2; an option that does not fit; a
// result without elements.
func ConvTransposeShape(in keras.Shape, kernel []int, filters int, cfg ConvTransposeConfig) (keras.Shape, error) {
	if err := rankOf(in, len(kernel)+2); err != nil {
		return nil, err
	}
	if _, err := perAxis("kernel sizes", kernel, len(kernel)); err != nil {
		return nil, err
	}
	cfg, err := cfg.checked(len(kernel))
	if err != nil {
		return nil, err
	}
	spatial, _ := disarrange(in, cfg.ChannelsFirst)
	w := cfg.windows(spatial, kernel)
	if w.empty() {
		return nil, keras.Expected(keras.ErrShape, "an input of which something comes", in)
	}
	return arrange(in[0], w.out, filters, cfg.ChannelsFirst), nil
}

// ConvTranspose goes the way of a convolution back, over one to three spatial axes, as
// many as x has beside batch and channels: each element of x adds the kernel, times
// itself, to the result.
//
//	x (batch, spatial…, channels)   kernel (spatial…, filters, channels)
//	bias (filters), or nil          result (batch, spatial…, filters)
//
// With ChannelsFirst the channels are on axis 1 of x and of the result.
func ConvTranspose(x, kernel, bias *gorgonia.Node, cfg ConvTransposeConfig) *gorgonia.Node {
	y := convTranspose(x, kernel, bias, cfg)
	if fused(cfg.Activation) {
		return y
	}
	return Activate(y, cfg.Activation)
}

// convTranspose is ConvTranspose without those activations that are not fused.
func convTranspose(x, kernel, bias *gorgonia.Node, cfg ConvTransposeConfig) *gorgonia.Node {
	rank := x.Dims() - 2
	check(rank >= 1 && rank <= 3 && kernel.Dims() == rank+2, "an input of rank 3 to 5 and a kernel of that rank", shapeOf(x), shapeOf(kernel))
	cfg = must(cfg.checked(rank))
	size, filters := kernel.Shape()[:rank], kernel.Shape()[rank]
	must(ConvTransposeShape(shapeOf(x), size, filters, cfg))
	if cfg.ChannelsFirst {
		cfg.ChannelsFirst = false
		return channelsFirst(convTranspose(channelsLast(x), kernel, bias, cfg))
	}
	spatial, channels := disarrange(shapeOf(x), false)
	check(channels == kernel.Shape()[rank+1], "a kernel whose last axis is the input's", shapeOf(x), shapeOf(kernel))
	w := cfg.windows(spatial, size)
	g := kernels.ConvGeometry{ // from the result to x
		Batch: x.Shape()[0], In: w.out, Out: spatial, Kernel: size, Stride: cfg.Strides, Dilation: cfg.Dilation,
		PadBefore: w.before, PadAfter: w.after, InChannels: filters, OutChannels: channels, Groups: 1,
	}
	inputs, relu := withBias(x, kernel, bias, filters), fused(cfg.Activation)
	dt := x.Dtype()
	return op.Apply(op.Spec{
		Name:    "conv_transpose",
		Outputs: []op.Output{{Shape: tensor.Shape(arrange(g.Batch, w.out, filters, false)), Dtype: dt}},
		Run:     op.ByType(dt, runConvTranspose[float32](g, relu), runConvTranspose[float64](g, relu)),
		Grad: func(in gorgonia.Nodes, out, grad *gorgonia.Node, wants []bool) gorgonia.Nodes {
			return op.ApplyAll(op.Spec{
				Name:    "conv_transpose gradient",
				Outputs: wanted(in, wants),
				Run:     op.ByType(dt, runConvTransposeGradient[float32](g, wants), runConvTransposeGradient[float64](g, wants)),
			}, in[0], in[1], fusedGradient(out, grad, relu))
		},
	}, inputs...)
}

func runConvTranspose[T kernels.Float](g kernels.ConvGeometry, relu bool) op.Run {
	return func(in, out []any) error {
		kernels.ConvTranspose(g, in[0].([]T), in[1].([]T), biasOf[T](in), relu, out[0].([]T))
		return nil
	}
}

func runConvTransposeGradient[T kernels.Float](g kernels.ConvGeometry, wants []bool) op.Run {
	return func(in, out []any) error {
		x, kernel, dy := in[0].([]T), in[1].([]T), in[2].([]T)
		if wants[0] {
			kernels.FastConv(g, dy, kernel, nil, false, out[0].([]T))
		}
		if wants[1] {
			kernels.ConvGradKernel(g, dy, x, out[1].([]T))
		}
		if len(wants) == 3 && wants[2] {
			kernels.SumRows(len(dy)/g.InChannels, g.InChannels, dy, out[2].([]T))
		}
		return nil
	}
}
