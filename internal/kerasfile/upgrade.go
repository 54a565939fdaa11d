package kerasfile

import (
	"reflect"
	"slices"
	"strings"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
)

// Upgrade is the config of a model, written by Keras 2.0 or later, as the present Keras writes
// it. The version is that of the Keras that wrote it: hard_sigmoid, for one, means something
// else since Keras 3. Where it is empty the config says it, by keras_version or by its form.
//
// Keys that Keras has dropped go where they say nothing. What they say otherwise, and what
// nobody knows, stays: the class refuses it by name.
//
// Errors (keras.ErrConfig): a version before 2; layers that only an older Keras has.
func Upgrade(cfg keras.Config, version string) (keras.Config, error) {
	if version == "" {
		version = text(cfg, "keras_version")
	}
	early := []string{"3.0.", "3.1.", "3.2."}
	u := upgrade{
		two:   strings.HasPrefix(version, "2."),
		early: slices.ContainsFunc(early, func(v string) bool { return strings.HasPrefix(version, v) }),
	}
	switch _, present := cfg.Get("module"); {
	case version == "":
		u.two = !present
	case strings.HasPrefix(version, "1.") || strings.HasPrefix(version, "0."):
		return nil, keras.Expected(keras.ErrConfig, "a model of Keras 2 or later", "one of Keras "+version).
			WithHint("load it with Keras 2.2 and save it again")
	}
	return u.layer(cfg)
}

// upgrade is one reading of a config.
type upgrade struct {
	two     bool // it is of Keras 2
	early   bool // of Keras 3 before 3.3
	doubled bool // this part will stand there twice, and so has nothing that does
}

// modules are where Keras has the classes of each kind.
var modules = map[keras.Kind]string{
	keras.KindLayer: "keras.layers", keras.KindInitializer: "keras.initializers", keras.KindRegularizer: "keras.regularizers",
	keras.KindConstraint: "keras.constraints", keras.KindLoss: "keras.losses", keras.KindMetric: "keras.metrics",
	keras.KindOptimizer: "keras.optimizers", keras.KindSchedule: "keras.optimizers.schedules",
}

// classes are those that had another name.
var classes = map[string]string{
	"BatchNormalizationV1": "BatchNormalization", "BatchNormalizationV2": "BatchNormalization",
	"UnifiedLSTM": "LSTM", "UnifiedGRU": "GRU", "ThresholdedReLU": "ReLU",
	"Model": "Functional", "Network": "Functional", "Container": "Functional",
	"OrthogonalInitializer": "Orthogonal", "IdentityInitializer": "Identity",
}

// refused are the layers that no later Keras has, and what to do about them.
var refused = map[string]string{
	"Merge":     "make the model again with Add, Concatenate or another layer of that family",
	"CuDNNLSTM": "its weights are laid out for one library: give them to an LSTM of Keras 2.3 with recurrent_activation sigmoid, and save that",
	"CuDNNGRU":  "its weights are laid out for one library: give them to a GRU of Keras 2.3 with reset_after, and save that",
}

// keys are those that had another name, by class; an optimizer's by that of its kind.
var keys = map[string]map[string]string{
	"InputLayer": {"batch_input_shape": "batch_shape"},
	"LeakyReLU":  {"alpha": "negative_slope"},
	"ReLU":       {"theta": "threshold"}, // of ThresholdedReLU
	"optimizer":  {"lr": "learning_rate"},
}

// silent are keys of Keras 2 that say nothing, whatever they say; silentIn those of one class.
var (
	silent = []string{
		"batch_input_shape", "dynamic", "autocast", "input_dtype", "input_length", "implementation", "fused", "num_constants",
		"query_shape", "key_shape", "value_shape", "fn", "jit_compile", "is_legacy_optimizer", "schedule_decay",
	}
	silentIn = map[string][]string{
		"SeparableConv1D":  {"kernel_initializer", "kernel_regularizer", "kernel_constraint"},
		"SeparableConv2D":  {"kernel_initializer", "kernel_regularizer", "kernel_constraint"},
		"SpatialDropout1D": {"noise_shape"}, "SpatialDropout2D": {"noise_shape"}, "SpatialDropout3D": {"noise_shape"},
	}
)

// defaults are keys that Keras dropped before 2.15, where the vocabulary begins, with the
// value that says nothing.
var defaults = map[string]any{"causal": false, "reverse_state_order": false, "decay": 0.0}

// layer upgrades a layer or model.
func (u upgrade) layer(o keras.Config) (keras.Config, error) {
	class := text(o, "class_name")
	if hint, ok := refused[class]; ok {
		return nil, keras.Fault(keras.ErrConfig, "%s, a layer that Keras no longer has", class).WithHint(hint)
	}
	inner, _ := o.Get("config")
	if list, ok := inner.([]any); ok && class == "Sequential" { // until Keras 2.2.2
		cfg := keras.Config{{Key: "layers", Value: list}}
		if name := text(o, "name"); name != "" {
			cfg = append(keras.Config{{Key: "name", Value: name}}, cfg...)
		}
		inner = cfg
	}
	cfg, ok := inner.(keras.Config)
	if !ok {
		return o, nil // whoever makes the layer says what is missing
	}
	if isRegistered(o) {
		class = "" // whatever it is called
	} else if renamed, ok := classes[class]; ok {
		class, o = renamed, o.With("class_name", renamed)
	}
	var err error
	switch class {
	case "Functional":
		cfg, err = u.functional(cfg)
	case "Sequential":
		cfg, err = u.sequential(cfg)
	case "TFOpLambda", "SlicingOpLambda":
		return operation(o, cfg)
	default:
		cfg, err = u.config(keras.KindLayer, class, cfg)
	}
	if err != nil {
		return nil, err
	}
	return u.envelope(keras.KindLayer, o, cfg), nil
}

// object upgrades an object that has no layers inside.
func (u upgrade) object(kind keras.Kind, o keras.Config) keras.Config {
	class := strings.TrimPrefix(text(o, "class_name"), "Custom>")
	if kind == keras.KindInitializer {
		class = strings.TrimSuffix(strings.TrimSuffix(class, "V1"), "V2")
	}
	if renamed, ok := classes[class]; ok {
		class = renamed
	}
	inner, _ := o.Get("config")
	cfg, ok := inner.(keras.Config)
	if !ok || isRegistered(o) {
		return o
	}
	cfg, err := u.config(kind, class, cfg)
	if err != nil {
		return o
	}
	return u.envelope(kind, o.With("class_name", class), cfg)
}

// isRegistered reports whether an object is of a class of a user's.
func isRegistered(o keras.Config) bool {
	name := text(o, "registered_name")
	return strings.Contains(name, ">") && !strings.HasPrefix(name, "Custom>")
}

// envelope is an object with another config, as Keras 3 writes objects.
func (u upgrade) envelope(kind keras.Kind, o, cfg keras.Config) keras.Config {
	class := text(o, "class_name")
	var module, registered any = modules[kind], nil
	if v, ok := o.Get("module"); ok {
		module = v
		registered, _ = o.Get("registered_name")
	} else if strings.Contains(class, ">") {
		module, registered = nil, class
	}
	switch {
	case isRegistered(o):
	case class == "Functional":
		module, registered = "keras.src.models.functional", class
	case class == "Sequential":
		module, registered = "keras", nil
	}
	if name, ok := module.(string); ok && strings.HasPrefix(name, "keras.ops.") {
		module = "keras.src" + strings.TrimPrefix(name, "keras")
	}
	out := keras.Config{{Key: "module", Value: module}, {Key: "class_name", Value: class},
		{Key: "config", Value: cfg}, {Key: "registered_name", Value: registered}}
	for _, e := range o.Without("module", "class_name", "config", "registered_name", "keras_version", "backend") {
		if c, ok := e.Value.(keras.Config); ok && e.Key == "compile_config" {
			e.Value = u.compile(c)
		}
		out = append(out, e)
	}
	return out
}

// config upgrades the config of a class.
func (u upgrade) config(kind keras.Kind, class string, cfg keras.Config) (keras.Config, error) {
	names := keys[class]
	if kind == keras.KindOptimizer {
		names = keys["optimizer"]
	}
	known := vocabulary()[modules[kind]+"."+class]
	parts := u
	parts.doubled = u.doubled || class == "Bidirectional"
	out := make(keras.Config, 0, len(cfg))
	for _, e := range cfg {
		if renamed, ok := names[e.Key]; ok {
			e.Key = renamed
		} else if u.saysNothing(kind, class, e, known) {
			continue
		}
		var err error
		if e.Value, err = parts.value(class, e.Key, e.Value); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	_, told := out.Get("reset_after")
	switch {
	case !u.two:
	case class == "GRU" && !told:
		out = append(out, keras.Entry{Key: "reset_after", Value: false}) // Keras before 2.1.3
	case class == "Bidirectional" && !u.doubled:
		out = bothDirections(out)
	}
	return out, nil
}

// bothDirections is the config of a Bidirectional that says what goes against a layer that goes
// backwards: forwards, in Keras 2.
func bothDirections(cfg keras.Config) keras.Config {
	forward, _ := cfg.Get("layer")
	back, _ := cfg.Get("backward_layer")
	layer, ok := forward.(keras.Config)
	options := inside(layer)
	if turned, _ := options.Get("go_backwards"); !ok || back != nil || turned != true {
		return cfg
	}
	named := func(prefix string, goBackwards bool) keras.Config {
		return layer.With("config", options.With("name", prefix+text(options, "name")).With("go_backwards", goBackwards))
	}
	return cfg.With("layer", named("forward_", true)).With("backward_layer", named("backward_", false))
}

// saysNothing reports whether a key that Keras has dropped may go.
func (u upgrade) saysNothing(kind keras.Kind, class string, e keras.Entry, known map[string]key) bool {
	if k, ok := known[e.Key]; ok && k.Until != "" && same(e.Value, k.Default) {
		return true
	}
	if !u.two {
		return false
	}
	if d, ok := defaults[e.Key]; ok && same(e.Value, d) {
		return true
	}
	switch e.Key {
	case "dtype": // Keras 2 says it of initializers too, and of what a layer is given
		name, _ := e.Value.(string)
		return kind == keras.KindInitializer || kind == keras.KindLayer && class != "InputLayer" && strings.Contains(name, "int")
	case "data_format", "epsilon":
		return e.Value == nil
	}
	return slices.Contains(silent, e.Key) || slices.Contains(silentIn[class], e.Key)
}

// same compares values of configs, numbers by what they are.
func same(a, b any) bool {
	x, ok1 := number(a)
	y, ok2 := number(b)
	if ok1 && ok2 {
		return x == y
	}
	return reflect.DeepEqual(a, b)
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// value upgrades what a config has under a key.
func (u upgrade) value(class, name string, v any) (any, error) {
	o, isObject := v.(keras.Config)
	switch {
	case name == "layer" || name == "forward_layer" || name == "backward_layer" || name == "cell":
		if isObject {
			return u.layer(o)
		}
		if list, ok := v.([]any); ok { // an RNN of several cells
			return u.layers(list)
		}
	case name == "cells" || name == "layers":
		if list, ok := v.([]any); ok {
			return u.layers(list)
		}
	case name == "activation" || name == "recurrent_activation":
		return u.activation(v), nil
	case name == "function" && class == "Lambda":
		return functionName(v), nil
	case isObject && (text(o, "class_name") == "__tensor__" || text(o, "class_name") == "__numpy__"):
		numbers, _ := inside(o).Get("value")
		if list, ok := numbers.([]any); ok && len(list) == 1 && name == "mask_value" {
			return list[0], nil
		}
		return numbers, nil
	case name == "axis" && class == "BatchNormalization":
		if list, ok := v.([]any); ok && len(list) == 1 {
			return list[0], nil
		}
	case name == "distribution" && v == "normal":
		return "truncated_normal", nil
	case name == "reduction" && v == "auto":
		return "sum_over_batch_size", nil
	case !isObject:
	case strings.HasSuffix(name, "_initializer"):
		return u.object(keras.KindInitializer, o), nil
	case strings.HasSuffix(name, "_regularizer"):
		return u.object(keras.KindRegularizer, o), nil
	case strings.HasSuffix(name, "_constraint"):
		return u.object(keras.KindConstraint, o), nil
	case name == "learning_rate":
		return u.object(keras.KindSchedule, o), nil
	}
	return v, nil
}

// activation upgrades the name of a function. Keras 2 has another hard_sigmoid.
func (u upgrade) activation(v any) any {
	v = functionName(v)
	if u.two && v == string(activations.HardSigmoid) {
		return string(activations.LegacyHardSigmoid)
	}
	return v
}

// functionName is the name of a serialized function; what is none stays.
func functionName(v any) any {
	if o, ok := v.(keras.Config); ok && text(o, "class_name") == "function" {
		if name := text(o, "config"); name != "" {
			return name[strings.LastIndexByte(name, '>')+1:]
		}
	}
	return v
}

func (u upgrade) layers(list []any) ([]any, error) {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
		if o, ok := v.(keras.Config); ok {
			l, err := u.layer(o)
			if err != nil {
				return nil, err
			}
			out[i] = l
		}
	}
	return out, nil
}

// sequential upgrades a stack of layers. In Keras 2 the first may say what it is given.
func (u upgrade) sequential(cfg keras.Config) (keras.Config, error) {
	v, _ := cfg.Get("layers")
	list, ok := v.([]any)
	if !ok {
		return cfg, nil
	}
	layers, err := u.layers(list)
	if err != nil {
		return nil, err
	}
	if u.two && len(list) > 0 {
		if input := inputOf(list[0], layers[0]); input != nil {
			layers = append([]any{input}, layers...)
		}
	}
	return cfg.With("layers", layers), nil
}

// inputOf is the InputLayer that the first layer of a stack stands for, as it was and as it
// is upgraded; nil for none, or where it is one.
func inputOf(before, after any) any {
	shape, dtype := any(nil), "float32"
	from := inside(before)
	switch o, _ := after.(keras.Config); text(o, "class_name") {
	case "InputLayer":
		return nil
	case "Sequential", "Functional": // a model has its own
		v, _ := inside(o).Get("layers")
		list, _ := v.([]any)
		if len(list) == 0 {
			return nil
		}
		first, _ := list[0].(keras.Config)
		if text(first, "class_name") != "InputLayer" {
			return nil
		}
		from = inside(first)
		shape, _ = from.Get("batch_shape")
	default:
		shape, _ = from.Get("batch_input_shape")
	}
	if shape == nil {
		return nil
	}
	if dt := text(from, "dtype"); dt != "" {
		dtype = dt
	}
	return keras.Config{{Key: "module", Value: modules[keras.KindLayer]}, {Key: "class_name", Value: "InputLayer"},
		{Key: "config", Value: keras.Config{{Key: "batch_shape", Value: shape}, {Key: "dtype", Value: dtype},
			{Key: "name", Value: text(inside(before), "name") + "_input"}}},
		{Key: "registered_name", Value: nil}}
}

// inside is the config of an object.
func inside(o any) keras.Config {
	c, _ := o.(keras.Config)
	v, _ := c.Get("config")
	cfg, _ := v.(keras.Config)
	return cfg
}
