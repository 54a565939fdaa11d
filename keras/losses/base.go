package losses

import (
	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

// base is what all losses have: name, reduction and type, and all of Value but the formula.
type base[Self any] struct {
	self  *Self
	class string
	common
	own     any // pointer to the loss's own options
	dtype   tensor.Dtype
	formula formula
}

// common are the options that every loss has, the first keys of its config.
type common struct {
	Name      string    `keras:"name"`
	Reduction Reduction `keras:"reduction"`
}

// formula gives the values of the samples. valid, where it is not nil, masks some of them out.
type formula func(t *keras.Trace, c comparison) (values, valid *gorgonia.Node, err error)

// comparison is what a formula sees: targets and predictions of one floating type,
// their ranks brought together.
type comparison struct {
	target, output *gorgonia.Node
	yPred          *gorgonia.Node // output as it was given
}

// init makes self a loss of a class, with its options and formula.
func (b *base[Self]) init(self *Self, class, name string, own any, f formula) *Self {
	*b = base[Self]{self: self, class: class, common: common{name, SumOverBatchSize}, own: own, formula: f}
	return self
}

// Class is Keras's name of the type.
func (b *base[Self]) Class() string { return b.class }

// Name is the loss's own name.
func (b *base[Self]) Name() string { return b.common.Name }

// Config is what Keras's get_config gives.
func (b *base[Self]) Config() keras.Config { return score.Config(&b.common, b.own) }

// String is the loss in one line: keras.Describe.
func (b *base[Self]) String() string { return keras.Describe(b) }

// FromConfig sets the options that a config has.
func (b *base[Self]) FromConfig(cfg keras.Config) error {
	return score.Configure(cfg, &b.common, b.own)
}

// WithName sets name.
func (b *base[Self]) WithName(name string) *Self {
	b.common.Name = name
	return b.self
}

// Reduction sets reduction: how the values of the samples become one. Default SumOverBatchSize.
func (b *base[Self]) Reduction(r Reduction) *Self {
	b.common.Reduction = r
	return b.self
}

// WithDType sets what the loss computes in, float32 or float64. Default: the type of
// the predictions.
func (b *base[Self]) WithDType(dt tensor.Dtype) *Self {
	b.dtype = dt
	return b.self
}

// ForOutputs makes the loss that of every output.
func (b *base[Self]) ForOutputs(names []string) ([]Loss, error) {
	return shared(any(b.self).(Loss), names)
}

// Value draws the loss.
func (b *base[Self]) Value(t *keras.Trace, yTrue, yPred, sampleWeight *gorgonia.Node) (value *gorgonia.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			value, err = nil, recovered(r)
		}
	}()
	if err := b.common.Reduction.validate(); err != nil {
		return nil, err
	}
	if yTrue == nil || yPred == nil {
		return nil, keras.Expected(keras.ErrData, "targets and predictions for the loss "+b.Name(), "none")
	}
	dt, err := b.typeFor(yPred)
	if err != nil {
		return nil, err
	}
	values, valid, err := b.formula(t, compare(yTrue, yPred, dt))
	if err != nil {
		return nil, err
	}
	return b.common.Reduction.of(values, sampleWeight, bothMasks(t.MaskOf(yPred), valid)), nil
}

// typeFor is what the loss of predictions is computed in.
func (b *base[Self]) typeFor(yPred *gorgonia.Node) (tensor.Dtype, error) {
	switch {
	case b.dtype.Type == nil && op.IsFloat(yPred.Dtype()):
		return yPred.Dtype(), nil
	case b.dtype.Type == nil:
		return tensor.Float32, nil
	case op.IsFloat(b.dtype):
		return b.dtype, nil
	}
	return tensor.Dtype{}, keras.Expected(keras.ErrArgument, "a dtype of float32 or float64 for the loss "+b.Name(), b.dtype)
}

// recovered makes an error of what a panic of an Op carried.
func recovered(r any) error {
	if err, ok := r.(error); ok {
		return err
	}
	return errors.Errorf("%v", r)
}

// compare brings targets and predictions to one type and one rank.
func compare(yTrue, yPred *gorgonia.Node, dt tensor.Dtype) comparison {
	target, output := score.SameRank(shapeOf(yTrue), shapeOf(yPred))
	as := func(n *gorgonia.Node, s keras.Shape) *gorgonia.Node { return reshaped(ops.Cast(n, dt), s) }
	return comparison{as(yTrue, target), as(yPred, output), yPred}
}

// prediction is what a crossentropy starts from, and whether that is logits: those of
// the function that made the probabilities, if it is the one that belongs to the loss.
func (c comparison) prediction(fromLogits bool, function activations.Activation) (*gorgonia.Node, bool) {
	if logits, ok := ops.Logits(c.yPred, function); ok {
		return reshaped(ops.Cast(logits, c.output.Dtype()), shapeOf(c.output)), true
	}
	return c.output, fromLogits
}

// broadcast gives targets and predictions one shape, as numpy does: Keras's
// regression losses do so without a word.
func (c comparison) broadcast() (target, output *gorgonia.Node, err error) {
	shape, ok := kernels.BroadcastShape(c.target.Shape(), c.output.Shape())
	if !ok {
		return nil, nil, keras.Expected(keras.ErrShape, "targets whose shape broadcasts to that of the predictions, "+shapeOf(c.output).String(), shapeOf(c.target))
	}
	as := func(n *gorgonia.Node) *gorgonia.Node {
		if shapeOf(n).Equal(shape) {
			return n
		}
		return ops.BroadcastTo(n, shape...)
	}
	return as(c.target), as(c.output), nil
}

func shapeOf(n *gorgonia.Node) keras.Shape { return keras.Shape(n.Shape()) }

// reshaped is n with another shape of as many elements; n itself where it has it.
func reshaped(n *gorgonia.Node, shape keras.Shape) *gorgonia.Node {
	if shapeOf(n).Equal(shape) {
		return n
	}
	return ops.Reshape(n, shape...)
}

// without is a config without an option that Keras's get_config leaves out (its
// constructor takes it), unless the option is set.
func without(cfg keras.Config, key string, unset any) keras.Config {
	if v, _ := cfg.Get(key); v == unset {
		return cfg.Without(key)
	}
	return cfg
}

// none are the options of a loss that has none of its own.
type none struct{}
