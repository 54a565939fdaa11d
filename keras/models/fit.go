package models

import (
	"context"
	"fmt"
	"io"
	"math"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// Silent is the Verbose of no output, Keras's 0.
const Silent = -1

// FitConfig has the options of Fit. A zero field means Keras's default.
type FitConfig struct {
	BatchSize    int // samples in a step. Default 32. Not for a Dataset, which has batches
	Epochs       int // number of the last epoch. Default 1
	InitialEpoch int // where to go on from. Default 0
	Verbose      int // 1 bar (default), 2 one line an epoch, Silent

	Callbacks []callbacks.Callback

	ValidationSplit     float64 // the last part of the samples, taken before shuffling. Default 0
	ValidationData      any     // data.Element{X, Y, SampleWeight} or *data.Dataset
	ValidationSteps     int     // default: all
	ValidationBatchSize int     // default: BatchSize
	ValidationFreq      int     // every how many epochs. Default 1

	NoShuffle     bool            // keep the order of the samples
	ClassWeight   map[int]float64 // weight of each class's samples; 1 for those not named
	SampleWeight  any             // weight of each sample: *tensor.Dense, or a structure for several outputs
	StepsPerEpoch int             // default: until the data end

	Output  io.Writer       // of the progress. Default os.Stdout
	Context context.Context // its end ends Fit after the running step
}

// Fit trains the model. x is a *tensor.Dense, data.List or data.Dict with samples
// along the first axis, and y their targets; or x is a *data.Dataset of batches,
// and y nil.
//
// The history is never nil: on an error it has the epochs until then, and the
// weights are those of the last step that was complete. When the Context ends
// the error is that of the Context. A loss that is not a number ends Fit before
// the weights take harm, unless a TerminateOnNaN callback sees to it.
func (m *Model) Fit(x, y any, configs ...FitConfig) (*callbacks.History, error) {
	history := &callbacks.History{}
	_ = history.OnTrainBegin(nil, nil) // never fails
	cfg, err := one("FitConfig", configs)
	if err != nil {
		return history, err
	}
	cfg.defaults()
	if err := cfg.check(); err != nil {
		return history, m.fault(err)
	}
	if err := m.prepareFor(firstOf(x)); err != nil {
		return history, err
	}
	m.trainer.mu.Lock()
	defer m.trainer.mu.Unlock()
	f, err := m.newFit(x, y, &cfg, history)
	if err != nil {
		return history, err
	}
	defer f.train.close()
	return history, f.run()
}

// firstOf is a sample of what a model is fed, to build it by: x itself, or the
// first element of a Dataset.
func firstOf(x any) any {
	ds, ok := x.(*data.Dataset)
	if !ok || ds == nil {
		return x
	}
	it := ds.Iter()
	defer it.Close()
	if !it.Next() {
		return nil
	}
	return it.Element().X
}

// one is the config, of at most one.
func one[T any](what string, configs []T) (cfg T, err error) {
	if len(configs) > 1 {
		return cfg, keras.Expected(keras.ErrArgument, "at most one "+what, len(configs))
	}
	if len(configs) == 1 {
		cfg = configs[0]
	}
	return cfg, nil
}

func (c *FitConfig) defaults() {
	c.Epochs = or(c.Epochs, 1)
	c.Verbose = verbosity(c.Verbose, 1)
	c.ValidationFreq = or(c.ValidationFreq, 1)
	if c.Context == nil {
		c.Context = context.Background()
	}
}

func or(n, def int) int {
	if n == 0 {
		return def
	}
	return n
}

// verbosity is Keras's number for a Verbose field whose zero value is def.
func verbosity(v, def int) int {
	if v == 0 {
		return def
	}
	return max(v, 0)
}

func (c *FitConfig) check() *keras.Error {
	for _, f := range []struct {
		name string
		n    int
	}{{"BatchSize", c.BatchSize}, {"Epochs", c.Epochs}, {"InitialEpoch", c.InitialEpoch}, {"ValidationSteps", c.ValidationSteps},
		{"ValidationBatchSize", c.ValidationBatchSize}, {"ValidationFreq", c.ValidationFreq}, {"StepsPerEpoch", c.StepsPerEpoch}} {
		if f.n < 0 {
			return keras.Expected(keras.ErrArgument, f.name+" not below 0", f.n)
		}
	}
	if c.ValidationSplit < 0 || c.ValidationSplit >= 1 || math.IsNaN(c.ValidationSplit) {
		return keras.Expected(keras.ErrArgument, "a ValidationSplit of at least 0 and below 1", c.ValidationSplit)
	}
	if c.ClassWeight != nil && c.SampleWeight != nil {
		return keras.Fault(keras.ErrArgument, "You cannot `class_weight` and `sample_weight` at the same time.")
	}
	return nil
}

// fit is one Fit in progress.
type fit struct {
	m          *Model
	c          *compiled
	cfg        *FitConfig
	callbacks  []callbacks.Callback
	history    *callbacks.History
	callRun    *callbacks.Run
	train      *epochs
	validation *epochs
	tally      *tally
	step       trainStep
	guardNaN   bool
}

func (m *Model) newFit(x, y any, cfg *FitConfig, history *callbacks.History) (*fit, error) {
	c, err := m.compiled()
	if err != nil {
		return nil, err
	}
	f := &fit{m: m, c: c, cfg: cfg, history: history, tally: newTally(c), guardNaN: true}
	train, validation, err := f.sources(x, y)
	if err != nil {
		return nil, err
	}
	if f.train, err = newEpochs(train, cfg.StepsPerEpoch); err != nil {
		return nil, err
	}
	if validation != nil {
		if f.validation, err = newEpochs(validation, cfg.ValidationSteps); err != nil {
			return nil, err
		}
	}
	if f.step, err = m.newTrainStep(c); err != nil {
		return nil, err
	}
	f.callbacks = m.callbackList(cfg.Callbacks, history, cfg.Verbose)
	for _, cb := range f.callbacks {
		if _, ok := cb.(*callbacks.TerminateOnNaNCallback); ok {
			f.guardNaN = false
		}
	}
	f.callRun = m.newRun(c, cfg.Verbose, cfg.Output)
	f.callRun.Epochs, f.callRun.Steps = cfg.Epochs, f.train.length()
	return f, nil
}

// callbackList is Keras's order: the user's, the history, the progress.
func (m *Model) callbackList(given []callbacks.Callback, history *callbacks.History, verbose int) []callbacks.Callback {
	var list []callbacks.Callback
	progress := verbose > 0
	for _, cb := range given {
		if cb == nil {
			continue
		}
		if _, ok := cb.(*callbacks.ProgbarLogger); ok {
			progress = false
		}
		list = append(list, cb)
	}
	if history != nil {
		list = append(list, history)
	}
	if progress {
		list = append(list, &callbacks.ProgbarLogger{})
	}
	return list
}

func (m *Model) newRun(c *compiled, verbose int, output io.Writer) *callbacks.Run {
	r := callbacks.NewRun(m, output)
	r.Verbose, r.Epochs = verbose, 1
	r.Directions = map[string]bool{}
	if c == nil {
		return r
	}
	r.Optimizer = c.optimizer
	for i := range c.outputs {
		for _, metric := range append(append([]namedMetric(nil), named(c.metrics[i])...), named(c.weighted[i])...) {
			r.Directions[metric.Name()] = rises(metric)
		}
	}
	return r
}

// sources makes what training and validation read.
func (f *fit) sources(x, y any) (train, validation source, err error) {
	m, cfg := f.m, f.cfg
	if ds, ok := x.(*data.Dataset); ok {
		if ds == nil {
			return nil, nil, keras.Expected(keras.ErrData, "a Dataset", "nil")
		}
		if y != nil {
			return nil, nil, keras.Fault(keras.ErrData, "When providing `x` as a data.Dataset, `y` should not be passed. Instead, the targets should be included as part of the data.Dataset.")
		}
		if cfg.ValidationSplit > 0 {
			return nil, nil, keras.Fault(keras.ErrData, "Argument `validation_split` is only supported for tensors. Found incompatible type in the input: %T", x)
		}
		if cfg.SampleWeight != nil || cfg.ClassWeight != nil {
			return nil, nil, keras.Fault(keras.ErrData, "When providing `x` as a data.Dataset, the weights should be included as the third part of its elements.")
		}
		train = &stream{m, ds, true}
	} else {
		a, err := f.arrays(x, y)
		if err != nil {
			return nil, nil, err
		}
		if s := cfg.ValidationSplit; s > 0 && cfg.ValidationData == nil {
			at := int(math.Floor(float64(a.n) * (1 - s)))
			if at == 0 || at == a.n {
				return nil, nil, keras.Fault(keras.ErrData, "Training data contains %d samples, which is not sufficient to split it into a validation and training set as specified by `validation_split=%v`. Either provide more data, or a different value for the `validation_split` argument.", a.n, s)
			}
			v := a.slice(at, a.n)
			v.size = or(cfg.ValidationBatchSize, a.size)
			a, validation = a.slice(0, at), v
		}
		a.shuffle, a.key = !cfg.NoShuffle, keras.NextSeed()
		train = a
	}
	switch v := cfg.ValidationData.(type) {
	case nil:
	case *data.Dataset:
		if v == nil {
			return nil, nil, keras.Expected(keras.ErrData, "validation data", "a nil Dataset")
		}
		validation = &stream{m, v, true}
	case data.Element:
		if validation, err = m.arraySource(v, or(cfg.ValidationBatchSize, or(cfg.BatchSize, 32)), true); err != nil {
			return nil, nil, err
		}
	default:
		return nil, nil, keras.Fault(keras.ErrData, "expected a data.Element or *data.Dataset as ValidationData, received %T", v)
	}
	return train, validation, nil
}

// arrays is the training source of tensors.
func (f *fit) arrays(x, y any) (*arrays, error) {
	cfg := f.cfg
	e := data.Element{X: x, Y: y, SampleWeight: cfg.SampleWeight}
	if cfg.ClassWeight != nil {
		w, err := f.m.classWeights(y, cfg.ClassWeight)
		if err != nil {
			return nil, err
		}
		e.SampleWeight = w
	}
	size := cfg.BatchSize
	if size == 0 {
		size = 32
		if leaves, _, err := data.Leaves(x); err == nil && cfg.StepsPerEpoch > 0 && len(leaves) > 0 {
			size = max(1, (samples(leaves[0])+cfg.StepsPerEpoch-1)/cfg.StepsPerEpoch)
		}
	}
	return f.m.arraySource(e, size, true)
}

// arraySource makes a source of an element whose tensors hold all samples.
func (m *Model) arraySource(e data.Element, size int, targets bool) (*arrays, error) {
	if e.X == nil {
		return nil, keras.Expected(keras.ErrData, "inputs", "nil")
	}
	x, y, w, err := m.element(e, targets)
	if err != nil {
		return nil, m.locate(err)
	}
	a, err := newArrays(x, y, w, size)
	return a, m.locate(err)
}

// locate says that an error is about the model.
func (m *Model) locate(err error) error {
	if err == nil {
		return nil
	}
	return keras.Locate(err, m, "")
}

// classWeights are the sample weights of targets' classes.
func (m *Model) classWeights(y any, weight map[int]float64) (*tensor.Dense, error) {
	t, ok := y.(*tensor.Dense)
	if !ok || len(m.outputs.flat) > 1 {
		return nil, m.fault(keras.Fault(keras.ErrArgument, "`class_weight` is only supported for Models with a single output."))
	}
	f, err := castTo(t, tensor.Float64)
	if err != nil {
		return nil, err
	}
	labels := f.Data().([]float64)
	n := samples(t)
	w := make([]float32, n)
	if n == 0 {
		return nil, keras.Expected(keras.ErrData, "at least one sample", "none")
	}
	per := len(labels) / n
	for i := range w {
		class := int(labels[i*per])
		if t.Dims() > 1 && per > 1 {
			class = 0
			for k, v := range labels[i*per : (i+1)*per] {
				if v > labels[i*per+class] {
					class = k
				}
			}
		}
		w[i] = 1
		if v, ok := weight[class]; ok {
			w[i] = float32(v)
		}
	}
	return tensor.New(tensor.WithShape(n), tensor.WithBacking(w)), nil
}

// each runs one hook of all callbacks.
func each(list []callbacks.Callback, hook func(callbacks.Callback) error) error {
	for _, cb := range list {
		if err := hook(cb); err != nil {
			return err
		}
	}
	return nil
}

func (f *fit) run() error {
	r := f.callRun
	var logs callbacks.Logs
	if err := each(f.callbacks, func(c callbacks.Callback) error { return c.OnTrainBegin(r, nil) }); err != nil {
		return err
	}
	for epoch := f.cfg.InitialEpoch; epoch < f.cfg.Epochs && !r.Stopped(); epoch++ {
		var err error
		if logs, err = f.epoch(epoch); err != nil {
			return err
		}
	}
	if err := f.c.optimizer.Finalize(); err != nil {
		return err
	}
	return each(f.callbacks, func(c callbacks.Callback) error { return c.OnTrainEnd(r, logs) })
}

func (f *fit) epoch(epoch int) (callbacks.Logs, error) {
	r := f.callRun
	f.tally.reset()
	if err := each(f.callbacks, func(c callbacks.Callback) error { return c.OnEpochBegin(r, epoch, nil) }); err != nil {
		return nil, err
	}
	err := f.train.run(func(i int, b batch) (bool, error) {
		if err := f.cfg.Context.Err(); err != nil {
			return true, err
		}
		if err := each(f.callbacks, func(c callbacks.Callback) error { return c.OnTrainBatchBegin(r, i, nil) }); err != nil {
			return true, err
		}
		if err := f.step.run(b, f.tally, f.guardNaN); err != nil {
			return true, m_locate(f.m, fmt.Sprintf("epoch %d, batch %d", epoch+1, i+1), err)
		}
		logs := f.tally.result()
		r.Vectors = f.tally.vectors
		err := each(f.callbacks, func(c callbacks.Callback) error { return c.OnTrainBatchEnd(r, i, logs) })
		return r.Stopped(), err
	})
	if err != nil {
		return nil, err
	}
	if r.Steps == 0 {
		r.Steps = f.train.length()
	}
	logs := callbacks.Logs{}
	for k, v := range f.tally.result() {
		logs[k] = v
	}
	vectors := f.tally.vectors
	if f.validation != nil && (epoch+1)%f.cfg.ValidationFreq == 0 {
		t, err := f.m.evaluate(f.c, f.validation, f.callbacks, r, f.cfg.Context)
		if err != nil {
			return nil, err
		}
		f.validation.close()
		for k, v := range t.result() {
			logs["val_"+k] = v
		}
		for k, v := range t.vectors {
			vectors["val_"+k] = v
		}
	}
	r.Vectors = vectors
	return logs, each(f.callbacks, func(c callbacks.Callback) error { return c.OnEpochEnd(r, epoch, logs) })
}

// m_locate says where in a Fit an error came up.
func m_locate(m *Model, where string, err error) error {
	return m.locate(&keras.Error{Kind: kindOf(err), Text: where, Cause: err})
}

// trainStep trains on a batch.
type trainStep struct {
	m       *Model
	c       *compiled
	program program
	place   map[*keras.Variable]int // of a trainable variable among the optimizer's
	grads   []*tensor.Dense
	updater optimizers.Optimizer
}

// newTrainStep readies the optimizer for the model's trainable variables.
func (m *Model) newTrainStep(c *compiled) (trainStep, error) {
	s := trainStep{m: m, c: c, place: map[*keras.Variable]int{}, updater: c.optimizer}
	var vars []*keras.Variable
	for _, v := range m.Weights() {
		if v.Trainable() {
			s.place[v] = len(vars)
			vars = append(vars, v)
		}
	}
	s.grads = make([]*tensor.Dense, len(vars))
	return s, m.locate(c.optimizer.Build(vars))
}

// run makes one step. The weights change only if all of it went well.
func (s *trainStep) run(b batch, t *tally, guardNaN bool) error {
	p := &s.program
	if err := s.m.acquire(training, s.c, b, p); err != nil {
		return err
	}
	defer p.Release()
	if err := p.Run(p.feeds); err != nil {
		return err
	}
	if cost := p.Cost(); guardNaN && math.IsNaN(cost) {
		return keras.Expected(keras.ErrRun, "a loss that is a number", "NaN").
			WithHint("look for NaN in the data, or lower the learning rate")
	}
	clear(s.grads)
	for i, v := range p.Variables() {
		s.grads[s.place[v]] = p.Gradient(i)
	}
	if len(s.grads) > 0 {
		if err := s.updater.Step(s.grads); err != nil {
			return err
		}
	}
	if err := p.Commit(); err != nil {
		return err
	}
	return t.add(p, b)
}
