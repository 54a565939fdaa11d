package metrics

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/engine"
	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

var _ Metric = (*FuncMetric)(nil)

// Func returns the mean of values that a function of yours gives, for instance with
// keras/ops: one for each sample, (batch, …), or one for the batch, which then counts as
// one sample.
//
//	metrics.Func("close", func(t *keras.Trace, yTrue, yPred *gorgonia.Node) (*gorgonia.Node, error) {
//		return ops.Less(ops.Abs(ops.Sub(yTrue, yPred)), ops.Full(t, 0.1)), nil
//	})
//
// f gets targets and predictions as they are fed, with their types and shapes. It
// draws a graph, which is kept for further batches of these; values may be of any
// numeric type or bool.
func Func(name string, f func(t *keras.Trace, yTrue, yPred *gorgonia.Node) (*gorgonia.Node, error)) *FuncMetric {
	return &FuncMetric{common: common{name, tensor.Float32}, f: f, engine: &engine.Engine{}}
}

// FuncMetric is the metric that Func returns.
type FuncMetric struct {
	common
	f      func(t *keras.Trace, yTrue, yPred *gorgonia.Node) (*gorgonia.Node, error)
	engine *engine.Engine // shared by clones
	state  accumulator
}

// Class is Keras's name of the type.
func (m *FuncMetric) Class() string { return "MeanMetricWrapper" }

// Name is what reports call the metric.
func (m *FuncMetric) Name() string { return m.common.Name }

// String is the metric as Keras's repr shows it.
func (m *FuncMetric) String() string { return show(m.Class(), m.Name()) }

// Config is Keras's of a metric that is a function: its name stands for it.
func (m *FuncMetric) Config() keras.Config {
	return append(keras.EncodeFields(&m.common), keras.Entry{Key: "fn", Value: keras.Config{
		{Key: "module", Value: "builtins"}, {Key: "class_name", Value: "function"},
		{Key: "config", Value: m.Name()}, {Key: "registered_name", Value: "function"},
	}})
}

// FromConfig sets the options that a config has.
func (m *FuncMetric) FromConfig(cfg keras.Config) error { return keras.DecodeFields(&m.common, cfg) }

// ForOutputs makes the metric that of the only output.
func (m *FuncMetric) ForOutputs(names []string) ([][]Metric, error) {
	return List{m}.ForOutputs(names)
}

// Update takes a batch.
func (m *FuncMetric) Update(yTrue, yPred, sampleWeight *tensor.Dense) error {
	if yTrue == nil || yPred == nil {
		return keras.Expected(keras.ErrData, "targets and predictions for the metric "+m.Name(), "nil")
	}
	data := []*tensor.Dense{score.Plain(yTrue), score.Plain(yPred)}
	feeds := make([]op.Output, len(data))
	for i, d := range data {
		feeds[i] = op.Output{Shape: d.Shape(), Dtype: d.Dtype()}
	}
	program, err := m.engine.Acquire("metric", feeds, false, m.draw)
	if err != nil {
		return err
	}
	if err := program.Run(data); err != nil {
		return err // the program is in an unknown state: it is not given back
	}
	defer program.Release()
	if values, ok := program.Output(0).(*tensor.Dense); ok {
		return m.state.addTensor(values, sampleWeight)
	}
	return add(&m.state, []float64{engine.Scalar(program.Output(0))}, nil, nil, sampleWeight)
}

func (m *FuncMetric) draw(t *keras.Trace, in []*gorgonia.Node) (engine.Drawing, error) {
	if m.f == nil {
		return engine.Drawing{}, keras.Expected(keras.ErrArgument, "a function for the metric "+m.Name(), "nil")
	}
	values, err := m.f(t, in[0], in[1])
	if err != nil {
		return engine.Drawing{}, err
	}
	if values == nil {
		return engine.Drawing{}, keras.Expected(keras.ErrArgument, "values from the metric "+m.Name(), "nil")
	}
	if values.Graph() != t.Graph() {
		return engine.Drawing{}, keras.Expected(keras.ErrArgument, "values from the metric "+m.Name(), "a node of another graph")
	}
	if !op.IsFloat(values.Dtype()) {
		values = ops.Cast(values, tensor.Float32)
	}
	return engine.Drawing{Outputs: []*gorgonia.Node{values}}, nil
}

// TakesMask is true: what the mask of the predictions leaves out does not count.
func (m *FuncMetric) TakesMask() bool { return true }

// Result is the number over all batches since Reset; 0 without any.
func (m *FuncMetric) Result() float64 { return m.state.mean() }

// Vector is nil: the result is one number.
func (m *FuncMetric) Vector() []float64 { return nil }

// Reset forgets all batches.
func (m *FuncMetric) Reset() { m.state.total, m.state.count = 0, 0 }

// Clone is a new metric of the same function, which has seen nothing.
func (m *FuncMetric) Clone() Metric { return &FuncMetric{common: m.common, f: m.f, engine: m.engine} }
