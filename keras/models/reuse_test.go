package models_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
)

func TestManyPredictWhileOneTrains(t *testing.T) {
	m := compileMSE(t, chain(1, ""))
	x, y := cosine(32, 3), cosine(32, 1)
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := m.Fit(x, y, models.FitConfig{BatchSize: 8, Epochs: 10, Verbose: models.Silent})
		assert.NoError(t, err)
	})
	for i := range 64 {
		wg.Go(func() {
			p, err := m.Predict(x, models.PredictConfig{BatchSize: 8 + i%3})
			if assert.NoError(t, err) {
				assert.Equal(t, tensor.Shape{32, 1}, p.Shape())
			}
			_, err = m.Evaluate(x, y, models.EvaluateConfig{Verbose: models.Silent})
			assert.NoError(t, err)
			_ = m.Summary().String()
			_, err = models.Call(m, x)
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	assert.Equal(t, 40, m.Optimizer().Iterations())
}

func TestSeveralTrainTheSameModel(t *testing.T) {
	m := compileMSE(t, chain(1, ""))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			_, err := m.Fit(cosine(8, 3), cosine(8, 1), models.FitConfig{BatchSize: 2, Verbose: models.Silent})
			assert.NoError(t, err)
			_, err = m.TrainOnBatch(cosine(2, 3), cosine(2, 1))
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	assert.Equal(t, 20, m.Optimizer().Iterations())
}

// TestSurgery is tutorial 000: a model that shares all but the head with another one.
func TestSurgery(t *testing.T) {
	m := mnistModel(0)
	head, err := m.GetLayer("classification_head")
	require.NoError(t, err)
	drop, err := m.GetLayer("dropout")
	if err == nil {
		assert.Same(t, drop.Output(), head.Input())
	}
	binary := build(m.Input(), layers.Dense(1).Activation("sigmoid").WithName("binary_head").Apply(head.Input()), "")
	require.Len(t, binary.Layers(), 9)
	for i := range 8 {
		assert.Same(t, m.Layers()[i], binary.Layers()[i])
	}
	for i := range 8 {
		assert.Same(t, m.Weights()[i], binary.Weights()[i])
	}
	compileMSE(t, binary)
	x := tensor.New(tensor.Of(tensor.Uint8), tensor.WithShape(2, 9, 9, 1))
	for i := range x.Uint8s() {
		x.Uint8s()[i] = hash(i)
	}
	before, err := m.Predict(x)
	require.NoError(t, err)
	_, err = binary.Fit(x, cosine(2, 1), silent)
	require.NoError(t, err)
	after, err := m.Predict(x)
	require.NoError(t, err)
	assert.NotEqual(t, before, after, "training one trains the other")

	binary.SetTrainable(false)
	trainable := 0
	for _, w := range m.Weights() {
		if w.Trainable() {
			trainable++
		}
	}
	assert.Equal(t, 2, trainable, "of the old model the head alone")
}

func TestAModelMayBeginInTheMiddle(t *testing.T) {
	x := input("", 4)
	h := layers.Dense(3).WithName("h1").Apply(x)
	y := layers.Dense(2).WithName("h2").Apply(h)
	whole, first, second := build(x, y, ""), build(x, h, ""), build(h, y, "")
	middle, err := first.Predict(cosine(5, 4))
	require.NoError(t, err)
	got, err := second.Predict(middle)
	require.NoError(t, err)
	want, err := whole.Predict(cosine(5, 4))
	require.NoError(t, err)
	near(t, floats(want), floats(got), 1e-6, "the halves make the whole")
	assert.Same(t, whole.Layers()[2], second.Layers()[1])
}

func TestALayerOrModelCalledTwiceSharesItsWeights(t *testing.T) {
	inner := input("", 2)
	d := layers.Dense(2)
	sub := build(inner, d.Apply(inner), "sub")
	a, b := input("a", 2), input("b", 2)
	m := build(keras.List{a, b}, layers.Add().Apply(sub.Apply(a), sub.Apply(b)), "")
	assert.Len(t, m.Weights(), 2)
	require.NoError(t, m.SetWeights([]*tensor.Dense{sine(2, 2), sine(2)}))
	compileMSE(t, m)
	x := cosine(3, 2)
	once, err := sub.Predict(x)
	require.NoError(t, err)
	twice, err := m.Predict(data.List{x, x})
	require.NoError(t, err)
	for i, v := range floats(once) {
		assert.InDelta(t, 2*v, floats(twice)[i], 1e-6)
	}
	_, err = m.Fit(data.List{x, x}, cosine(3, 2), silent)
	require.NoError(t, err)
	assert.NotEqual(t, once, models.Must(sub, nil).Weights()[0].Value())
}

func TestModelsInsideModelsTakeStructures(t *testing.T) {
	inner := dictInputs()
	title, body := input("t", 3), input("b", 4)
	out, ok := keras.ApplyTo(inner, keras.Dict{"title": title, "body": body}).(*keras.Tensor)
	require.True(t, ok)
	require.NoError(t, out.Err())
	m := build(keras.List{title, body}, out, "")
	want, err := inner.Predict(data.Dict{"title": cosine(2, 3), "body": sine(2, 4)})
	require.NoError(t, err)
	got, err := m.Predict(data.List{cosine(2, 3), sine(2, 4)})
	require.NoError(t, err)
	assert.Equal(t, want, got)

	in := input("", 3)
	dict, ok := keras.ApplyTo(dictOfOutputs(), in).(keras.Dict)
	require.True(t, ok)
	assert.Equal(t, keras.Shape{keras.None, 3}, dict["dept"].Shape())
}

func TestCall(t *testing.T) {
	d := layers.Dense(2)
	y, err := models.Call(d, cosine(3, 4))
	require.NoError(t, err)
	assert.Equal(t, tensor.Shape{3, 2}, y.Shape())
	assert.Len(t, d.Weights(), 2, "built by its first call")
	_, err = models.Call(d, cosine(3, 5))
	require.ErrorIs(t, err, keras.ErrShape)
	sum, err := models.Call(layers.Add(), data.List{cosine(3, 4), cosine(3, 4)})
	require.NoError(t, err)
	near(t, floats(data.Scale(cosine(3, 4), 2)), floats(sum), 1e-6, "several inputs")
	view, err := cosine(3, 4).Slice(nil, tensor.S(0, 2))
	require.NoError(t, err)
	same, err := models.Call(layers.Activation("linear"), view)
	require.NoError(t, err)
	near(t, floats(view.Materialize().(*tensor.Dense)), floats(same), 0, "a view")

	drop := layers.Dropout(0.5)
	same, err = models.Call(drop, cosine(10, 10))
	require.NoError(t, err)
	assert.Equal(t, floats(cosine(10, 10)), floats(same), "not training")
	outs, err := models.CallArgs(drop, models.Args{Training: keras.On}, cosine(10, 10))
	require.NoError(t, err)
	zeros := 0
	for _, v := range floats(outs[0]) {
		if v == 0 {
			zeros++
		}
	}
	assert.Positive(t, zeros, "training")

	mask := tensor.New(tensor.WithShape(1, 3), tensor.WithBacking([]bool{true, false, true}))
	outs, err = models.CallArgs(layers.Softmax(), models.Args{Mask: mask}, tensor.New(tensor.WithShape(1, 3), tensor.WithBacking([]float32{1, 1, 1})))
	require.NoError(t, err)
	near(t, []float64{0.5, 0, 0.5}, floats(outs[0]), 1e-6, "a mask")

	named := layers.Custom(layers.CustomSpec{Name: "Power", Call: func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
		by, _ := t.Named("by")
		return t.Out(ops.Mul(in[0], by.(*gorgonia.Node)))
	}})
	outs, err = models.CallArgs(named, models.Args{Named: map[string]any{"by": cosine(1, 2)}}, cosine(1, 2))
	require.NoError(t, err)
	near(t, []float64{0.25}, floats(outs[0])[:1], 1e-6, "a named argument")

	for reason, f := range map[string]func() error{
		"no layer":           func() error { _, err := models.Call(nil, cosine(2, 2)); return err },
		"no data":            func() error { _, err := models.Call(d, nil); return err },
		"a wrong kind":       func() error { _, err := models.Call(d, 3); return err },
		"several outputs":    func() error { _, err := models.Call(twoOutputs(), cosine(2, 3)); return err },
		"a wrong model call": func() error { _, err := models.Call(residual(), cosine(2, 3)); return err },
	} {
		require.Error(t, f(), reason)
	}
}

func TestTrainOnBatchAndScores(t *testing.T) {
	m := compileMSE(t, chain(1, ""))
	x, y := cosine(4, 3), cosine(4, 1)
	test, err := m.TestOnBatch(x, y)
	require.NoError(t, err)
	train, err := m.TrainOnBatch(x, y)
	require.NoError(t, err)
	assert.InDelta(t, test.Loss(), train.Loss(), 1e-7, "the values are from before the step")
	weighted, err := m.TestOnBatch(x, y, vector[float32](0, 0, 0, 0))
	require.NoError(t, err)
	assert.Zero(t, weighted.Loss())
	assert.Regexp(t, `^loss: \d\.\d{4}$`, test.String())
	assert.Regexp(t, `>loss</th></tr>\n<tr><td[^>]*>\d\.\d{4}</td></tr>`, test.HTML())
	assert.Equal(t, map[string]any{"text/html": test.HTML(), "text/plain": test.String()}, test.SimpleRender())
	_, ok := test.Get("nope")
	assert.False(t, ok)
	_, err = m.TrainOnBatch(x, y, nil, nil)
	require.Error(t, err)
}

// TestStateGoesOn: what a layer carries is written after each batch, also without training.
func TestStateGoesOn(t *testing.T) {
	var seen *keras.Variable
	count := layers.Custom(layers.CustomSpec{
		Name: "Count",
		Build: func(l *keras.Base, in ...keras.Shape) error {
			seen = l.AddWeight("seen", keras.Shape{1}, initializers.Zeros(), keras.NonTrainable())
			return nil
		},
		Call: func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			t.Carry(seen, ops.Add(t.Var(seen), ops.Constant(t, tensor.New(tensor.WithBacking([]float32{1})))))
			return t.Out(in[0])
		},
	})
	x := keras.Input(keras.Shape{3})
	m := compileMSE(t, models.Must(models.New(x, layers.Dense(1).Apply(count.Apply(x)))))
	after := func(want float32, what string, err error) {
		t.Helper()
		require.NoError(t, err, what)
		assert.Equal(t, []float32{want}, seen.Value().Data(), what)
	}
	_, err := m.Fit(cosine(8, 3), cosine(8, 1), models.FitConfig{BatchSize: 4, Verbose: models.Silent})
	after(2, "fit", err)
	_, err = m.Evaluate(cosine(8, 3), cosine(8, 1), models.EvaluateConfig{BatchSize: 2, Verbose: models.Silent})
	after(6, "evaluate", err)
	_, err = m.Predict(cosine(8, 3))
	after(7, "predict", err)
	_, err = m.PredictOnBatch(cosine(8, 3))
	after(8, "predict_on_batch", err)
	_, err = models.Call(m, cosine(8, 3))
	after(9, "a call", err)
}
