package callbacks

import "github.com/gokeras/gokeras/keras"

// saveFreq is how often a callback saves: at the end of each epoch, or after so many
// batches, which are counted across epochs.
type saveFreq struct {
	batches int // 0: each epoch
	seen    int // since the last time
}

func (f *saveFreq) check() error {
	if f.batches < 0 {
		return keras.Expected(keras.ErrArgument, "a SaveFreq of at least 1 batch, or 0 for each epoch", f.batches)
	}
	return nil
}

// epoch reports whether it is time to save at the end of an epoch.
func (f *saveFreq) epoch() bool { return f.batches == 0 }

// batch reports whether it is time to save after one more batch.
func (f *saveFreq) batch() bool {
	if f.batches == 0 {
		return false
	}
	f.seen++
	due := f.seen >= f.batches
	if due {
		f.seen = 0
	}
	return due
}
