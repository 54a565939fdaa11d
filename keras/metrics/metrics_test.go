package metrics_test

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/pkg/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/race"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/ops"
)

func vector[T any](data ...T) *tensor.Dense {
	return tensor.New(tensor.WithShape(len(data)), tensor.WithBacking(data))
}

func matrix[T any](rows int, data ...T) *tensor.Dense {
	return tensor.New(tensor.WithShape(rows, len(data)/rows), tensor.WithBacking(data))
}

func result(t *testing.T, m metrics.Metric, yTrue, yPred, weight *tensor.Dense) float64 {
	t.Helper()
	require.NoError(t, m.Update(yTrue, yPred, weight))
	return m.Result()
}

func TestForOutputs(t *testing.T) {
	t.Parallel()
	mse, mae, two := metrics.MeanSquaredError(), metrics.MeanAbsoluteError(), []string{"out", "out2"}
	one := []string{"out"}
	const structure = "\nInvalid `metrics`. `metrics` should contain metrics objects and either be a dict or a list matching the output names of the functional model ['out', 'out2'] or match the output structure of the model: ['X', 'X'].\nReceived: metrics="
	type list = []metrics.Metric
	tests := []struct {
		reason  string
		metrics metrics.Metrics
		names   []string
		want    []list
		text    string
	}{
		{"the metric of the only output", mse, one, []list{{mse}}, ""},
		{"all metrics are those of the only output", metrics.List{mse, mae}, one, []list{{mse, mae}}, ""},
		{"names do not matter for the only output", metrics.ByOutput{"b": {mse}, "a": {mae}}, one, []list{{mae, mse}}, ""},
		{"a list as long as the outputs is one metric for each", metrics.List{mse, mae}, two, []list{{mse}, {mae}}, ""},
		{"nil is no metric", metrics.List{nil, mae}, two, []list{nil, {mae}}, ""},
		{"an empty list is none", metrics.List{}, two, []list{nil, nil}, ""},
		{"some outputs by name", metrics.ByOutput{"out2": {mse, mae}}, two, []list{nil, {mse, mae}}, ""},
		{"nil is no metric of the only output", metrics.List{mse, nil}, one, nil, "Expected metric, received `None`"},
		{"nor of one by name", metrics.ByOutput{"out": {nil}}, two, nil, "Expected metric, received `None`\nReceived: metrics={'out': [None]}"},
		{"one metric does not fit two outputs", mse, two, nil,
			"Expected one metric for each of 2 outputs, received 1." + structure + "[<MeanSquaredError name=mean_squared_error>]"},
		{"nor does one by name", metrics.Named("mae"), two, nil,
			"Expected one metric for each of 2 outputs, received 1." + structure + "['mae']"},
		{"nor do three", metrics.List{mse, nil, metrics.Named("mae")}, two, nil,
			"Expected one metric for each of 2 outputs, received 3." + structure + "[<MeanSquaredError name=mean_squared_error>, None, 'mae']"},
		{"a name must be that of an output", metrics.ByOutput{"zz": {metrics.Named("mae")}}, two, nil,
			"Expected the names of outputs, received 'zz'." + structure + "{'zz': ['mae']}"},
		{"a name that no metric has, one output", metrics.List{metrics.Named("xyz")}, one, nil, "Could not interpret metric identifier: xyz"},
		{"a name that no metric has, two outputs", metrics.List{metrics.Named("mae"), metrics.Named("xyz")}, two, nil,
			"Could not interpret metric identifier: xyz\nReceived: metrics=['mae', 'xyz']"},
		{"a name that no metric has, by output", metrics.ByOutput{"out": {metrics.Named("mae"), metrics.Named("xyz")}}, two, nil,
			"Could not interpret metric identifier: xyz\nReceived: metrics={'out': ['mae', 'xyz']}"},
	}
	for _, tt := range tests {
		got, err := tt.metrics.ForOutputs(tt.names)
		if tt.text != "" {
			assert.EqualError(t, err, tt.text, tt.reason)
			assert.ErrorIs(t, err, keras.ErrArgument, tt.reason)
			continue
		}
		require.NoError(t, err, tt.reason)
		require.Len(t, got, len(tt.want), tt.reason)
		for i, want := range tt.want {
			require.Len(t, got[i], len(want), tt.reason)
			for j, w := range want {
				assert.True(t, w == got[i][j], tt.reason)
			}
		}
	}
}

// TestAccuracyByShape: KERAS3.md 3.4, the rule that Keras's compile has for accuracy.
// The predictions are wrong for each of the other kinds.
func TestAccuracyByShape(t *testing.T) {
	t.Parallel()
	tests := []struct {
		reason, name string
		yTrue, yPred *tensor.Dense
		class        string
		want         float64
	}{
		{"one unit is binary", "accuracy", vector[uint8](0, 1, 1), matrix(3, 0.3, 0.8, 0.2), "BinaryAccuracy", 2.0 / 3},
		{"also with targets of one column", "Accuracy", matrix[int32](3, 0, 1, 1), matrix(3, 0.3, 0.8, 0.2), "BinaryAccuracy", 2.0 / 3},
		{"labels of lower rank are sparse", "acc", vector[int64](1, 2), matrix(2, 0.2, 0.5, 0.3, 0.1, 0.8, 0.1), "SparseCategoricalAccuracy", 0.5},
		{"labels of one column too", "ACC", matrix(2, 1, 2), matrix(2, 0.2, 0.5, 0.3, 0.1, 0.8, 0.1), "SparseCategoricalAccuracy", 0.5},
		{"a target for each unit is categorical", "acc", matrix[float32](2, 0, 1, 0, 0, 0, 1), matrix(2, 0.2, 0.5, 0.3, 0.1, 0.8, 0.1), "CategoricalAccuracy", 0.5},
	}
	for _, tt := range tests {
		m := metrics.Named(tt.name)
		assert.Equal(t, tt.name, m.Class(), "before the first batch")
		assert.Equal(t, `{"name": "`+tt.name+`"}`, m.Config().String())
		assert.Zero(t, m.Result())
		assert.Nil(t, m.Vector())
		m.Reset()
		assert.Equal(t, tt.want, result(t, m, tt.yTrue, tt.yPred, nil), tt.reason)
		assert.Equal(t, tt.class, m.Class(), tt.reason)
		assert.Equal(t, tt.name, m.Name(), tt.reason)
		assert.Nil(t, m.Vector())
		own, _ := m.Config().Get("name")
		assert.Equal(t, tt.name, own)

		m.Reset()
		assert.Zero(t, m.Result())
		assert.Equal(t, tt.class, m.Class(), "found once")
		assert.Equal(t, tt.name, m.Clone().Class(), "a clone finds out itself")
	}
}

// TestSameNumbersAsLosses: one formula, of one kernel. Weights of samples are left to
// the goldens: losses and metrics divide by different sums.
func TestSameNumbersAsLosses(t *testing.T) {
	t.Parallel()
	bits, halves := matrix[float32](2, 0, 1, 1, 1, 0, 0), matrix[float32](2, 0.2, 0.7, 0.9, 0.4, 0.3, 0.6)
	labels := vector[int64](2, 0)
	tests := []struct {
		loss         losses.Loss
		metric       metrics.Metric
		yTrue, yPred *tensor.Dense
	}{
		{losses.MeanSquaredError(), metrics.MeanSquaredError(), bits, halves},
		{losses.MeanAbsoluteError(), metrics.MeanAbsoluteError(), bits, halves},
		{losses.BinaryCrossentropy().LabelSmoothing(0.1), metrics.BinaryCrossentropy().LabelSmoothing(0.1), bits, halves},
		{losses.BinaryCrossentropy().FromLogits(true), metrics.BinaryCrossentropy().FromLogits(true), bits, halves},
		{losses.CategoricalCrossentropy().LabelSmoothing(0.1), metrics.CategoricalCrossentropy().LabelSmoothing(0.1), bits, halves},
		{losses.CategoricalCrossentropy().FromLogits(true).Axis(0), metrics.CategoricalCrossentropy().FromLogits(true).Axis(0), bits, halves},
		{losses.SparseCategoricalCrossentropy(), metrics.SparseCategoricalCrossentropy(), labels, halves},
		{losses.SparseCategoricalCrossentropy().FromLogits(true), metrics.SparseCategoricalCrossentropy().FromLogits(true), labels, halves},
	}
	for _, tt := range tests {
		v, err := losses.Evaluate(tt.loss, tt.yTrue, tt.yPred, nil)
		require.NoError(t, err)
		assert.InDelta(t, float64(v.Data().(float32)), result(t, tt.metric, tt.yTrue, tt.yPred, nil), 1e-7, tt.metric.Name())
	}
}

// TestTypes: targets and weights of any numeric type, predictions of both floating types
// and of integers, and views of wider tensors.
func TestTypes(t *testing.T) {
	t.Parallel()
	column, err := matrix(2, 9.0, 1, 9, 3).Slice(nil, tensor.S(1))
	require.NoError(t, err)
	targets := []*tensor.Dense{
		vector(1, 3), vector[int8](1, 3), vector[int16](1, 3), vector[int32](1, 3), vector[int64](1, 3),
		vector[uint](1, 3), vector[uint8](1, 3), vector[uint16](1, 3), vector[uint32](1, 3), vector[uint64](1, 3),
		vector[float32](1, 3), vector[float64](1, 3), column.(*tensor.Dense),
	}
	predictions := []*tensor.Dense{matrix[float32](2, 2, 5), matrix[float64](2, 2, 5), matrix[int32](2, 2, 5)}
	for _, y := range targets {
		for _, p := range predictions {
			m := metrics.MeanSquaredError()
			assert.Equal(t, 2.5, result(t, m, y, p, nil), "%v against %v", y.Dtype(), p.Dtype())
			m.Reset()
			assert.Equal(t, 3.25, result(t, m, y, p, y), "%v against %v, weighed", y.Dtype(), p.Dtype())
		}
	}
	assert.Equal(t, 4.0, result(t, metrics.MeanSquaredError(), vector(true, true), matrix(2, 3.0, 9), vector(true, false)), "a mask as weights")
	assert.Equal(t, 1.0, result(t, metrics.BinaryAccuracy().Threshold(0.1), vector(0, 1), vector[float32](0.1, 0.11), nil), "float32 predictions meet a float32 threshold")
	words := tensor.New(tensor.WithBacking([]string{"a"}))
	assert.EqualError(t, metrics.Accuracy().Update(words, vector(1.0), nil), "expected numbers or bools, received string")
	assert.EqualError(t, metrics.Accuracy().Update(vector(1.0), words, nil), "expected numbers or bools, received string")
	assert.EqualError(t, metrics.Accuracy().Update(vector(1.0), vector(1.0), words), "expected numbers or bools, received string")
}

// TestErrors: what wrong batches say, and that they change nothing. Texts with `target`
// and `output` are Keras's.
func TestErrors(t *testing.T) {
	t.Parallel()
	p := matrix(2, 0.2, 0.8, 0.5, 0.5)
	good := matrix(2, 0.0, 1, 1, 0)
	labels := vector(1, 0)
	tests := []struct {
		reason               string
		metric               metrics.Metric
		good                 *tensor.Dense
		yTrue, yPred, weight *tensor.Dense
		text                 string
	}{
		{"no targets", metrics.Accuracy(), good, nil, p, nil, "expected targets and predictions for the metric accuracy, received nil"},
		{"no predictions", metrics.Named("acc"), good, good, nil, nil, "expected targets and predictions for the metric acc, received nil"},
		{"shapes that do not broadcast", metrics.MeanSquaredError(), good, matrix(1, 1.0, 2, 3), p, nil,
			"expected targets whose shape broadcasts to that of the predictions, (2, 2), received (1, 3)"},
		{"no axis for a mean", metrics.MeanSquaredError(), good, tensor.New(tensor.FromScalar(1.0)), tensor.New(tensor.FromScalar(1.0)), nil,
			"expected predictions with an axis to take a mean over, received ()"},
		{"classes against labels", metrics.CategoricalAccuracy(), good, labels, p, nil,
			"Arguments `target` and `output` must have the same rank (ndim). Received: target.shape=(2,), output.shape=(2, 2)"},
		{"labels against classes", metrics.SparseCategoricalAccuracy(), labels, good, p, nil,
			"Argument `output` must have rank (ndim) `target.ndim - 1`. Received: target.shape=(2, 2), output.shape=(2, 2)"},
		{"labels of another batch", metrics.SparseTopKCategoricalAccuracy(), labels, vector(1, 0, 1), p, nil,
			"Arguments `target` and `output` must have the same shape up until the last dimension: target.shape=(3,), output.shape=(2, 2)"},
		{"a label that no unit has", metrics.SparseCategoricalCrossentropy(), labels, vector(1, 2), p, nil,
			"Received a label value of 2 which is outside the valid range of [0, 2)"},
		{"classes that are not last", metrics.SparseCategoricalCrossentropy().Axis(0), nil, labels, p, nil,
			"Only axis=-1 is currently supported. Received: axis=0"},
		{"an axis that is not there", metrics.CategoricalCrossentropy().Axis(-3), nil, good, p, nil,
			"expected an axis of a tensor of rank 2, received axis=-3"},
		{"weights of other samples", metrics.Accuracy(), good, good, p, vector(1.0, 2, 3),
			"expected sample weights whose shape broadcasts to that of the values, (2, 2), received (3,)"},
		{"weights for samples of a batch that has one value", metrics.MeanSquaredError(), good, vector(1.0, 2), vector(1.0, 2), vector(1.0, 2),
			"expected sample weights whose shape broadcasts to that of the values, (), received (2,)"},
		{"weights of labels where some are ignored", metrics.SparseCategoricalCrossentropy().IgnoreClass(0), labels, labels, p, vector(1.0, 2, 3),
			"expected sample weights whose shape broadcasts to that of the values, (2,), received (3,)"},
		{"nothing to compare", metrics.Mean(), nil, good, p, nil, "the metric mean (Mean) does not compare targets with predictions; call UpdateValues"},
		{"nor for a sum", metrics.Sum(), nil, good, p, nil, "the metric sum (Sum) does not compare targets with predictions; call UpdateValues"},
	}
	for _, tt := range tests {
		before := 0.0
		if tt.good != nil {
			before = result(t, tt.metric, tt.good, p, vector(0.5, 2))
		}
		assert.EqualError(t, tt.metric.Update(tt.yTrue, tt.yPred, tt.weight), tt.text, tt.reason)
		assert.Equal(t, before, tt.metric.Result(), tt.reason)
		if tt.good != nil {
			assert.Equal(t, before, result(t, tt.metric, tt.good, p, vector(0.5, 2)), "%s: the next batch is good", tt.reason)
		}
	}
	assert.EqualError(t, metrics.Mean().UpdateValues(nil, nil), "expected values for the metric mean, received nil")
	assert.ErrorIs(t, keras.Configure(metrics.Mean(), keras.Config{{Key: "k", Value: 1}}), keras.ErrConfig)
	assert.ErrorIs(t, keras.Configure(metrics.Mean(), keras.Config{{Key: "dtype", Value: "float8"}}), keras.ErrConfig)
}

// TestNoTop: TensorFlow's in_top_k finds nothing in a line with something that is not finite.
func TestNoTop(t *testing.T) {
	t.Parallel()
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		m := metrics.SparseTopKCategoricalAccuracy().K(3)
		assert.Equal(t, 0.5, result(t, m, vector(0, 0), matrix(2, 0.1, 0.2, v, 0.1, 0.2, 0.3), nil), "%v", v)
	}
}

// TestWeights: weights that are repeated. Numbers from Keras 3.15.1 with TensorFlow.
func TestWeights(t *testing.T) {
	t.Parallel()
	y, p := matrix(2, 1.0, 2, 3, 4, 5, 6), matrix(2, 1.0, 0, 3, 4, 5, 0)
	tests := []struct {
		reason    string
		weight    *tensor.Dense
		mean, sum float64
		next      float64 // mean, after a batch of one hit: shows the sum of the weights
	}{
		{"one for each sample, along the other axes", matrix(2, 2.0, 1), 2.0 / 3, 17, (2.0 + 1) / (3 + 1)},
		{"one for each place of a sample", matrix(1, 1.0, 0, 2), 2.0 / 3, 11, (4.0/3 + 1) / (2 + 1)},
		{"one for all: the batch counts as one sample", tensor.New(tensor.FromScalar(2.0)), 2.0 / 3, 26, (4.0/3 + 1) / (2 + 1)},
		{"one for all, with axes: the samples stay apart", matrix(1, 3.0), 2.0 / 3, 39, (4.0 + 1) / (6 + 1)},
	}
	for _, tt := range tests {
		m, s := metrics.Accuracy(), metrics.Sum()
		assert.InDelta(t, tt.mean, result(t, m, y, p, tt.weight), 1e-12, tt.reason)
		assert.InDelta(t, tt.next, result(t, m, vector(1.0), vector(1.0), nil), 1e-12, tt.reason)
		require.NoError(t, s.UpdateValues(p, tt.weight))
		assert.InDelta(t, tt.sum, s.Result(), 1e-12, tt.reason)
	}
}

// TestLabels: numbers from Keras 3.15.1 with TensorFlow.
func TestLabels(t *testing.T) {
	t.Parallel()
	classes := matrix(2, 0.9, 0.1, 0.1, 0.9)
	assert.Equal(t, 1.0, result(t, metrics.SparseTopKCategoricalAccuracy().K(1), vector(-0.5, 1.9), classes, nil), "labels are cut towards 0")
	late := tensor.New(tensor.WithShape(2, 1, 2), tensor.WithBacking([]float64{0.1, 0.9, 0.1, 0.9}))
	assert.Equal(t, 0.75, result(t, metrics.SparseCategoricalAccuracy(), matrix(2, 1.0, 0), late, vector(3.0, 1)), "a last axis of 1 is dropped before weighing")
	assert.ErrorContains(t, metrics.CategoricalAccuracy().Update(tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(2, 0)), tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(2, 0)), nil),
		"expected predictions of at least 1 class")
}

// TestOptionsMayChange: an option that is set between batches counts from then on.
func TestOptionsMayChange(t *testing.T) {
	t.Parallel()
	hot, p := matrix(2, 0.0, 1, 1, 0), matrix(2, 0.3, 0.6, 0.5, 0.2)
	m := metrics.CategoricalCrossentropy()
	first := result(t, m, hot, p, nil)
	m.Reset()
	assert.NotEqual(t, first, result(t, m.Axis(0), hot, p, nil))
	assert.Equal(t, m.Result(), result(t, metrics.CategoricalCrossentropy().Axis(0), hot, p, nil))

	labels, weight := vector(1, 0), vector(1.0, 3)
	sparse := metrics.SparseCategoricalCrossentropy()
	require.NoError(t, sparse.Update(labels, p, weight))
	sparse.Reset()
	assert.Equal(t, result(t, metrics.SparseCategoricalCrossentropy().IgnoreClass(0), labels, p, weight), result(t, sparse.IgnoreClass(0), labels, p, weight))
	assert.ErrorContains(t, sparse.Axis(0).Update(labels, p, weight), "Only axis=-1")
}

// TestShapesMayChange: short batches, and the long ones after them.
func TestShapesMayChange(t *testing.T) {
	t.Parallel()
	m := metrics.SparseCategoricalAccuracy()
	long := matrix[float32](3, 0.1, 0.9, 0.8, 0.2, 0.3, 0.7)
	require.NoError(t, m.Update(vector(1, 0, 0), long, vector(1.0, 2, 3)))
	require.NoError(t, m.Update(vector(0), matrix[float32](1, 0.1, 0.9), nil))
	require.NoError(t, m.Update(matrix(1, 0), matrix[float64](1, 0.9, 0.1), nil))
	require.NoError(t, m.Update(vector(1, 0, 0), long, vector(1.0, 2, 3)))
	assert.InDelta(t, (3+0+1+3.0)/(6+1+1+6), m.Result(), 1e-15)
	require.NoError(t, m.Update(vector(2, 2, 0), matrix[float32](3, 0, 1, 2, 0, 1, 2, 5, 1, 2), vector(1.0, 2, 3)), "other classes for labels of the same shape")
	assert.InDelta(t, (3+0+1+3.0+6)/(6+1+1+6+6), m.Result(), 1e-15)
}

func TestFunc(t *testing.T) {
	t.Parallel()
	perSample := func(_ *keras.Trace, yTrue, yPred *gorgonia.Node) (*gorgonia.Node, error) {
		return ops.Mean(ops.Abs(ops.Sub(yTrue, yPred)), -1), nil
	}
	m := metrics.Func("mine", perSample)
	assert.Equal(t, "MeanMetricWrapper", m.Class())
	assert.Equal(t, `{"name": "mine", "dtype": "float32", "fn": {"module": "builtins", "class_name": "function", "config": "mine", "registered_name": "function"}}`, m.Config().String())
	y, p := matrix(2, 0.0, 0, 0, 0), matrix(2, 1.0, 3, 2, 8)
	assert.Equal(t, 3.5, result(t, m, y, p, nil))
	assert.Equal(t, 4.25, result(t, m, y, p, vector(0.0, 2)), "(2 + 5 + 2·5) / (2 + 2)")
	assert.Equal(t, 4.2, result(t, m, matrix(1, 0.0), matrix(1, 4.0), nil), "(17 + 4) / 5")
	clone := m.Clone()
	assert.Zero(t, clone.Result())
	assert.Equal(t, 3.5, result(t, clone, y, p, nil))
	m.Reset()
	assert.Zero(t, m.Result())
	assert.Nil(t, m.Vector())
	outputs, err := m.ForOutputs([]string{"out"})
	require.NoError(t, err)
	assert.Equal(t, "mine", outputs[0][0].Name())

	assert.ErrorContains(t, metrics.Func("none", nil).Update(y, p, nil), "expected a function for the metric none, received nil")

	number := metrics.Func("sum", func(_ *keras.Trace, yTrue, yPred *gorgonia.Node) (*gorgonia.Node, error) {
		return ops.Sum(ops.Sub(yPred, yTrue)), nil
	})
	assert.Equal(t, 14.0, result(t, number, y, p, nil), "one number is one sample")
	assert.Equal(t, 10.0, result(t, number, matrix(1, 0.0), matrix(1, 6.0), nil))

	hits := metrics.Func("hits", func(_ *keras.Trace, yTrue, yPred *gorgonia.Node) (*gorgonia.Node, error) {
		return ops.Equal(yTrue, ops.Cast(ops.ArgMax(yPred, -1), yTrue.Dtype())), nil
	})
	assert.Equal(t, 0.5, result(t, hits, vector[int64](1, 0), p, nil), "truths are 0 and 1")

	nothing := metrics.Func("nothing", func(*keras.Trace, *gorgonia.Node, *gorgonia.Node) (*gorgonia.Node, error) { return nil, nil })
	assert.EqualError(t, nothing.Update(y, p, nil), "expected values from the metric nothing, received nil")
	assert.EqualError(t, nothing.Update(nil, p, nil), "expected targets and predictions for the metric nothing, received nil")
	fails := metrics.Func("fails", func(*keras.Trace, *gorgonia.Node, *gorgonia.Node) (*gorgonia.Node, error) {
		return nil, errors.New("no idea")
	})
	assert.EqualError(t, fails.Update(y, p, nil), "no idea")
	assert.Error(t, m.Update(vector(1.0, 2, 3), p, nil), "shapes that do not broadcast panic in the Op")
	assert.Zero(t, m.Result())
}

// TestClonesAreApart: goroutines with clones, which share the programs of a Func.
func TestMetricsPrintAsInKeras(t *testing.T) {
	assert.Equal(t, "<SparseCategoricalAccuracy name=hits>", fmt.Sprint(metrics.SparseCategoricalAccuracy().WithName("hits")))
}

func TestClonesAreApart(t *testing.T) {
	t.Parallel()
	f := metrics.Func("mean", func(_ *keras.Trace, _, yPred *gorgonia.Node) (*gorgonia.Node, error) { return ops.Mean(yPred, -1), nil })
	for _, m := range []metrics.Metric{f, metrics.MeanSquaredError(), metrics.Named("accuracy")} {
		var wg sync.WaitGroup
		for i := range 8 {
			clone := m.Clone()
			wg.Go(func() {
				y, p := matrix(2, 0.0, 0), matrix(2, float64(i), float64(i))
				for range 20 {
					assert.NoError(t, clone.Update(y, p, nil))
				}
				switch clone.Class() {
				case "MeanMetricWrapper":
					assert.Equal(t, float64(i), clone.Result())
				case "MeanSquaredError":
					assert.Equal(t, float64(i*i), clone.Result())
				}
			})
		}
		wg.Wait()
	}
}

// batches has one batch for each class of metric.
func batches() map[string][2]*tensor.Dense {
	const n, classes = 64, 10
	labels, oneHot, probabilities, bits := make([]uint8, n), make([]float32, n*classes), make([]float32, n*classes), make([]float32, n*classes)
	for i := range labels {
		labels[i] = uint8(i % classes)
		oneHot[i*classes+i%classes] = 1
		for c := range classes {
			probabilities[i*classes+c] = float32((i+3*c)%classes+1) / 55
			bits[i*classes+c] = float32((i + c) % 2)
		}
	}
	p := matrix(n, probabilities...)
	hot, sparse, ones := [2]*tensor.Dense{matrix(n, oneHot...), p}, [2]*tensor.Dense{vector(labels...), p}, [2]*tensor.Dense{matrix(n, bits...), p}
	return map[string][2]*tensor.Dense{
		"Accuracy": ones, "BinaryAccuracy": ones, "BinaryCrossentropy": ones, "CategoricalAccuracy": hot, "CategoricalCrossentropy": hot,
		"MeanAbsoluteError": ones, "MeanSquaredError": ones, "SparseCategoricalAccuracy": sparse, "SparseCategoricalCrossentropy": sparse,
		"SparseTopKCategoricalAccuracy": sparse, "TopKCategoricalAccuracy": hot, "Mean": ones, "Sum": ones,
	}
}

// updater is Update, or UpdateValues of a metric that compares nothing.
func updater(m metrics.Metric, batch [2]*tensor.Dense, weight *tensor.Dense) func() error {
	if v, ok := m.(valuer); ok {
		return func() error { return v.UpdateValues(batch[1], weight) }
	}
	return func() error { return m.Update(batch[0], batch[1], weight) }
}

// TestNoAllocations: an update allocates nothing after the first of its shapes.
func TestNoAllocations(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector makes sync.Pool drop things")
	}
	for _, class := range keras.Registered(keras.KindMetric) {
		o, err := keras.New(keras.KindMetric, class)
		require.NoError(t, err)
		m := o.(metrics.Metric)
		if m.Class() != class {
			continue // a second name
		}
		batch, ok := batches()[class]
		require.True(t, ok, "a batch for %s", class)
		for _, weight := range []*tensor.Dense{nil, vector(make([]float32, 64)...)} {
			update := updater(m, batch, weight)
			require.NoError(t, update())
			assert.Zero(t, testing.AllocsPerRun(10, func() { _ = update() }), class)
		}
	}
	ignoring := metrics.SparseCategoricalCrossentropy().IgnoreClass(3)
	update := updater(ignoring, batches()["SparseCategoricalCrossentropy"], vector(make([]float32, 64)...))
	assert.Zero(t, testing.AllocsPerRun(10, func() { assert.NoError(t, update()) }), "with a class that is ignored")
	named := metrics.Named("accuracy")
	update = updater(named, batches()["SparseCategoricalAccuracy"], nil)
	assert.Zero(t, testing.AllocsPerRun(10, func() { assert.NoError(t, update()) }), "by name")
}

func BenchmarkUpdate(b *testing.B) {
	for class, batch := range batches() {
		b.Run(class, func(b *testing.B) {
			o, err := keras.New(keras.KindMetric, class)
			require.NoError(b, err)
			update := updater(o.(metrics.Metric), batch, nil)
			b.ReportAllocs()
			for b.Loop() {
				if err := update(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
