package metrics

import (
	"fmt"
	"slices"
	"strings"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
)

// Metric is a number that is made of many batches.
type Metric interface {
	keras.Object
	// Name is what reports call it: accuracy.
	Name() string
	// A Metric alone is the only one of a model with one output.
	Metrics
	// Update takes a batch: targets of any numeric type, predictions, and weights of the
	// samples, which may be nil. It keeps none of the tensors. A batch with an error
	// changes nothing.
	Update(yTrue, yPred, sampleWeight *tensor.Dense) error
	// Result is the number over all batches since Reset; 0 without any.
	Result() float64
	// Vector is the result of a metric that gives several numbers, nil for the others.
	Vector() []float64
	// Reset forgets all batches.
	Reset()
	// Clone is a new metric with the same options, which has seen nothing.
	Clone() Metric
}

// Maskable is a Metric that leaves out what the mask of the predictions does: Update
// gets it as weights. In Keras those are the means of values, and no others.
type Maskable interface {
	TakesMask() bool
}

// Metrics is what Compile takes: a Metric, a List or a ByOutput.
type Metrics interface {
	// ForOutputs gives the metrics of each output.
	ForOutputs(names []string) ([][]Metric, error)
}

// List is several metrics. Those of a model with several outputs are one for each, in
// their order; nil: none.
type List []Metric

// ByOutput has the metrics of some outputs, by name.
type ByOutput map[string]List

var (
	_ Metrics = List(nil)
	_ Metrics = ByOutput(nil)
)

// ForOutputs gives all metrics to the only output, or one to each.
func (l List) ForOutputs(names []string) ([][]Metric, error) {
	if len(names) == 1 {
		for _, m := range l {
			if m == nil {
				return nil, keras.Fault(keras.ErrArgument, "Expected metric, received `None`")
			}
		}
		return checked([][]Metric{slices.Clone(l)}, "")
	}
	out := make([][]Metric, len(names))
	switch len(l) {
	case 0:
		return out, nil
	case len(names):
	default:
		return nil, structureFault(fmt.Sprintf("Expected one metric for each of %d outputs, received %d.", len(names), len(l)), names, l.received())
	}
	for i, m := range l {
		if m != nil {
			out[i] = []Metric{m}
		}
	}
	return checked(out, l.received())
}

// ForOutputs gives each output the metrics under its name. With one output the names
// do not matter, as in Keras.
func (b ByOutput) ForOutputs(names []string) ([][]Metric, error) {
	keys := score.Keys(b)
	if len(names) == 1 {
		var all List
		for _, k := range keys {
			all = append(all, b[k]...)
		}
		return all.ForOutputs(names)
	}
	for _, k := range keys {
		if !slices.Contains(names, k) {
			return nil, structureFault(fmt.Sprintf("Expected the names of outputs, received '%s'.", k), names, b.received(keys))
		}
	}
	out := make([][]Metric, len(names))
	for i, name := range names {
		if slices.Contains(b[name], nil) {
			return nil, keras.Fault(keras.ErrArgument, "Expected metric, received `None`\nReceived: metrics=%s", b.received(keys))
		}
		out[i] = slices.Clone(b[name])
	}
	return checked(out, b.received(keys))
}

// checked hands metrics on, unless one is known not to work.
func checked(metrics [][]Metric, received string) ([][]Metric, error) {
	for _, m := range slices.Concat(metrics...) {
		f, ok := m.(interface{ Err() error })
		switch {
		case !ok || f.Err() == nil:
		case received == "":
			return nil, f.Err()
		default:
			return nil, keras.Fault(keras.ErrArgument, "%s\nReceived: metrics=%s", f.Err(), received)
		}
	}
	return metrics, nil
}

// structureFault is Keras's text for metrics that do not fit the outputs.
func structureFault(what string, names []string, received string) error {
	quoted, places := make([]string, len(names)), make([]string, len(names))
	for i, n := range names {
		quoted[i], places[i] = "'"+n+"'", "'X'"
	}
	return keras.Fault(keras.ErrArgument, "%s\nInvalid `metrics`. `metrics` should contain metrics objects and either be a dict or a list matching the output names of the functional model [%s] or match the output structure of the model: [%s].\nReceived: metrics=%s",
		what, strings.Join(quoted, ", "), strings.Join(places, ", "), received)
}

// received writes metrics as Python does.
func (l List) received() string {
	texts := make([]string, len(l))
	for i, m := range l {
		switch m := m.(type) {
		case nil:
			texts[i] = "None"
		case *NamedMetric:
			texts[i] = "'" + m.identifier + "'"
		default:
			texts[i] = show(m.Class(), m.Name())
		}
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

func (b ByOutput) received(keys []string) string {
	texts := make([]string, len(keys))
	for i, k := range keys {
		texts[i] = fmt.Sprintf("'%s': %s", k, b[k].received())
	}
	return "{" + strings.Join(texts, ", ") + "}"
}
