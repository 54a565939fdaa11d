package ops

import (
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
)

// PoolConfig are the options of a pooling. Pooling over all of an axis is Mean or Max.
type PoolConfig struct {
	Window        []int  // one an axis
	Strides       []int  // one an axis; nil for Window
	Padding       string // "valid" or "same"; empty for "valid"
	ChannelsFirst bool   // the channels are on axis 1, not on the last one
}

// checked fills in defaults.
func (c PoolConfig) checked(rank int) (PoolConfig, error) {
	var err error
	if c.Window, err = perAxis("window sizes", c.Window, rank); err != nil {
		return c, err
	}
	if c.Strides == nil {
		c.Strides = c.Window
	}
	if c.Strides, err = perAxis("strides", c.Strides, rank); err != nil {
		return c, err
	}
	c.Padding, err = padding(c.Padding, "valid", "same")
	return c, err
}

func (c PoolConfig) windows(spatial []int) windows {
	return windowsOf(spatial, c.Window, c.Strides, ones(len(spatial)), c.Padding)
}

// PoolShape is the shape of a pooling's result, for an input that may have unknown sizes.
//
//	in (batch, spatial…, channels)   result (batch, spatial…, channels)
//
// Errors: a rank that is not that of the window plus 2; an option that does not fit; no room for one window.
func PoolShape(in keras.Shape, cfg PoolConfig) (keras.Shape, error) {
	if len(in) != len(cfg.Window)+2 {
		return nil, keras.WrongRank(len(cfg.Window)+2, in)
	}
	cfg, err := cfg.checked(len(cfg.Window))
	if err != nil {
		return nil, err
	}
	spatial, channels := disarrange(in, cfg.ChannelsFirst)
	w := cfg.windows(spatial)
	if w.empty() {
		return nil, keras.Fault(keras.ErrShape, "Computed output size would be zero or negative. Received: `inputs.shape=%s`, "+
			"`pool_size=%v`, `strides=%v`, `padding=%s`.", array(in), cfg.Window, keras.Shape(cfg.Strides), cfg.Padding)
	}
	return arrange(in[0], w.out, channels, cfg.ChannelsFirst), nil
}

// array writes a shape as numpy writes an array: [None 5 5 1].
func array(s keras.Shape) string {
	return "[" + strings.ReplaceAll(strings.Trim(s.String(), "(,)"), ",", "") + "]"
}

// MaxPool is the largest element of each window, over one to three spatial axes, as
// many as x has beside batch and channels. Of equal elements the first gets the
// gradient.
//
//	x (batch, spatial…, channels)   result (batch, spatial…, channels)
func MaxPool(x *gorgonia.Node, cfg PoolConfig) *gorgonia.Node {
	return pool("max_pool", x, cfg, runMaxPool[float32], runMaxPool[float64])
}

// AveragePool is the mean of each window, in which padding does not count, over axes as in MaxPool.
func AveragePool(x *gorgonia.Node, cfg PoolConfig) *gorgonia.Node {
	return pool("average_pool", x, cfg, runAveragePool[float32], runAveragePool[float64])
}

// pooling are the loops of a pooling. gradient, called when a gradient is drawn,
// makes its loop from dy to dx.
type pooling struct {
	forward  op.Run
	gradient func() op.Run
}

func runMaxPool[T kernels.Float](g kernels.PoolGeometry, size int) pooling {
	var places []int32 // of the maxima: noted if a gradient will ask for them
	return pooling{
		forward: func(in, out []any) error {
			kernels.MaxPool(g, in[0].([]T), out[0].([]T), places)
			return nil
		},
		gradient: func() op.Run {
			places = make([]int32, size)
			return func(in, out []any) error {
				kernels.MaxPoolGrad(g, in[1].([]T), places, out[0].([]T))
				return nil
			}
		},
	}
}

func runAveragePool[T kernels.Float](g kernels.PoolGeometry, _ int) pooling {
	return pooling{
		forward: func(in, out []any) error {
			kernels.AveragePool(g, in[0].([]T), out[0].([]T))
			return nil
		},
		gradient: func() op.Run {
			return func(in, out []any) error {
				kernels.AveragePoolGrad(g, in[1].([]T), out[0].([]T))
				return nil
			}
		},
	}
}

func pool(name string, x *gorgonia.Node, cfg PoolConfig, f32, f64 func(g kernels.PoolGeometry, size int) pooling) *gorgonia.Node {
	rank := x.Dims() - 2
	check(rank >= 1 && rank <= 3, "an input of rank 3 to 5", shapeOf(x))
	cfg = must(cfg.checked(rank))
	must(PoolShape(shapeOf(x), cfg))
	if cfg.ChannelsFirst {
		cfg.ChannelsFirst = false
		return channelsFirst(pool(name, channelsLast(x), cfg, f32, f64))
	}
	spatial, channels := disarrange(shapeOf(x), false)
	w := cfg.windows(spatial)
	g := kernels.PoolGeometry{
		Batch: x.Shape()[0], Channels: channels, In: spatial, Out: w.out,
		Window: cfg.Window, Stride: cfg.Strides, PadBefore: w.before,
	}
	shape := tensor.Shape(arrange(g.Batch, w.out, channels, false))
	check(op.IsFloat(x.Dtype()), "float32 or float64", x.Dtype())
	p := f32(g, volume(shape))
	if x.Dtype() == tensor.Float64 {
		p = f64(g, volume(shape))
	}
	return op.Apply(op.Spec{
		Name:    name,
		Outputs: []op.Output{{Shape: shape, Dtype: x.Dtype()}},
		Run:     p.forward,
		Grad: func(in gorgonia.Nodes, out, grad *gorgonia.Node, _ []bool) gorgonia.Nodes {
			return gorgonia.Nodes{op.Apply(op.Spec{
				Name:    name + " gradient",
				Outputs: []op.Output{op.Like(in[0])},
				Run:     p.gradient(),
			}, out, grad)} // out: after the forward run
		},
	}, x)
}
