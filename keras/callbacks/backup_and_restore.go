package callbacks

import (
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/internal/atomicfile"
	"github.com/gokeras/gokeras/keras"
)

// BackupAndRestore returns a callback that keeps a copy of the training in a directory, and with
// which Fit goes on from that copy: run a program that was killed again, and it continues where it
// was. The weights and the state of the optimizer are those of the copy, the data those that would
// have come next: shuffled data too, where keras.SetRandomSeed or the Dataset's own seed makes the
// order repeatable. Then training ends with the same bits as if it had not been interrupted.
//
// What is not in the copy starts anew: the keys of random layers like Dropout, the state of other
// callbacks and of layers that carry state from batch to batch, and the metrics of an epoch of which
// a part was done. The model, and what Compile and Fit are given, must be the same as before.
//
// The directory is made, and belongs to one training. It holds what Keras's callback of this name
// writes: latest.weights.h5 and training_metadata.json. A copy replaces the last one when it is
// complete, whenever the program ends.
//
// Defaults: SaveFreq each epoch, DoubleCheckpoint false, DeleteCheckpoint true. Errors: no name of
// a directory; a copy that is damaged, or of another model; what the file system does not allow.
func BackupAndRestore(dir string) *BackupAndRestoreCallback {
	return &BackupAndRestoreCallback{dir: dir, remove: true}
}

// BackupAndRestoreCallback is the callback that BackupAndRestore returns.
type BackupAndRestoreCallback struct {
	Base
	dir            string
	freq           saveFreq
	double, remove bool

	epoch int
	due   bool // at the epoch's end
}

var _ Callback = (*BackupAndRestoreCallback)(nil)

// SaveFreq sets after how many batches a copy is made, counted across epochs. Default 0: at
// the end of each epoch.
func (c *BackupAndRestoreCallback) SaveFreq(batches int) *BackupAndRestoreCallback {
	c.freq.batches = batches
	return c
}

// DoubleCheckpoint keeps the copy before the last one too, for a last one that cannot be read.
// Default false.
func (c *BackupAndRestoreCallback) DoubleCheckpoint(on bool) *BackupAndRestoreCallback {
	c.double = on
	return c
}

// DeleteCheckpoint deletes the copy when training is complete. Default true.
func (c *BackupAndRestoreCallback) DeleteCheckpoint(on bool) *BackupAndRestoreCallback {
	c.remove = on
	return c
}

// The files of a copy, as Keras calls them and their predecessors, which end in .bkp.
const (
	weightsFile  = "latest.weights.h5"
	positionFile = "training_metadata.json"
	backup       = ".bkp"
)

// Two files cannot be replaced at once. The new ones are complete when nextPosition is there; from
// then on install, which may be begun again, puts them in their places.
const (
	nextWeights  = "next.weights.h5"
	nextPosition = "next.json"
)

// position is where training goes on. Keras goes on at the beginning of Epoch: its Batch, the last
// one that was seen, is 0 before the first as well as after it.
type position struct {
	Epoch int `json:"epoch"`
	Batch int `json:"batch"`
	Done  int `json:"batches_done"`
}

// OnTrainBegin restores the copy, if there is one.
func (c *BackupAndRestoreCallback) OnTrainBegin(r *Run, _ Logs) error {
	if c.dir == "" {
		return keras.Fault(keras.ErrArgument, "Empty `backup_dir` argument passed")
	}
	if err := c.freq.check(); err != nil {
		return err
	}
	c.due = false
	if c.exists(nextPosition) {
		if err := c.install(); err != nil {
			return err
		}
	}
	if !c.exists(weightsFile) || !c.exists(positionFile) {
		return nil
	}
	err := c.restore(r)
	if err == nil || !c.exists(weightsFile+backup) || !c.exists(positionFile+backup) {
		return err
	}
	if err := c.exchange(); err != nil {
		return err
	}
	if c.restore(r) == nil {
		return nil
	}
	if err := c.exchange(); err != nil {
		return err
	}
	return err
}

func (c *BackupAndRestoreCallback) restore(r *Run) error {
	text, err := os.ReadFile(c.path(positionFile))
	if err != nil {
		return errors.WithStack(err)
	}
	var p position
	if err := json.Unmarshal(text, &p); err != nil {
		return errors.WithMessage(err, c.path(positionFile))
	}
	if p.Epoch < 0 || p.Done < 0 {
		return keras.Expected(keras.ErrArgument, "an epoch and a number of batches in "+c.path(positionFile), string(text))
	}
	if err := r.Restore(c.path(weightsFile)); err != nil {
		return err
	}
	r.InitialEpoch, r.InitialBatch = p.Epoch, p.Done
	return nil
}

// exchange lets the last copy and the one before change places.
func (c *BackupAndRestoreCallback) exchange() error {
	for _, name := range []string{weightsFile, positionFile} {
		for _, m := range [][2]string{{name, nextWeights}, {name + backup, name}, {nextWeights, name + backup}} {
			if err := c.move(m[0], m[1]); err != nil {
				return err
			}
		}
	}
	return nil
}

// OnEpochBegin notes the epoch.
func (c *BackupAndRestoreCallback) OnEpochBegin(_ *Run, epoch int, _ Logs) error {
	c.epoch = epoch
	return nil
}

// OnTrainBatchEnd makes a copy, where SaveFreq says so. That after an epoch's last batch is left to
// OnEpochEnd: an epoch that went on with nothing to train would have a loss of 0, the best of all.
func (c *BackupAndRestoreCallback) OnTrainBatchEnd(r *Run, batch int, _ Logs) error {
	if !c.freq.batch() {
		return nil
	}
	if c.due = batch+1 == r.Steps; c.due {
		return nil
	}
	return c.save(r, position{c.epoch, batch, batch + 1})
}

// OnEpochEnd makes a copy, unless SaveFreq says otherwise, and the one that is due after the last batch.
func (c *BackupAndRestoreCallback) OnEpochEnd(r *Run, epoch int, _ Logs) error {
	if !c.freq.epoch() && !c.due {
		return nil
	}
	c.due = false
	return c.save(r, position{Epoch: epoch + 1})
}

func (c *BackupAndRestoreCallback) save(r *Run, p position) error {
	if err := os.MkdirAll(c.dir, 0o777); err != nil {
		return errors.WithStack(err)
	}
	if err := r.Model.SaveWeights(c.path(nextWeights)); err != nil {
		return err
	}
	if err := atomicfile.Write(c.path(nextPosition), func(w io.Writer) error { return json.NewEncoder(w).Encode(p) }); err != nil {
		return err
	}
	return c.install()
}

// install puts the new files in their places, and the old ones aside.
func (c *BackupAndRestoreCallback) install() error {
	moves := [][2]string{{nextWeights, weightsFile}, {nextPosition, positionFile}}
	if c.double && c.exists(nextWeights) {
		moves = append([][2]string{{weightsFile, weightsFile + backup}, {positionFile, positionFile + backup}}, moves...)
	}
	for _, m := range moves {
		if err := c.move(m[0], m[1]); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// OnTrainEnd deletes the copy, and the directory if nothing else is in it.
func (c *BackupAndRestoreCallback) OnTrainEnd(*Run, Logs) error {
	if !c.remove {
		return nil
	}
	// The position first: what remains is then no copy.
	copies := []string{nextPosition, nextWeights, positionFile, positionFile + backup, weightsFile, weightsFile + backup}
	abandoned, _ := fs.Glob(os.DirFS(c.dir), ".*.tmp") // by programs that were killed as they wrote
	for _, name := range append(copies, abandoned...) {
		if err := os.Remove(c.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return errors.WithStack(err)
		}
	}
	_ = os.Remove(c.dir) // which says so if it is not empty
	return nil
}

func (c *BackupAndRestoreCallback) path(name string) string { return filepath.Join(c.dir, name) }

func (c *BackupAndRestoreCallback) exists(name string) bool {
	_, err := os.Stat(c.path(name))
	return err == nil
}

func (c *BackupAndRestoreCallback) move(from, to string) error {
	return errors.WithStack(os.Rename(c.path(from), c.path(to)))
}
