package optimizers

import (
	"regexp"
	"slices"
	"strings"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/keras"
)

// core is what all optimizers have, whatever their rule: options, errors, state
// and, in step.go, everything of a step but the rule.
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

// common are the options of every optimizer, in the order of Keras's config.
type common struct {
	Name                      string   `keras:"name"`
	LearningRate              rate     `keras:"learning_rate"`
	WeightDecay               *float64 `keras:"weight_decay"`
	ClipNorm                  *float64 `keras:"clipnorm"`
	GlobalClipNorm            *float64 `keras:"global_clipnorm"`
	ClipValue                 *float64 `keras:"clipvalue"`
	UseEMA                    bool     `keras:"use_ema"`
	EMAMomentum               float64  `keras:"ema_momentum"`
	EMAOverwriteFrequency     *int     `keras:"ema_overwrite_frequency"`
	LossScaleFactor           *float64 `keras:"loss_scale_factor"`
	GradientAccumulationSteps *int     `keras:"gradient_accumulation_steps"`
}

func (c *common) validate(f *faults) {
	f.accept(c.LearningRate.err())
	clips := 0
	for _, v := range []*float64{c.ClipNorm, c.ClipValue, c.GlobalClipNorm} {
		if v != nil {
			clips++
		}
	}
	f.require(clips <= 1, "Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set. Received: clipnorm=%s, clipvalue=%s, global_clipnorm=%s",
		optional(c.ClipNorm), optional(c.ClipValue), optional(c.GlobalClipNorm))
	// 0 is none, as in Keras.
	if k := valueOr(c.GradientAccumulationSteps, 0); k != 0 {
		f.require(k >= 2, "`gradient_accumulation_steps` must be an integer >= 2. Received: gradient_accumulation_steps=%d", k)
	}
	if !c.UseEMA {
		return
	}
	f.require(c.EMAMomentum >= 0 && c.EMAMomentum <= 1, "`ema_momentum` must be in the range [0, 1]. Received: ema_momentum=%s",
		keras.FormatFloat(c.EMAMomentum))
	if n := valueOr(c.EMAOverwriteFrequency, 0); n != 0 {
		f.require(n >= 1, "`ema_overwrite_frequency` must be an integer >= 1 or None. Received: ema_overwrite_frequency=%d", n)
	}
}

// valueOr is what p points to, otherwise for nil.
func valueOr[V any](p *V, otherwise V) V {
	if p == nil {
		return otherwise
	}
	return *p
}

// optional is a number as Python shows it.
func optional(v *float64) string {
	if v == nil {
		return "None"
	}
	return keras.FormatFloat(*v)
}

// Class is Keras's name of the type: Adam.
func (c *core) Class() string { return c.class }

// Name is the optimizer's name, the first part of its variables' paths.
func (c *core) Name() string { return c.common.Name }

// Config is Keras's get_config: the common options, then the class's own.
// learning_rate is the float32 of now, or the serialized schedule.
func (c *core) Config() keras.Config {
	cfg := append(keras.EncodeFields(&c.common), keras.EncodeFields(c.rule.options)...)
	if c.rate != nil {
		cfg = cfg.With("learning_rate", c.LearningRate())
	}
	return cfg
}

// FromConfig sets the options from what Config writes. decay, which Keras 2 wrote,
// is ignored as Keras 3 does.
func (c *core) FromConfig(cfg keras.Config) error {
	if c.built {
		return c.error(keras.ErrState, optionsFixed)
	}
	if name, ok := cfg.Get("name"); ok && name != nil {
		s, _ := name.(string)
		c.rename(s)
	}
	var shared, own keras.Config
	keys := keras.EncodeFields(&c.common)
	for _, e := range cfg.Without("name", "decay") {
		if _, ok := keys.Get(e.Key); ok {
			shared = append(shared, e)
		} else {
			own = append(own, e)
		}
	}
	var f faults
	f.accept(keras.DecodeFields(&c.common, shared))
	f.accept(keras.DecodeFields(c.rule.options, own))
	if len(f) > 0 {
		return c.error(keras.ErrConfig, f.String())
	}
	return c.Err()
}

func (c *core) rename(name string) {
	switch {
	case c.built:
		c.broken.add(optionsFixed)
	case name == "" || strings.Contains(name, "/"):
		c.broken.add("expected a name without the character /, received %q", name)
	default:
		if c.automatic {
			keras.ReleaseName(c.class, c.common.Name)
		}
		c.common.Name, c.automatic = name, false
	}
}

const optionsFixed = "the options of an optimizer that is built cannot change; make a new one"

// set changes an option. The state depends on options, so that it is an error
// once there is one.
func set[V any](c *core, option *V, value V) {
	if c.built {
		c.broken.add(optionsFixed)
		return
	}
	*option = value
}

// Err reports what is wrong with the options, all at once; nil if nothing is.
func (c *core) Err() error {
	if c.missing != nil {
		return c.missing
	}
	f := slices.Clone(c.broken)
	c.common.validate(&f)
	if c.rule.validate != nil {
		c.rule.validate(&f)
	}
	if len(f) == 0 {
		return nil
	}
	return c.error(keras.ErrArgument, f.String())
}

// error is an error that says which optimizer it is about.
func (c *core) error(kind error, text string) error {
	return &keras.Error{Kind: kind, Layer: c.common.Name, Class: c.class, Text: text}
}

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
