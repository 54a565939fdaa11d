// Package optimizers has Keras's optimizers and learning rate schedules. An
// optimizer is made with its learning rate, or without for Keras's default, and
// configured by chaining:
//
//	model.Compile(models.CompileConfig{
//		Optimizer: optimizers.SGD(0.01).Momentum(0.9).ClipNorm(1),
//		…
//	})
//
// Options that every optimizer has (WeightDecay, ClipNorm, GlobalClipNorm,
// ClipValue, UseEMA, GradientAccumulationSteps, Schedule and so on) are listed with
// each type. A wrong option is reported by Err, and so by Compile, all at once.
//
// A learning rate is a float32, as in Keras: Adam(0.001) computes with
// 0.0010000000474974513. Everything else about a step has the precision of the
// variable that it changes.
package optimizers

import (
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

// Optimizer changes variables by their gradients. It serves one training at a
// time. While Step runs, other goroutines may ask and set the learning rate, count
// the iterations, and read its variables, its config and the variables it trains.
type Optimizer interface {
	keras.Object
	// Name is the optimizer's name, the first part of its variables' paths: adam, rm_sprop.
	Name() string
	// Err reports what is wrong with the options, nil if nothing is.
	Err() error
	// Build makes the optimizer's state for the variables that it will train.
	// Called again, it selects among these; a variable that was not among them is an error.
	Build(vars []*keras.Variable) error
	// Built reports whether Build has succeeded.
	Built() bool
	// Step changes the variables given to Build, in that order, by their gradients,
	// which it leaves as they are. A variable whose gradient is nil is not changed.
	Step(grads []*tensor.Dense) error
	// LearningRate is the learning rate of the next step.
	LearningRate() float64
	// SetLearningRate changes the learning rate. Under a schedule it is an error.
	SetLearningRate(lr float64) error
	// LossScale is what the loss is to be multiplied by before it is differentiated;
	// Step divides the gradients by it. 1 unless LossScaleFactor is set.
	LossScale() float64
	// Iterations is the number of updates: of steps, divided by GradientAccumulationSteps.
	Iterations() int
	// Variables is the state in Keras's order, none before Build: iteration,
	// learning_rate (without a schedule), averages, accumulators, slots.
	Variables() []*keras.Variable
	// Finalize ends a training. With UseEMA the variables become their averages.
	Finalize() error
}
