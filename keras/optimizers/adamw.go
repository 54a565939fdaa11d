package optimizers

var _ Optimizer = (*AdamWOptimizer)(nil)

// AdamW returns Adam with decoupled weight decay (Loshchilov and Hutter, 2017):
// before each of Adam's updates w −= w·weight_decay·lr, also for biases unless
// ExcludeFromWeightDecay spares them.
//
// Defaults: learning rate 0.001, WeightDecay 0.004, and Adam's. State: Adam's.
// Errors: a config without weight_decay.
func AdamW(learningRate ...float64) *AdamWOptimizer {
	o := &AdamWOptimizer{}
	r := o.define()
	r.validate = func(f *faults) {
		f.require(o.common.WeightDecay != nil, "Argument `weight_decay` must be a float. Received: weight_decay=None")
	}
	return o.init(o, "AdamW", learningRate, 0.001, r).WeightDecay(0.004)
}

// AdamWOptimizer is the optimizer that AdamW returns.
type AdamWOptimizer struct{ adam[AdamWOptimizer] }
