package metrics

import (
	"fmt"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
)

// base is what all metrics have that are a mean or sum of values: name, state, and all
// of Update but the formula.
type base[Self any] struct {
	self    *Self
	class   string
	fresh   func() *Self
	common  common
	own     any // pointer to the metric's own options
	rule    rule
	state   accumulator
	float32 work[float32]
	float64 work[float64]
}

// common are the options that every metric has, the first keys of its config.
type common struct {
	Name  string       `keras:"name"`
	DType tensor.Dtype `keras:"dtype"` // what Keras adds in; here that is float64
}

// none are the options of a metric that has none of its own.
type none struct{}

// init makes self a metric of a class. fresh makes one with default options.
func (b *base[Self]) init(self *Self, fresh func() *Self, class, name string, own any, r rule) *Self {
	*b = base[Self]{self: self, class: class, fresh: fresh, common: common{name, tensor.Float32}, own: own, rule: r}
	return self
}

// Class is Keras's name of the type.
func (b *base[Self]) Class() string { return b.class }

// Name is what reports call the metric.
func (b *base[Self]) Name() string { return b.common.Name }

// String is the metric as Keras's repr shows it.
func (b *base[Self]) String() string { return show(b.class, b.Name()) }

func show(class, name string) string { return fmt.Sprintf("<%s name=%s>", class, name) }

// Config is what Keras's get_config gives.
func (b *base[Self]) Config() keras.Config { return score.Config(&b.common, b.own) }

// FromConfig sets the options that a config has.
func (b *base[Self]) FromConfig(cfg keras.Config) error {
	b.replan()
	return score.Configure(cfg, &b.common, b.own)
}

// replan forgets how batches are compared, after a change of an option that decides it.
func (b *base[Self]) replan() { b.float32.seenTarget, b.float64.seenTarget = nil, nil }

// WithName sets name.
func (b *base[Self]) WithName(name string) *Self {
	b.common.Name = name
	return b.self
}

// ForOutputs makes the metric that of the only output.
func (b *base[Self]) ForOutputs(names []string) ([][]Metric, error) {
	return List{any(b.self).(Metric)}.ForOutputs(names)
}

// TakesMask is true: what the mask of the predictions leaves out does not count.
func (b *base[Self]) TakesMask() bool { return true }

// Update takes a batch.
func (b *base[Self]) Update(yTrue, yPred, sampleWeight *tensor.Dense) error {
	if yTrue == nil || yPred == nil {
		return keras.Expected(keras.ErrData, "targets and predictions for the metric "+b.Name(), "nil")
	}
	if yPred.Dtype() == tensor.Float32 {
		return update(&b.float32, b.rule.plan, b.rule.float32, &b.state, yTrue, yPred, sampleWeight)
	}
	return update(&b.float64, b.rule.plan, b.rule.float64, &b.state, yTrue, yPred, sampleWeight)
}

// Result is the number over all batches since Reset; 0 without any.
func (b *base[Self]) Result() float64 { return b.state.mean() }

// Vector is nil: the result is one number.
func (b *base[Self]) Vector() []float64 { return nil }

// Reset forgets all batches.
func (b *base[Self]) Reset() { b.state.total, b.state.count = 0, 0 }

// Clone is a new metric with the same options, which has seen nothing.
func (b *base[Self]) Clone() Metric {
	m := any(b.fresh()).(interface {
		Metric
		FromConfig(keras.Config) error
	})
	if err := m.FromConfig(b.Config()); err != nil {
		panic(err) // a config that Config made
	}
	return m
}
