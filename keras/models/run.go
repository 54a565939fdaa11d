package models

import (
	"context"
	"io"
	"math"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/metrics"
)

// Silent is the Verbose of no output, Keras's 0.
const Silent = -1

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

// or is n, or a default where it is 0.
func or(n, def int) int {
	if n == 0 {
		return def
	}
	return n
}

// verbosity is Keras's number for a Verbose field whose zero value is def.
func verbosity(v, def int) int { return max(or(v, def), 0) }

// count is a field of a config that must not be below 0.
type count struct {
	name string
	n    int
}

func notNegative(fields ...count) *keras.Error {
	for _, f := range fields {
		if f.n < 0 {
			return keras.Expected(keras.ErrArgument, f.name+" not below 0", f.n)
		}
	}
	return nil
}

// locate says that an error is about the model, where it does not know that yet. The
// end of a Context is nobody's fault.
func (m *Model) locate(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return keras.Locate(err, m, "")
}

// allSamples is the size of a batch that has all samples.
const allSamples = math.MaxInt

// networkFor is the network for data, which build a Sequential or Subclassed that has none yet.
// batch is the size of the batches that tensors come in: None for any.
func (m *Model) networkFor(x any, batch int) (*network, error) {
	if m.err != nil || m.net.Load() != nil || m.stack == nil && m.calls == nil {
		return m.network()
	}
	first, err := firstOf(x)
	if err != nil {
		return nil, m.locate(err)
	}
	leaves, err := samplesOf(first)
	if err != nil {
		return nil, m.locate(err)
	}
	shapes, types := make([]keras.Shape, len(leaves)), make([]tensor.Dtype, len(leaves))
	for i, t := range leaves {
		shapes[i], types[i] = keras.Shape(t.Shape().Clone()), t.Dtype()
		if len(shapes[i]) > 0 {
			shapes[i][0] = min(shapes[i][0], batch)
		}
	}
	if m.stack != nil {
		return m.prepare(shapes)
	}
	var keys []string
	if d, ok := first.(data.Dict); ok {
		keys = sortedKeys(d)
	}
	if err := m.define(shapes, types, keys); err != nil {
		return nil, m.locate(err)
	}
	return m.network()
}

// source makes what a loop reads: a Dataset's batches, or those of tensors.
func (r *reader) source(e data.Element, size int) (source, error) {
	ds, ok := e.X.(*data.Dataset)
	switch {
	case !ok:
		return r.arrays(e, size)
	case ds == nil:
		return nil, keras.Expected(keras.ErrData, "a Dataset", "nil")
	case e.Y != nil || e.SampleWeight != nil:
		return nil, keras.Fault(keras.ErrData, "When providing `x` as a data.Dataset, `y` should not be passed. Instead, the targets should be included as part of the data.Dataset.")
	}
	return newStream(r, ds), nil
}

// arrays makes a source of an element whose tensors hold all samples.
func (r *reader) arrays(e data.Element, size int) (*arrays, error) {
	x, y, w, err := r.read(e)
	if err != nil {
		return nil, err
	}
	return newArrays(x, y, w, or(size, 32))
}

// callbackList is Keras's order: the user's, the history, the progress.
func callbackList(given []callbacks.Callback, history *callbacks.History, verbose int) callbackRow {
	var list callbackRow
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

// callbackRow is several callbacks that are told the same.
type callbackRow []callbacks.Callback

// each runs one hook of all callbacks, to the first error. A panic is one.
func (list callbackRow) each(hook func(callbacks.Callback) error) (err error) {
	var running callbacks.Callback
	defer func() {
		if r := recover(); r != nil {
			err = keras.Fault(keras.ErrRun, "the callback %T panicked: %v", running, r)
		}
	}()
	for _, running = range list {
		if err := hook(running); err != nil {
			return err
		}
	}
	return nil
}

// newRun is what callbacks see of a call. c is nil where it is not about training.
func (m *Model) newRun(c *compiled, verbose int, output io.Writer) *callbacks.Run {
	r := callbacks.NewRun(m, output)
	r.Verbose, r.Epochs = verbose, 1
	r.Directions = map[string]bool{}
	if c == nil {
		return r
	}
	r.Optimizer = c.optimizer
	for i := range c.outputs {
		for _, list := range [][]metrics.Metric{c.metrics[i], c.weighted[i]} {
			for _, metric := range list {
				if up, known := metrics.Rises(metric); known {
					r.Directions[metric.Name()] = up
				}
			}
		}
	}
	return r
}
