package kerasfile

import (
	"cmp"
	"strings"

	"github.com/gokeras/gokeras/keras"
)

// optimizerKey is what the config of a training calls the optimizer of a compile_config.
const optimizerKey = "optimizer_config"

// fromLegacy is the config of a model as archives have it, from the two of an older file.
func fromLegacy(model, training keras.Config) keras.Config {
	optimizer, ok := training.Get(optimizerKey)
	if !ok {
		return model
	}
	compile := append(keras.Config{{Key: "optimizer", Value: optimizer}}, training.Without(optimizerKey)...)
	return model.With("compile_config", compile)
}

// toLegacy is the opposite; training is nil for a model that is not compiled.
func toLegacy(config keras.Config) (model, training keras.Config) {
	class, _ := config.Get("class_name")
	options, _ := config.Get("config")
	model = keras.Config{{Key: "class_name", Value: class}, {Key: "config", Value: plainLayers(options)}}
	compile, _ := config.Get("compile_config")
	entries, _ := compile.(keras.Config)
	var optimizer keras.Config
	for _, e := range entries {
		switch e.Key {
		case "optimizer":
			optimizer = keras.Config{{Key: optimizerKey, Value: plain(e.Value, nil)}} // Keras has it last
		case "loss":
			training = append(training, keras.Entry{Key: e.Key, Value: plain(e.Value, fullNames)})
		default:
			training = append(training, keras.Entry{Key: e.Key, Value: plain(e.Value, nil)})
		}
	}
	return model, append(training, optimizer...)
}

// fullNames are those of losses that Keras does not find again in an older file by the short ones.
var fullNames = map[string]string{
	"mse": "mean_squared_error", "mae": "mean_absolute_error", "mape": "mean_absolute_percentage_error",
	"msle": "mean_squared_logarithmic_error", "bce": "binary_crossentropy", "kld": "kl_divergence",
}

// plain is an object of Keras as {class_name, config}; or a list of them, those of outputs by name, names. What is not
// built in, and operations, keep what says where Keras finds them.
func plain(v any, names map[string]string) any {
	switch v := v.(type) {
	case string:
		return cmp.Or(names[v], v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = plain(v[i], names)
		}
		return list
	case keras.Config:
		class, object := v.Get("class_name")
		if !object {
			dict := make(keras.Config, len(v))
			for i, e := range v {
				dict[i] = keras.Entry{Key: e.Key, Value: plain(e.Value, names)}
			}
			return dict
		}
		if !builtIn(v, class) {
			return v
		}
		options, _ := v.Get("config")
		return v.Without("module", "registered_name", "build_config", "compile_config").With("config", plainLayers(options))
	}
	return v
}

// builtIn reports whether Keras finds an object by its class alone.
func builtIn(object keras.Config, class any) bool {
	module, _ := object.Get("module")
	registered, _ := object.Get("registered_name")
	name, _ := module.(string)
	return class == "Functional" || registered == nil && strings.HasPrefix(name, "keras")
}

// plainLayers is the config of a layer; that of a model with plain layers.
func plainLayers(options any) any {
	cfg, _ := options.(keras.Config)
	if layers, ok := cfg.Get("layers"); ok {
		return cfg.With("layers", plain(layers, nil))
	}
	return options
}
