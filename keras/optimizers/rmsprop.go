package optimizers

import (
	"github.com/gokeras/gokeras/internal/kernels"
)

var _ Optimizer = (*RMSpropOptimizer)(nil)

// RMSprop returns the optimizer that divides a gradient by the root of its mean square:
//
//	v = rho·v + (1−rho)·g²
//	ḡ = rho·ḡ + (1−rho)·g                       centered
//	d = lr·g / √(v [− ḡ²] + epsilon)
//	momentum > 0:  m = momentum·m + d;  w −= m
//	else:          w −= d
//
// Defaults: learning rate 0.001, Rho 0.9, Momentum 0, Epsilon 1e-7, Centered false.
// State: velocity; momentum, if it is positive; average_gradient, if centered.
func RMSprop(learningRate ...float64) *RMSpropOptimizer {
	o := &RMSpropOptimizer{cfg: rmspropConfig{Rho: 0.9, Epsilon: 1e-7}}
	return o.init(o, "RMSprop", learningRate, 0.001, rule{
		options: &o.cfg, slots: o.cfg.slots,
		update32: rmsprop[float32](&o.cfg), update64: rmsprop[float64](&o.cfg),
	})
}

// RMSpropOptimizer is the optimizer that RMSprop returns.
type RMSpropOptimizer struct {
	base[RMSpropOptimizer]
	cfg rmspropConfig
}

type rmspropConfig struct {
	Rho      float64 `keras:"rho"`
	Momentum float64 `keras:"momentum"`
	Epsilon  float64 `keras:"epsilon"`
	Centered bool    `keras:"centered"`
}

// Rho sets rho, how much of the mean square a step keeps. Default 0.9.
func (o *RMSpropOptimizer) Rho(rho float64) *RMSpropOptimizer {
	set(&o.core, &o.cfg.Rho, rho)
	return o
}

// Momentum sets momentum. Default 0; a negative one is none.
func (o *RMSpropOptimizer) Momentum(momentum float64) *RMSpropOptimizer {
	set(&o.core, &o.cfg.Momentum, momentum)
	return o
}

// Epsilon sets epsilon, which stands inside the root. Default 1e-7.
func (o *RMSpropOptimizer) Epsilon(epsilon float64) *RMSpropOptimizer {
	set(&o.core, &o.cfg.Epsilon, epsilon)
	return o
}

// Centered sets centered: the variance of the gradient instead of its mean square. Default false.
func (o *RMSpropOptimizer) Centered(on bool) *RMSpropOptimizer {
	set(&o.core, &o.cfg.Centered, on)
	return o
}

func (c *rmspropConfig) slots() [][]string {
	return [][]string{{"velocity"}, {used(c.Momentum > 0, "momentum")}, {used(c.Centered, "average_gradient")}}
}

func rmsprop[T kernels.Float](c *rmspropConfig) update[T] {
	return func(w, g []T, slots [][]T, lr float64, _ int) {
		kernels.RMSprop(w, g, slots[0], slots[1], slots[2], lr, c.Rho, c.Momentum, c.Epsilon)
	}
}
