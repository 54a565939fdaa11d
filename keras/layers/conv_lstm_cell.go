package layers

import (
	"slices"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ sequenceCell       = (*convLSTMCell)(nil)
	_ keras.ShapeInferer = (*convLSTMCell)(nil)
	_ stepStater         = (*convLSTMCell)(nil)
)

// convLSTMCell is one step of the ConvLSTM layers: an LSTMCell whose products are
// convolutions. That of the input has the options of the layer, that of the state h
// padding same. Inside, channels are last.
type convLSTMCell struct {
	gatedCell[convLSTMCell]
	images   *imageConfig
	channels int // of the input
}

func newConvLSTMCell(cfg *gatedConfig, images *imageConfig) *convLSTMCell {
	l := &convLSTMCell{images: images}
	l.gates, l.gatedSetters = 4, newGatedSetters(l, cfg)
	return l.base.init(l, "ConvLSTMCell", none{}) // the layer shows and checks the options
}

// StateSizes are those of h and c, without the sizes that depend on the input.
func (l *convLSTMCell) StateSizes() []keras.Shape {
	size := slices.Repeat(keras.Shape{keras.None}, l.images.rank+1)
	size[l.images.DataFormat.channels(l.images.rank+2)-1] = l.images.Filters
	return []keras.Shape{size, size}
}

// statesFor are the shapes of h and c: those of the input's convolution.
func (l *convLSTMCell) statesFor(step keras.Shape) ([]keras.Shape, error) {
	shape, err := ops.ConvShape(step, l.images.KernelSize, l.images.Filters, l.images.ops())
	if err != nil {
		return nil, err
	}
	return []keras.Shape{shape, shape}, l.images.sizesKnown(step)
}

// OutputShapes gives the shape of the states, for the output too.
func (l *convLSTMCell) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	states, err := l.statesFor(in[0])
	if err != nil {
		return nil, err
	}
	if axis := l.images.DataFormat.channels(len(in[0])); l.Built() && in[0][axis] != l.channels {
		return nil, keras.WrongAxis(axis, l.channels, in[0])
	}
	return append(states[:1:1], states...), nil
}

// Build makes kernel, recurrent_kernel and bias.
func (l *convLSTMCell) Build(in ...keras.Shape) error {
	l.channels = in[0][l.images.DataFormat.channels(len(in[0]))]
	kernel := func(channels int) keras.Shape {
		return append(slices.Clone(keras.Shape(l.images.KernelSize)), channels, 4*l.images.Filters)
	}
	l.weights(kernel(l.channels), kernel(l.images.Filters), keras.Shape{4 * l.images.Filters}, l.cfg.lstmBias())
	return nil
}

// Call computes a step.
func (l *convLSTMCell) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return call(t, l, in)
}

// last moves the channels of images, or of sequences of them, to the end, back moves
// them to where the layer has them.
func (l *convLSTMCell) last(x *gorgonia.Node) *gorgonia.Node {
	if l.images.DataFormat == ChannelsFirst {
		return ops.MoveAxis(x, x.Dims()-1-l.images.rank, -1)
	}
	return x
}

func (l *convLSTMCell) back(x *gorgonia.Node) *gorgonia.Node {
	if l.images.DataFormat == ChannelsFirst {
		return ops.MoveAxis(x, -1, x.Dims()-1-l.images.rank)
	}
	return x
}

// masks are those of inputs, then those of states, of each one for each gate.
func (l *convLSTMCell) masks(t *keras.Trace, x, h keras.Shape) []*gorgonia.Node {
	var masks []*gorgonia.Node
	draw := func(rate float64, shape keras.Shape) {
		for range l.gates {
			if l.drops(t, rate) {
				masks = append(masks, l.last(ops.Dropout(t, l.float(ops.Ones(t, shape...)), rate, nil, l.seeds)))
			}
		}
	}
	draw(l.cfg.Dropout, x)
	draw(l.cfg.RecurrentDropout, h)
	return masks
}

// convolve is x∗w + b. Masks are one for each gate, which are side by side in w and b.
func convolve(x, w, b *gorgonia.Node, masks []*gorgonia.Node, conv func(x, w, b *gorgonia.Node) *gorgonia.Node) *gorgonia.Node {
	if len(masks) == 0 {
		return conv(x, w, b)
	}
	biases := make([]*gorgonia.Node, len(masks))
	if b != nil {
		biases = parts(b, len(masks))
	}
	all := make([]*gorgonia.Node, len(masks))
	for i, kernel := range parts(w, len(masks)) {
		all[i] = conv(ops.Mul(x, masks[i]), kernel, biases[i])
	}
	return ops.Concat(-1, all...)
}

// split are the masks of inputs and those of states.
func (l *convLSTMCell) split(t *keras.Trace, masks []*gorgonia.Node) (x, h []*gorgonia.Node) {
	if l.drops(t, l.cfg.Dropout) {
		return masks[:l.gates], masks[l.gates:]
	}
	return nil, masks
}

// input is the convolution of the input.
func (l *convLSTMCell) input(x, w, b *gorgonia.Node) *gorgonia.Node {
	cfg := l.images.ops()
	cfg.ChannelsFirst = false
	return ops.Conv(x, w, b, cfg)
}

func (l *convLSTMCell) step(t *keras.Trace, masks, in []*gorgonia.Node) []*gorgonia.Node {
	xMasks, hMasks := l.split(t, masks)
	z := ops.Add(convolve(l.last(in[0]), t.Var(l.kernel), t.Var(l.bias), xMasks, l.input),
		convolve(l.last(in[1]), t.Var(l.recurrent), nil, hMasks, func(h, w, _ *gorgonia.Node) *gorgonia.Node {
			return ops.Conv(h, w, nil, ops.ConvConfig{Padding: string(Same)})
		}))
	h, c := l.cfg.lstm(z, l.last(in[2]))
	h, c = l.back(h), l.back(c)
	return []*gorgonia.Node{h, h, c}
}

// sequence convolves the inputs of all steps at once.
func (l *convLSTMCell) sequence(t *keras.Trace, x, mask *gorgonia.Node, states []*gorgonia.Node) (all, last *gorgonia.Node, next []*gorgonia.Node) {
	masks := l.masks(t, keras.Shape(x.Shape()[1:]), keras.Shape(states[0].Shape()))
	steps := x.Shape()[0]
	z := convolve(l.last(x), t.Var(l.kernel), t.Var(l.bias), masks, func(x, w, b *gorgonia.Node) *gorgonia.Node {
		n := x.Shape()[0] * x.Shape()[1]
		y := l.input(ops.Reshape(x, append([]int{n}, x.Shape()[2:]...)...), w, b)
		return ops.Reshape(y, append([]int{steps, n / steps}, y.Shape()[1:]...)...)
	})
	all, h, c := ops.ConvLSTM(l.recurrence(mask), z, t.Var(l.recurrent), l.last(states[0]), l.last(states[1]))
	h, c = l.back(h), l.back(c)
	return l.back(all), h, []*gorgonia.Node{h, c}
}
