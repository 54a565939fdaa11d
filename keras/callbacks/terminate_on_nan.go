package callbacks

import (
	"fmt"
	"math"

	"github.com/gokeras/gokeras/keras"
)

// TerminateOnNaN returns a callback that ends training when the loss is not a
// finite number. Default: RaiseError false, which ends it without an error.
func TerminateOnNaN() *TerminateOnNaNCallback { return &TerminateOnNaNCallback{} }

// TerminateOnNaNCallback is the callback that TerminateOnNaN returns.
type TerminateOnNaNCallback struct {
	Base
	raise bool
}

var _ Callback = (*TerminateOnNaNCallback)(nil)

// RaiseError makes Fit return an error (keras.ErrRun). Default false.
func (c *TerminateOnNaNCallback) RaiseError(on bool) *TerminateOnNaNCallback {
	c.raise = on
	return c
}

// OnTrainBatchEnd looks at the loss.
func (c *TerminateOnNaNCallback) OnTrainBatchEnd(r *Run, batch int, logs Logs) error {
	loss, ok := logs["loss"]
	if !ok || !math.IsNaN(loss) && !math.IsInf(loss, 0) {
		return nil
	}
	if c.raise {
		return keras.Fault(keras.ErrRun, "NaN or Inf loss encountered at batch %d. Loss value: %g. Terminating training immediately.", batch, loss)
	}
	_, err := fmt.Fprintf(r, "Batch %d: Invalid loss, terminating training\n", batch)
	r.Stop()
	return err
}
