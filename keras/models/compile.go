package models

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
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
	compilation atomic.Pointer[compilation]
	mu          sync.Mutex   // held for each step
	last        *trainStep   // the training that the optimizer is readied for
	building    sync.RWMutex // held while the optimizer makes its state
}

// compilation is one call of Compile. What it means for the outputs is found out
// when they are known.
type compilation struct {
	CompileConfig
	serial int64

	mu     sync.Mutex
	spread *compiled
}

// compilations numbers them.
var compilations atomic.Int64

// compiled is a compilation, spread over the outputs of a network.
type compiled struct {
	serial    int64
	net       *network
	optimizer optimizers.Optimizer
	outputs   []string
	losses    []losses.Loss // nil: none
	weights   []float64
	metrics   [][]metrics.Metric
	weighted  [][]metrics.Metric
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
		if v := reflect.ValueOf(part); v.Kind() == reflect.Pointer && v.IsNil() {
			return m.fault(keras.Expected(keras.ErrArgument, "an optimizer, losses and metrics", fmt.Sprintf("a nil %T", part)))
		}
		if e, ok := part.(interface{ Err() error }); ok && e.Err() != nil {
			return e.Err()
		}
	}
	c := &compilation{CompileConfig: cfg, serial: compilations.Add(1)}
	if n := m.net.Load(); n != nil { // else a Sequential whose outputs are not known yet
		if _, err := c.over(n); err != nil {
			return m.locate(err)
		}
	}
	m.trainer.compilation.Store(c)
	m.engine.Clear()
	return nil
}

// Compiled reports whether Compile was called.
func (m *Model) Compiled() bool { return m.trainer.compilation.Load() != nil }

// Optimizer is that of Compile, nil before.
func (m *Model) Optimizer() optimizers.Optimizer {
	if c := m.trainer.compilation.Load(); c != nil {
		return c.Optimizer
	}
	return nil
}

// optimizerState is the variables of the optimizer; built is false while it has none.
func (m *Model) optimizerState() (state []*keras.Variable, built bool) {
	o := m.Optimizer()
	if o == nil {
		return nil, false
	}
	m.trainer.building.RLock()
	defer m.trainer.building.RUnlock()
	if !o.Built() {
		return nil, false
	}
	return o.Variables(), true
}

// buildOptimizer readies an optimizer for the variables that are trainable now, and gives these.
func (m *Model) buildOptimizer(o optimizers.Optimizer) ([]*keras.Variable, error) {
	vars := slices.DeleteFunc(m.Weights(), func(v *keras.Variable) bool { return !v.Trainable() })
	m.trainer.building.Lock()
	defer m.trainer.building.Unlock()
	return vars, o.Build(vars)
}

// compiled is what Compile set, for a network of the model.
func (m *Model) compiled(n *network) (*compiled, error) {
	c := m.trainer.compilation.Load()
	if c == nil {
		return nil, m.fault(keras.Fault(keras.ErrState, "You must call `compile()` before using the model."))
	}
	spread, err := c.over(n)
	return spread, m.locate(err)
}

// over spreads the compilation over the outputs of a network.
func (c *compilation) over(n *network) (*compiled, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.spread != nil && c.spread.net == n {
		return c.spread, nil
	}
	names := n.outputs.keys
	s := &compiled{serial: c.serial, net: n, optimizer: c.CompileConfig.Optimizer, outputs: names,
		losses: make([]losses.Loss, len(names)), weights: slices.Repeat([]float64{1}, len(names))}
	var err error
	if loss := c.Loss; loss != nil {
		if by, ok := loss.(losses.ByOutput); ok && n.outputs.isDict() {
			loss = completed(by, names)
		}
		if s.losses, err = loss.ForOutputs(names); err != nil {
			return nil, err
		}
	}
	if c.LossWeights != nil {
		count := len(names)
		if _, shared := c.Loss.(losses.Loss); shared {
			count = 1
		}
		if s.weights, err = c.LossWeights.WeightsForOutputs(names, count); err != nil {
			return nil, err
		}
	}
	if s.metrics, err = metricsOf(c.Metrics, names); err != nil {
		return nil, err
	}
	if s.weighted, err = metricsOf(c.WeightedMetrics, names); err != nil {
		return nil, err
	}
	c.spread = s
	return s, nil
}

// completed has an entry for every output: those of a dict may be left out, as in Keras.
func completed(by losses.ByOutput, names []string) losses.ByOutput {
	all := maps.Clone(by)
	for _, name := range names {
		if _, ok := all[name]; !ok {
			all[name] = nil
		}
	}
	return all
}

func metricsOf(given metrics.Metrics, outputs []string) ([][]metrics.Metric, error) {
	if given == nil {
		return make([][]metrics.Metric, len(outputs)), nil
	}
	return given.ForOutputs(outputs)
}
