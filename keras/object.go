package keras

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Object is what Keras writes into a config as {module, class_name, config,
// registered_name}: initializers, regularizers, constraints, losses, optimizers.
type Object interface {
	Class() string // Keras's name: GlorotUniform
	Config() Config
}

// Initializer makes the first value of a variable.
type Initializer interface {
	Object
	// Initialize makes a tensor of a known shape and of type float32 or float64
	// (Zeros and Ones: of any type).
	Initialize(shape Shape, dtype tensor.Dtype) (*tensor.Dense, error)
}

// LazyInitializer is an Initializer whose work can wait until somebody reads the
// variable. One that gets its value from a file before needs none of it.
type LazyInitializer interface {
	Initializer
	// Later is a tensor of zeros, and what makes it the one that Initialize gives.
	Later(shape Shape, dtype tensor.Dtype) (value *tensor.Dense, fill func(), err error)
}

// Regularizer is a penalty on a weight or on a layer's output.
type Regularizer interface {
	Object
	// Penalty is a scalar node that is added to the loss.
	Penalty(x *gorgonia.Node) *gorgonia.Node
}

// Constraint changes a weight after each step of an optimizer.
type Constraint interface {
	Object
	// Constrain changes w (float32 or float64) in place.
	Constrain(w *tensor.Dense) error
}
