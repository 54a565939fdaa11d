package models

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
)

// compileConfig is what Compile was given, as Keras writes it; empty before.
func (m *Model) compileConfig() keras.Config {
	c := m.trainer.compilation.Load()
	if c == nil {
		return keras.Config{}
	}
	return keras.Config{
		{Key: "optimizer", Value: keras.Serialize(keras.KindOptimizer, c.Optimizer)},
		{Key: "loss", Value: lossConfig(c.Loss)},
		{Key: "loss_weights", Value: weightsConfig(c.LossWeights)},
		{Key: "metrics", Value: metricsConfig(c.Metrics)},
		{Key: "weighted_metrics", Value: metricsConfig(c.WeightedMetrics)},
		{Key: "run_eagerly", Value: false}, {Key: "steps_per_execution", Value: 1}, {Key: "jit_compile", Value: false},
	}
}

// named is a loss or metric that stands in configs under the name it was given by.
type named interface{ Identifier() string }

func lossConfig(l losses.Losses) any {
	switch l := l.(type) {
	case losses.List:
		return listConfig(l, func(l losses.Loss) any { return oneLoss(l) })
	case losses.ByOutput:
		return dictConfig(l, func(l losses.Loss) any { return oneLoss(l) })
	case losses.Loss:
		return oneLoss(l)
	}
	return nil
}

func oneLoss(l losses.Loss) any {
	switch l := l.(type) {
	case nil:
		return nil
	case named:
		return l.Identifier()
	case *losses.FuncLoss:
		cfg := l.Config()
		if r, _ := cfg.Get("reduction"); r == string(losses.SumOverBatchSize) {
			return function(cfg)
		}
		return keras.Config{{Key: "module", Value: "keras.src.losses.losses"}, {Key: "class_name", Value: l.Class()},
			{Key: "config", Value: cfg.Without("name")}, {Key: "registered_name", Value: l.Class()}}
	}
	return keras.Serialize(keras.KindLoss, l)
}

func weightsConfig(w losses.Weights) any {
	number := func(f float64) any { return f }
	switch w := w.(type) {
	case losses.WeightList:
		return listConfig(w, number)
	case losses.WeightsByOutput:
		return dictConfig(w, number)
	}
	return nil
}

func metricsConfig(given metrics.Metrics) any {
	switch ms := given.(type) {
	case metrics.List:
		return listConfig(ms, oneMetric)
	case perOutput:
		return listConfig(ms, func(l metrics.List) any { return listConfig(l, oneMetric) })
	case metrics.ByOutput:
		return dictConfig(ms, func(l metrics.List) any { return listConfig(l, oneMetric) })
	case metrics.Metric:
		return []any{oneMetric(ms)}
	}
	return nil
}

func oneMetric(m metrics.Metric) any {
	switch m := m.(type) {
	case nil:
		return nil
	case named:
		return m.Identifier()
	case *metrics.FuncMetric:
		return function(m.Config())
	}
	return keras.Serialize(keras.KindMetric, m)
}

// function is what Keras writes of a loss or metric that compile was given as a function. In the config
// of the class around it Keras reads a name that is the function's as the function.
func function(cfg keras.Config) any {
	fn, _ := cfg.Get("fn")
	return fn
}

func listConfig[T any](list []T, config func(T) any) any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = config(v)
	}
	return out
}

func dictConfig[T any](d map[string]T, config func(T) any) any {
	out := keras.Config{}
	for _, k := range sortedKeys(d) {
		out = append(out, keras.Entry{Key: k, Value: config(d[k])})
	}
	return out
}
