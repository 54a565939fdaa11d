package ops_test

import (
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

// drawing is how a case of the fixture is written here.
type drawing func(t *keras.Trace, in gorgonia.Nodes, g golden) *gorgonia.Node

func of1(f func(x *gorgonia.Node) *gorgonia.Node) drawing {
	return func(_ *keras.Trace, in gorgonia.Nodes, _ golden) *gorgonia.Node { return f(in[0]) }
}

func of2(f func(a, b *gorgonia.Node) *gorgonia.Node) drawing {
	return func(_ *keras.Trace, in gorgonia.Nodes, _ golden) *gorgonia.Node { return f(in[0], in[1]) }
}

// over is a reduction over the axes of the fixture.
func over(f func(x *gorgonia.Node, axes ...int) *gorgonia.Node) drawing {
	return func(_ *keras.Trace, in gorgonia.Nodes, g golden) *gorgonia.Node { return f(in[0], g.Axes...) }
}

func conv(cfg ops.ConvConfig) drawing {
	return func(_ *keras.Trace, in gorgonia.Nodes, _ golden) *gorgonia.Node {
		return ops.Conv(in[0], in[1], append(in, nil)[2], cfg)
	}
}

func convTranspose(cfg ops.ConvTransposeConfig) drawing {
	return func(_ *keras.Trace, in gorgonia.Nodes, _ golden) *gorgonia.Node {
		return ops.ConvTranspose(in[0], in[1], append(in, nil)[2], cfg)
	}
}

func pool(f func(x *gorgonia.Node, cfg ops.PoolConfig) *gorgonia.Node, cfg ops.PoolConfig) drawing {
	return of1(func(x *gorgonia.Node) *gorgonia.Node { return f(x, cfg) })
}

func resize(height, width int, interpolation string) drawing {
	return of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Resize(x, height, width, interpolation) })
}

func batchNorm(axis int) drawing {
	return func(_ *keras.Trace, in gorgonia.Nodes, _ golden) *gorgonia.Node {
		mean, variance := ops.BatchMoments(in[0], nil, axis)
		return ops.BatchNormalization(in[0], mean, variance, in[1], in[2], ops.BatchNormConfig{Axis: axis, Epsilon: 0.001, OfBatch: true})
	}
}

func layerNorm(axes ...int) drawing {
	return func(_ *keras.Trace, in gorgonia.Nodes, _ golden) *gorgonia.Node {
		return ops.LayerNormalization(in[0], in[1], in[2], axes, 0.01, false)
	}
}

// constant is some numbers, of the type of a node.
func constant(t *keras.Trace, like *gorgonia.Node, numbers ...float64) *gorgonia.Node {
	return ops.Cast(ops.Constant(t, tensor.New(tensor.WithBacking(numbers), tensor.WithShape(len(numbers)))), like.Dtype())
}

// cases are keyed by the name of a fixture, or by its first word.
var cases = map[string]drawing{
	"add":      of2(ops.Add),
	"subtract": of2(ops.Sub),
	"multiply": of2(ops.Mul),
	"divide":   of2(ops.Div),
	"maximum":  of2(ops.Maximum),
	"minimum":  of2(ops.Minimum),
	"power":    of2(ops.Pow),
	"scale":    of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Scale(x, 2.5, -0.75) }),
	"clip":     of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Clip(x, -0.5, 0.75) }),

	"clip, at the bounds": of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Clip(x, -1, 2) }),

	"exp":        of1(ops.Exp),
	"expm1":      of1(ops.Expm1),
	"log":        of1(ops.Log),
	"log1p":      of1(ops.Log1p),
	"sqrt":       of1(ops.Sqrt),
	"rsqrt":      of1(ops.Rsqrt),
	"square":     of1(ops.Square),
	"absolute":   of1(ops.Abs),
	"negative":   of1(ops.Neg),
	"sign":       of1(ops.Sign),
	"reciprocal": of1(ops.Reciprocal),
	"sin":        of1(ops.Sin),
	"cos":        of1(ops.Cos),
	"erf":        of1(ops.Erf),
	"floor":      of1(ops.Floor),
	"ceil":       of1(ops.Ceil),
	"round":      of1(ops.Round),
	"cast":       of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Cast(x, tensor.Int32) }),
	"stop_gradient": of1(func(x *gorgonia.Node) *gorgonia.Node {
		return ops.Mul(x, ops.StopGradient(x))
	}),

	"any_differs":   of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.AnyDiffers(x, 1.5) }),
	"equal":         of2(ops.Equal),
	"not_equal":     of2(ops.NotEqual),
	"greater":       of2(ops.Greater),
	"greater_equal": of2(ops.GreaterEqual),
	"less":          of2(ops.Less),
	"less_equal":    of2(ops.LessEqual),
	"logical_and":   of2(ops.LogicalAnd),
	"logical_or":    of2(ops.LogicalOr),
	"logical_not":   of1(ops.LogicalNot),
	"where": func(_ *keras.Trace, in gorgonia.Nodes, _ golden) *gorgonia.Node {
		return ops.Where(in[0], in[1], in[2])
	},

	"sum":       over(ops.Sum),
	"mean":      over(ops.Mean),
	"max":       over(ops.Max),
	"min":       over(ops.Min),
	"prod":      over(ops.Prod),
	"argmax 0":  of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.ArgMax(x, 0) }),
	"argmax 1":  of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.ArgMax(x, 1) }),
	"argmax -1": of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.ArgMax(x, -1) }),
	"argmax":    of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.ArgMax(x, -1) }),
	"matmul":    of2(ops.MatMul),
	"einsum": func(_ *keras.Trace, in gorgonia.Nodes, g golden) *gorgonia.Node {
		return ops.Einsum(strings.TrimPrefix(g.Name, "einsum "), in[0], in[1])
	},
	"dense, no bias": of2(func(x, k *gorgonia.Node) *gorgonia.Node { return ops.Dense(x, k, nil, activations.Linear) }),
	"dense": func(_ *keras.Trace, in gorgonia.Nodes, _ golden) *gorgonia.Node {
		return ops.Dense(in[0], in[1], in[2], activations.ReLU)
	},

	"reshape":             of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Reshape(x, 4, -1) }),
	"reshape to a scalar": of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Reshape(x) }),
	"reshape of a scalar": of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Reshape(x, 1, -1) }),
	"transpose":           of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Transpose(x, 1, 2, 0) }),
	"transpose, reversed": of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Transpose(x) }),
	"transpose (1, 1)":    of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Transpose(x, -1, 0) }),
	"slice":               of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Slice(x, 1, 1, 3) }),
	"slice, last":         of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Slice(x, -1, -2, -1) }),
	"take":                of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Take(x, 1, -1) }),
	"flip":                of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Flip(x, 1) }),
	"flip, last":          of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Flip(x, -1) }),
	"take, to a scalar":   of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Take(x, 0, 2) }),
	"concatenate":         of2(func(a, b *gorgonia.Node) *gorgonia.Node { return ops.Concat(1, a, b) }),
	"concatenate, one":    of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Concat(0, x) }),
	"stack":               of2(func(a, b *gorgonia.Node) *gorgonia.Node { return ops.Stack(-1, a, b) }),
	"stack of scalars":    func(_ *keras.Trace, in gorgonia.Nodes, _ golden) *gorgonia.Node { return ops.Stack(0, in...) },
	"pad":                 of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Pad(x, []int{0, 1, 2}, []int{0, 2, 0}, 1) }),
	"broadcast_to":        of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.BroadcastTo(x, 5, 2, 3, 4) }),
	"repeat":              of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Repeat(x, 1, 3) }),
	"repeat, last":        of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Repeat(x, -1, 2) }),
	"expand_dims":         of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.ExpandDims(x, 0, -1) }),
	"squeeze":             of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Squeeze(x) }),
	"squeeze 2":           of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Squeeze(x, 2) }),

	"broadcast_to (2, 3, 1, 2)": of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.BroadcastTo(x, 2, 3, 1, 2) }),
	"broadcast_to, scalar":      of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.BroadcastTo(x, 2, 3) }),

	"conv":                 conv(ops.ConvConfig{}),
	"conv, same":           conv(ops.ConvConfig{Strides: []int{2, 2}, Padding: "same"}),
	"conv, strides":        conv(ops.ConvConfig{Strides: []int{2, 1}, Padding: "valid"}),
	"conv, dilation":       conv(ops.ConvConfig{Dilation: []int{2, 3}, Padding: "same"}),
	"conv, groups":         conv(ops.ConvConfig{Groups: 2, Padding: "same"}),
	"conv, depthwise":      conv(ops.ConvConfig{Groups: 4, Strides: []int{2, 2}}),
	"conv, channels first": conv(ops.ConvConfig{Strides: []int{2, 2}, Padding: "same", ChannelsFirst: true}),
	"conv, rank 1":         conv(ops.ConvConfig{Strides: []int{2}, Padding: "same"}),
	"conv, causal":         conv(ops.ConvConfig{Dilation: []int{2}, Padding: "causal"}),
	"conv, rank 3":         conv(ops.ConvConfig{Strides: []int{2, 2, 2}, Padding: "same"}),

	"conv_transpose":                 convTranspose(ops.ConvTransposeConfig{}),
	"conv_transpose, strides":        convTranspose(ops.ConvTransposeConfig{Strides: []int{2, 3}}),
	"conv_transpose, same":           convTranspose(ops.ConvTransposeConfig{Strides: []int{2, 2}, Padding: "same"}),
	"conv_transpose, output padding": convTranspose(ops.ConvTransposeConfig{Strides: []int{2, 2}, Padding: "same", OutputPadding: []int{1, 0}}),
	"conv_transpose, rank 1":         convTranspose(ops.ConvTransposeConfig{Strides: []int{3}}),
	"conv_transpose, rank 3":         convTranspose(ops.ConvTransposeConfig{Strides: []int{2, 2, 2}, Padding: "same"}),

	"depthwise_conv": func(_ *keras.Trace, in gorgonia.Nodes, _ golden) *gorgonia.Node {
		return ops.DepthwiseConv(in[0], in[1], in[2], ops.ConvConfig{Strides: []int{2, 2}, Padding: "same"})
	},
	"separable_conv": func(_ *keras.Trace, in gorgonia.Nodes, _ golden) *gorgonia.Node {
		return ops.SeparableConv(in[0], in[1], in[2], in[3], ops.ConvConfig{Padding: "same"})
	},

	"max_pool":                     pool(ops.MaxPool, ops.PoolConfig{Window: []int{2, 2}}),
	"max_pool, same":               pool(ops.MaxPool, ops.PoolConfig{Window: []int{3, 2}, Strides: []int{2, 1}, Padding: "same"}),
	"max_pool, gaps":               pool(ops.MaxPool, ops.PoolConfig{Window: []int{2, 2}, Strides: []int{3, 3}}),
	"max_pool, channels first":     pool(ops.MaxPool, ops.PoolConfig{Window: []int{2, 3}, Strides: []int{2, 2}, Padding: "same", ChannelsFirst: true}),
	"max_pool, rank 1":             pool(ops.MaxPool, ops.PoolConfig{Window: []int{3}, Strides: []int{2}, Padding: "same"}),
	"max_pool, rank 3":             pool(ops.MaxPool, ops.PoolConfig{Window: []int{2, 2, 2}, Strides: []int{1, 1, 1}}),
	"max_pool, ties":               pool(ops.MaxPool, ops.PoolConfig{Window: []int{2, 2}, Strides: []int{1, 1}}),
	"average_pool":                 pool(ops.AveragePool, ops.PoolConfig{Window: []int{2, 2}}),
	"average_pool, same":           pool(ops.AveragePool, ops.PoolConfig{Window: []int{3, 2}, Strides: []int{2, 1}, Padding: "same"}),
	"average_pool, gaps":           pool(ops.AveragePool, ops.PoolConfig{Window: []int{2, 2}, Strides: []int{3, 3}}),
	"average_pool, channels first": pool(ops.AveragePool, ops.PoolConfig{Window: []int{2, 3}, Strides: []int{2, 2}, Padding: "same", ChannelsFirst: true}),
	"average_pool, rank 1":         pool(ops.AveragePool, ops.PoolConfig{Window: []int{3}, Strides: []int{2}, Padding: "same"}),
	"average_pool, rank 3":         pool(ops.AveragePool, ops.PoolConfig{Window: []int{2, 2, 2}, Strides: []int{1, 1, 1}}),

	"up_sample": of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.UpSample(x, 1, 2, 3, 1) }),
	"crop":      of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Crop(x, []int{0, 1, 2, 0}, []int{0, 0, 1, 0}) }),
	"normalize": of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Normalize(x, -1) }),
	"leak":      of2(ops.Leak),
	"embedding": of2(ops.Embedding),

	"normalize, axes": of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.Normalize(x, 0, 2) }),

	"resize, bilinear": resize(10, 24, "bilinear"),
	"resize, bicubic":  resize(10, 24, "bicubic"),
	"resize, lanczos3": resize(10, 24, "lanczos3"),
	"resize, lanczos5": resize(10, 24, "lanczos5"),
	"saturate_cast":    of1(func(x *gorgonia.Node) *gorgonia.Node { return ops.SaturateCast(x, tensor.Uint8) }),
	"resize, smaller":  resize(3, 9, "bilinear"),

	"batch_normalization":         batchNorm(-1),
	"batch_normalization, axis 1": batchNorm(1),
	"batch_normalization, given": func(t *keras.Trace, in gorgonia.Nodes, _ golden) *gorgonia.Node {
		mean, variance := constant(t, in[0], 0.5, -1, 0.25), constant(t, in[0], 0.5, 2, 1)
		return ops.BatchNormalization(in[0], mean, variance, nil, nil, ops.BatchNormConfig{Axis: 1, Epsilon: 0.01})
	},
	"layer_normalization":       layerNorm(-1),
	"layer_normalization, axes": layerNorm(1, 3),
	"layer_normalization, plain": of1(func(x *gorgonia.Node) *gorgonia.Node {
		return ops.LayerNormalization(x, nil, nil, []int{1}, 0.01, false)
	}),

	"squared_error":       of2(ops.SquaredError),
	"absolute_error":      of2(ops.AbsoluteError),
	"huber":               of2(func(y, p *gorgonia.Node) *gorgonia.Node { return ops.Huber(y, p, 0.7) }),
	"binary_crossentropy": of2(func(y, p *gorgonia.Node) *gorgonia.Node { return ops.BinaryCrossentropy(y, p, false, 0) }),
	"binary_crossentropy, logits": of2(func(y, p *gorgonia.Node) *gorgonia.Node {
		return ops.BinaryCrossentropy(y, p, true, 0.2)
	}),
	"categorical_crossentropy": of2(func(y, p *gorgonia.Node) *gorgonia.Node {
		return ops.CategoricalCrossentropy(y, p, false, 0, -1)
	}),
	"categorical_crossentropy, logits": of2(func(y, p *gorgonia.Node) *gorgonia.Node {
		return ops.CategoricalCrossentropy(y, p, true, 0.1, -1)
	}),
	"categorical_crossentropy, axis 1": of2(func(y, p *gorgonia.Node) *gorgonia.Node {
		return ops.CategoricalCrossentropy(y, p, true, 0, 1)
	}),
	"sparse_categorical_crossentropy": of2(func(y, p *gorgonia.Node) *gorgonia.Node {
		return ops.SparseCategoricalCrossentropy(y, p, false, nil, -1)
	}),
	"sparse_categorical_crossentropy, logits": of2(func(y, p *gorgonia.Node) *gorgonia.Node {
		ignored := 3
		return ops.SparseCategoricalCrossentropy(y, p, true, &ignored, -1)
	}),
	"sparse_categorical_crossentropy, axis 1": of2(func(y, p *gorgonia.Node) *gorgonia.Node {
		return ops.SparseCategoricalCrossentropy(y, p, false, nil, 1)
	}),
	"sparse_categorical_crossentropy, float labels": of2(func(y, p *gorgonia.Node) *gorgonia.Node {
		return ops.SparseCategoricalCrossentropy(y, p, true, nil, -1)
	}),
}
