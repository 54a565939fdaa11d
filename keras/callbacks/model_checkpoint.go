package callbacks

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gokeras/gokeras/keras"
)

// ModelCheckpoint returns a callback that saves the model while it is trained: a .keras or
// .h5 file, which models.Load reads, or with SaveWeightsOnly a .weights.h5 file for LoadWeights.
//
// The name of the file may have numbers in braces, as Python formats them: the epoch and the
// batch, from 1, and whatever the logs have at that moment:
//
//	callbacks.ModelCheckpoint("model-{epoch:02d}-{val_loss:.4f}.keras")
//
// Of Python's formats a width and the types d, e, f and g are known. Folders that do not exist
// are made. A file is complete or not there, whenever the program ends.
//
// Defaults: Monitor val_loss, Verbose 0, SaveBestOnly false, SaveWeightsOnly false, Mode auto,
// SaveFreq each epoch, no InitialValueThreshold. Errors: another ending; a name that the logs do
// not have; with SaveBestOnly a monitor whose direction is not known and without a Mode; what the
// file system does not allow.
func ModelCheckpoint(file string) *ModelCheckpointCallback {
	c := &ModelCheckpointCallback{file: file}
	return c.init(c, "ModelCheckpoint")
}

// ModelCheckpointCallback is the callback that ModelCheckpoint returns.
type ModelCheckpointCallback struct {
	monitoring[ModelCheckpointCallback]
	file                  string
	bestOnly, weightsOnly bool
	freq                  saveFreq

	epoch int
}

var _ Callback = (*ModelCheckpointCallback)(nil)

// SaveBestOnly saves only when the monitored value is better than at the last time. Default false.
func (c *ModelCheckpointCallback) SaveBestOnly(on bool) *ModelCheckpointCallback {
	c.bestOnly = on
	return c
}

// SaveWeightsOnly saves the weights, the optimizer's too, without the architecture. Default false.
func (c *ModelCheckpointCallback) SaveWeightsOnly(on bool) *ModelCheckpointCallback {
	c.weightsOnly = on
	return c
}

// SaveFreq sets after how many batches the model is saved, counted across epochs. Default 0:
// at the end of each epoch.
func (c *ModelCheckpointCallback) SaveFreq(batches int) *ModelCheckpointCallback {
	c.freq.batches = batches
	return c
}

// InitialValueThreshold sets a value that the first one must be better than. Default none.
func (c *ModelCheckpointCallback) InitialValueThreshold(v float64) *ModelCheckpointCallback {
	c.best = &v
	return c
}

// OnTrainBegin checks the options. The best value of an earlier training remains.
func (c *ModelCheckpointCallback) OnTrainBegin(*Run, Logs) error {
	switch {
	case c.weightsOnly && !strings.HasSuffix(c.file, ".weights.h5"):
		return keras.Fault(keras.ErrArgument, "When using `save_weights_only=True` in `ModelCheckpoint`, the filepath provided must end in `.weights.h5` (Keras weights format). Received: filepath=%s", c.file)
	case !strings.HasSuffix(c.file, ".keras") && !strings.HasSuffix(c.file, ".h5"):
		return keras.Fault(keras.ErrArgument, "The filepath provided must end in `.keras` (Keras model format). Received: filepath=%s", c.file)
	}
	_, err := fileName(c.file, func(string) (number, error) { return number{integer: true}, nil })
	if err == nil {
		err = c.freq.check()
	}
	return err
}

// OnEpochBegin notes the epoch.
func (c *ModelCheckpointCallback) OnEpochBegin(_ *Run, epoch int, _ Logs) error {
	c.epoch = epoch
	return nil
}

// OnTrainBatchEnd saves, where SaveFreq says so.
func (c *ModelCheckpointCallback) OnTrainBatchEnd(r *Run, batch int, logs Logs) error {
	if !c.freq.batch() {
		return nil
	}
	return c.save(r, map[string]int{"epoch": c.epoch + 1, "batch": batch + 1}, logs)
}

// OnEpochEnd saves, unless SaveFreq says otherwise.
func (c *ModelCheckpointCallback) OnEpochEnd(r *Run, epoch int, logs Logs) error {
	if !c.freq.epoch() {
		return nil
	}
	return c.save(r, map[string]int{"epoch": epoch + 1}, logs)
}

func (c *ModelCheckpointCallback) save(r *Run, at map[string]int, logs Logs) error {
	path, err := fileName(c.file, func(name string) (number, error) {
		if n, ok := at[name]; ok {
			return number{float64(n), true}, nil
		}
		if v, ok := logs[name]; ok {
			return number{value: v}, nil
		}
		return number{}, keras.Fault(keras.ErrArgument, "Failed to format this callback filepath: \"%s\". Reason: '%s'", c.file, name)
	})
	if err != nil {
		return err
	}
	if due, err := c.due(r, path, logs); err != nil || !due {
		return err
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return keras.Fault(keras.ErrArgument, "Please specify a non-directory filepath for ModelCheckpoint. Filepath used is an existing directory: %s", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	save := r.Model.Save
	if c.weightsOnly {
		save = r.Model.SaveWeights
	}
	if err := save(path); err != nil {
		return err
	}
	return c.say(r, "finished saving model to %s", path)
}

// due reports whether the model is to be saved, which it says.
func (c *ModelCheckpointCallback) due(r *Run, path string, logs Logs) (bool, error) {
	if !c.bestOnly {
		return true, c.say(r, "saving model to %s", path)
	}
	if err := c.direct(r); err != nil {
		return false, err
	}
	current, ok := logs[c.monitor]
	if !ok {
		keras.Warn("Can save best model only with %s available.", c.monitor)
		return true, nil
	}
	if v, ok := r.Vectors[c.monitor]; ok {
		keras.Warn("Can save best model only when `monitor` is a scalar value. Received: %v. Falling back to `save_best_only=False`.", v)
		return true, nil
	}
	best := "None"
	if c.best != nil {
		best = fiveDigits(*c.best)
	}
	if !c.improves(current, c.best) {
		return false, c.say(r, "%s did not improve from %s", c.monitor, best)
	}
	c.best = &current
	return true, c.say(r, "%s improved from %s to %s, saving model to %s", c.monitor, best, fiveDigits(current), path)
}

// say writes a line about the epoch, if anybody wants to know.
func (c *ModelCheckpointCallback) say(r *Run, format string, args ...any) error {
	if c.verbose == 0 {
		return nil
	}
	_, err := fmt.Fprintf(r, "\nEpoch %d: "+format+"\n", append([]any{c.epoch + 1}, args...)...)
	return err
}

func fiveDigits(v float64) string {
	text, _ := number{value: v}.format("f", "5") // only d is no format of a float
	return text
}
