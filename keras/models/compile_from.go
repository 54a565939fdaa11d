package models

import (
	"github.com/pkg/errors"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// compileFrom compiles the model as a compile_config says.
func (m *Model) compileFrom(cfg keras.Config) error {
	var c CompileConfig
	get := func(key string) any { v, _ := cfg.Get(key); return v }
	var err error
	if c.Optimizer, err = optimizerOf(get("optimizer")); err != nil {
		return err
	}
	if c.Loss, err = lossesOf(get("loss")); err != nil {
		return err
	}
	if c.LossWeights, err = weightsOf(get("loss_weights")); err != nil {
		return err
	}
	if c.Metrics, err = metricsFrom(get("metrics")); err != nil {
		return err
	}
	if c.WeightedMetrics, err = metricsFrom(get("weighted_metrics")); err != nil {
		return err
	}
	return m.Compile(c)
}

func optimizerOf(v any) (optimizers.Optimizer, error) {
	if name, ok := v.(string); ok {
		return optimizers.Named(name), nil
	}
	return objectOf[optimizers.Optimizer](keras.KindOptimizer, v)
}

// objectOf is the object of a serialized config; the zero T for nil.
func objectOf[T any](kind keras.Kind, v any) (t T, err error) {
	o, err := keras.Deserialize(kind, v)
	if err != nil {
		if _, cfg, e := keras.ClassOf(v); e == nil {
			if name, ok := cfg.Get("name"); ok {
				err = errors.WithMessagef(err, "%s %v", kind, name)
			}
		}
		return t, err
	}
	if o == nil {
		return t, nil
	}
	t, ok := o.(T)
	if !ok {
		return t, keras.Expected(keras.ErrConfig, "a "+string(kind), v)
	}
	return t, nil
}

// isObject reports whether a config is that of one object, not a dict of them.
func isObject(cfg keras.Config) bool {
	_, ok := cfg.Get("class_name")
	return ok
}

// unregistered says of a name that nobody knows what is to be done.
func unregistered(err error) error {
	if e, ok := err.(*keras.Error); ok {
		return e.WithHint("keras.Register makes it known")
	}
	return err
}

func lossOf(v any) (losses.Loss, error) {
	if name, ok := v.(string); ok {
		l := losses.Named(name)
		return l, unregistered(l.Err())
	}
	return objectOf[losses.Loss](keras.KindLoss, v)
}

func lossesOf(v any) (losses.Losses, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case []any:
		list, err := listOf(v, lossOf)
		return losses.List(list), err
	case keras.Config:
		if !isObject(v) {
			d, err := dictOf(v, lossOf)
			return losses.ByOutput(d), err
		}
	}
	return lossOf(v)
}

func weightsOf(v any) (losses.Weights, error) {
	number := func(v any) (float64, error) {
		switch v := v.(type) {
		case float64:
			return v, nil
		case int:
			return float64(v), nil
		}
		return 0, keras.Expected(keras.ErrConfig, "a number in loss_weights", v)
	}
	switch v := v.(type) {
	case nil:
		return nil, nil
	case []any:
		list, err := listOf(v, number)
		return losses.WeightList(list), err
	case keras.Config:
		d, err := dictOf(v, number)
		return losses.WeightsByOutput(d), err
	}
	w, err := number(v)
	return losses.WeightList{w}, err
}

func metricOf(v any) (metrics.Metric, error) {
	if name, ok := v.(string); ok {
		m := metrics.Named(name)
		return m, unregistered(m.Err())
	}
	return objectOf[metrics.Metric](keras.KindMetric, v)
}

// metricList is the metrics of one output: a list or a single one.
func metricList(v any) (metrics.List, error) {
	if list, ok := v.([]any); ok {
		return listOf(list, metricOf)
	}
	m, err := metricOf(v)
	if err != nil || m == nil {
		return nil, err
	}
	return metrics.List{m}, nil
}

// metricsFrom reads metrics. A list of lists has those of each output in their order.
func metricsFrom(v any) (metrics.Metrics, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case keras.Config:
		if !isObject(v) {
			d, err := dictOf(v, metricList)
			return metrics.ByOutput(d), err
		}
	case []any:
		for _, e := range v {
			if _, nested := e.([]any); nested {
				lists, err := listOf(v, metricList)
				return perOutput(lists), err
			}
		}
	}
	return metricList(v)
}

// perOutput has the metrics of each output, in their order: what Keras takes as a list of lists.
type perOutput []metrics.List

// ForOutputs gives each output its metrics.
func (p perOutput) ForOutputs(names []string) ([][]metrics.Metric, error) {
	if len(p) != len(names) {
		return nil, keras.Expected(keras.ErrArgument, "a list of metrics for each output", len(p))
	}
	out := make([][]metrics.Metric, len(p))
	for i, list := range p {
		all, err := list.ForOutputs(names[i : i+1])
		if err != nil {
			return nil, err
		}
		out[i] = all[0]
	}
	return out, nil
}

func listOf[T any](list []any, read func(any) (T, error)) ([]T, error) {
	out := make([]T, len(list))
	for i, v := range list {
		var err error
		if out[i], err = read(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func dictOf[T any](cfg keras.Config, read func(any) (T, error)) (map[string]T, error) {
	out := map[string]T{}
	for _, e := range cfg {
		v, err := read(e.Value)
		if err != nil {
			return nil, err
		}
		out[e.Key] = v
	}
	return out, nil
}
