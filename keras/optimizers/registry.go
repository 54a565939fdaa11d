package optimizers

import (
	"strings"

	"github.com/gokeras/gokeras/keras"
)

func init() {
	keras.Register(keras.KindOptimizer, map[string]keras.Factory{
		"Adam":    func() any { return Adam() },
		"AdamW":   func() any { return AdamW() },
		"RMSprop": func() any { return RMSprop() },
		"SGD":     func() any { return SGD() },
	})
	keras.Register(keras.KindSchedule, map[string]keras.Factory{
		"CosineDecay":            func() any { return CosineDecay(0, 0) },
		"CosineDecayRestarts":    func() any { return CosineDecayRestarts(0, 0) },
		"ExponentialDecay":       func() any { return ExponentialDecay(0, 0, 0) },
		"InverseTimeDecay":       func() any { return InverseTimeDecay(0, 0, 0) },
		"PiecewiseConstantDecay": func() any { return PiecewiseConstantDecay(nil, nil) },
		"PolynomialDecay":        func() any { return PolynomialDecay(0, 0) },
	})
}

// Named is the optimizer of a class, in small or capital letters, with its
// defaults: adam, adamw, rmsprop, sgd. An unknown name gives an optimizer whose
// Err, and everything that is done with it, says so.
func Named(name string) Optimizer {
	for _, class := range keras.Registered(keras.KindOptimizer) {
		if !strings.EqualFold(class, name) {
			continue
		}
		if o, err := keras.New(keras.KindOptimizer, class); err == nil {
			if optimizer, ok := o.(Optimizer); ok {
				return optimizer
			}
		}
	}
	return unknown(name)
}

// unresolved stands for an optimizer that there is none of.
type unresolved struct{ core }

var _ Optimizer = (*unresolved)(nil)

func unknown(name string) *unresolved {
	known := strings.ToLower(strings.Join(keras.Registered(keras.KindOptimizer), ", "))
	return &unresolved{core{class: name, common: common{Name: name},
		missing: keras.Fault(keras.ErrArgument, "Could not interpret optimizer identifier: %s", name).WithHint("use one of " + known)}}
}
