package optimizers

import (
	"regexp"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
)

// core is what all optimizers have, whatever their rule: options, errors, state
// (build.go) and everything of a step (step.go) but the rule.
type core struct {
	class     string
	automatic bool // the name is
	common    common
	rule      rule
	excluded  []*keras.Variable // from weight decay
	exclude   []*regexp.Regexp
	broken    faults // of setters
	missing   error  // of a name that no optimizer has

	built           bool
	iteration, rate *keras.Variable // rate is nil under a schedule
	state           []*keras.Variable
	params          []parameter // all that have state
	active          []parameter // those that Step gets gradients for
	locked          []*keras.Variable
}

// rule is what is particular to one optimizer.
type rule struct {
	options  any             // pointer to a struct with keras tags
	validate func(f *faults) // nil: no option can be wrong
	// slots names the state of each variable, zeros at first. Files have it group by
	// group, and within a group variable by variable. A slot whose name is empty is
	// not used. nil: no state.
	slots    func() [][]string
	update32 update[float32]
	update64 update[float64]
}

// update changes w by its gradient g, which is read only. slots are those that the
// rule names, the groups joined, nil for one that is not used; t = 1, 2, … numbers
// the updates.
type update[T kernels.Float] func(w, g []T, slots [][]T, lr float64, t int)

// used is the name of a slot that not every configuration has.
func used(on bool, name string) string {
	if on {
		return name
	}
	return ""
}

// Class is Keras's name of the type: Adam.
func (c *core) Class() string { return c.class }

// Name is the optimizer's name, the first part of its variables' paths.
func (c *core) Name() string { return c.common.Name }
