package optimizers

import (
	"fmt"
	"math"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

// Step changes the variables given to Build by their gradients, which it reads
// only. In this order: LossScaleFactor, GradientAccumulationSteps, clipping, weight
// decay, the class's own rule, moving averages, constraints. It holds the
// variables' locks meanwhile. Errors, before anything is changed: no Build, another
// number of gradients than of variables, a gradient of another shape or type, nil
// gradients only; and those of constraints.
func (c *core) Step(grads []*tensor.Dense) error {
	if err := c.accepts(grads); err != nil || len(grads) == 0 {
		return err
	}
	// The schedule, which may be a user's, runs without locks. Nobody else counts.
	n := c.counter()
	lr, err := c.askRate(n)
	if err != nil {
		return err
	}
	keras.Lock(c.locked)
	defer keras.Unlock(c.locked)
	for i, p := range c.active {
		p.load(grads[i])
	}
	if s := c.common.LossScaleFactor; s != nil {
		c.scaleGradients(1 / *s)
	}
	k := c.accumulation()
	if k == 1 {
		c.update(lr, n+1)
	} else {
		c.accumulate(n, k, lr)
	}
	if c.common.UseEMA {
		c.average(n / k)
	}
	if err := c.constrain(); err != nil {
		return err
	}
	c.iteration.Memory().Int64s()[0]++
	return nil
}

func (c *core) accepts(grads []*tensor.Dense) error {
	switch {
	case c.missing != nil || len(c.broken) > 0:
		return c.Err()
	case !c.built:
		return c.error(keras.ErrState, "the optimizer must be built before a step; call Build with the variables to train")
	case len(grads) != len(c.active):
		return c.error(keras.ErrArgument, fmt.Sprintf("expected %d gradients, one for each variable, received %d", len(c.active), len(grads)))
	}
	some := len(grads) == 0
	for i, g := range grads {
		if g == nil {
			continue
		}
		some = true
		if !c.active[i].fits(g) {
			return c.error(keras.ErrArgument, fmt.Sprintf("expected a gradient like %s, received shape %s and dtype %s",
				describe(c.active[i].variable()), keras.Shape(g.Shape()), g.Dtype()))
		}
	}
	if !some {
		return c.error(keras.ErrState, "No gradients provided for any variable.")
	}
	return nil
}

// accumulation is the number of steps of one update.
func (c *core) accumulation() int { return max(1, valueOr(c.common.GradientAccumulationSteps, 1)) }

// accumulate adds up gradients and, at the last of k steps, updates with their mean.
func (c *core) accumulate(n, k int, lr float64) {
	for _, p := range c.active {
		p.accumulate()
	}
	if (n+1)%k != 0 {
		return
	}
	for _, p := range c.active {
		p.loadAccumulated()
	}
	c.scaleGradients(1 / float64(k))
	c.update(lr, n/k+1)
	for _, p := range c.params {
		p.clearAccumulated()
	}
}

// update is the t-th change of the variables.
func (c *core) update(lr float64, t int) {
	c.clip()
	for _, p := range c.active {
		p.update(lr, valueOr(c.common.WeightDecay, 0), t)
	}
}

// clip limits the gradients. As in Keras a limit that is not positive is none.
func (c *core) clip() {
	o := &c.common
	switch {
	case positive(o.ClipNorm):
		for _, p := range c.active {
			p.scale(*o.ClipNorm / max(math.Sqrt(p.sumSquares()), *o.ClipNorm))
		}
	case positive(o.GlobalClipNorm):
		sum := 0.0
		for _, p := range c.active {
			sum += p.sumSquares()
		}
		norm := math.Sqrt(sum)
		// An infinite norm makes NaN of all, as in Keras: ∞−∞.
		c.scaleGradients(*o.GlobalClipNorm/max(norm, *o.GlobalClipNorm) + (norm - norm))
	case positive(o.ClipValue):
		for _, p := range c.active {
			p.clip(*o.ClipValue)
		}
	}
}

func positive(v *float64) bool { return v != nil && *v > 0 }

func (c *core) scaleGradients(a float64) {
	for _, p := range c.active {
		p.scale(a)
	}
}

// average moves the averages towards the variables, and now and then the variables
// to the averages; done counts earlier updates. The first average is the value.
func (c *core) average(done int) {
	momentum := c.common.EMAMomentum
	if done == 0 {
		momentum = 0
	}
	for _, p := range c.params {
		p.moveAverage(momentum)
	}
	if every := valueOr(c.common.EMAOverwriteFrequency, 0); every > 0 && (done+1)%every == 0 {
		c.overwrite()
	}
}

func (c *core) overwrite() {
	for _, p := range c.params {
		p.overwrite()
	}
}

func (c *core) constrain() error {
	for _, p := range c.active {
		v := p.variable()
		if constraint := v.Constraint(); constraint != nil && p.hasGradient() {
			if err := constraint.Constrain(v.Memory()); err != nil {
				return errors.WithMessagef(err, "constraint of %s", v.Path())
			}
		}
	}
	return nil
}

// Finalize makes the variables their averages if UseEMA is set and there are any yet.
func (c *core) Finalize() error {
	if c.common.UseEMA && c.counter() > 0 {
		keras.Lock(c.locked)
		defer keras.Unlock(c.locked)
		c.overwrite()
	}
	return c.Err()
}

// counter is the number of steps.
func (c *core) counter() int {
	if !c.built {
		return 0
	}
	return int(read(c.iteration, (*tensor.Dense).Int64s))
}

// read is the element of a scalar variable.
func read[T any](v *keras.Variable, elements func(*tensor.Dense) []T) T {
	one := [1]*keras.Variable{v}
	keras.RLock(one[:])
	defer keras.RUnlock(one[:])
	return elements(v.Memory())[0]
}

// rateAt is the learning rate of a step.
func (c *core) rateAt(step int) float64 {
	if c.rate != nil {
		return float64(read(c.rate, (*tensor.Dense).Float32s))
	}
	return c.common.LearningRate.at(step)
}

// askRate is rateAt for a step of training: a schedule that panics gives an error.
func (c *core) askRate(step int) (lr float64, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = c.error(keras.ErrRun, fmt.Sprintf("the learning rate schedule panicked at step %d: %v", step, r))
		}
	}()
	return c.rateAt(step), nil
}

// LearningRate is the learning rate of the next step. A schedule is asked with the
// number of steps, whatever GradientAccumulationSteps is.
func (c *core) LearningRate() float64 { return c.rateAt(c.counter()) }

// SetLearningRate changes the learning rate, to the nearest float32. Under a
// schedule it is an error.
func (c *core) SetLearningRate(lr float64) error {
	switch {
	case c.missing != nil:
		return c.missing
	case c.common.LearningRate.schedule != nil:
		return c.error(keras.ErrState, "This optimizer was created with a `LearningRateSchedule` object as its `learning_rate` constructor argument, "+
			"hence its learning rate is not settable. If you need the learning rate to be settable, you should instantiate the optimizer with a float `learning_rate` argument.")
	case c.rate != nil:
		return c.rate.Assign(tensor.New(tensor.FromScalar(float32(lr))))
	}
	c.common.LearningRate.value = lr
	return nil
}

// LossScale is LossScaleFactor, 1 if that is not set.
func (c *core) LossScale() float64 { return valueOr(c.common.LossScaleFactor, 1) }

// Iterations is the number of updates: of steps, divided by GradientAccumulationSteps.
func (c *core) Iterations() int { return c.counter() / c.accumulation() }
