package callbacks

import (
	"fmt"
	"math"

	"github.com/gokeras/gokeras/keras"
)

// LearningRateScheduler returns a callback that sets the learning rate of each
// epoch, from 0, with a function of the epoch and of the rate so far. The logs
// of the epoch's end get learning_rate. Default: Verbose 0.
func LearningRateScheduler(schedule func(epoch int, rate float64) float64) *LearningRateSchedulerCallback {
	return &LearningRateSchedulerCallback{schedule: schedule}
}

// LearningRateSchedulerCallback is the callback that LearningRateScheduler returns.
type LearningRateSchedulerCallback struct {
	Base
	schedule func(epoch int, rate float64) float64
	verbose  int
}

var _ Callback = (*LearningRateSchedulerCallback)(nil)

// Verbose 1 says what rate was set. Default 0.
func (c *LearningRateSchedulerCallback) Verbose(n int) *LearningRateSchedulerCallback {
	c.verbose = n
	return c
}

// OnEpochBegin sets the rate.
func (c *LearningRateSchedulerCallback) OnEpochBegin(r *Run, epoch int, _ Logs) error {
	if c.schedule == nil {
		return keras.Expected(keras.ErrArgument, "a schedule for LearningRateScheduler", "nil")
	}
	if r.Optimizer == nil {
		return keras.Fault(keras.ErrState, "LearningRateScheduler needs an optimizer")
	}
	rate := c.schedule(epoch, r.Optimizer.LearningRate())
	if math.IsNaN(rate) || math.IsInf(rate, 0) {
		return keras.Expected(keras.ErrArgument, "a finite learning rate from the schedule", rate)
	}
	if err := r.Optimizer.SetLearningRate(rate); err != nil {
		return err
	}
	if c.verbose > 0 {
		_, err := fmt.Fprintf(r, "\nEpoch %d: LearningRateScheduler setting learning rate to %s.\n", epoch+1, keras.FormatFloat(rate))
		return err
	}
	return nil
}

// OnEpochEnd adds the rate to the logs.
func (c *LearningRateSchedulerCallback) OnEpochEnd(r *Run, _ int, logs Logs) error {
	if logs != nil {
		logs["learning_rate"] = r.Optimizer.LearningRate()
	}
	return nil
}
