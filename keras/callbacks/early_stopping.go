package callbacks

import (
	"fmt"

	"gorgonia.org/tensor"
)

// EarlyStopping returns a callback that ends training when a value has stopped improving.
//
// Defaults: Monitor val_loss, MinDelta 0, Patience 0 epochs, Mode auto, no
// Baseline, RestoreBestWeights false, StartFromEpoch 0, Verbose 0. Errors: a
// monitor whose direction is not known and without a Mode.
func EarlyStopping() *EarlyStoppingCallback {
	c := &EarlyStoppingCallback{}
	return c.init(c, "EarlyStopping")
}

// EarlyStoppingCallback is the callback that EarlyStopping returns.
type EarlyStoppingCallback struct {
	monitoring[EarlyStoppingCallback]
	patience int
	baseline *float64 // nil: none
	restore  bool
	start    int

	wait, stoppedEpoch, bestEpoch int
	weights                       []*tensor.Dense
}

var _ Callback = (*EarlyStoppingCallback)(nil)

// MinDelta sets how much counts as an improvement. Default 0.
func (c *EarlyStoppingCallback) MinDelta(d float64) *EarlyStoppingCallback {
	c.minDelta = d
	return c
}

// Patience sets after how many epochs without improvement training ends. Default 0.
func (c *EarlyStoppingCallback) Patience(epochs int) *EarlyStoppingCallback {
	c.patience = epochs
	return c
}

// Baseline sets a value that must be beaten. Default none.
func (c *EarlyStoppingCallback) Baseline(v float64) *EarlyStoppingCallback {
	c.baseline = &v
	return c
}

// RestoreBestWeights puts the weights of the best epoch back at the end. Default false.
func (c *EarlyStoppingCallback) RestoreBestWeights(on bool) *EarlyStoppingCallback {
	c.restore = on
	return c
}

// StartFromEpoch sets how many epochs are not looked at. Default 0.
func (c *EarlyStoppingCallback) StartFromEpoch(n int) *EarlyStoppingCallback {
	c.start = n
	return c
}

// OnTrainBegin forgets an earlier run.
func (c *EarlyStoppingCallback) OnTrainBegin(*Run, Logs) error {
	c.wait, c.stoppedEpoch, c.bestEpoch = 0, 0, 0
	c.best, c.weights = nil, nil
	return nil
}

// OnEpochEnd compares the value with the best one.
func (c *EarlyStoppingCallback) OnEpochEnd(r *Run, epoch int, logs Logs) error {
	if err := c.direct(r); err != nil {
		return err
	}
	current, ok := c.value(logs, "Early stopping conditioned on metric `%s` which is not available. Available metrics are: %s")
	if !ok || epoch < c.start {
		return nil
	}
	if c.restore && c.weights == nil {
		c.weights, c.bestEpoch = r.Model.GetWeights(), epoch
	}
	c.wait++
	if c.improves(current, c.best) {
		c.best, c.bestEpoch = &current, epoch
		if c.restore {
			c.weights = r.Model.GetWeights()
		}
		if c.improves(current, c.baseline) {
			c.wait = 0
		}
		return nil
	}
	if c.wait >= c.patience && epoch > 0 {
		c.stoppedEpoch = epoch
		r.Stop()
	}
	return nil
}

// OnTrainEnd restores the best weights, if asked for, also where training was not ended early.
func (c *EarlyStoppingCallback) OnTrainEnd(r *Run, _ Logs) error {
	if c.stoppedEpoch > 0 && c.verbose > 0 {
		if _, err := fmt.Fprintf(r, "Epoch %d: early stopping\n", c.stoppedEpoch+1); err != nil {
			return err
		}
	}
	if !c.restore || c.weights == nil {
		return nil
	}
	if c.verbose > 0 {
		if _, err := fmt.Fprintf(r, "Restoring model weights from the end of the best epoch: %d.\n", c.bestEpoch+1); err != nil {
			return err
		}
	}
	return r.Model.SetWeights(c.weights)
}
