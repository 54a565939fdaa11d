package optimizers

import (
	"math"

	"github.com/gokeras/gokeras/keras"
)

// Schedule makes the learning rate depend on the step: optimizers.SGD().Schedule(s).
// Those of this package compute in float32, as Keras does; Err reports what is
// wrong with their arguments, and so does the optimizer.
type Schedule interface {
	keras.Object
	// At is the learning rate of a step, counted from 0.
	At(step int) float64
}

// schedule is what Keras's schedules have in common.
type schedule[Self any] struct {
	self     *Self
	class    string
	options  any     // pointer to a struct with keras tags
	name     *string // in it
	validate func(f *faults)
}

func (s *schedule[Self]) init(self *Self, class string, options any, name *string, validate func(f *faults)) *Self {
	*s = schedule[Self]{self, class, options, name, validate}
	return self
}

// WithName sets name. Default: Keras's word for the schedule.
func (s *schedule[Self]) WithName(name string) *Self {
	*s.name = name
	return s.self
}

// Class is Keras's name of the type: ExponentialDecay.
func (s *schedule[Self]) Class() string { return s.class }

// Config is Keras's get_config.
func (s *schedule[Self]) Config() keras.Config { return keras.EncodeFields(s.options) }

// String is the schedule in one line: keras.Describe.
func (s *schedule[Self]) String() string { return keras.Describe(s) }

// FromConfig sets the options from what Config writes.
func (s *schedule[Self]) FromConfig(cfg keras.Config) error {
	if err := keras.DecodeFields(s.options, cfg); err != nil {
		return err
	}
	return s.Err()
}

// Err reports what is wrong with the options, all at once; nil if nothing is.
func (s *schedule[Self]) Err() error {
	var f faults
	s.validate(&f)
	if len(f) == 0 {
		return nil
	}
	return keras.Fault(keras.ErrArgument, "%s", f)
}

// requirePositive adds Keras's words for a number of steps that is none.
func (f *faults) requirePositive(key string, steps int) {
	f.require(steps > 0, "Argument `%s` must be > 0. Received: %s=%d", key, key, steps)
}

// The functions of package math, rounded to float32.

func pow(x, y float32) float32 { return float32(math.Pow(float64(x), float64(y))) }
func cos(x float32) float32    { return float32(math.Cos(float64(x))) }
func log(x float32) float32    { return float32(math.Log(float64(x))) }
func floor(x float32) float32  { return float32(math.Floor(float64(x))) }
func ceil(x float32) float32   { return float32(math.Ceil(float64(x))) }
