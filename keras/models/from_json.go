package models

import (
	"fmt"
	"strings"

	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/internal/kerasfile"
	"github.com/gokeras/gokeras/keras"
	_ "github.com/gokeras/gokeras/keras/constraints"  // the classes that configs name
	_ "github.com/gokeras/gokeras/keras/layers"       // (each package registers its own)
	_ "github.com/gokeras/gokeras/keras/regularizers" //
	_ "github.com/gokeras/gokeras/keras/symbolic"     //
)

// LoadOption is an option of Load, LoadBytes and FromJSON.
type LoadOption func(*loader)

// WithCustomLayers makes layer classes of yours known to one call, by class name.
func WithCustomLayers(factories map[string]func() keras.Layer) LoadOption {
	return func(l *loader) { l.custom = factories }
}

// WithoutCompile leaves the model without optimizer, loss and metrics.
func WithoutCompile() LoadOption { return func(l *loader) { l.bare = true } }

// FromJSON makes the model that ToJSON, or to_json of Keras 2 or 3, wrote, with new weights. A
// model that was compiled is compiled. A Subclassed is built as it was; its own type is that
// of Self:
//
//	mine := m.Self().(*MyModel)
//
// Errors: what is not JSON; a class that is not registered; a config that a layer
// does not take; connections that lead nowhere.
func FromJSON(text []byte, opts ...LoadOption) (*Model, error) {
	var cfg keras.Config
	if err := cfg.UnmarshalJSON(text); err != nil {
		return nil, err
	}
	cfg, err := kerasfile.Upgrade(cfg, "")
	if err != nil {
		return nil, err
	}
	return newLoader(opts).model(cfg)
}

// Clone makes a model of the same layers, with new weights, compiled if m is. Input
// layers take the names of their tensors, as in Keras. Layers and optimizers of your own must
// be registered.
func Clone(m *Model) (*Model, error) {
	if m == nil {
		return nil, keras.Expected(keras.ErrArgument, "a model", "nil")
	}
	cfg, err := m.serialize()
	if err != nil {
		return nil, err
	}
	ld := &loader{bare: true, inputNames: map[string]string{}}
	if m.stack == nil && m.calls == nil {
		for _, t := range m.Inputs() {
			ld.inputNames[t.Node().Layer().Name()] = t.Name()
		}
	} else if m.stack != nil && m.stack.input != nil {
		ld.inputNames[m.stack.input.Name()] = "" // a new automatic name
	}
	c, err := ld.model(cfg)
	if err != nil {
		return nil, err
	}
	c.Rename(m.Class())
	compilation := m.trainer.compilation.Load()
	if compilation == nil {
		return c, nil
	}
	again := compilation.CompileConfig // losses and metrics keep no state of a training
	if again.Optimizer, err = optimizerOf(keras.Serialize(keras.KindOptimizer, again.Optimizer)); err != nil {
		return nil, err
	}
	return c, c.Compile(again)
}

// loader makes layers and models of configs.
type loader struct {
	custom map[string]func() keras.Layer
	bare   bool // models are not compiled
	// inputNames are new names of the outermost model's input layers; "" is automatic.
	inputNames map[string]string
}

func newLoader(opts []LoadOption) *loader {
	ld := &loader{}
	for _, o := range opts {
		if o != nil {
			o(ld)
		}
	}
	return ld
}

// model makes the model that a whole text describes.
func (ld *loader) model(cfg keras.Config) (*Model, error) {
	l, err := ld.layer(cfg)
	if err != nil {
		return nil, err
	}
	m, ok := modelOf(l)
	if !ok {
		return nil, keras.Expected(keras.ErrConfig, "a model", l.Class())
	}
	if m.calls != nil {
		return m, m.buildFrom(cfg)
	}
	return m, nil
}

// buildFrom builds a Subclassed as its config says that it was built.
func (m *Model) buildFrom(cfg keras.Config) error {
	built, _ := cfg.Get("build_config")
	c, _ := built.(keras.Config)
	v, _ := c.Get("input_shape")
	list, _ := v.([]any)
	if len(list) == 0 {
		return nil
	}
	if _, several := list[0].([]any); !several {
		list = []any{list}
	}
	shapes := make([]keras.Shape, len(list))
	for i, s := range list {
		var err error
		if shapes[i], err = keras.ParseShape(s); err != nil {
			return err
		}
	}
	return m.Build(shapes...)
}

// layer makes a layer or model of {class_name, config}.
func (ld *loader) layer(v any) (keras.Layer, error) {
	class, cfg, err := keras.ClassOf(v)
	if err != nil {
		return nil, err
	}
	name, _ := cfg.Get("name")
	switch class {
	case "Functional", "Model":
		m, err := ld.functional(cfg)
		return m, ld.finish(m, v, err)
	case "Sequential":
		m, err := ld.sequential(cfg)
		return m, ld.finish(m, v, err)
	case "Lambda":
		return ld.lambda(cfg)
	case "InputLayer":
		if s, ok := name.(string); ok {
			if renamed, ok := ld.inputNames[s]; ok {
				cfg = cfg.With("name", renamed)
			}
		}
	}
	make := ld.make
	if module, _ := v.(keras.Config).Get("module"); isOperations(module) {
		make = newOperation
		if called, ok := v.(keras.Config).Get("name"); ok && name == nil { // Keras 3.0 to 3.10 say it there alone
			name, cfg = called, cfg.With("name", called)
		}
	}
	l, err := make(class)
	if err == nil {
		if cfg, err = keras.DecodeLayers(l.LayerBase().Options(), cfg, ld.layer); err == nil {
			err = keras.Configure(l, cfg)
		}
	}
	if err != nil {
		return nil, errors.WithMessagef(err, "%v (%s)", name, class)
	}
	if m, ok := modelOf(l); ok {
		return l, ld.finish(m, v, nil)
	}
	return l, nil
}

// lambda makes the layer that stands for a function of Python's. Its arguments are options of
// that layer.
func (ld *loader) lambda(cfg keras.Config) (keras.Layer, error) {
	name, _ := cfg.Get("name")
	function, _ := cfg.Get("function")
	for _, known := range []any{function, name, "Lambda"} {
		class, ok := known.(string)
		if !ok || ld.custom[class] == nil && class != "Lambda" {
			continue
		}
		l, err := ld.make(class)
		if err != nil {
			break
		}
		own := cfg.Without("function", "function_type", "module", "output_shape", "output_shape_type", "output_shape_module", "mask", "arguments")
		arguments, _ := cfg.Get("arguments")
		more, _ := arguments.(keras.Config)
		return l, errors.WithMessagef(keras.Configure(l, append(own, more...)), "%v (%s)", name, class)
	}
	what := "code of Python, which is never run"
	if named, ok := function.(string); ok {
		what = named + ", a function of Python"
	}
	return nil, keras.Fault(keras.ErrConfig, "the Lambda layer %v is %s", name, what).
		WithHint("give WithCustomLayers a layer of yours under the name of the function or of the layer")
}

// make makes a layer of a class with default options.
func (ld *loader) make(class string) (keras.Layer, error) {
	if f, ok := ld.custom[class]; ok && f != nil {
		if l := f(); l != nil {
			return l, nil
		}
		return nil, keras.Expected(keras.ErrConfig, "a layer of class "+class, "nil")
	}
	return newOf(keras.KindLayer, class)
}

// isOperations reports whether Keras has operations in a module.
func isOperations(module any) bool {
	s, _ := module.(string)
	return strings.HasPrefix(s, "keras.src.ops.") || strings.HasPrefix(s, "keras.src.activations.")
}

// newOperation makes an operation of a class with default options.
func newOperation(class string) (keras.Layer, error) { return newOf(keras.KindOperation, class) }

// newOf makes a layer or operation of a registered class.
func newOf(kind keras.Kind, class string) (keras.Layer, error) {
	o, err := keras.New(kind, class)
	if err != nil {
		return nil, err
	}
	l, ok := o.(keras.Layer)
	if !ok {
		return nil, keras.Expected(keras.ErrConfig, "a layer of class "+class, fmt.Sprintf("%T", o))
	}
	return l, nil
}

// finish gives a model what its config says of it as a whole.
func (ld *loader) finish(m *Model, v any, err error) error {
	if err != nil {
		return err
	}
	_, cfg, _ := keras.ClassOf(v) // was read before
	if on, ok := cfg.Get("trainable"); ok && on == false {
		m.FreezeOnly()
	}
	compile, _ := v.(keras.Config).Get("compile_config")
	c, _ := compile.(keras.Config)
	if ld.bare || len(c) == 0 {
		return nil
	}
	if err := m.compileFrom(c); err != nil {
		return m.fault(&keras.Error{Kind: keras.ErrConfig, Text: "cannot be compiled as it was", Cause: err, Hint: "read it WithoutCompile, and call Compile"})
	}
	return nil
}

// field is a key of a config as a list or string.
func field[T any](cfg keras.Config, key string) (T, error) {
	v, _ := cfg.Get(key)
	t, ok := v.(T)
	if !ok {
		return t, keras.Expected(keras.ErrConfig, fmt.Sprintf("%T for the key %s", t, key), v)
	}
	return t, nil
}

// modelOptions are those of New that a config has.
func modelOptions(cfg keras.Config) []Option {
	if name, err := field[string](cfg, "name"); err == nil {
		return []Option{WithName(name)}
	}
	return nil
}

func (ld *loader) sequential(cfg keras.Config) (*Model, error) {
	entries, err := field[[]any](cfg, "layers")
	if err != nil {
		return nil, err
	}
	var parts []any
	for _, o := range modelOptions(cfg) {
		parts = append(parts, o)
	}
	for _, e := range entries {
		l, err := ld.layer(e)
		if err != nil {
			return nil, err
		}
		parts = append(parts, l)
	}
	m, err := Sequential(parts...)
	if shape, ok := cfg.Get("build_input_shape"); ok && shape != nil && err == nil && m.net.Load() == nil && len(m.stack.layers) > 0 {
		s, err := keras.ParseShape(shape)
		if err != nil {
			return nil, err
		}
		return m, m.Build(s)
	}
	return m, err
}
