package optimizers

import (
	"regexp"
	"slices"
	"strings"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
)

// Build makes the state for variables of type float32 or float64. Called again, it
// selects among these variables those that the next steps train.
func (c *core) Build(vars []*keras.Variable) error {
	if err := c.Err(); err != nil {
		return err
	}
	if c.built {
		return c.choose(vars)
	}
	params := make([]parameter, len(vars))
	for i, v := range vars {
		if v == nil {
			return c.error(keras.ErrArgument, keras.Expected(keras.ErrArgument, "variables", "nil").Text)
		}
		switch decays := c.decays(v); v.DType() {
		case tensor.Float32:
			params[i] = newParam(v, decays, c.rule.update32)
		case tensor.Float64:
			params[i] = newParam(v, decays, c.rule.update64)
		default:
			return c.error(keras.ErrArgument, keras.Expected(keras.ErrArgument, "variables of type float32 or float64", describe(v)).Text)
		}
	}
	c.params, c.active = params, params
	c.addState()
	c.locked = keras.LockOrder(append(slices.Clone(vars), c.state...))
	c.built = true
	return nil
}

// choose makes known variables those that Step gets gradients for.
func (c *core) choose(vars []*keras.Variable) error {
	active := make([]parameter, len(vars))
	for i, v := range vars {
		k := slices.IndexFunc(c.params, func(p parameter) bool { return p.variable() == v })
		if k < 0 {
			return c.error(keras.ErrState, "Unknown variable: "+describe(v)+". This optimizer can only be called for the variables it was originally built with. "+
				"When working with a new set of variables, you should recreate a new optimizer instance.")
		}
		active[i] = c.params[k]
	}
	c.active = active
	return nil
}

// describe is a variable as Keras shows it.
func describe(v *keras.Variable) string {
	if v == nil {
		return "None"
	}
	return "<Variable path=" + v.Path() + ", shape=" + v.Shape().String() + ", dtype=" + v.DType().String() + ">"
}

// addState makes the optimizer's variables, in the order of Keras's files.
func (c *core) addState() {
	c.iteration = c.addVariable("iteration", tensor.New(tensor.FromScalar(int64(0))))
	if c.common.LearningRate.schedule == nil {
		c.rate = c.addVariable("learning_rate", tensor.New(tensor.FromScalar(float32(c.common.LearningRate.value))))
	}
	if c.common.UseEMA {
		for _, p := range c.params {
			p.setAverage(c.addSlot(p, "average"))
		}
	}
	if valueOr(c.common.GradientAccumulationSteps, 0) != 0 {
		for _, p := range c.params {
			p.setAccumulator(c.addSlot(p, "gradient_accumulator"))
		}
	}
	if c.rule.slots == nil {
		return
	}
	for _, group := range c.rule.slots() {
		for _, p := range c.params {
			for _, name := range group {
				p.addSlot(c.addSlot(p, name))
			}
		}
	}
}

// addSlot makes zeros like a variable; nil for a slot that is not used.
func (c *core) addSlot(p parameter, name string) *keras.Variable {
	if name == "" {
		return nil
	}
	v := p.variable()
	zeros := tensor.New(tensor.Of(v.DType()), tensor.WithShape(v.Shape()...))
	return c.addVariable(strings.ReplaceAll(v.Path(), "/", "_")+"_"+name, zeros)
}

func (c *core) addVariable(name string, value *tensor.Dense) *keras.Variable {
	v := keras.NewVariable(name, c.common.Name+"/"+name, value, false)
	c.state = append(c.state, v)
	return v
}

// decays reports whether weight decay changes a variable.
func (c *core) decays(v *keras.Variable) bool {
	return c.common.WeightDecay != nil && !slices.Contains(c.excluded, v) &&
		!slices.ContainsFunc(c.exclude, func(r *regexp.Regexp) bool { return r.MatchString(v.Name()) })
}

// Built reports whether Build has succeeded.
func (c *core) Built() bool { return c.built }

// Variables is the state in Keras's order, none before Build.
func (c *core) Variables() []*keras.Variable { return slices.Clone(c.state) }
