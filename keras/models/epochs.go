package models

import (
	"io"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
)

// epochs reads a source epoch by epoch, as Keras's EpochIterator does: with a number
// of steps the source is read on from where the last epoch ended.
type epochs struct {
	source source
	steps  int // per epoch; 0: until the end
	total  int // batches in the source; 0: unknown
	pass   batches
	seen   int
	done   int // batches of the next epoch that are passed over
}

// newEpochs refuses a source that never ends where nobody says how long an epoch is.
func newEpochs(s source, steps int) (*epochs, error) {
	if d, ok := s.(*stream); ok && steps == 0 && d.ds.Cardinality() == data.Infinite {
		return nil, keras.Expected(keras.ErrArgument, "a number of steps for a dataset that never ends", "none").
			WithHint("set the steps in the config, or give Repeat a number")
	}
	return &epochs{source: s, steps: steps, total: s.count()}, nil
}

// length is the number of steps in an epoch, 0 where it is unknown.
func (e *epochs) length() int {
	if e.steps > 0 {
		return e.steps
	}
	return e.total
}

func (e *epochs) reopen() (err error) {
	e.close()
	e.seen = 0
	e.pass, err = e.source.open()
	return err
}

func (e *epochs) close() {
	if e.pass != nil {
		e.pass.close()
		e.pass = nil
	}
}

const outOfData = "Your input ran out of data; interrupting training. Make sure that your dataset or generator can generate at least `steps_per_epoch * epochs` batches. You may need to use the `.repeat()` function when building your dataset."

// skip passes over what a training that was interrupted has read: whole epochs, and
// batches of the next one.
func (e *epochs) skip(whole, batches int) error {
	for range whole {
		next := e.reopen // each epoch is a pass of its own, which need not be read
		if e.steps > 0 {
			next = func() error { return e.run(func(int, batch) (bool, error) { return false, nil }) }
		}
		if err := next(); err != nil {
			return err
		}
	}
	e.done = batches
	return nil
}

// run calls step for each batch of the next epoch, until it says stop.
func (e *epochs) run(step func(i int, b batch) (stop bool, err error)) error {
	if e.pass == nil || e.steps == 0 {
		if err := e.reopen(); err != nil {
			return err
		}
	}
	limit, done := e.length(), e.done
	e.done = 0
	for i := 0; limit == 0 || i < limit; i++ {
		b, err := batch{}, io.EOF
		if e.total == 0 || e.seen < e.total {
			b, err = e.pass.next()
		}
		if errors.Is(err, io.EOF) {
			e.close()
			if e.steps > 0 {
				keras.Warn(outOfData)
			} else if i == 0 {
				return keras.Expected(keras.ErrData, "at least one batch", "an empty dataset")
			}
			if e.total == 0 {
				e.total = e.seen
			}
			return nil
		}
		if err != nil {
			e.close()
			return err
		}
		e.seen++
		if i < done {
			continue
		}
		stop, err := step(i, b)
		if stop || err != nil {
			return err
		}
	}
	if e.total > 0 && e.seen >= e.total {
		e.close()
	}
	return nil
}
