package losses_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/pkg/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/ops"
)

func matrix(rows int, data ...float64) *tensor.Dense {
	return tensor.New(tensor.WithShape(rows, len(data)/rows), tensor.WithBacking(data))
}

func ints(data ...int) *tensor.Dense { return tensor.New(tensor.WithBacking(data)) }

func value(t *testing.T, l losses.Loss, yTrue, yPred, weight *tensor.Dense) float64 {
	t.Helper()
	v, err := losses.Evaluate(l, yTrue, yPred, weight)
	require.NoError(t, err)
	return floats(v)[0]
}

// TestFiniteDifferences compares gradients with differences of the loss, in float64.
func TestFiniteDifferences(t *testing.T) {
	t.Parallel()
	regressionY := matrix(3, 0.3, -1.2, 2.5, 0.7, -0.4, 1.9)
	regressionP := matrix(3, 0.1, 0.8, 2.1, -0.9, -0.6, 4.2)
	bits := matrix(3, 1, 0, 0, 1, 1, 0)
	halves := matrix(3, 0.2, 0.7, 0.6, 0.45, 0.9, 0.15)
	oneHot := matrix(3, 0, 1, 0, 1, 0, 0, 0, 0.5, 0.7)
	shares := matrix(3, 0.2, 0.5, 0.4, 0.6, 0.3, 0.1, 0.25, 0.7, 0.2)
	logits := matrix(3, 0.4, -1.1, 0.9, 2.2, 0.1, -0.3, -0.8, 0.5, 1.3)
	labels := vector(2, 0, 1)
	cases := []struct {
		name         string
		loss         func(losses.Reduction) losses.Loss
		yTrue, yPred *tensor.Dense
		activation   string
	}{
		{"squares", func(r losses.Reduction) losses.Loss { return losses.MeanSquaredError().Reduction(r) }, regressionY, regressionP, ""},
		{"absolutes", func(r losses.Reduction) losses.Loss { return losses.MeanAbsoluteError().Reduction(r) }, regressionY, regressionP, ""},
		{"Huber on both sides of delta", func(r losses.Reduction) losses.Loss { return losses.Huber().Delta(0.5).Reduction(r) }, regressionY, regressionP, ""},
		{"targets that broadcast", func(r losses.Reduction) losses.Loss { return losses.MeanSquaredError().Reduction(r) }, regressionY, matrix(3, 0.4, 0.2, -1), ""},
		{"binary", func(r losses.Reduction) losses.Loss { return losses.BinaryCrossentropy().Reduction(r) }, bits, halves, ""},
		{"binary, smoothed, of logits", func(r losses.Reduction) losses.Loss {
			return losses.BinaryCrossentropy().FromLogits(true).LabelSmoothing(0.2).Reduction(r)
		}, bits, regressionP, ""},
		{"binary, over the batch axis", func(r losses.Reduction) losses.Loss { return losses.BinaryCrossentropy().Axis(-2).Reduction(r) }, bits, halves, ""},
		{"binary, through sigmoid", func(r losses.Reduction) losses.Loss { return losses.BinaryCrossentropy().Reduction(r) }, bits, regressionP, "sigmoid"},
		{"categorical, targets of another sum than 1", func(r losses.Reduction) losses.Loss { return losses.CategoricalCrossentropy().Reduction(r) }, oneHot, shares, ""},
		{"categorical, smoothed, of logits", func(r losses.Reduction) losses.Loss {
			return losses.CategoricalCrossentropy().FromLogits(true).LabelSmoothing(0.1).Reduction(r)
		}, oneHot, logits, ""},
		{"categorical, classes on the first axis", func(r losses.Reduction) losses.Loss { return losses.CategoricalCrossentropy().Axis(0).Reduction(r) }, oneHot, shares, ""},
		{"categorical, through softmax", func(r losses.Reduction) losses.Loss { return losses.CategoricalCrossentropy().Reduction(r) }, oneHot, logits, "softmax"},
		{"sparse", func(r losses.Reduction) losses.Loss { return losses.SparseCategoricalCrossentropy().Reduction(r) }, labels, shares, ""},
		{"sparse, of logits, a class ignored", func(r losses.Reduction) losses.Loss {
			return losses.SparseCategoricalCrossentropy().FromLogits(true).IgnoreClass(0).Reduction(r)
		}, labels, logits, ""},
		{"sparse, through softmax", func(r losses.Reduction) losses.Loss { return losses.SparseCategoricalCrossentropy().Reduction(r) }, labels, logits, "softmax"},
		{"a function", func(r losses.Reduction) losses.Loss {
			return losses.Func("cube", func(_ *keras.Trace, yTrue, yPred *gorgonia.Node) (*gorgonia.Node, error) {
				d := ops.Sub(yTrue, yPred)
				return ops.Mean(ops.Mul(ops.Square(d), d), -1), nil
			}).Reduction(r)
		}, regressionY, regressionP, ""},
	}
	reductions := []losses.Reduction{losses.SumOverBatchSize, losses.Sum, losses.Mean, losses.MeanWithSampleWeight, losses.NoReduction}
	for _, c := range cases {
		for _, r := range reductions {
			for _, extra := range []string{"", "weights", "mask", "weights and mask"} {
				t.Run(fmt.Sprintf("%s, %s, %s", c.name, r, extra), func(t *testing.T) {
					t.Parallel()
					p := problem{loss: c.loss(r), yTrue: c.yTrue, yPred: c.yPred, activation: c.activation}
					_, _, shape, err := p.solve()
					require.NoError(t, err)
					samples := 3
					if len(shape) > 0 {
						samples = shape[0] // of an unreduced loss over the batch axis
					}
					if c.name == "binary, over the batch axis" {
						samples = 2
					}
					if extra == "weights" || extra == "weights and mask" {
						p.weight = vector([]float64{0.5, 2, 1.25}[:samples]...)
					}
					if extra == "mask" || extra == "weights and mask" {
						p.mask = tensor.New(tensor.WithBacking([]bool{true, false, true}[:samples]))
					}
					checkGradient(t, p)
				})
			}
		}
	}
}

func checkGradient(t *testing.T, p problem) {
	t.Helper()
	at := func(i int, by float64) float64 {
		q := p
		q.yPred = p.yPred.Clone().(*tensor.Dense)
		q.yPred.Float64s()[i] += by
		v, _, _, err := q.solve()
		require.NoError(t, err)
		var sum float64
		for _, x := range v {
			sum += x
		}
		return sum
	}
	_, gradient, _, err := p.solve()
	require.NoError(t, err)
	require.Len(t, gradient, p.yPred.DataSize())
	const h = 1e-5
	for i, g := range gradient {
		want := (at(i, h) - at(i, -h)) / (2 * h)
		assert.InDelta(t, want, g, 1e-8+1e-7*math.Abs(want), "gradient[%d]", i)
	}
}

func TestForOutputs(t *testing.T) {
	t.Parallel()
	mse, mae, two := losses.MeanSquaredError(), losses.MeanAbsoluteError(), []string{"out", "out2"}
	tests := []struct {
		reason string
		losses losses.Losses
		names  []string
		want   []losses.Loss
		text   string
	}{
		{"one loss is that of every output", mse, two, []losses.Loss{mse, mse}, ""},
		{"so is one by name", losses.Named("mse"), []string{"out"}, []losses.Loss{losses.Named("mse")}, ""},
		{"a list is in the order of the outputs", losses.List{mse, mae}, two, []losses.Loss{mse, mae}, ""},
		{"nil is no loss", losses.List{nil, mae}, two, []losses.Loss{nil, mae}, ""},
		{"names bring their losses into the order of the outputs", losses.ByOutput{"out2": mse, "out": mae}, two, []losses.Loss{mae, mse}, ""},
		{"a name may have no loss", losses.ByOutput{"out2": mse, "out": nil}, two, []losses.Loss{nil, mse}, ""},
		{"a list must not be longer", losses.List{mse, mae, mse}, two, nil,
			"The path: (2,) in the `loss` argument, can't be found in either the model's output (`y_pred`) or in the labels (`y_true`)."},
		{"a list must not be shorter, though Keras goes on with the outputs it has a loss for", losses.List{mse}, two, nil,
			"Expected a loss for each of the outputs ['out', 'out2'], but found 1 in the loss list; nil is the loss of an output without one"},
		{"every output needs an entry", losses.ByOutput{"out": mse}, two, nil,
			"Expected keys ['out', 'out2'] in loss dict, but found loss.keys()=['out']"},
		{"every entry needs an output", losses.ByOutput{"out": mse, "zzz": mse}, two, nil,
			"Expected keys ['out', 'out2'] in loss dict, but found loss.keys()=['out', 'zzz']"},
		{"a name that nothing has is found here", losses.List{mse, losses.Named("xyz")}, two, nil, "Could not interpret loss identifier: xyz"},
	}
	for _, tt := range tests {
		got, err := tt.losses.ForOutputs(tt.names)
		if tt.text != "" {
			assert.EqualError(t, err, tt.text, tt.reason)
			continue
		}
		require.NoError(t, err, tt.reason)
		assert.Equal(t, len(tt.want), len(got), tt.reason)
		for i, w := range tt.want {
			if named, ok := w.(*losses.NamedLoss); ok {
				assert.Equal(t, named.Identifier(), got[i].Name(), tt.reason)
				continue
			}
			assert.True(t, w == got[i], tt.reason)
		}
	}
}

func TestWeightsForOutputs(t *testing.T) {
	t.Parallel()
	two := []string{"out", "out2"}
	tests := []struct {
		reason  string
		weights losses.Weights
		n       int
		want    []float64
		text    string
	}{
		{"a list is in the order of the losses", losses.WeightList{1, 0.2}, 2, []float64{1, 0.2}, ""},
		{"one weight of one loss is that of every output", losses.WeightList{3}, 1, []float64{3, 3}, ""},
		{"names bring weights into the order of the outputs", losses.WeightsByOutput{"out2": 1, "out": 0.5}, 2, []float64{0.5, 1}, ""},
		{"each loss needs a weight", losses.WeightList{1}, 2, nil, "`loss_weights` must match the number of losses, got 2 losses and 1 weights."},
		{"each weight needs a loss", losses.WeightList{1, 2}, 1, nil, "`loss_weights` must match the number of losses, got 1 losses and 2 weights."},
		{"each output needs a weight", losses.WeightsByOutput{"out": 1}, 2, nil, "`loss_weights` must match the number of losses, got 2 losses and 1 weights."},
		{"each name needs an output", losses.WeightsByOutput{"out": 1, "x": 2}, 2, nil, "Expected keys ['out', 'out2'] in loss_weights dict, but found loss_weights.keys()=['out', 'x']"},
	}
	for _, tt := range tests {
		got, err := tt.weights.WeightsForOutputs(two, tt.n)
		if tt.text != "" {
			assert.EqualError(t, err, tt.text, tt.reason)
			continue
		}
		require.NoError(t, err, tt.reason)
		assert.Equal(t, tt.want, got, tt.reason)
	}
}

// TestCrossentropyByShape: KERAS3.md 3.4, the rule that Keras's compile has for crossentropy.
func TestCrossentropyByShape(t *testing.T) {
	t.Parallel()
	column := matrix(2, 0.3, 0.8)
	classes := matrix(2, 0.2, 0.5, 0.3, 0.1, 0.1, 0.8)
	tests := []struct {
		reason, name string
		yTrue, yPred *tensor.Dense
		same         losses.Loss
	}{
		{"one unit is binary", "ce", vector(0, 1), column, losses.BinaryCrossentropy()},
		{"also with targets of one column", "crossentropy", matrix(2, 0, 1), column, losses.BinaryCrossentropy()},
		{"labels of lower rank are sparse", "CE", ints(1, 2), classes, losses.SparseCategoricalCrossentropy()},
		{"labels of one column too", "Crossentropy", matrix(2, 1, 2), classes, losses.SparseCategoricalCrossentropy()},
		{"a target for each unit is categorical", "ce", matrix(2, 0, 1, 0, 0, 0, 1), classes, losses.CategoricalCrossentropy()},
	}
	for _, tt := range tests {
		n := losses.Named(tt.name)
		require.NoError(t, n.Err())
		assert.Equal(t, tt.name, n.Class())
		assert.Equal(t, fmt.Sprintf(`{"name": "%s"}`, tt.name), n.Config().String())
		assert.Equal(t, value(t, tt.same, tt.yTrue, tt.yPred, nil), value(t, n, tt.yTrue, tt.yPred, nil), tt.reason)
	}
}

// TestTargetsOfAnySum: values and gradients of Keras with JAX, whose gradient is the
// derivative of the loss (TensorFlow's is softmax − y).
func TestTargetsOfAnySum(t *testing.T) {
	t.Parallel()
	ce := losses.CategoricalCrossentropy().FromLogits(true)
	logits := matrix(1, 0.1, 0.2, 0.3, 0.4)
	v, gradient, _, err := problem{loss: ce, yTrue: matrix(1, 1, 1, 0, 1), yPred: logits}.solve()
	require.NoError(t, err)
	assert.InDelta(t, 4.227606, v[0], 1e-6)
	assert.InDeltaSlice(t, []float64{-0.358485, -0.291017, 0.783548, -0.134046}, gradient, 1e-6)
	assert.Zero(t, value(t, ce, matrix(1, 0, 0, 0, 0), logits, nil))
	assert.Zero(t, value(t, ce, matrix(1, 1), matrix(1, 0.7), nil), "one class is certain")
}

func TestFunc(t *testing.T) {
	t.Parallel()
	y, p := matrix(2, 1, 2, 3, 4), matrix(2, 2, 4, 6, 8)
	column := matrix(2, 1, 3)
	sum := func(_ *keras.Trace, yTrue, yPred *gorgonia.Node) (*gorgonia.Node, error) {
		return ops.Sum(ops.Sub(yPred, yTrue), -1), nil
	}
	total := func(_ *keras.Trace, yTrue, yPred *gorgonia.Node) (*gorgonia.Node, error) {
		return ops.Sum(ops.Sub(yPred, yTrue)), nil
	}
	tests := []struct {
		reason       string
		loss         losses.Loss
		yTrue, yPred *tensor.Dense
		weight       *tensor.Dense
		want         float64
		text         string
	}{
		{"a value for each sample is reduced", losses.Func("sum", sum), y, p, nil, 5, ""},
		{"after weighing", losses.Func("sum", sum), y, p, vector(0, 1), 3.5, ""},
		{"as the reduction says", losses.Func("sum", sum).Reduction(losses.Sum), y, p, vector(1, 3), 24, ""},
		{"one value stays", losses.Func("total", total), y, p, nil, 10, ""},
		{"ranks are brought together before", losses.Func("sum", sum), vector(1, 3), column, nil, 0, ""},
		{"integer targets come as floats", losses.Func("sum", sum), tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]uint8{1, 2, 3, 4})), p, nil, 5, ""},
		{"an error of the function is that of the loss", losses.Func("none", func(*keras.Trace, *gorgonia.Node, *gorgonia.Node) (*gorgonia.Node, error) {
			return nil, errors.New("no idea")
		}), y, p, nil, 0, "no idea"},
		{"a panic too", losses.Func("none", func(*keras.Trace, *gorgonia.Node, *gorgonia.Node) (*gorgonia.Node, error) {
			panic("no idea")
		}), y, p, nil, 0, "no idea"},
		{"nil is no value", losses.Func("none", func(*keras.Trace, *gorgonia.Node, *gorgonia.Node) (*gorgonia.Node, error) {
			return nil, nil
		}), y, p, nil, 0, "expected values from the loss none, received nil"},
		{"nil is no function", losses.Func("none", nil), y, p, nil, 0, "expected a function for the loss none, received nil"},
	}
	for _, tt := range tests {
		got, err := losses.Evaluate(tt.loss, tt.yTrue, tt.yPred, tt.weight)
		if tt.text != "" {
			assert.EqualError(t, err, tt.text, tt.reason)
			continue
		}
		require.NoError(t, err, tt.reason)
		assert.Equal(t, []float64{tt.want}, floats(got), tt.reason)
	}
	l := losses.Func("mine", sum)
	assert.Equal(t, `{"name": "mine", "reduction": "sum_over_batch_size", "fn": {"module": "builtins", "class_name": "function", "config": "mine", "registered_name": "function"}}`, l.Config().String())
}

// TestErrors: what wrong arguments say. Texts with `target` and `output` are Keras's.
func TestErrors(t *testing.T) {
	t.Parallel()
	y, p := matrix(8, make([]float64, 32)...), matrix(8, make([]float64, 8)...)
	tests := []struct {
		reason               string
		loss                 losses.Loss
		yTrue, yPred, weight *tensor.Dense
		text                 string
		kind                 error
	}{
		{"targets and outputs in another order", losses.BinaryCrossentropy(), y, p, nil,
			"Arguments `target` and `output` must have the same shape. Received: target.shape=(8, 4), output.shape=(8, 1)", keras.ErrShape},
		{"one-hot targets for a sparse loss", losses.SparseCategoricalCrossentropy(), y, y, nil,
			"Argument `output` must have rank (ndim) `target.ndim - 1`. Received: target.shape=(8, 4), output.shape=(8, 4)", keras.ErrShape},
		{"labels for a categorical loss", losses.CategoricalCrossentropy(), vector(1, 2), matrix(2, 1, 2, 3, 4), nil,
			"Arguments `target` and `output` must have the same rank (ndim). Received: target.shape=(2,), output.shape=(2, 2)", keras.ErrShape},
		{"shapes that do not broadcast", losses.MeanSquaredError(), matrix(1, 1, 2, 3), matrix(1, 1, 2), nil,
			"expected targets whose shape broadcasts to that of the predictions, (1, 2), received (1, 3)", keras.ErrShape},
		{"an axis that is not there", losses.BinaryCrossentropy().Axis(2), y, y, nil,
			"expected an axis of a tensor of rank 2, received axis=2", keras.ErrArgument},
		{"weights of other samples", losses.MeanSquaredError(), y, y, vector(1, 2), "expected shapes that broadcast, received (8,), (2,)", keras.ErrShape},
		{"a type that has no gradients", losses.MeanSquaredError().WithDType(tensor.Int32), y, y, nil,
			"expected a dtype of float32 or float64 for the loss mean_squared_error, received int32", keras.ErrArgument},
		{"a label that no unit has", losses.SparseCategoricalCrossentropy(), ints(5), matrix(1, 0.2, 0.2, 0.2, 0.2, 0.2), nil,
			"sparse_categorical_crossentropy: Received a label value of 5 which is outside the valid range of [0, 5)", keras.ErrRun},
		{"a negative label that is not ignored", losses.SparseCategoricalCrossentropy().IgnoreClass(7), ints(-1), matrix(1, 0.5, 0.5), nil,
			"sparse_categorical_crossentropy: Received a label value of -1 which is outside the valid range of [0, 2)", keras.ErrRun},
		{"no targets", losses.MeanSquaredError(), nil, y, nil, "expected a loss, targets and predictions, received nil", keras.ErrArgument},
		{"no loss", nil, y, y, nil, "expected a loss, targets and predictions, received nil", keras.ErrArgument},
	}
	for _, tt := range tests {
		_, err := losses.Evaluate(tt.loss, tt.yTrue, tt.yPred, tt.weight)
		require.EqualError(t, err, tt.text, tt.reason)
		assert.ErrorIs(t, err, tt.kind, tt.reason)
	}
	_, err := losses.MeanSquaredError().Value(keras.NewTrace(gorgonia.NewGraph(), true), nil, nil, nil)
	assert.EqualError(t, err, "expected targets and predictions for the loss mean_squared_error, received none")
	assert.ErrorIs(t, keras.Configure(losses.MeanSquaredError(), keras.Config{{Key: "delta", Value: 1.0}}), keras.ErrConfig)
	assert.EqualError(t, keras.Configure(losses.Huber(), keras.Config{{Key: "reduction", Value: "all"}}),
		"reduction: Invalid value for argument `reduction`. Expected one of {'sum_over_batch_size', 'sum', 'none', 'mean', 'mean_with_sample_weight', None}. Received: reduction=all")
}

// TestTypes: a loss is computed in the type of the predictions, or in that which is set.
func TestTypes(t *testing.T) {
	t.Parallel()
	single := tensor.New(tensor.WithShape(1, 1), tensor.WithBacking([]float32{1.1}))
	whole := tensor.New(tensor.WithShape(1, 1), tensor.WithBacking([]int64{2}))
	tests := []struct {
		reason string
		loss   losses.Loss
		yPred  *tensor.Dense
		want   tensor.Dtype
	}{
		{"float32 predictions", losses.MeanSquaredError(), single, tensor.Float32},
		{"float64 predictions", losses.MeanSquaredError(), matrix(1, 1.1), tensor.Float64},
		{"a type that is set wins", losses.MeanSquaredError().WithDType(tensor.Float64), single, tensor.Float64},
		{"what is no float is compared as float32", losses.MeanSquaredError(), whole, tensor.Float32},
	}
	for _, tt := range tests {
		got, err := losses.Evaluate(tt.loss, whole, tt.yPred, nil)
		require.NoError(t, err, tt.reason)
		assert.Equal(t, tt.want, got.Dtype(), tt.reason)
	}
}

// TestOptionsSurvive: an option that Keras's config has no key for is written if it is set.
func TestOptionsSurvive(t *testing.T) {
	t.Parallel()
	for _, l := range []losses.Loss{
		losses.Huber().Delta(0.25).WithName("mine").Reduction(losses.Sum),
		losses.SparseCategoricalCrossentropy().Axis(1).IgnoreClass(-1).FromLogits(true),
		losses.CategoricalCrossentropy().Axis(1).LabelSmoothing(0.3),
		losses.BinaryCrossentropy().FromLogits(true).Axis(0),
	} {
		o, err := keras.Deserialize(keras.KindLoss, keras.Serialize(keras.KindLoss, l))
		require.NoError(t, err)
		assert.Equal(t, l.Config(), o.(losses.Loss).Config())
		assert.Equal(t, l.Name(), o.(losses.Loss).Name())
	}
	delta, _ := losses.Huber().Delta(0.25).Config().Get("delta")
	assert.Equal(t, 0.25, delta)
}

// TestEvaluateTakesViews: a view is compared by what it shows.
func TestEvaluateTakesViews(t *testing.T) {
	t.Parallel()
	wide := matrix(2, 1, 2, 3, 4, 5, 6)
	view, err := wide.Slice(nil, tensor.S(1, 3))
	require.NoError(t, err)
	assert.Equal(t, 0.0, value(t, losses.MeanSquaredError(), view.(*tensor.Dense), matrix(2, 2, 3, 5, 6), nil))
	scalar := tensor.New(tensor.FromScalar(3.0))
	assert.Equal(t, 3.0, value(t, losses.MeanSquaredError(), vector(0, 0), vector(1, 1), scalar))
}

func benchmark(b *testing.B, loss losses.Loss, yTrue, yPred *tensor.Dense) {
	b.Helper()
	for b.Loop() {
		if _, err := losses.Evaluate(loss, yTrue, yPred, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEvaluate includes drawing and compiling, which a model does once.
func BenchmarkEvaluate(b *testing.B) {
	y, p := make([]float32, 256*10), make([]float32, 256*10)
	for i := range p {
		p[i], y[i] = float32(i%7)/7, float32((i+3)%2)
	}
	yTrue, yPred := tensor.New(tensor.WithShape(256, 10), tensor.WithBacking(y)), tensor.New(tensor.WithShape(256, 10), tensor.WithBacking(p))
	b.Run("mse", func(b *testing.B) { benchmark(b, losses.MeanSquaredError(), yTrue, yPred) })
	b.Run("categorical", func(b *testing.B) { benchmark(b, losses.CategoricalCrossentropy().FromLogits(true), yTrue, yPred) })
}
