package models

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// CompileConfig says how a model is trained and judged.
type CompileConfig struct {
	// Optimizer changes the weights. nil is optimizers.RMSprop().
	Optimizer optimizers.Optimizer
	// Loss is one for every output, a losses.List or a losses.ByOutput.
	Loss losses.Losses
	// LossWeights is a losses.WeightList or losses.WeightsByOutput; nil: all 1.
	LossWeights losses.Weights
	// Metrics is one metric, a metrics.List or a metrics.ByOutput. They do not see
	// sample weights and class weights.
	Metrics metrics.Metrics
	// WeightedMetrics do.
	WeightedMetrics metrics.Metrics
}

// trainer is what Compile sets, and what of it training changes.
type trainer struct {
	mu       sync.Mutex // one training at a time
	config   atomic.Pointer[CompileConfig]
	compiled atomic.Pointer[compiled]
	count    atomic.Int64
}

// compiled is a CompileConfig, spread over the outputs.
type compiled struct {
	generation int64
	optimizer  optimizers.Optimizer
	outputs    []string
	losses     []losses.Loss
	weights    []float64
	metrics    [][]metrics.Metric
	weighted   [][]metrics.Metric
}

// Compile says how the model is trained and judged. It keeps the weights, and the
// state of an optimizer that was given before.
//
// Errors: a name of an optimizer, loss or metric that nothing is known by; losses,
// weights or metrics that do not match the outputs.
func (m *Model) Compile(cfg CompileConfig) error {
	if m.err != nil {
		return m.err
	}
	if cfg.Optimizer == nil {
		cfg.Optimizer = optimizers.RMSprop()
	}
	for _, part := range []any{cfg.Optimizer, cfg.Loss, cfg.Metrics, cfg.WeightedMetrics} {
		if e, ok := part.(interface{ Err() error }); ok && e.Err() != nil {
			return e.Err()
		}
	}
	m.trainer.config.Store(&cfg)
	m.trainer.compiled.Store(nil)
	m.trainer.count.Add(1)
	m.engine.Clear()
	if m.graph == nil {
		return nil // a Sequential whose outputs are not known yet
	}
	_, err := m.compiled()
	if err != nil {
		m.trainer.config.Store(nil)
	}
	return err
}

// Compiled reports whether Compile was called.
func (m *Model) Compiled() bool { return m.trainer.config.Load() != nil }

// Optimizer is that of Compile, nil before.
func (m *Model) Optimizer() optimizers.Optimizer {
	if c := m.trainer.config.Load(); c != nil {
		return c.Optimizer
	}
	return nil
}

// compiled is what Compile set, for the outputs that the model has.
func (m *Model) compiled() (*compiled, error) {
	if err := m.ready(); err != nil {
		return nil, err
	}
	cfg := m.trainer.config.Load()
	if cfg == nil {
		return nil, m.fault(keras.Fault(keras.ErrState, "You must call `compile()` before using the model."))
	}
	if c := m.trainer.compiled.Load(); c != nil {
		return c, nil
	}
	c := &compiled{generation: m.trainer.count.Load(), optimizer: cfg.Optimizer, outputs: m.outputs.keys}
	n := len(c.outputs)
	c.losses = make([]losses.Loss, n)
	var err error
	if cfg.Loss != nil {
		if c.losses, err = cfg.Loss.ForOutputs(c.outputs); err != nil {
			return nil, err
		}
	}
	c.weights = make([]float64, n)
	for i := range c.weights {
		c.weights[i] = 1
	}
	if cfg.LossWeights != nil {
		count := 0
		for _, l := range c.losses {
			if l != nil {
				count++
			}
		}
		if c.weights, err = cfg.LossWeights.WeightsForOutputs(c.outputs, count); err != nil {
			return nil, err
		}
	}
	for _, part := range []struct {
		from metrics.Metrics
		to   *[][]metrics.Metric
	}{{cfg.Metrics, &c.metrics}, {cfg.WeightedMetrics, &c.weighted}} {
		*part.to = make([][]metrics.Metric, n)
		if part.from != nil {
			if *part.to, err = part.from.ForOutputs(c.outputs); err != nil {
				return nil, err
			}
		}
	}
	m.trainer.compiled.Store(c)
	return c, nil
}

// key names what a program depends on besides shapes: the kind, the compilation,
// which weights are frozen, and which targets and weights are fed.
func (m *Model) key(kind string, generation int64, b batch) string {
	key := make([]byte, 0, 64)
	key = append(key, kind...)
	key = fmt.Appendf(key, " %d ", generation)
	for _, v := range m.Weights() {
		key = append(key, '0'+flag(v.Trainable()))
	}
	for _, list := range [][]bool{present(b.y), present(b.w)} {
		key = append(key, ' ')
		for _, p := range list {
			key = append(key, '0'+flag(p))
		}
	}
	return string(key)
}

func flag(on bool) byte {
	if on {
		return 1
	}
	return 0
}

func present[T any](list []*T) []bool {
	out := make([]bool, len(list))
	for i, t := range list {
		out[i] = t != nil
	}
	return out
}
