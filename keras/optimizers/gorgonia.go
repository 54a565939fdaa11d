package optimizers

import (
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

var _ Optimizer = (*GorgoniaOptimizer)(nil)

// FromGorgonia returns an optimizer that steps with one of Gorgonia's solvers:
//
//	optimizers.FromGorgonia(gorgonia.NewAdamSolver(gorgonia.WithLearnRate(0.01)))
//
// Its class is the solver's type, AdamSolver. The learning rate is the solver's affair: it is
// NaN here and cannot be set. A solver keeps its state by the places of the variables, so
// it must train the same ones in every step; and a config says no more than its class, so a
// model that was compiled with it is not compiled again by FromJSON. Errors: no solver.
func FromGorgonia(solver gorgonia.Solver) *GorgoniaOptimizer {
	o := &GorgoniaOptimizer{solver: solver, class: "Solver"}
	if solver != nil {
		o.class = reflect.Indirect(reflect.ValueOf(solver)).Type().Name()
	}
	o.name = keras.AutoName(o.class)
	return o
}

// GorgoniaOptimizer is the optimizer that FromGorgonia returns.
type GorgoniaOptimizer struct {
	solver      gorgonia.Solver
	class, name string

	known, active []*keras.Variable // those of the first Build, and those that Step gets gradients for
	iteration     *keras.Variable
	places        []*keras.Variable // of the last step
	grads         map[*keras.Variable]*tensor.Dense
}

// weight is a variable and its gradient, as a solver takes them.
type weight struct{ value, grad *tensor.Dense }

// Value is the variable's memory.
func (w weight) Value() gorgonia.Value { return w.value }

// Grad is a copy of the gradient: solvers write into it.
func (w weight) Grad() (gorgonia.Value, error) { return w.grad, nil }

// Class is the solver's type.
func (o *GorgoniaOptimizer) Class() string { return o.class }

// Config has the name alone.
func (o *GorgoniaOptimizer) Config() keras.Config {
	return keras.Config{{Key: "name", Value: o.name}}
}

// String is the optimizer in one line: keras.Describe.
func (o *GorgoniaOptimizer) String() string { return keras.Describe(o) }

// Name is the class in snake_case, numbered.
func (o *GorgoniaOptimizer) Name() string { return o.name }

// Err reports that there is no solver.
func (o *GorgoniaOptimizer) Err() error {
	if o.solver == nil {
		return o.error(keras.Expected(keras.ErrArgument, "a solver", "nil"))
	}
	return nil
}

func (o *GorgoniaOptimizer) error(e *keras.Error) error {
	e.Layer, e.Class = o.name, o.class
	return e
}

// Build says which variables will be trained.
func (o *GorgoniaOptimizer) Build(vars []*keras.Variable) error {
	if err := o.Err(); err != nil {
		return err
	}
	if o.iteration == nil {
		o.iteration = keras.NewVariable("iteration", o.name+"/iteration", tensor.New(tensor.FromScalar(int64(0))), false)
		o.known, o.grads = slices.Clone(vars), map[*keras.Variable]*tensor.Dense{}
	}
	for _, v := range vars {
		if !slices.Contains(o.known, v) {
			return o.error(keras.Fault(keras.ErrState, "Unknown variable: %s. This optimizer can only be called for the variables it was originally built with.", describe(v)))
		}
	}
	o.active = slices.Clone(vars)
	return nil
}

// Built reports whether Build has succeeded.
func (o *GorgoniaOptimizer) Built() bool { return o.iteration != nil }

// Step changes the variables by their gradients, then applies their constraints.
func (o *GorgoniaOptimizer) Step(grads []*tensor.Dense) (err error) {
	if err := o.Err(); err != nil {
		return err
	}
	if len(grads) != len(o.active) {
		return o.error(keras.Expected(keras.ErrArgument, fmt.Sprintf("%d gradients, one for each variable", len(o.active)), len(grads)))
	}
	var vars []*keras.Variable
	var weights []gorgonia.ValueGrad
	for i, v := range o.active {
		if g := grads[i]; g != nil {
			vars = append(vars, v)
			weights = append(weights, weight{v.Memory(), o.copyOf(v, g)})
		}
	}
	if o.places == nil {
		o.places = vars
	}
	if !slices.Equal(o.places, vars) {
		return o.error(keras.Fault(keras.ErrState, "a solver of Gorgonia's must train the same variables in every step").WithHint("make a new one"))
	}
	defer func() {
		if r := recover(); r != nil {
			err = o.error(keras.Fault(keras.ErrRun, "the solver panicked: %v", r))
		}
	}()
	locked := keras.LockOrder(append(slices.Clone(vars), o.iteration))
	keras.Lock(locked)
	defer keras.Unlock(locked)
	if err := o.solver.Step(weights); err != nil {
		return o.error(&keras.Error{Kind: keras.ErrRun, Cause: err})
	}
	for _, v := range vars {
		if c := v.Constraint(); c != nil {
			if err := c.Constrain(v.Memory()); err != nil {
				return errors.WithMessagef(err, "constraint of %s", v.Path())
			}
		}
	}
	o.iteration.Memory().Int64s()[0]++
	return nil
}

// copyOf is a copy of a variable's gradient, in memory that is kept.
func (o *GorgoniaOptimizer) copyOf(v *keras.Variable, g *tensor.Dense) *tensor.Dense {
	own, ok := o.grads[v]
	if !ok {
		own = g.Clone().(*tensor.Dense)
		o.grads[v] = own
		return own
	}
	switch to := own.Data().(type) {
	case []float32:
		copy(to, g.Float32s())
	case []float64:
		copy(to, g.Float64s())
	}
	return own
}

// LearningRate is NaN: solvers do not tell.
func (o *GorgoniaOptimizer) LearningRate() float64 { return math.NaN() }

// SetLearningRate is an error.
func (o *GorgoniaOptimizer) SetLearningRate(float64) error {
	return o.error(keras.Fault(keras.ErrState, "the learning rate of a solver of Gorgonia's cannot be set").WithHint("make the solver with gorgonia.WithLearnRate"))
}

// LossScale is 1.
func (o *GorgoniaOptimizer) LossScale() float64 { return 1 }

// Iterations is the number of steps.
func (o *GorgoniaOptimizer) Iterations() int {
	if o.iteration == nil {
		return 0
	}
	return int(read(o.iteration, (*tensor.Dense).Int64s))
}

// Variables is the number of steps: the solver keeps its state to itself.
func (o *GorgoniaOptimizer) Variables() []*keras.Variable {
	if o.iteration == nil {
		return nil
	}
	return []*keras.Variable{o.iteration}
}

// Finalize has nothing to do.
func (o *GorgoniaOptimizer) Finalize() error { return o.Err() }
