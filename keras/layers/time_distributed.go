package layers

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var (
	_ keras.Layer        = (*TimeDistributedLayer)(nil)
	_ keras.ShapeInferer = (*TimeDistributedLayer)(nil)
	_ keras.DTypeInferer = (*TimeDistributedLayer)(nil)
	_ keras.MaskTaker    = (*TimeDistributedLayer)(nil)
	_ keras.Wrapper      = (*TimeDistributedLayer)(nil)
)

// TimeDistributed returns a layer that applies a layer, or a model, to every step of a
// sequence, each time with the same weights.
//
//	input  (batch, time, …), without time an input of the layer
//	output (batch, time, …), without time the output of the layer
//
// All steps are computed at once. A layer goes through them one by one in training if it has state
// to train, as the moving averages of BatchNormalization, and always if it is a stateful
// recurrence, which goes on from step to step, and from batch to batch. As in Keras
// the layer's own activity regularizer is not used; set one here.
//
// A mask passes through; if the layer takes masks it gets that of its step, which has
// the axes after the first two. Errors: no layer; an input of rank < 3; a layer of
// several inputs or outputs; a mask that does not begin with (batch, time); those of the
// layer.
func TimeDistributed(layer keras.Layer) *TimeDistributedLayer {
	l := &TimeDistributedLayer{cfg: timeDistributedConfig{Layer: layer}}
	l.PassMask()
	return l.init(l, "TimeDistributed", &l.cfg)
}

// TimeDistributedLayer is the layer that TimeDistributed returns.
type TimeDistributedLayer struct {
	base[TimeDistributedLayer]
	cfg timeDistributedConfig
}

type timeDistributedConfig struct {
	Layer keras.Layer `keras:"layer"`
}

func (c *timeDistributedConfig) validate() error {
	var f faults
	f.require(c.Layer != nil, "Please initialize `TimeDistributed` layer with a `keras.layers.Layer` instance. Received: None")
	return f.err()
}

// Attributes are the layer that is applied.
func (l *TimeDistributedLayer) Attributes() []keras.Attribute {
	return []keras.Attribute{attribute("layer", l.cfg.Layer)}
}

// TakesMask says that Keras's call has an argument mask.
func (l *TimeDistributedLayer) TakesMask() bool { return true }

// Build builds the layer for the input of a step.
func (l *TimeDistributedLayer) Build(in ...keras.Shape) error {
	return l.BuildInside(l.cfg.Layer, stepOf(in[0]))
}

// OutputShapes gives the layer's output shape for a step, with the axis of time.
func (l *TimeDistributedLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	s, err := single(in)
	if err == nil && s.Rank() < 3 {
		err = keras.Fault(keras.ErrShape, "`TimeDistributed` Layer should be passed an `input_shape` with at least 3 dimensions, received: %s", s)
	}
	if err != nil {
		return nil, err
	}
	inferer, says := l.cfg.Layer.(keras.ShapeInferer)
	if !says {
		return nil, nil
	}
	outs, err := inferer.OutputShapes(stepOf(s))
	if err != nil || outs == nil {
		return nil, err
	}
	if len(outs) != 1 || len(outs[0]) == 0 {
		return nil, keras.Expected(keras.ErrShape, "a layer with one output, that has a batch axis", shapeList(outs))
	}
	return []keras.Shape{slices.Insert(outs[0].Clone(), 1, s[1])}, nil
}

// OutputDTypes gives the type of the layer's output.
func (l *TimeDistributedLayer) OutputDTypes(in ...tensor.Dtype) []tensor.Dtype {
	if d, ok := l.cfg.Layer.(keras.DTypeInferer); ok {
		return d.OutputDTypes(in...)
	}
	return []tensor.Dtype{l.cfg.Layer.DType()}
}

// Call applies the layer to all steps.
func (l *TimeDistributedLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x, mask := in[0], t.Mask(0)
	if mask != nil {
		if m := mask.Shape(); len(m) < 2 || !slices.Equal(m[:2], x.Shape()[:2]) {
			return nil, keras.Expected(keras.ErrShape, fmt.Sprintf("a mask whose shape begins with that of batch and time, %s", keras.Shape(x.Shape()[:2])), keras.Shape(m))
		}
	}
	taker, takes := l.cfg.Layer.(keras.MaskTaker)
	_, model := l.cfg.Layer.(keras.Container)
	if !model && !(takes && taker.TakesMask()) {
		mask = nil
	}
	if t.Training && trainsState(l.cfg.Layer) || goesOn(l.cfg.Layer) {
		return l.oneByOne(t, x, mask)
	}
	batch, steps := x.Shape()[0], x.Shape()[1]
	y, err := l.apply(t, steps, merged(x), merged(mask))
	if err != nil {
		return nil, err
	}
	return t.Out(ops.Reshape(y, append([]int{batch, steps}, y.Shape()[1:]...)...))
}

// merged has one axis of samples, and their steps, in the place of the first two. nil is nil.
func merged(x *gorgonia.Node) *gorgonia.Node {
	if x == nil {
		return nil
	}
	s := x.Shape()
	return ops.Reshape(x, append([]int{s[0] * s[1]}, s[2:]...)...)
}

// oneByOne applies the layer to one step after the other.
func (l *TimeDistributedLayer) oneByOne(t *keras.Trace, x, mask *gorgonia.Node) ([]*gorgonia.Node, error) {
	outs := make([]*gorgonia.Node, x.Shape()[1])
	for i := range outs {
		var m *gorgonia.Node
		if mask != nil {
			m = ops.Take(mask, 1, i)
		}
		var err error
		if outs[i], err = l.apply(t, 1, ops.Take(x, 1, i), m); err != nil {
			return nil, err
		}
	}
	return t.Out(ops.Stack(1, outs...))
}

// apply calls the layer on some steps of each sample.
func (l *TimeDistributedLayer) apply(t *keras.Trace, steps int, x, mask *gorgonia.Node) (*gorgonia.Node, error) {
	outs, err := t.CallSteps(l.cfg.Layer, steps, mask, x)
	if err != nil {
		return nil, err
	}
	if len(outs) != 1 || outs[0].Dims() == 0 || outs[0].Shape()[0] != x.Shape()[0] {
		return nil, keras.Expected(keras.ErrShape, "a layer with one output, that has the samples of its input", fmt.Sprintf("%d outputs", len(outs)))
	}
	return outs[0], nil
}

// trainsState reports whether a layer, or one inside it, has a weight that calls in
// training change instead of the optimizer.
func trainsState(l keras.Layer) bool {
	own := func(v *keras.Variable) bool { return !v.Trainable() }
	b := l.LayerBase()
	return l.IsTrainable() && slices.ContainsFunc(b.OwnWeights(), own) || slices.ContainsFunc(b.Sublayers(), trainsState)
}

// goesOn reports whether a layer, or one inside it, is a stateful recurrence.
func goesOn(l keras.Layer) bool {
	r, ok := l.(interface{ stateful() bool })
	return ok && r.stateful() || slices.ContainsFunc(l.LayerBase().Sublayers(), goesOn)
}
