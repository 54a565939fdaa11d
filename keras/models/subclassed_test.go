package models_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// convNet is a model of a user: layers in fields, one field a list.
type convNet struct {
	models.Subclassed
	Classes            int `keras:"classes"`
	Conv1, Pool1, Flat keras.Layer
	Out                keras.Layer `keras:"dense"`
	More               []keras.Layer
	Drop               keras.Layer
}

func newConvNet(classes int) *convNet {
	m := &convNet{
		Classes: classes,
		Conv1:   layers.Conv2D(4, 3).Activation("relu"),
		Pool1:   layers.MaxPooling2D(2),
		Flat:    layers.Flatten(),
		Out:     layers.Dense(classes).Activation("softmax"),
		More:    []keras.Layer{layers.Dense(3), layers.Dense(3)},
		Drop:    layers.Dropout(0.5),
	}
	m.Init(m, "ConvNet")
	return m
}

func (m *convNet) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x := t.Apply(m.Flat, t.Apply(m.Pool1, t.Apply(m.Conv1, in[0])))
	for _, l := range m.More {
		x = t.Apply(l, x)
	}
	return t.Out(t.Apply(m.Out, t.Apply(m.Drop, x)))
}

// twoHeads has two outputs.
type twoHeads struct {
	models.Subclassed
	A, B keras.Layer
}

func newTwoHeads() *twoHeads {
	m := &twoHeads{A: layers.Dense(1), B: layers.Dense(2)}
	m.Init(m, "Two")
	return m
}

func (m *twoHeads) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(t.Apply(m.A, in[0]), t.Apply(m.B, in[0]))
}

// outer has models inside.
type outer struct {
	models.Subclassed
	Inner *twoHeads
	Seq   *models.Model
	Head  keras.Layer
}

func newOuter() *outer {
	m := &outer{Inner: newTwoHeads(), Seq: models.Must(models.Sequential(layers.Dense(2))), Head: layers.Dense(1)}
	m.Init(m, "Outer")
	return m
}

func (m *outer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	heads := t.ApplyAll(m.Inner, in[0])
	return t.Out(t.Apply(m.Head, t.Apply(m.Seq, heads[1])))
}

// stacks has models of all kinds, made with and without an input shape, of which one is called twice.
type stacks struct {
	models.Subclassed
	Functional, Known, Open *models.Model
}

func newStacks() *stacks {
	x := input("", 2)
	m := &stacks{
		Functional: build(x, layers.Dense(2).Apply(x), ""),
		Known:      models.Must(models.Sequential(layers.InputLayer(keras.Shape{2}), layers.Dense(2))),
		Open:       models.Must(models.Sequential(layers.Dense(2), models.Must(models.Sequential(layers.Dense(3))))),
	}
	m.Init(m, "Stacks")
	return m
}

func (m *stacks) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(t.Apply(m.Open, t.Apply(m.Known, t.Apply(m.Functional, t.Apply(m.Functional, in[0])))))
}

// bag is a layer, not a model, with layers and a model inside.
type bag struct {
	keras.Base
	D keras.Layer
	M *twoHeads
	L []keras.Layer
}

func newBag() *bag {
	b := &bag{D: layers.Dense(2), M: newTwoHeads(), L: []keras.Layer{layers.Dense(1)}}
	b.Init(b, "Bag")
	return b
}

func (b *bag) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(t.Apply(b.L[0], t.ApplyAll(b.M, t.Apply(b.D, in[0]))[1]))
}

func functionalOf(l keras.Layer) *models.Model {
	x := input("x", 3)
	return models.Must(models.New(x, dense(1, "head").Apply(l.Apply(x))))
}

func zeros(shape ...int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.Of(tensor.Float32))
}

func calledOn(m *models.Model, shape ...int) *models.Model {
	_, err := models.CallArgs(m.Self(), models.Args{}, zeros(shape...))
	return models.Must(m, err)
}

func predicted(m *models.Model, x *tensor.Dense, batchSize int) *models.Model {
	_, err := m.PredictAll(x, models.PredictConfig{BatchSize: batchSize, Verbose: models.Silent})
	return models.Must(m, err)
}

func TestSubclassedModelsAreThoseOfKeras(t *testing.T) {
	var file struct {
		Models []struct {
			Name, Text, Expanded string
			Paths                []string
		}
	}
	fixture(t, "subclassed.json", &file)
	made := map[string]func() *models.Model{
		"unbuilt": func() *models.Model { return &newConvNet(10).Model },
		"built": func() *models.Model {
			m := newConvNet(10)
			return models.Must(&m.Model, m.Build(keras.Shape{keras.None, 8, 8, 1}))
		},
		"trained": func() *models.Model { return trained(&newConvNet(10).Model, tensor.Float32, []int{8, 8, 1}, "adam") },
		"models inside": func() *models.Model {
			m := newOuter()
			return models.Must(&m.Model, m.Build(keras.Shape{keras.None, 3}))
		},
		"in a functional model":                func() *models.Model { return functionalOf(newOuter()) },
		"a layer of layers":                    func() *models.Model { return functionalOf(newBag()) },
		"called on one image":                  func() *models.Model { return calledOn(&newConvNet(10).Model, 1, 8, 8, 1) },
		"called on two batches":                func() *models.Model { return calledOn(calledOn(&newTwoHeads().Model, 3, 3), 2, 3) },
		"predicted":                            func() *models.Model { return predicted(&newTwoHeads().Model, zeros(7, 3), 5) },
		"predicted, less than a batch":         func() *models.Model { return predicted(&newTwoHeads().Model, zeros(7, 3), 9) },
		"models inside, called on data":        func() *models.Model { return calledOn(&newOuter().Model, 4, 3) },
		"models inside, called on two batches": func() *models.Model { return calledOn(calledOn(&newOuter().Model, 4, 3), 2, 3) },
		"models inside, trained":               func() *models.Model { return trained(&newOuter().Model, tensor.Float32, []int{3}, "adam") },
		"models of all kinds":                  func() *models.Model { return &newStacks().Model },
		"models of all kinds, built": func() *models.Model {
			m := newStacks()
			return models.Must(&m.Model, m.Build(keras.Shape{keras.None, 2}))
		},
		"models of all kinds, called on data":        func() *models.Model { return calledOn(&newStacks().Model, 4, 2) },
		"models of all kinds, called on two batches": func() *models.Model { return calledOn(calledOn(&newStacks().Model, 4, 2), 3, 2) },
		"models of all kinds, predicted":             func() *models.Model { return predicted(&newStacks().Model, zeros(7, 2), 5) },
		"two outputs in a summary": func() *models.Model {
			m := newTwoHeads()
			return models.Must(&m.Model, m.Build(keras.Shape{keras.None, 3}))
		},
	}
	require.Len(t, file.Models, len(made))
	for _, c := range file.Models {
		t.Run(c.Name, func(t *testing.T) {
			keras.ClearSession()
			m := made[c.Name]()
			assert.Equal(t, c.Text, m.Summary().String())
			assert.Equal(t, c.Expanded, m.Summary(models.SummaryConfig{ExpandNested: true, ShowTrainable: true}).String())
			var paths []string
			for _, w := range m.Weights() {
				paths = append(paths, w.Path())
			}
			assert.Equal(t, c.Paths, paths)
		})
	}
}

func TestASubclassedIsAModel(t *testing.T) {
	keras.SetRandomSeed(1)
	m := newConvNet(3)
	assert.Equal(t, "<ConvNet name="+m.Name()+", built=False>", m.String())
	assert.Empty(t, m.GetWeights())
	require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.Adam(0.01), Loss: losses.SparseCategoricalCrossentropy(),
		Metrics: metrics.List{metrics.Named("accuracy")}}))
	x, y := cosine(32, 8, 8, 1), labels(32, 3)
	history, err := m.Fit(x, y, models.FitConfig{Epochs: 20, BatchSize: 8, Verbose: models.Silent})
	require.NoError(t, err)
	assert.Less(t, history.History["loss"][19], history.History["loss"][0], "it learns")
	assert.Contains(t, history.History, "accuracy")

	first, err := m.Predict(x)
	require.NoError(t, err)
	again, err := models.Call(m, x)
	require.NoError(t, err)
	near(t, floats(first), floats(again), 1e-6, "Call on data, without dropout as in Predict")
	embedded, err := models.Call(&m.Model, x)
	require.NoError(t, err)
	near(t, floats(first), floats(embedded), 1e-6, "the Model that is inside")
	outs, err := models.CallArgs(m, models.Args{Training: keras.On}, x)
	require.NoError(t, err)
	assert.NotEqual(t, floats(first), floats(outs[0]), "in training there is dropout")

	other := newConvNet(3)
	require.NoError(t, other.Build(keras.Shape{keras.None, 8, 8, 1}))
	require.NoError(t, other.SetWeights(m.GetWeights()))
	same, err := other.Predict(x)
	require.NoError(t, err)
	assert.Equal(t, floats(first), floats(same), "the weights make the model")

	scores, err := m.Evaluate(x, y, models.EvaluateConfig{Verbose: models.Silent})
	require.NoError(t, err)
	assert.InDelta(t, 0, scores.Loss()-score(t, &other.Model, x, y), 1e-6)

	m.SetTrainable(false)
	assert.False(t, m.Conv1.IsTrainable())
	l, err := m.GetLayer(m.Conv1.Name())
	require.NoError(t, err)
	assert.Same(t, m.Conv1, l)
	larger, err := m.Conv1.(interface {
		OutputShapes(...keras.Shape) ([]keras.Shape, error)
	}).OutputShapes(keras.Shape{1, 9, 9, 1})
	require.NoError(t, err)
	assert.Equal(t, keras.Shape{1, 7, 7, 4}, larger[0])
}

func score(t *testing.T, m *models.Model, x, y *tensor.Dense) float64 {
	t.Helper()
	require.NoError(t, m.Compile(models.CompileConfig{Loss: losses.SparseCategoricalCrossentropy()}))
	s, err := m.Evaluate(x, y, models.EvaluateConfig{Verbose: models.Silent})
	require.NoError(t, err)
	return s.Loss()
}

func TestASubclassedTakesShapesThatItsLayersTake(t *testing.T) {
	m := newTwoHeads()
	for _, shape := range [][]int{{4, 3}, {2, 5, 3}, {1, 3}} {
		all, err := m.PredictAll(cosine(shape...))
		require.NoError(t, err)
		assert.Equal(t, append(shape[:len(shape)-1:len(shape)-1], 2), []int(all.(data.List)[1].Shape()))
	}
	_, err := m.PredictAll(cosine(4, 5))
	require.ErrorContains(t, err, "(Dense): Input 0 is incompatible with the layer: expected axis -1 of input shape to have value 3")
	_, err = m.Predict(cosine(4, 3))
	require.ErrorContains(t, err, "the model has 2 outputs")
}

func TestOutputsOfASubclassedHaveNames(t *testing.T) {
	m := newTwoHeads()
	mse, mae := losses.Named("mse"), losses.Named("mae")
	require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD(), Loss: losses.ByOutput{"output_1": mse, "output_2": mae}}))
	history, err := m.Fit(cosine(4, 3), data.List{cosine(4, 1), cosine(4, 2)}, silent)
	require.NoError(t, err)
	assert.Contains(t, history.History, "output_1_loss")
	assert.Contains(t, history.History, "output_2_loss")
	require.ErrorContains(t, m.Compile(models.CompileConfig{Loss: losses.ByOutput{"a": mse}}), "output_1")
}

// sum adds its inputs, the second one twice.
type sum struct{ models.Subclassed }

func (m *sum) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	if len(in) != 2 {
		return nil, keras.Expected(keras.ErrShape, "2 inputs", len(in))
	}
	return t.Out(ops.Add(in[0], ops.Scale(in[1], 2, 0)))
}

func newSum() *sum {
	m := &sum{}
	m.Init(m, "Sum")
	return m
}

func TestInputsOfASubclassedMayBeAListOrADict(t *testing.T) {
	one, two := cosine(2, 3), sine(2, 3)
	want, err := newSum().Predict(data.List{one, two})
	require.NoError(t, err)
	m := newSum()
	got, err := m.Predict(data.Dict{"b": two, "a": one})
	require.NoError(t, err)
	assert.Equal(t, floats(want), floats(got), "sorted keys")
	_, err = m.Predict(data.Dict{"b": two})
	require.ErrorContains(t, err, `Missing data for input "a"`)
	_, err = newSum().Predict(one)
	require.ErrorContains(t, err, "expected 2 inputs, received 1")
	require.ErrorIs(t, err, keras.ErrShape)

	a, b := input("a", 3), input("b", 3)
	f := models.Must(models.New(keras.List{a, b}, newSum().Apply(a, b)))
	inside, err := f.Predict(data.List{one, two})
	require.NoError(t, err)
	near(t, floats(want), floats(inside), 1e-6, "in a functional model")
	assert.IsType(t, &keras.Tensor{}, keras.ApplyTo(newSum(), keras.Dict{"b": b, "a": a}))
	heads := keras.ApplyTo(newTwoHeads(), a)
	require.IsType(t, keras.List{}, heads)
}

func TestASubclassedIsConnectedLikeALayer(t *testing.T) {
	m := newTwoHeads()
	require.ErrorContains(t, m.Input().Err(), "The layer "+m.Name()+" has never been called and thus has no defined input.")
	x := input("x", 3)
	outs := keras.Apply(m, x)
	require.Len(t, outs, 2)
	require.NoError(t, outs[0].Err())
	assert.Same(t, x, m.Input())
	assert.Same(t, keras.Layer(m), outs[0].Node().Layer())
	embedded := keras.Apply(&m.Model, x)
	assert.Same(t, keras.Layer(m), embedded[0].Node().Layer(), "the Model that is inside stands for the whole")
	f := models.Must(models.New(x, keras.List{outs[0], embedded[1]}))
	assert.Len(t, f.Weights(), 4, "shared")
	_, err := f.PredictAll(cosine(2, 3))
	require.NoError(t, err)
}

// naked has no Call, halfway no Init.
type naked struct{ models.Subclassed }

func TestASubclassedThatIsNotComplete(t *testing.T) {
	m := &naked{}
	_, err := m.Predict(cosine(2, 3))
	require.ErrorContains(t, err, "a Subclassed after its Init")
	m.Init(m, "Naked")
	_, err = m.Predict(cosine(2, 3))
	require.ErrorContains(t, err, "Model Naked does not have a `Call` method implemented.")
	require.ErrorIs(t, m.Build(keras.Shape{keras.None, 3}), keras.ErrState)
	require.ErrorIs(t, m.Build(), keras.ErrShape)
	_, err = m.Fit(cosine(2, 3), cosine(2, 3))
	require.Error(t, err)
	assert.Empty(t, m.Weights())

	bad := newConvNet(2)
	_, err = bad.Predict(cosine(2, 8))
	require.ErrorContains(t, err, "(Conv2D)")
	assert.Empty(t, bad.Weights(), "a call that fails leaves no weights")
	_, err = bad.Predict(cosine(2, 8, 8, 1))
	require.NoError(t, err, "and may be made again")
}

func TestManyUseASubclassedFirst(t *testing.T) {
	m := newConvNet(2)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			_, err := m.Predict(cosine(2, 8, 8, 1))
			assert.NoError(t, err)
			_ = m.Summary().String()
		})
	}
	wg.Wait()
	assert.Len(t, m.Weights(), 8)
}

func TestJSONOfASubclassed(t *testing.T) {
	keras.RegisterLayer("pkg", "ConvNet", func() keras.Layer { return newConvNet(1) })
	m := newConvNet(5)
	require.NoError(t, m.Build(keras.Shape{keras.None, 8, 8, 1}))
	require.NoError(t, m.Compile(models.CompileConfig{Optimizer: optimizers.SGD(), Loss: losses.Named("mse")}))
	text, err := m.ToJSON()
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(text), `{"module": null, "class_name": "ConvNet", "config": {"name": "`+m.Name()+`", "trainable": true, "dtype": {`), string(text))
	assert.Contains(t, string(text), `"classes": 5}, "registered_name": "pkg>ConvNet", "build_config": {"input_shape": [null, 8, 8, 1]}, "compile_config": {"optimizer"`)
	again, err := models.FromJSON(text)
	require.NoError(t, err)
	assert.True(t, again.Compiled())
	assert.Len(t, again.Weights(), 8, "built as it was")
	assert.Equal(t, 5, again.Self().(*convNet).Classes)
	second, err := again.ToJSON()
	require.NoError(t, err)
	assert.Equal(t, string(text), string(second))
	clone, err := models.Clone(&m.Model)
	require.NoError(t, err)
	assert.NotSame(t, m.Weights()[0], clone.Weights()[0])

	x := input("x", 8, 8, 1)
	f := models.Must(models.New(x, newConvNet(2).Apply(x)))
	text, err = f.ToJSON()
	require.NoError(t, err)
	inside, err := models.FromJSON(text)
	require.NoError(t, err)
	assert.Len(t, inside.Weights(), 8)
	assert.Contains(t, string(text), `"build_config": {"input_shape": [null, 8, 8, 1]}, "compile_config": {}, "name": `)
}

// stackNet holds a Sequential that its first call opens.
type stackNet struct {
	models.Subclassed
	Stack *models.Model
}

func (m *stackNet) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(t.Apply(m.Stack, in[0]))
}

func newStackNet() *stackNet {
	m := &stackNet{Stack: models.Must(models.Sequential(layers.Conv1D(4, 3), layers.GlobalAveragePooling1D(), layers.Dense(2)))}
	m.Init(m, "StackNet")
	return m
}

// TestASequentialInsideTakesSequencesOfAllLengths: the lengths of the first call do not stay.
func TestASequentialInsideTakesSequencesOfAllLengths(t *testing.T) {
	m := newStackNet()
	y := m.Apply(input("", keras.None, 3))
	require.NoError(t, y.Err())
	assert.Equal(t, keras.Shape{keras.None, 2}, y.Shape())
	assert.Equal(t, keras.Shape{keras.None, keras.None, 3}, m.Stack.Input().Shape(), "no stand-in for the unknown length")
	for _, l := range m.Stack.Layers()[:1] {
		assert.Equal(t, keras.Shape{keras.None, keras.None, 4}, l.Output().Shape())
	}

	m = newStackNet()
	for _, length := range []int{5, 9, 3} {
		y, err := m.Predict(cosine(2, length, 3))
		require.NoError(t, err, "after data of another length")
		assert.Equal(t, tensor.Shape{2, 2}, y.Shape())
	}
	alone := models.Must(models.Sequential(layers.Conv1D(4, 3), layers.GlobalAveragePooling1D()))
	for _, length := range []int{5, 9} {
		_, err := alone.Predict(cosine(2, length, 3))
		require.NoError(t, err)
	}
	_, err := alone.Predict(cosine(2, 5, 4))
	require.ErrorContains(t, err, "(Conv1D): Input 0 is incompatible with the layer: expected axis -1 of input shape to have value 3")
	built := models.Must(models.Sequential(layers.Conv1D(4, 3)))
	require.NoError(t, built.Build(keras.Shape{keras.None, 5, 3}))
	_, err = built.Predict(cosine(2, 9, 3))
	require.ErrorContains(t, err, "expected shape=(None, 5, 3), found shape=(2, 9, 3)", "a shape that was given counts")
}

// grown is a model whose head depends on an option.
type grown struct {
	models.Subclassed
	Units int         `keras:"units"`
	Head  keras.Layer `keras:"head"`
}

func newGrown(units int) *grown {
	m := &grown{Units: units}
	m.Init(m, "Grown")
	return m
}

func (m *grown) Build(in ...keras.Shape) error {
	m.Head = layers.Dense(m.Units)
	return m.Subclassed.Build(in...)
}

func (m *grown) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(t.Apply(m.Head, in[0]))
}

// TestSubclassedBuild: layers that depend on an option come back from a file with that option.
func TestSubclassedBuild(t *testing.T) {
	m := newGrown(3)
	want, err := m.Predict(cosine(2, 4))
	require.NoError(t, err)
	var file bytes.Buffer
	require.NoError(t, m.SaveTo(&file))
	again, err := models.LoadBytes(file.Bytes(), models.WithCustomLayers(map[string]func() keras.Layer{
		"Grown": func() keras.Layer { return newGrown(1) }}))
	require.NoError(t, err)
	got, err := again.Predict(cosine(2, 4))
	require.NoError(t, err)
	assert.Equal(t, want.Data(), got.Data())
}
