package callbacks

import (
	"fmt"

	"github.com/gokeras/gokeras/keras"
)

// ReduceLROnPlateau returns a callback that lowers the learning rate when a value has
// stopped improving. The logs of an epoch's end get learning_rate, the rate before.
//
// Defaults: Monitor val_loss, Factor 0.1, Patience 10 epochs, Verbose 0, Mode auto,
// MinDelta 1e-4, Cooldown 0, MinLR 0. Errors: a factor of 1 or more; a monitor whose
// direction is not known and without a Mode; a learning rate that a schedule makes.
func ReduceLROnPlateau() *ReduceLROnPlateauCallback {
	c := &ReduceLROnPlateauCallback{factor: 0.1, patience: 10}
	c.minDelta = 1e-4
	return c.init(c, "ReduceLROnPlateau")
}

// ReduceLROnPlateauCallback is the callback that ReduceLROnPlateau returns.
type ReduceLROnPlateauCallback struct {
	monitoring[ReduceLROnPlateauCallback]
	factor   float64
	patience int
	cooldown int
	min      float64

	wait, cooling int
}

var _ Callback = (*ReduceLROnPlateauCallback)(nil)

// Factor sets what the rate is multiplied by. Default 0.1.
func (c *ReduceLROnPlateauCallback) Factor(f float64) *ReduceLROnPlateauCallback {
	c.factor = f
	return c
}

// Patience sets after how many epochs without improvement the rate falls. Default 10.
func (c *ReduceLROnPlateauCallback) Patience(epochs int) *ReduceLROnPlateauCallback {
	c.patience = epochs
	return c
}

// MinDelta sets how much counts as an improvement. Default 1e-4.
func (c *ReduceLROnPlateauCallback) MinDelta(d float64) *ReduceLROnPlateauCallback {
	c.minDelta = d
	return c
}

// Cooldown sets how many epochs after a fall are not counted. Default 0.
func (c *ReduceLROnPlateauCallback) Cooldown(epochs int) *ReduceLROnPlateauCallback {
	c.cooldown = epochs
	return c
}

// MinLR sets the lowest rate. Default 0.
func (c *ReduceLROnPlateauCallback) MinLR(rate float64) *ReduceLROnPlateauCallback {
	c.min = rate
	return c
}

// OnTrainBegin forgets an earlier run.
func (c *ReduceLROnPlateauCallback) OnTrainBegin(r *Run, _ Logs) error {
	c.wait, c.cooling, c.best = 0, 0, nil
	if !(c.factor < 1) {
		return keras.Fault(keras.ErrArgument, "ReduceLROnPlateau does not support a factor >= 1.0. Received factor=%s", keras.FormatFloat(c.factor))
	}
	if r.Optimizer == nil {
		return keras.Fault(keras.ErrState, "ReduceLROnPlateau needs an optimizer")
	}
	return nil
}

// OnEpochEnd compares the value with the best one.
func (c *ReduceLROnPlateauCallback) OnEpochEnd(r *Run, epoch int, logs Logs) error {
	if err := c.direct(r); err != nil {
		return err
	}
	current, ok := c.value(logs, "Learning rate reduction is conditioned on metric `%s` which is not available. Available metrics are: %s,learning_rate.")
	if logs != nil {
		logs["learning_rate"] = r.Optimizer.LearningRate()
	}
	if !ok {
		return nil
	}
	if c.cooling > 0 {
		c.cooling--
		c.wait = 0
	}
	if c.improves(current, c.best) {
		c.best, c.wait = &current, 0
		return nil
	}
	if c.cooling > 0 {
		return nil
	}
	if c.wait++; c.wait < c.patience {
		return nil
	}
	return c.reduce(r, epoch)
}

// reduce lowers the rate, unless it is the lowest.
func (c *ReduceLROnPlateauCallback) reduce(r *Run, epoch int) error {
	old := r.Optimizer.LearningRate()
	if old <= float64(float32(c.min)) {
		return nil
	}
	c.cooling, c.wait = c.cooldown, 0
	rate := max(old*c.factor, c.min)
	if err := r.Optimizer.SetLearningRate(rate); err != nil || c.verbose == 0 {
		return err
	}
	_, err := fmt.Fprintf(r, "\nEpoch %d: ReduceLROnPlateau reducing learning rate to %s.\n", epoch+1, keras.FormatFloat(rate))
	return err
}
