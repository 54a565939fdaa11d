package kerasfile

import (
	"slices"
	"strings"

	"github.com/gokeras/gokeras/keras"
)

// lossNames are the losses and metrics that had another name.
var lossNames = map[string]string{
	"logcosh": "log_cosh", "kullback_leibler_divergence": "kl_divergence", "cosine_proximity": "cosine_similarity",
}

// compile upgrades a compile_config.
func (u upgrade) compile(c keras.Config) keras.Config {
	if len(c) == 0 {
		return c
	}
	get := func(key string) any { v, _ := c.Get(key); return v }
	out := keras.Config{
		{Key: "optimizer", Value: u.optimizer(get("optimizer"))},
		{Key: "loss", Value: u.scores(keras.KindLoss, get("loss"))},
		{Key: "loss_weights", Value: get("loss_weights")},
		{Key: "metrics", Value: u.scores(keras.KindMetric, get("metrics"))},
		{Key: "weighted_metrics", Value: u.scores(keras.KindMetric, get("weighted_metrics"))},
	}
	for _, key := range []string{"run_eagerly", "steps_per_execution", "jit_compile"} {
		if v, ok := c.Get(key); ok {
			out = append(out, keras.Entry{Key: key, Value: v})
		}
	}
	return out
}

// optimizer upgrades an optimizer. Those of Keras 2 could make the learning rate smaller by
// themselves: what they did has become a schedule.
func (u upgrade) optimizer(v any) any {
	o, ok := v.(keras.Config)
	if !ok {
		return v
	}
	o = u.object(keras.KindOptimizer, o)
	cfg := inside(o)
	decay, ok := cfg.Get("decay")
	if !ok || !u.two {
		return o
	}
	rate, _ := cfg.Get("learning_rate")
	schedule := keras.Config{{Key: "module", Value: modules[keras.KindSchedule]}, {Key: "class_name", Value: "InverseTimeDecay"},
		{Key: "config", Value: keras.Config{
			{Key: "initial_learning_rate", Value: rate}, {Key: "decay_steps", Value: 1}, {Key: "decay_rate", Value: decay},
			{Key: "staircase", Value: false}, {Key: "name", Value: "InverseTimeDecay"},
		}}, {Key: "registered_name", Value: nil}}
	return o.With("config", cfg.Without("decay").With("learning_rate", schedule))
}

// scores upgrades losses or metrics: one, lists of them, and those of outputs by name.
func (u upgrade) scores(kind keras.Kind, v any) any {
	switch v := functionName(v).(type) {
	case string:
		if renamed, ok := lossNames[v]; ok {
			return renamed
		}
		return v
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			if list, ok := e.([]any); ok { // Keras 2 writes None where an output has no metrics
				e = slices.DeleteFunc(slices.Clone(list), func(m any) bool { return m == nil })
			}
			out[i] = u.scores(kind, e)
		}
		return out
	case keras.Config:
		if text(v, "class_name") != "" {
			return u.score(kind, v)
		}
		out := make(keras.Config, len(v))
		for i, e := range v {
			out[i] = keras.Entry{Key: e.Key, Value: u.scores(kind, e.Value)}
		}
		return out
	}
	return v
}

// score upgrades a loss or metric. Keras 2 names the function of one that was given as a word.
func (u upgrade) score(kind keras.Kind, o keras.Config) any {
	class := text(o, "class_name")
	if class != "MeanMetricWrapper" && class != "LossFunctionWrapper" {
		return u.object(kind, o)
	}
	fn, _ := inside(o).Get("fn")
	name, ok := functionName(fn).(string)
	if !ok {
		return o
	}
	if known, ok := keras.ByName(kind, name); ok {
		return u.object(kind, o.With("class_name", known).With("config", inside(o).Without("fn")))
	}
	return u.scores(kind, strings.TrimSuffix(name, "_v2"))
}
