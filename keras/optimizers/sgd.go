package optimizers

import (
	"github.com/gokeras/gokeras/internal/kernels"
)

var _ Optimizer = (*SGDOptimizer)(nil)

// SGD returns gradient descent with momentum:
//
//	momentum 0:  w −= lr·g
//	else:        m = momentum·m − lr·g;  w += m
//	nesterov:    m = momentum·m − lr·g;  w += momentum·m − lr·g
//
// Defaults: learning rate 0.01, Momentum 0, Nesterov false. State: momentum, if it
// is not 0. Errors: a momentum outside [0, 1].
func SGD(learningRate ...float64) *SGDOptimizer {
	o := &SGDOptimizer{}
	return o.init(o, "SGD", learningRate, 0.01, rule{
		options: &o.cfg, validate: o.cfg.validate, slots: o.cfg.slots,
		update32: sgd[float32](&o.cfg), update64: sgd[float64](&o.cfg),
	})
}

// SGDOptimizer is the optimizer that SGD returns.
type SGDOptimizer struct {
	base[SGDOptimizer]
	cfg sgdConfig
}

type sgdConfig struct {
	Momentum float64 `keras:"momentum"`
	Nesterov bool    `keras:"nesterov"`
}

// Momentum sets momentum, in [0, 1]. Default 0.
func (o *SGDOptimizer) Momentum(momentum float64) *SGDOptimizer {
	set(&o.core, &o.cfg.Momentum, momentum)
	return o
}

// Nesterov sets nesterov, which looks one step ahead along the momentum. Default false.
func (o *SGDOptimizer) Nesterov(on bool) *SGDOptimizer {
	set(&o.core, &o.cfg.Nesterov, on)
	return o
}

func (c *sgdConfig) validate(f *faults) {
	f.require(c.Momentum >= 0 && c.Momentum <= 1, "`momentum` must be a float between [0, 1].")
}

func (c *sgdConfig) slots() [][]string { return [][]string{{used(c.Momentum != 0, "momentum")}} }

func sgd[T kernels.Float](c *sgdConfig) update[T] {
	return func(w, g []T, slots [][]T, lr float64, _ int) {
		if m := slots[0]; m != nil {
			kernels.SGDMomentum(w, g, m, lr, c.Momentum, c.Nesterov)
		} else {
			kernels.SGD(w, g, lr)
		}
	}
}
