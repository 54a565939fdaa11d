package optimizers

import (
	"github.com/gokeras/gokeras/internal/kernels"
)

var _ Optimizer = (*AdamOptimizer)(nil)

// Adam returns the optimizer of Kingma and Ba (2014), in the form of the end of
// their section 2, where epsilon is added to the uncorrected root:
//
//	m += (g−m)·(1−beta_1)
//	v += (g²−v)·(1−beta_2)
//	v̂ = max(v̂, v)                               amsgrad, in the place of v below
//	w −= lr·√(1−beta_2ᵗ)/(1−beta_1ᵗ) · m / (√v + epsilon)
//
// Defaults: learning rate 0.001, Beta1 0.9, Beta2 0.999, Epsilon 1e-7, AMSGrad false.
// State: momentum, velocity; velocity_hat with AMSGrad.
func Adam(learningRate ...float64) *AdamOptimizer {
	o := &AdamOptimizer{}
	return o.init(o, "Adam", learningRate, 0.001, o.define())
}

// AdamOptimizer is the optimizer that Adam returns.
type AdamOptimizer struct{ adam[AdamOptimizer] }

// adam is what Adam and AdamW have in common.
type adam[Self any] struct {
	base[Self]
	cfg adamConfig
}

type adamConfig struct {
	Beta1   float64 `keras:"beta_1"`
	Beta2   float64 `keras:"beta_2"`
	Epsilon float64 `keras:"epsilon"`
	AMSGrad bool    `keras:"amsgrad"`
}

func (o *adam[Self]) define() rule {
	o.cfg = adamConfig{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7}
	return rule{
		options: &o.cfg, slots: o.cfg.slots,
		update32: adamUpdate[float32](&o.cfg), update64: adamUpdate[float64](&o.cfg),
	}
}

// Beta1 sets beta_1, how much of the mean gradient a step keeps. Default 0.9.
func (o *adam[Self]) Beta1(beta float64) *Self {
	set(&o.core, &o.cfg.Beta1, beta)
	return o.self
}

// Beta2 sets beta_2, how much of the mean square a step keeps. Default 0.999.
func (o *adam[Self]) Beta2(beta float64) *Self {
	set(&o.core, &o.cfg.Beta2, beta)
	return o.self
}

// Epsilon sets epsilon, which is added to the root. Default 1e-7.
func (o *adam[Self]) Epsilon(epsilon float64) *Self {
	set(&o.core, &o.cfg.Epsilon, epsilon)
	return o.self
}

// AMSGrad sets amsgrad: the largest mean square so far instead of the latest. Default false.
func (o *adam[Self]) AMSGrad(on bool) *Self {
	set(&o.core, &o.cfg.AMSGrad, on)
	return o.self
}

func (c *adamConfig) slots() [][]string {
	return [][]string{{"momentum", "velocity"}, {used(c.AMSGrad, "velocity_hat")}}
}

func adamUpdate[T kernels.Float](c *adamConfig) update[T] {
	return func(w, g []T, slots [][]T, lr float64, t int) {
		kernels.Adam(w, g, slots[0], slots[1], slots[2], lr, c.Beta1, c.Beta2, c.Epsilon, t)
	}
}
