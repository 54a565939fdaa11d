package models

import (
	"math"
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

// trainStep trains on a batch, again and again.
type trainStep struct {
	program   *program
	acceptNaN bool

	ready string                  // the mode of the program that what follows is for
	place map[*keras.Variable]int // of a trainable variable among the optimizer's
	grads []*tensor.Dense
}

func (m *Model) newTrainStep(n *network, c *compiled) *trainStep {
	return &trainStep{program: m.program(training, n, c)}
}

// run makes one step. The weights and the tally change only if all of it went well;
// the tally has the results from before the step.
func (s *trainStep) run(b batch, t *tally) error {
	p := s.program
	p.m.trainer.mu.Lock()
	defer p.m.trainer.mu.Unlock()
	if err := p.acquire(b); err != nil {
		return err
	}
	if err := s.prepare(); err != nil {
		return err
	}
	if err := p.Run(p.feeds); err != nil {
		return err
	}
	if !s.acceptNaN && math.IsNaN(p.total()) {
		return keras.Expected(keras.ErrRun, "a loss that is a number", "NaN").
			WithHint("look for NaN in the data, or lower the learning rate")
	}
	clear(s.grads)
	for i, v := range p.Variables() {
		if at, ok := s.place[v]; ok {
			s.grads[at] = p.Gradient(i)
		}
	}
	if err := t.add(p, b); err != nil {
		return err
	}
	if err := p.Commit(); err != nil || len(s.grads) == 0 {
		return err
	}
	return p.c.optimizer.Step(s.grads)
}

// prepare readies the optimizer for the variables that are trainable now.
func (s *trainStep) prepare() error {
	p := s.program
	if s.ready == p.mode && p.m.trainer.last == s {
		return nil
	}
	vars, err := p.m.buildOptimizer(p.c.optimizer)
	if err != nil {
		return err
	}
	if err := s.checkReached(vars); err != nil {
		return err
	}
	s.place = map[*keras.Variable]int{}
	for i, v := range vars {
		s.place[v] = i
	}
	s.grads = make([]*tensor.Dense, len(vars))
	s.ready, p.m.trainer.last = p.mode, s
	return nil
}

// checkReached reports variables that the loss does not depend on: as an error if
// that is all of them, else with Keras's warning.
func (s *trainStep) checkReached(vars []*keras.Variable) error {
	var without []string
	for _, v := range vars {
		if !slices.Contains(s.program.Variables(), v) {
			without = append(without, v.Path())
		}
	}
	switch len(without) {
	case 0:
	case len(vars):
		return keras.Fault(keras.ErrGraph, "No gradients provided for any variable.").
			WithHint("does the loss depend on the model's outputs?")
	default:
		keras.Warn("Gradients do not exist for variables %s when minimizing the loss. If using `model.compile()`, did you forget to provide a `loss` argument?", pythonList(without))
	}
	return nil
}

// finish ends the training.
func (s *trainStep) finish() error {
	t := &s.program.m.trainer
	t.mu.Lock()
	defer t.mu.Unlock()
	return s.program.c.optimizer.Finalize()
}

// kindOf is the class of an error.
func kindOf(err error) error {
	var e *keras.Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return keras.ErrRun
}
