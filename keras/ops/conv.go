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

// ConvConfig are the options of a convolution. The zero value has Keras's defaults.
type ConvConfig struct {
	Strides       []int                  // one an axis; nil for 1
	Dilation      []int                  // one an axis; nil for 1
	Padding       string                 // "valid", "same" or "causal"; empty for "valid"
	Groups        int                    // 0 for 1
	ChannelsFirst bool                   // the channels are on axis 1, not on the last one
	Activation    activations.Activation // of the result; empty for linear
}

// windows are the sizes along some spatial axes that follow from a configuration.
type windows struct {
	out, before, after []int
}

// perAxis is a copy of a list of one positive number for each of one to three axes.
func perAxis(what string, values []int, rank int) ([]int, error) {
	if rank < 1 || rank > 3 {
		return nil, keras.Expected(keras.ErrShape, "1 to 3 "+what, values)
	}
	if len(values) != rank || slices.Min(values) < 1 {
		return nil, keras.Expected(keras.ErrShape, fmt.Sprintf("%d positive %s", rank, what), values)
	}
	return slices.Clone(values), nil
}

// perAxisOrOnes is perAxis, with ones for nil.
func perAxisOrOnes(what string, values []int, rank int) ([]int, error) {
	if values == nil {
		values = ones(rank)
	}
	return perAxis(what, values, rank)
}

func ones(n int) []int { return slices.Repeat([]int{1}, n) }

// windowsOf are the sizes of windows over axes; None stays None.
func windowsOf(in, taps, strides, dilation []int, padding string) windows {
	w := windows{make([]int, len(in)), make([]int, len(in)), make([]int, len(in))}
	for i, n := range in {
		if n == keras.None {
			w.out[i] = keras.None
			continue
		}
		w.out[i], w.before[i], w.after[i] = kernels.ConvOutputSize(n, taps[i], strides[i], dilation[i], kernels.Padding(padding))
	}
	return w
}

// empty reports whether no window fits into an axis.
func (w windows) empty() bool {
	return slices.ContainsFunc(w.out, func(n int) bool { return n != keras.None && n < 1 })
}

// arrange puts sizes into a shape: batch, spatial, channels.
func arrange(batch int, spatial []int, channels int, channelsFirst bool) keras.Shape {
	if channelsFirst {
		return append(keras.Shape{batch, channels}, spatial...)
	}
	return append(append(keras.Shape{batch}, spatial...), channels)
}

// disarrange takes the spatial sizes and the channels out of a shape.
func disarrange(shape keras.Shape, channelsFirst bool) (spatial []int, channels int) {
	if channelsFirst {
		return shape[2:], shape[1]
	}
	return shape[1 : len(shape)-1], shape.Last()
}

// checked fills in defaults.
func (c ConvConfig) checked(rank int) (ConvConfig, error) {
	var err error
	if c.Strides, err = perAxisOrOnes("strides", c.Strides, rank); err != nil {
		return c, err
	}
	if c.Dilation, err = perAxisOrOnes("dilation rates", c.Dilation, rank); err != nil {
		return c, err
	}
	if c.Groups == 0 {
		c.Groups = 1
	}
	if c.Padding, err = padding(c.Padding, "valid", "same", "causal"); err != nil {
		return c, err
	}
	return c, nil
}

// padding is one of the allowed words; empty is the first.
func padding(word string, allowed ...string) (string, error) {
	if word == "" {
		return allowed[0], nil
	}
	if !slices.Contains(allowed, word) {
		return "", keras.Expected(keras.ErrArgument, fmt.Sprintf("a padding of %q", allowed), fmt.Sprintf("%q", word))
	}
	return word, nil
}

// rankOf reports an input of a convolution that has not so many axes.
func rankOf(in keras.Shape, rank int) error {
	switch {
	case len(in) < rank:
		return keras.RankTooLow(rank, in)
	case len(in) > rank:
		return keras.WrongRank(rank, in)
	}
	return nil
}

// ConvShape is the shape of a convolution's result, for an input that may have unknown sizes.
//
//	in (batch, spatial…, channels)   kernel (spatial…)   result (batch, spatial…, filters)
//
// Errors: a rank that is not that of the kernel plus 2; an option that does not fit; no room for one window.
func ConvShape(in keras.Shape, kernel []int, filters int, cfg ConvConfig) (keras.Shape, error) {
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
	spatial, channels := disarrange(in, cfg.ChannelsFirst)
	w := windowsOf(spatial, kernel, cfg.Strides, cfg.Dilation, cfg.Padding)
	if w.empty() {
		return nil, keras.Fault(keras.ErrShape, "Computed output size would be zero or negative. Received `inputs shape=%v`, "+
			"`kernel shape=%v`, `dilation_rate=%v`, `strides=%v`, `padding=%s`.",
			in, append(keras.Shape(slices.Clone(kernel)), channels, filters), cfg.Dilation, keras.Shape(cfg.Strides), cfg.Padding)
	}
	return arrange(in[0], w.out, filters, cfg.ChannelsFirst), nil
}

// Conv is a convolution over one to three spatial axes, as many as x has beside batch and channels.
//
//	x (batch, spatial…, channels)   kernel (spatial…, channels/groups, filters)
//	bias (filters), or nil          result (batch, spatial…, filters)
//
// With ChannelsFirst the channels are on axis 1 of x and of the result. Padding is TensorFlow's.
func Conv(x, kernel, bias *gorgonia.Node, cfg ConvConfig) *gorgonia.Node {
	y := conv(x, kernel, bias, cfg)
	if fused(cfg.Activation) {
		return y
	}
	return Activate(y, cfg.Activation)
}

// conv is Conv without those activations that are not fused.
func conv(x, kernel, bias *gorgonia.Node, cfg ConvConfig) *gorgonia.Node {
	rank := x.Dims() - 2
	check(rank >= 1 && rank <= 3 && kernel.Dims() == rank+2, "an input of rank 3 to 5 and a kernel of that rank", shapeOf(x), shapeOf(kernel))
	cfg = must(cfg.checked(rank))
	size, filters := kernel.Shape()[:rank], kernel.Shape()[rank+1]
	must(ConvShape(shapeOf(x), size, filters, cfg))
	if cfg.ChannelsFirst {
		cfg.ChannelsFirst = false
		return channelsFirst(conv(channelsLast(x), kernel, bias, cfg))
	}
	spatial, channels := disarrange(shapeOf(x), false)
	check(cfg.Groups > 0 && channels == kernel.Shape()[rank]*cfg.Groups && filters%cfg.Groups == 0,
		fmt.Sprintf("channels and filters in %d groups", cfg.Groups), shapeOf(x), shapeOf(kernel))
	w := windowsOf(spatial, size, cfg.Strides, cfg.Dilation, cfg.Padding)
	g := kernels.ConvGeometry{
		Batch: x.Shape()[0], In: spatial, Out: w.out, Kernel: size, Stride: cfg.Strides, Dilation: cfg.Dilation,
		PadBefore: w.before, PadAfter: w.after, InChannels: channels, OutChannels: filters, Groups: cfg.Groups,
	}
	inputs, relu := withBias(x, kernel, bias, filters), fused(cfg.Activation)
	dt := x.Dtype()
	differentiated := new(bool) // known before the first run
	return op.Apply(op.Spec{
		Name:    "conv",
		Outputs: []op.Output{{Shape: tensor.Shape(arrange(g.Batch, w.out, filters, false)), Dtype: dt}},
		Run:     op.ByType(dt, runConv[float32](g, relu, differentiated), runConv[float64](g, relu, differentiated)),
		Grad: func(in gorgonia.Nodes, out, grad *gorgonia.Node, wants []bool) gorgonia.Nodes {
			*differentiated = true
			return op.ApplyAll(op.Spec{
				Name:    "conv gradient",
				Outputs: wanted(in, wants),
				Run:     op.ByType(dt, runConvGradient[float32](g, wants), runConvGradient[float64](g, wants)),
			}, in[0], in[1], fusedGradient(out, grad, relu))
		},
	}, inputs...)
}

// withBias are x, kernel and, unless it is nil, a bias for each filter.
func withBias(x, kernel, bias *gorgonia.Node, filters int) gorgonia.Nodes {
	typeOf(x, kernel)
	if bias == nil {
		return gorgonia.Nodes{x, kernel}
	}
	check(bias.Dims() == 1 && bias.Shape()[0] == filters, "a bias for each filter", shapeOf(bias))
	typeOf(x, bias)
	return gorgonia.Nodes{x, kernel, bias}
}

func runConv[T kernels.Float](g kernels.ConvGeometry, relu bool, differentiated *bool) op.Run {
	return func(in, out []any) error {
		if *differentiated {
			kernels.Conv(g, in[0].([]T), in[1].([]T), biasOf[T](in), relu, out[0].([]T))
		} else {
			kernels.FastConv(g, in[0].([]T), in[1].([]T), biasOf[T](in), relu, out[0].([]T))
		}
		return nil
	}
}

func runConvGradient[T kernels.Float](g kernels.ConvGeometry, wants []bool) op.Run {
	return func(in, out []any) error {
		x, kernel, dy := in[0].([]T), in[1].([]T), in[2].([]T)
		if wants[0] {
			kernels.ConvGradInput(g, kernel, dy, out[0].([]T))
		}
		if wants[1] {
			kernels.ConvGradKernel(g, x, dy, out[1].([]T))
		}
		if len(wants) == 3 && wants[2] {
			kernels.ConvGradBias(g, dy, out[2].([]T))
		}
		return nil
	}
}

// channelsLast moves axis 1 of x to the end, channelsFirst moves the last axis to place 1.
func channelsLast(x *gorgonia.Node) *gorgonia.Node { return MoveAxis(x, 1, -1) }

func channelsFirst(x *gorgonia.Node) *gorgonia.Node { return MoveAxis(x, -1, 1) }

// must is the value of a check that succeeded; it panics with the error of one that did not.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
