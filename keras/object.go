package keras

import (
	"fmt"
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Object is what Keras writes into a config as {module, class_name, config,
// registered_name}: initializers, regularizers, constraints, losses, optimizers.
type Object interface {
	Class() string // Keras's name: GlorotUniform
	Config() Config
}

// Describe writes an object in one line, as the call that makes it in Python, without the
// options that are None:
//
//	Adam(name=adam, learning_rate=0.001, use_ema=False, ema_momentum=0.99, beta_1=0.9, …)
//
// A String method of an object of yours may return it.
func Describe(o Object) string { return call(o.Class(), o.Config()) }

func call(class string, cfg Config) string {
	var options []string
	for _, e := range cfg {
		if e.Value != nil {
			options = append(options, e.Key+"="+argument(e.Value))
		}
	}
	if len(options) == 0 {
		return class
	}
	return class + "(" + strings.Join(options, ", ") + ")"
}

// argument is a value of a config as an argument of a call.
func argument(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return map[bool]string{true: "True", false: "False"}[v]
	case float64:
		if float64(float32(v)) == v { // 0.001, of a config that holds what a float32 of it is
			return formatFloat(v, 32)
		}
		return FormatFloat(v)
	case []any:
		list := make([]string, len(v))
		for i, e := range v {
			list[i] = argument(e)
		}
		return "[" + strings.Join(list, ", ") + "]"
	case Config:
		class, cfg, err := ClassOf(v)
		name, isFunction := v.Get("config")
		switch {
		case err == nil:
			return call(class, cfg)
		case isFunction:
			return argument(name)
		}
		return v.String()
	}
	return fmt.Sprint(v)
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
