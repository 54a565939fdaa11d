package kerasfile

import (
	"reflect"
	"slices"
	"strings"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
)

// Portable is a model's config, written as the present Keras does, in words that Keras 3.0
// knows already: Keras refuses a key that it has never heard of. What has been added since
// stays where it is no default.
func Portable(cfg keras.Config) keras.Config {
	p, _ := portable(cfg).(keras.Config) // a policy alone is no model
	return p
}

func portable(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = portable(e)
		}
		return out
	case keras.Config:
		return portableObject(v)
	}
	return v
}

func portableObject(o keras.Config) any {
	module, class := text(o, "module"), text(o, "class_name")
	if inner, ok := o.Get("config"); ok {
		if cfg, ok := inner.(keras.Config); ok {
			o = o.With("config", portableConfig(module, class, cfg))
		}
	}
	switch module + "." + class {
	case "keras.DTypePolicy":
		cfg, _ := o.Get("config")
		name, _ := cfg.(keras.Config)
		return text(name, "name")
	case "keras.initializers.Orthogonal":
		o = o.With("class_name", "OrthogonalInitializer")
	case "keras.layers.Dot":
		o = o.Without("build_config") // it has no weights, and to Keras 3.0 lists are no shapes
	}
	out := make(keras.Config, len(o))
	for i, e := range o {
		out[i] = keras.Entry{Key: e.Key, Value: portable(e.Value)}
	}
	return out
}

// portableConfig is the config of an object of a class, not yet of the objects inside.
func portableConfig(module, class string, cfg keras.Config) keras.Config {
	for name, k := range vocabulary()[module+"."+class] {
		if v, ok := cfg.Get(name); ok && k.Since != "" && reflect.DeepEqual(v, k.Default) {
			cfg = cfg.Without(name)
		}
	}
	for _, name := range []string{"activation", "recurrent_activation"} {
		if f, ok := cfg.Get(name); ok {
			cfg = cfg.With(name, portableFunction(f))
		}
	}
	switch class {
	case "Bidirectional":
		// It makes its two layers from this one. To Keras 3.0 a third one that is built lacks its weights.
		v, _ := cfg.Get("layer")
		if layer, ok := v.(keras.Config); ok {
			return cfg.With("layer", layer.Without("build_config"))
		}
	case "Functional":
		if layers, ok := cfg.Get("layers"); ok {
			cfg = cfg.With("layers", portableOperations(layers))
		}
		for _, key := range []string{"input_layers", "output_layers"} {
			if places, ok := cfg.Get(key); ok {
				cfg = cfg.With(key, portablePlaces(places, calledOnce(cfg)))
			}
		}
	}
	return cfg
}

// portableFunction is an activation that Keras does not have, as Keras writes functions: it finds
// them in custom_objects.
func portableFunction(v any) any {
	name, ok := v.(string)
	if !ok || slices.Contains(activations.Builtin(), activations.Activation(name)) {
		return v
	}
	return keras.Config{{Key: "module", Value: "builtins"}, {Key: "class_name", Value: "function"},
		{Key: "config", Value: name}, {Key: "registered_name", Value: "function"}}
}

// portableOperations takes the names out of the configs of operations with options: to Keras 3.10
// there were none, and that of the call is enough. The name stays where a layer is of a class of the
// same name, which may be called what Keras would call the operation.
func portableOperations(v any) any {
	list, _ := v.([]any)
	isOperation := func(l keras.Config) bool { return strings.HasPrefix(text(l, "module"), "keras.src.ops.") }
	classes := map[string]bool{}
	for _, v := range list {
		if l, _ := v.(keras.Config); !isOperation(l) {
			classes[text(l, "class_name")] = true
		}
	}
	out := slices.Clone(list)
	for i, v := range list {
		l, _ := v.(keras.Config)
		config, _ := l.Get("config")
		if cfg, _ := config.(keras.Config); len(cfg) > 1 && isOperation(l) && !classes[text(l, "class_name")] {
			out[i] = l.With("config", cfg.Without("name"))
		}
	}
	return out
}

// calledOnce has the names of the functional models that a model calls once.
func calledOnce(cfg keras.Config) map[string]bool {
	v, _ := cfg.Get("layers")
	layers, _ := v.([]any)
	names := map[string]bool{}
	for _, v := range layers {
		l, _ := v.(keras.Config)
		nodes, _ := l.Get("inbound_nodes")
		if calls, _ := nodes.([]any); len(calls) == 1 && text(l, "class_name") == "Functional" {
			names[text(l, "name")] = true
		}
	}
	return names
}

// portablePlaces are the inputs or outputs of a model: of a single tensor a list of one. The
// only call of a functional model, which Keras counts from 1 here, is number 0: Keras 3.0
// counts it so as it reads, and a later one takes the call before the first for the last.
func portablePlaces(places any, once map[string]bool) any {
	if isPlace(places) {
		places = []any{places}
	}
	return eachPlace(places, func(place []any) []any {
		if name, _ := place[0].(string); once[name] && place[1] == 1 {
			return []any{name, 0, place[2]}
		}
		return place
	})
}

// eachPlace is a structure of tensors with another place for each.
func eachPlace(places any, other func(place []any) []any) any {
	switch v := places.(type) {
	case []any:
		if isPlace(v) {
			return other(v)
		}
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = eachPlace(e, other)
		}
		return out
	case keras.Config:
		out := make(keras.Config, len(v))
		for i, e := range v {
			out[i] = keras.Entry{Key: e.Key, Value: eachPlace(e.Value, other)}
		}
		return out
	}
	return places
}

// isPlace reports whether a value is that of a tensor: [layer, call, output].
func isPlace(v any) bool {
	list, ok := v.([]any)
	if !ok || len(list) != 3 {
		return false
	}
	_, ok = list[0].(string)
	return ok
}

// text is a key of a config that is a string; "" if it is none.
func text(cfg keras.Config, key string) string {
	v, _ := cfg.Get(key)
	s, _ := v.(string)
	return s
}
