package models

import (
	"strconv"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/kernels"
	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/metrics"
)

// tally keeps the running values of an epoch: the losses, as means over the
// samples, and the metrics.
type tally struct {
	c       *compiled
	entries []*entry
	names   []string  // of the losses of outputs, where there are several
	sums    []float64 // of the total, then of these
	samples float64
	logs    callbacks.Logs
	vectors map[string][]float64
}

// entry is a metric under the name that logs show.
type entry struct {
	key      string
	metric   metrics.Metric
	output   int
	weighted bool

	mask, masked *tensor.Dense // of the batch, as weights, and times the weights of the samples
	given        []float32
}

// weights are those of the samples, and 0 for what the mask of the predictions leaves out.
func (e *entry) weights(mask, w *tensor.Dense) (*tensor.Dense, error) {
	if m, ok := e.metric.(metrics.Maskable); mask == nil || !ok || !m.TakesMask() {
		return w, nil
	}
	e.mask = sized(e.mask, mask.Shape())
	if err := kernels.Cast(mask.Data(), e.mask.Data()); err != nil || w == nil {
		return e.mask, err
	}
	given, err := score.Floats(w, &e.given)
	if err != nil {
		return nil, err
	}
	m, s := score.SameRank(keras.Shape(mask.Shape()), keras.Shape(w.Shape()))
	shape, ok := kernels.BroadcastShape(m, s)
	if !ok {
		return nil, keras.Expected(keras.ErrShape, "sample weights whose shape broadcasts to that of the mask, "+m.String(), s)
	}
	e.masked = sized(e.masked, shape)
	kernels.Broadcast(kernels.Mul, e.mask.Data().([]float32), m, given, s, e.masked.Data().([]float32), shape)
	return e.masked, nil
}

// sized is a tensor of a shape: t, if it has it.
func sized(t *tensor.Dense, shape []int) *tensor.Dense {
	if t == nil || !t.Shape().Eq(tensor.Shape(shape)) {
		t = tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(shape...))
	}
	return t
}

// newTally starts with metrics of its own, so that several may run at once.
func newTally(c *compiled) *tally {
	t := &tally{c: c, logs: callbacks.Logs{}, vectors: map[string][]float64{}}
	used := map[string]bool{"loss": true}
	for _, weighted := range []bool{false, true} {
		list := c.metrics
		if weighted {
			list = c.weighted
		}
		for i, ms := range list {
			for _, m := range ms {
				prefix := ""
				if len(c.outputs) > 1 {
					prefix = c.outputs[i] + "_"
				}
				key := prefix + m.Name()
				if weighted && used[key] {
					key = prefix + "weighted_" + m.Name()
				}
				base := key
				for n := 1; used[key]; n++ {
					key = base + "_" + strconv.Itoa(n)
				}
				used[key] = true
				t.entries = append(t.entries, &entry{key: key, metric: m.Clone(), output: i, weighted: weighted})
			}
		}
	}
	var losses []string
	for i, l := range c.losses {
		if l != nil {
			losses = append(losses, c.outputs[i]+"_loss")
		}
	}
	if len(losses) > 1 {
		t.names = losses
	}
	t.sums = make([]float64, 1+len(t.names))
	return t
}

// reset starts an epoch.
func (t *tally) reset() {
	clear(t.sums)
	t.samples = 0
	for _, e := range t.entries {
		e.metric.Reset()
	}
}

// add takes in the results of a batch.
func (t *tally) add(p *program, b batch) error {
	n := float64(b.size)
	t.samples += n
	t.sums[0] += n * p.total()
	for i := range t.names {
		t.sums[1+i] += n * p.loss(i)
	}
	for _, e := range t.entries {
		y := b.y[e.output]
		if y == nil {
			continue
		}
		w := b.w[e.output]
		if !e.weighted {
			w = nil
		}
		w, err := e.weights(p.Mask(e.output), w)
		if err == nil {
			err = e.metric.Update(y, p.prediction(e.output), w)
		}
		if err != nil {
			return errors.WithMessage(err, "metric "+e.key)
		}
	}
	return nil
}

// result is the values so far. The map is the same each time.
func (t *tally) result() callbacks.Logs {
	clear(t.logs)
	clear(t.vectors)
	t.logs["loss"] = mean(t.sums[0], t.samples)
	for i, name := range t.names {
		t.logs[name] = mean(t.sums[1+i], t.samples)
	}
	for _, e := range t.entries {
		t.logs[e.key] = e.metric.Result()
		if v := e.metric.Vector(); v != nil {
			t.vectors[e.key] = v
		}
	}
	return t.logs
}

func mean(sum, n float64) float64 {
	if n == 0 {
		return 0
	}
	return sum / n
}

// scores is the values so far in the order of Keras's evaluate: the loss, the
// metrics, the losses of outputs, for one output; with several the metrics last, sorted.
func (t *tally) scores() *Scores {
	logs := t.result()
	s := &Scores{values: map[string]float64{}}
	for k, v := range logs {
		s.values[k] = v
	}
	seen := map[string]bool{}
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			s.names = append(s.names, name)
		}
	}
	add("loss")
	if len(t.c.outputs) == 1 {
		for _, e := range t.entries {
			add(e.key)
		}
	}
	for _, n := range t.names {
		add(n)
	}
	for _, n := range logs.Names() {
		add(n)
	}
	return s
}
