package optimizers

import (
	"slices"
	"strings"

	"github.com/gokeras/gokeras/keras"
)

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

// Config is Keras's get_config: the common options, then the class's own.
// learning_rate is the float32 of now, or the serialized schedule.
func (c *core) Config() keras.Config {
	cfg := append(keras.EncodeFields(&c.common), keras.EncodeFields(c.rule.options)...)
	if c.rate != nil {
		cfg = cfg.With("learning_rate", c.LearningRate())
	}
	return cfg
}

// String is the optimizer in one line: keras.Describe.
func (c *core) String() string { return keras.Describe(c) }

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
