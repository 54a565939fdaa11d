package models

import (
	"fmt"
	"maps"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
)

// Fit trains the model. x is a *tensor.Dense, data.List or data.Dict with samples
// along the first axis, and y their targets; or x is a *data.Dataset of batches,
// and y nil.
//
// The history is never nil: on an error it has the epochs until then, and the
// weights are those of the last step that was complete. When the Context ends
// the error is that of the Context. A loss that is not a number ends Fit before
// the weights take harm, unless a TerminateOnNaN callback sees to it.
func (m *Model) Fit(x, y any, configs ...FitConfig) (*callbacks.History, error) {
	history := &callbacks.History{}
	_ = history.OnTrainBegin(nil, nil) // never fails
	cfg, err := one("FitConfig", configs)
	if err != nil {
		return history, err
	}
	cfg.defaults()
	if err := cfg.check(); err != nil {
		return history, m.fault(err)
	}
	f, err := m.newFit(x, y, &cfg, history)
	if err != nil {
		return history, m.locate(err)
	}
	defer f.train.close()
	defer f.step.program.release()
	return history, f.run()
}

// fit is one Fit in progress.
type fit struct {
	m          *Model
	c          *compiled
	cfg        *FitConfig
	callbacks  callbackRow
	told       *callbacks.Run
	train      *epochs
	validation *epochs // nil: none
	tally      *tally
	step       *trainStep
}

func (m *Model) newFit(x, y any, cfg *FitConfig, history *callbacks.History) (*fit, error) {
	n, err := m.networkFor(x, keras.None)
	if err != nil {
		return nil, err
	}
	c, err := m.compiled(n)
	if err != nil {
		return nil, err
	}
	r := &reader{m, n, c}
	train, validation, err := r.fitSources(x, y, cfg)
	if err != nil {
		return nil, err
	}
	f := &fit{m: m, c: c, cfg: cfg, tally: newTally(c), step: m.newTrainStep(n, c),
		callbacks: callbackList(cfg.Callbacks, history, cfg.Verbose),
		told:      m.newRun(c, cfg.Verbose, cfg.Output)}
	if f.train, err = newEpochs(train, cfg.StepsPerEpoch); err != nil {
		return nil, err
	}
	if validation != nil {
		if f.validation, err = newEpochs(validation, cfg.ValidationSteps); err != nil {
			return nil, err
		}
	}
	for _, cb := range f.callbacks {
		if _, ok := cb.(*callbacks.TerminateOnNaNCallback); ok {
			f.step.acceptNaN = true
		}
	}
	f.told.Restore = m.restore
	f.told.InitialEpoch, f.told.Epochs, f.told.Steps = cfg.InitialEpoch, cfg.Epochs, f.train.length()
	return f, nil
}

func (f *fit) run() error {
	r := f.told
	if err := f.callbacks.each(func(c callbacks.Callback) error { return c.OnTrainBegin(r, nil) }); err != nil {
		return err
	}
	if err := f.train.skip(r.InitialEpoch-f.cfg.InitialEpoch, r.InitialBatch); err != nil {
		return f.m.locate(err)
	}
	logs := callbacks.Logs{}
	for epoch := r.InitialEpoch; epoch < f.cfg.Epochs && !r.Stopped(); epoch++ {
		var err error
		if logs, err = f.epoch(epoch); err != nil {
			return err
		}
	}
	if err := f.step.finish(); err != nil {
		return f.m.locate(err)
	}
	return f.callbacks.each(func(c callbacks.Callback) error { return c.OnTrainEnd(r, logs) })
}

// epoch trains on the data once and validates. It gives the logs of both.
func (f *fit) epoch(epoch int) (callbacks.Logs, error) {
	r := f.told
	f.tally.reset()
	if err := f.callbacks.each(func(c callbacks.Callback) error { return c.OnEpochBegin(r, epoch, nil) }); err != nil {
		return nil, err
	}
	err := f.train.run(func(i int, b batch) (bool, error) { return f.batch(epoch, i, b) })
	if err != nil {
		return nil, f.m.locate(err)
	}
	if r.Steps == 0 {
		r.Steps = f.train.length()
	}
	logs, vectors := maps.Clone(f.tally.result()), maps.Clone(f.tally.vectors)
	if f.validation != nil && (epoch+1)%f.cfg.ValidationFreq == 0 {
		t, err := f.m.evaluate(f.cfg.Context, f.step.program.net, f.c, f.validation, f.callbacks, r)
		if err != nil {
			return nil, err
		}
		for k, v := range t.result() {
			logs["val_"+k] = v
		}
		for k, v := range t.vectors {
			vectors["val_"+k] = v
		}
	}
	r.Vectors = vectors
	return logs, f.callbacks.each(func(c callbacks.Callback) error { return c.OnEpochEnd(r, epoch, logs) })
}

// batch makes one step.
func (f *fit) batch(epoch, i int, b batch) (stop bool, err error) {
	if err := f.cfg.Context.Err(); err != nil {
		return true, err
	}
	r := f.told
	if err := f.callbacks.each(func(c callbacks.Callback) error { return c.OnTrainBatchBegin(r, i, nil) }); err != nil {
		return true, err
	}
	if err := f.step.run(b, f.tally); err != nil {
		return true, f.m.locate(&keras.Error{Kind: kindOf(err), Text: fmt.Sprintf("epoch %d, batch %d", epoch+1, i+1), Cause: err})
	}
	logs := f.tally.result()
	r.Vectors = f.tally.vectors
	err = f.callbacks.each(func(c callbacks.Callback) error { return c.OnTrainBatchEnd(r, i, logs) })
	return r.Stopped(), err
}
