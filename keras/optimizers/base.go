package optimizers

import (
	"regexp"

	"github.com/gokeras/gokeras/keras"
)

// base is core with setters of the common options that keep the optimizer's own
// type. Options cannot change once the optimizer is built.
type base[Self any] struct {
	core
	self *Self
}

// init makes self an optimizer of a class. given is the constructor's argument,
// usual the learning rate without it.
func (b *base[Self]) init(self *Self, class string, given []float64, usual float64, r rule) *Self {
	b.self, b.class, b.rule = self, class, r
	b.common = common{Name: keras.AutoName(class), LearningRate: rate{value: usual}, EMAMomentum: 0.99}
	b.automatic = true
	if len(given) > 0 {
		b.common.LearningRate.value = given[0]
	}
	b.broken.require(len(given) <= 1, "expected at most one learning rate, received %v", given)
	return self
}

// WithName names the optimizer. Default: the class in snake_case, numbered.
func (b *base[Self]) WithName(name string) *Self {
	b.rename(name)
	return b.self
}

// Schedule makes the learning rate depend on the step. Default: a constant.
func (b *base[Self]) Schedule(s Schedule) *Self {
	set(&b.core, &b.common.LearningRate.schedule, s)
	return b.self
}

// WeightDecay sets weight_decay: before each update w −= w·rate·learning rate.
// Default none (AdamW: 0.004).
func (b *base[Self]) WeightDecay(rate float64) *Self {
	set(&b.core, &b.common.WeightDecay, &rate)
	return b.self
}

// ExcludeFromWeightDecay spares variables in whose name (kernel, bias) one of the
// regular expressions is found. Default none.
func (b *base[Self]) ExcludeFromWeightDecay(names ...string) *Self {
	patterns := make([]*regexp.Regexp, 0, len(names))
	for _, name := range names {
		p, err := regexp.Compile(name)
		if err != nil {
			b.broken.accept(err)
			continue
		}
		patterns = append(patterns, p)
	}
	set(&b.core, &b.exclude, patterns)
	return b.self
}

// ExcludeVariablesFromWeightDecay spares these variables. Default none.
func (b *base[Self]) ExcludeVariablesFromWeightDecay(vars ...*keras.Variable) *Self {
	set(&b.core, &b.excluded, vars)
	return b.self
}

// ClipNorm sets clipnorm: a gradient whose L2 norm is larger is scaled to it. Default none.
func (b *base[Self]) ClipNorm(norm float64) *Self {
	set(&b.core, &b.common.ClipNorm, &norm)
	return b.self
}

// GlobalClipNorm sets global_clipnorm: all gradients are scaled so that their joint
// L2 norm is not larger. Default none.
func (b *base[Self]) GlobalClipNorm(norm float64) *Self {
	set(&b.core, &b.common.GlobalClipNorm, &norm)
	return b.self
}

// ClipValue sets clipvalue: elements of gradients are limited to [−limit, limit]. Default none.
func (b *base[Self]) ClipValue(limit float64) *Self {
	set(&b.core, &b.common.ClipValue, &limit)
	return b.self
}

// UseEMA sets use_ema: moving averages of the variables, which take their place at
// the end of fit. Default false.
func (b *base[Self]) UseEMA(on bool) *Self {
	set(&b.core, &b.common.UseEMA, on)
	return b.self
}

// EMAMomentum sets ema_momentum: average = momentum·average + (1−momentum)·value. Default 0.99.
func (b *base[Self]) EMAMomentum(momentum float64) *Self {
	set(&b.core, &b.common.EMAMomentum, momentum)
	return b.self
}

// EMAOverwriteFrequency sets ema_overwrite_frequency: after so many updates the
// variables become their averages. Default none: at the end of fit only.
func (b *base[Self]) EMAOverwriteFrequency(updates int) *Self {
	set(&b.core, &b.common.EMAOverwriteFrequency, &updates)
	return b.self
}

// LossScaleFactor sets loss_scale_factor: the loss is multiplied by it, and the
// gradients divided. Default none.
func (b *base[Self]) LossScaleFactor(factor float64) *Self {
	set(&b.core, &b.common.LossScaleFactor, &factor)
	return b.self
}

// GradientAccumulationSteps sets gradient_accumulation_steps: one update with the
// mean gradient of so many steps. Default none: each step updates.
func (b *base[Self]) GradientAccumulationSteps(steps int) *Self {
	set(&b.core, &b.common.GradientAccumulationSteps, &steps)
	return b.self
}
