package optimizers

import (
	"math"

	"github.com/gokeras/gokeras/keras"
)

var _ Schedule = (*FuncSchedule)(nil)

// ScheduleFunc makes a schedule of a function of the step, counted from 0. A config
// holds its name only; a model saved with it is loaded where the name is known:
//
//	keras.Register(keras.KindSchedule, map[string]keras.Factory{
//		"warm_up": func() any { return optimizers.ScheduleFunc("warm_up", warmUp) },
//	})
//
// Errors: no name; a nil function.
func ScheduleFunc(name string, at func(step int) float64) *FuncSchedule {
	return &FuncSchedule{name, at}
}

// FuncSchedule is the schedule that ScheduleFunc returns.
type FuncSchedule struct {
	name string
	at   func(step int) float64
}

// Class is the name.
func (s *FuncSchedule) Class() string { return s.name }

// Config is empty: what a function does cannot be written.
func (s *FuncSchedule) Config() keras.Config { return nil }

// String is the name.
func (s *FuncSchedule) String() string { return s.name }

// Err reports a name or function that is missing.
func (s *FuncSchedule) Err() error {
	if s.name == "" || s.at == nil {
		return keras.Expected(keras.ErrArgument, "a schedule with a name and a function", "none of one")
	}
	return nil
}

// At calls the function; NaN without one.
func (s *FuncSchedule) At(step int) float64 {
	if s.at == nil {
		return math.NaN()
	}
	return s.at(step)
}
