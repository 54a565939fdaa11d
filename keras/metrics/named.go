package metrics

import (
	"strings"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
)

var _ Metric = (*NamedMetric)(nil)

// Named is the metric that Keras knows under a name, with default options: a class
// (MeanSquaredError), its snake_case (mean_squared_error), or mse, mae and bce, also in
// capitals. Reports call it what it is called here.
//
// accuracy and acc, in any case, are decided by the shapes of the first batch:
//
//	yPred (…, 1)                            BinaryAccuracy
//	yTrue of lower rank, or (…, 1)          SparseCategoricalAccuracy
//	else                                    CategoricalAccuracy
//
// A name that is not known is an error of Err, ForOutputs and Update.
func Named(identifier string) *NamedMetric {
	n := &NamedMetric{identifier: identifier}
	if n.byShape() {
		return n
	}
	if class, ok := keras.ByName(keras.KindMetric, identifier); ok {
		o, err := keras.New(keras.KindMetric, class)
		if m, ok := o.(Metric); err == nil && ok {
			n.metric = m
		}
	}
	return n
}

// NamedMetric is the metric that Named returns.
type NamedMetric struct {
	identifier string
	metric     Metric // nil: unknown, or to be found by the shapes
}

// Identifier is the name as it was given.
func (n *NamedMetric) Identifier() string { return n.identifier }

// Name is the name as it was given.
func (n *NamedMetric) Name() string { return n.identifier }

// Class is Keras's name of the type, the identifier where that is open.
func (n *NamedMetric) Class() string {
	if n.metric == nil {
		return n.identifier
	}
	return n.metric.Class()
}

// Config is that of the metric, with its name here.
func (n *NamedMetric) Config() keras.Config {
	if n.metric == nil {
		return keras.Config{{Key: "name", Value: n.identifier}}
	}
	return n.metric.Config().With("name", n.identifier)
}

// String is the metric as Keras's repr shows it.
func (n *NamedMetric) String() string { return show(n.Class(), n.Name()) }

// Err reports a name that is not known.
func (n *NamedMetric) Err() error {
	if n.metric != nil || n.byShape() {
		return nil
	}
	return keras.Fault(keras.ErrArgument, "Could not interpret metric identifier: %s", n.identifier)
}

// TakesMask asks the metric. Those that the shapes decide take masks.
func (n *NamedMetric) TakesMask() bool {
	m, ok := n.metric.(Maskable)
	return n.byShape() || ok && m.TakesMask()
}

// byShape reports a name whose metric the shapes decide.
func (n *NamedMetric) byShape() bool {
	name := strings.ToLower(n.identifier)
	return name == "accuracy" || name == "acc"
}

// ForOutputs makes the metric that of the only output.
func (n *NamedMetric) ForOutputs(names []string) ([][]Metric, error) {
	return List{n}.ForOutputs(names)
}

// Update takes a batch.
func (n *NamedMetric) Update(yTrue, yPred, sampleWeight *tensor.Dense) error {
	if err := n.Err(); err != nil {
		return err
	}
	if yTrue == nil || yPred == nil {
		return keras.Expected(keras.ErrData, "targets and predictions for the metric "+n.identifier, "nil")
	}
	if n.metric == nil {
		n.metric = accuracies[score.ProblemOf(keras.Shape(yTrue.Shape()), keras.Shape(yPred.Shape()))]()
	}
	return n.metric.Update(yTrue, yPred, sampleWeight)
}

// accuracies are the metrics that accuracy stands for.
var accuracies = map[score.Problem]func() Metric{
	score.Binary:            func() Metric { return BinaryAccuracy() },
	score.SparseCategorical: func() Metric { return SparseCategoricalAccuracy() },
	score.Categorical:       func() Metric { return CategoricalAccuracy() },
}

// Result is the number over all batches since Reset; 0 without any.
func (n *NamedMetric) Result() float64 {
	if n.metric == nil {
		return 0
	}
	return n.metric.Result()
}

// Vector is the result of a metric that gives several numbers, nil for the others.
func (n *NamedMetric) Vector() []float64 {
	if n.metric == nil {
		return nil
	}
	return n.metric.Vector()
}

// Reset forgets all batches, not what accuracy was found to be.
func (n *NamedMetric) Reset() {
	if n.metric != nil {
		n.metric.Reset()
	}
}

// Clone is a new metric of the same name, which has seen nothing.
func (n *NamedMetric) Clone() Metric { return Named(n.identifier) }
