package callbacks

import (
	"fmt"
	"strings"
	"time"

	"github.com/gokeras/gokeras/internal/console"
)

// ProgbarLogger writes Keras's progress: a bar for each epoch (Verbose 1) or a
// line for each (2). Fit, Evaluate and Predict add one themselves.
type ProgbarLogger struct {
	Base
	bar    *console.Progbar
	seen   int
	target int
	inFit  bool // the validation of a fit is silent
	values []console.Value
	known  map[string]bool // the names of metrics, which came with the batches
	now    func() time.Time
}

var _ Callback = (*ProgbarLogger)(nil)

// OnTrainBegin starts a fit.
func (p *ProgbarLogger) OnTrainBegin(r *Run, _ Logs) error {
	p.inFit, p.target = true, r.Steps
	return nil
}

// OnEpochBegin writes the number of the epoch, if there are several.
func (p *ProgbarLogger) OnEpochBegin(r *Run, epoch int, _ Logs) error {
	p.open(r)
	if r.Verbose != 0 && r.Epochs > 1 {
		_, err := fmt.Fprintf(r, "Epoch %d/%d\n", epoch+1, r.Epochs)
		return err
	}
	return nil
}

// OnTrainBatchEnd moves the bar.
func (p *ProgbarLogger) OnTrainBatchEnd(r *Run, batch int, logs Logs) error {
	return p.update(r, batch, logs)
}

// OnEpochEnd writes the bar or line of the epoch for the last time.
func (p *ProgbarLogger) OnEpochEnd(r *Run, _ int, logs Logs) error { return p.finish(r, logs) }

// OnTestBegin starts the bar of an Evaluate.
func (p *ProgbarLogger) OnTestBegin(r *Run, _ Logs) error {
	if !p.inFit {
		p.target = r.Steps
		p.open(r)
	}
	return nil
}

// OnTestBatchEnd moves the bar of an Evaluate.
func (p *ProgbarLogger) OnTestBatchEnd(r *Run, batch int, logs Logs) error {
	if p.inFit {
		return nil
	}
	return p.update(r, batch, logs)
}

// OnTestEnd ends the bar of an Evaluate.
func (p *ProgbarLogger) OnTestEnd(r *Run, logs Logs) error {
	if p.inFit {
		return nil
	}
	return p.finish(r, logs)
}

// OnPredictBegin starts the bar of a Predict.
func (p *ProgbarLogger) OnPredictBegin(r *Run, _ Logs) error {
	p.target = r.Steps
	p.open(r)
	return nil
}

// OnPredictBatchEnd moves the bar of a Predict.
func (p *ProgbarLogger) OnPredictBatchEnd(r *Run, batch int, _ Logs) error {
	return p.update(r, batch, nil)
}

// OnPredictEnd ends the bar of a Predict.
func (p *ProgbarLogger) OnPredictEnd(r *Run, _ Logs) error { return p.finish(r, nil) }

func (p *ProgbarLogger) open(r *Run) {
	p.seen, p.known = 0, map[string]bool{}
	p.bar = console.NewProgbar(console.ProgbarConfig{Output: r, Target: p.target, Verbose: r.Verbose, Now: p.now})
}

func (p *ProgbarLogger) update(r *Run, batch int, logs Logs) error {
	p.seen = batch + 1
	for k := range logs {
		p.known[k] = true
	}
	if r.Verbose != console.Bar {
		return nil
	}
	return p.bar.Update(p.seen, p.list(r, logs), false)
}

func (p *ProgbarLogger) finish(r *Run, logs Logs) error {
	if p.target == 0 {
		p.target = p.seen
		p.bar.SetTarget(p.target)
	}
	return p.bar.Update(p.target, p.list(r, logs), true)
}

// list is the logs in Keras's order: sorted, then what other callbacks have added.
func (p *ProgbarLogger) list(r *Run, logs Logs) []console.Value {
	p.values = p.values[:0]
	names := logs.Names()
	for _, added := range []bool{false, true} {
		for _, k := range names {
			if p.known[strings.TrimPrefix(k, "val_")] != added {
				p.values = append(p.values, console.Value{Key: k, Number: logs[k], Vector: r.Vectors[k]})
			}
		}
	}
	return p.values
}
