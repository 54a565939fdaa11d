package gokeras_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/applications"
	"github.com/gokeras/gokeras/examples/guide/functional"
	"github.com/gokeras/gokeras/examples/guide/layout"
	"github.com/gokeras/gokeras/examples/guide/packaging"
	"github.com/gokeras/gokeras/internal/interop"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// --- The programs of Keras's guides, as examples/guide has them ---

var anyImage = keras.Shape{keras.None, keras.None, 1}

func mnistModel(dropout float64) (*models.Model, error) {
	image := keras.Input(anyImage, keras.WithDType(tensor.Uint8))
	return models.New(image, packaging.Classify(image, dropout), models.WithClass("MnistModel"))
}

func int8Model(dropout float64) (*models.Model, error) {
	image := keras.Input(anyImage, keras.WithDType(tensor.Int8), keras.WithName("signed"))
	return models.New(image, packaging.Classify(image, dropout), models.WithName("int8_model"))
}

func mnistDictModel() (*models.Model, error) {
	image := keras.Input(anyImage, keras.WithDType(tensor.Uint8), keras.WithName("image"))
	return models.New(keras.Dict{"image": image}, packaging.Classify(image, 0), models.WithName("mnist_dict_model"))
}

func encoder() (*models.Model, error) {
	encoder, _, err := functional.Autoencoder()
	return encoder, err
}

func autoencoder() (*models.Model, error) {
	_, autoencoder, err := functional.Autoencoder()
	return autoencoder, err
}

func nestedAutoencoder() (*models.Model, error) {
	_, _, autoencoder, err := functional.NestedAutoencoder()
	return autoencoder, err
}

// pooledRNN is the guide's model inside of a recurrence, which is a layer of a model here.
func pooledRNN() (*models.Model, error) {
	classifier, err := functional.PooledClassifier(32)
	if err != nil {
		return nil, err
	}
	rnn := functional.NewCustomRNN(32)
	rnn.Classifier = classifier
	inputs := keras.Input(nil, keras.WithBatchShape(keras.Shape{16, 10, 5}))
	return models.New(inputs, rnn.Apply(inputs))
}

func subclassedMLP() (*models.Model, error) {
	m := functional.NewSubclassedMLP()
	return &m.Model, m.Build(keras.Shape{keras.None, 32})
}

func customModel() (*models.Model, error) {
	m := layout.NewCustom(10)
	return &m.Model, m.Build(keras.Shape{keras.None, 28, 28, 1})
}

// similarity goes on from two texts in one embedding.
func similarity() (*models.Model, error) {
	encoded, err := functional.SharedEmbedding()
	if err != nil {
		return nil, err
	}
	a := layers.GlobalAveragePooling1D().Apply(encoded.Outputs()[0])
	b := layers.GlobalAveragePooling1D().Apply(encoded.Outputs()[1])
	return models.New(encoded.InputStructure(), layers.Dense(1).WithName("similarity").Apply(layers.Multiply().Apply(a, b)))
}

func modelCalledTwice() (*models.Model, error) {
	inputs := keras.Input(keras.Shape{6})
	x := layers.Dense(5).Activation("relu").Apply(inputs)
	tower, err := models.New(inputs, layers.Dense(3).Activation("tanh").Apply(x), models.WithName("tower"))
	if err != nil {
		return nil, err
	}
	left := keras.Input(keras.Shape{6}, keras.WithName("left"))
	right := keras.Input(keras.Shape{6}, keras.WithName("right"))
	x = layers.Subtract().Apply(tower.Apply(left), tower.Apply(right))
	return models.New(keras.List{left, right}, layers.Dense(1).WithName("distance").Apply(x))
}

// --- How they are compiled ---

func byName(optimizer, loss, metric string) models.CompileConfig {
	return models.CompileConfig{Optimizer: optimizers.Named(optimizer), Loss: losses.Named(loss), Metrics: metrics.List{metrics.Named(metric)}}
}

func digitClasses() models.CompileConfig {
	return byName("adam", "sparse_categorical_crossentropy", "sparse_categorical_accuracy")
}

func fromLogits(optimizer optimizers.Optimizer) models.CompileConfig {
	return models.CompileConfig{
		Optimizer: optimizer,
		Loss:      losses.SparseCategoricalCrossentropy().FromLogits(true),
		Metrics:   metrics.List{metrics.Named("accuracy")},
	}
}

func regression(optimizer optimizers.Optimizer) models.CompileConfig {
	return models.CompileConfig{Optimizer: optimizer, Loss: losses.Named("mse"), Metrics: metrics.List{metrics.Named("mae")}}
}

// guideProgram is a program up to compile; the fixture has the rest under the same name.
type guideProgram struct {
	make    func() (*models.Model, error)
	compile models.CompileConfig
}

func guidePrograms() map[string]guideProgram {
	binary := losses.BinaryCrossentropy().FromLogits(true)
	categorical := losses.CategoricalCrossentropy().FromLogits(true)
	return map[string]guideProgram{
		"MnistModel":         {func() (*models.Model, error) { return mnistModel(0) }, digitClasses()},
		"MnistModel of int8": {func() (*models.Model, error) { return int8Model(0) }, digitClasses()},
		"MnistDictModel":     {mnistDictModel, digitClasses()},
		"surgery": {func() (*models.Model, error) {
			m, err := mnistModel(0)
			if err != nil {
				return nil, err
			}
			return packaging.IsZero(m)
		}, byName("adam", "binary_crossentropy", "binary_accuracy")},
		"MLP":                 {functional.MLP, fromLogits(optimizers.RMSprop())},
		"encoder":             {encoder, regression(optimizers.Adam())},
		"autoencoder":         {autoencoder, regression(optimizers.Adam())},
		"autoencoder, nested": {nestedAutoencoder, regression(optimizers.Adam())},
		"ensemble":            {functional.Ensemble, regression(optimizers.Adam())},
		"tickets, lists": {functional.TicketsList, models.CompileConfig{
			Optimizer: optimizers.RMSprop(1e-3), Loss: losses.List{binary, categorical}, LossWeights: losses.WeightList{1, 0.2}}},
		"tickets, dicts": {functional.Tickets, models.CompileConfig{
			Optimizer: optimizers.Adam(), Loss: losses.ByOutput{"priority": binary, "department": categorical},
			LossWeights: losses.WeightsByOutput{"priority": 1, "department": 0.2}}},
		"toy ResNet": {func() (*models.Model, error) { return functional.ToyResNet(0) }, models.CompileConfig{
			Optimizer: optimizers.RMSprop(1e-3), Loss: categorical, Metrics: metrics.List{metrics.Named("acc")}}},
		"shared embedding":     {similarity, regression(optimizers.SGD(0.5))},
		"subclassed MLP":       {subclassedMLP, fromLogits(optimizers.Adam())},
		"custom layer":         {functional.CustomModel, fromLogits(optimizers.Adam())},
		"custom RNN":           {functional.RNNModel, regression(optimizers.Adam())},
		"custom RNN, pooled":   {pooledRNN, regression(optimizers.Adam())},
		"Sequential":           {layout.Sequential, byName("adam", "sparse_categorical_crossentropy", "accuracy")},
		"subclassed model":     {customModel, byName("adam", "sparse_categorical_crossentropy", "accuracy")},
		"image and text":       {layout.Functional, byName("adam", "sparse_categorical_crossentropy", "accuracy")},
		"a model called twice": {modelCalledTwice, regression(optimizers.SGD(0.5))},
	}
}

// --- What Keras computes ---

// guideFile is testdata/guide.json, which tools/golden writes.
type guideFile struct {
	Programs []*guideCase
}

type guideCase struct {
	Name, Model   string
	Layers        []string
	Params, Shift int
	X, Y          structure
	Outputs       structure
	Features      []struct {
		Layer string
		sketch
	}
	EvaluateBatch int `json:"evaluate_batch"`
	Evaluate      []float64
	Scores        map[string]float64
	Batch         int
	Steps         []map[string]float64
	Trained       []struct {
		Path string
		sketch
	}
	OutputsTrained   structure   `json:"outputs_trained"`
	OriginalsTrained []structure `json:"originals_trained"`
}

// sketch is what tells a large array from another.
type sketch struct {
	Shape  keras.Shape
	Sum    float64
	AbsSum float64 `json:"abs_sum"`
	First  []float64
}

// structure is a *tensor.Dense, data.List or data.Dict, in the fixture given by elements or by a rule.
type structure struct{ value any }

func (s *structure) UnmarshalJSON(text []byte) error {
	if text[0] == '[' {
		var list []structure
		if err := json.Unmarshal(text, &list); err != nil {
			return err
		}
		out := data.List{}
		for _, e := range list {
			out = append(out, e.value.(*tensor.Dense))
		}
		s.value = out
		return nil
	}
	var leaf struct {
		rule
		Data []float32
	}
	if err := json.Unmarshal(text, &leaf); err == nil && leaf.Shape != nil {
		if leaf.Rule == "" {
			s.value = tensor.New(tensor.WithShape(leaf.Shape...), tensor.WithBacking(leaf.Data))
			return nil
		}
		var err error
		s.value, err = leaf.make()
		return err
	}
	var dict map[string]structure
	if err := json.Unmarshal(text, &dict); err != nil {
		return err
	}
	out := data.Dict{}
	for k, e := range dict {
		out[k] = e.value.(*tensor.Dense)
	}
	s.value = out
	return nil
}

// rule is one of the fixture's rules for an array.
type rule struct {
	Rule                 string
	Shape                []int
	Classes, Tile, Start int
}

func (r *rule) make() (*tensor.Dense, error) {
	switch r.Rule {
	case "cos":
		return filled(r.Shape, func(i int) float32 { return float32(math.Cos(float64(i)) * 0.5) }), nil
	case "sin":
		return filled(r.Shape, func(i int) float32 { return float32(math.Sin(float64(i)) * 0.5) }), nil
	case "chirp":
		return filled(r.Shape, func(i int) float32 { return float32(math.Cos(float64(i*i)) * 0.5) }), nil
	case "tiles":
		height, width, channels := r.Shape[1], r.Shape[2], r.Shape[3]
		return filled(r.Shape, func(i int) float32 {
			n, row, column, channel := i/(height*width*channels), i/(width*channels)%height, i/channels%width, i%channels
			k := r.Start + ((n*r.Tile+row%r.Tile)*r.Tile+column%r.Tile)*channels + channel
			return float32(math.Cos(float64(k*k)) * 0.5)
		}), nil
	case "u8":
		return filled(r.Shape, func(i int) uint8 { return uint8(7 * i) }), nil
	}
	labels := filled(r.Shape, func(i int) int32 { return int32(7 * i % r.Classes) })
	switch r.Rule {
	case "zeros":
		return data.Equal(labels, 0), nil
	case "one_hot":
		return data.ToCategorical(labels, r.Classes)
	}
	return labels, nil
}

func filled[T any](shape []int, element func(i int) T) *tensor.Dense {
	elements := make([]T, keras.Shape(shape).Size())
	for i := range elements {
		elements[i] = element(i)
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(elements))
}

// sine gives a model the weights of the fixture's rule.
func sine(t *testing.T, m *models.Model, shift int) {
	t.Helper()
	var values []*tensor.Dense
	for k, w := range m.Weights() {
		values = append(values, filled(w.Shape(), func(i int) float32 { return float32(math.Sin(float64(i+shift*k)) * 0.1) }))
	}
	require.NoError(t, m.SetWeights(values))
}

// rows are some samples of a structure.
func rows(t *testing.T, x any, from, to int) any {
	t.Helper()
	leaves, _, err := data.Leaves(x)
	require.NoError(t, err)
	cut := make([]*tensor.Dense, len(leaves))
	for i, l := range leaves {
		cut[i] = data.Slice(l, from, to)
	}
	out, err := data.Rebuild(x, cut)
	require.NoError(t, err)
	return out
}

// numbers are the elements of a tensor of any type.
func numbers(x *tensor.Dense) []float64 { return data.Cast(x, tensor.Float64).Float64s() }

// --- The comparison ---

// What two float32 computations of one formula may differ by, relative to the
// largest element: sums in another order.
const (
	forward = 1e-5
	trained = 1e-4 // after steps, whose optimizers divide small gradients by small roots
)

// near compares elements.
func near(t *testing.T, want, got []float64, tolerance float64, what string) {
	t.Helper()
	if !assert.Len(t, got, len(want), what) {
		return
	}
	largest, worst, at := 0.0, 0.0, 0
	for i, v := range want {
		largest = max(largest, math.Abs(v))
		if d := math.Abs(got[i] - v); d > worst || math.IsNaN(d) {
			worst, at = d, i
		}
	}
	if !(worst <= tolerance*largest) {
		t.Errorf("%s: element %d is %v, in Keras %v: the difference is %.1e of the largest", what, at, got[at], want[at], worst/largest)
	}
}

// nearAll compares structures.
func nearAll(t *testing.T, want structure, got any, tolerance float64, what string) {
	t.Helper()
	if !assert.IsType(t, want.value, got, what) {
		return
	}
	wants, keys, err := data.Leaves(want.value)
	require.NoError(t, err)
	gots, gotKeys, err := data.Leaves(got)
	require.NoError(t, err)
	require.Equal(t, keys, gotKeys, what)
	require.Len(t, gots, len(wants), what)
	for i, w := range wants {
		assert.Equal(t, w.Shape(), gots[i].Shape(), what)
		near(t, numbers(w), numbers(gots[i]), tolerance, what)
	}
}

// near compares a tensor with what is known of it.
func (s *sketch) near(t *testing.T, got *tensor.Dense, tolerance float64, what string) {
	t.Helper()
	assert.Equal(t, s.Shape, keras.Shape(got.Shape()), what)
	all := numbers(got)
	near(t, s.First, all[:len(s.First)], tolerance, what)
	sum, absSum := 0.0, 0.0
	for _, v := range all {
		sum += v
		absSum += math.Abs(v)
	}
	near(t, []float64{s.AbsSum, s.Sum}, []float64{absSum, sum}, tolerance, "sums of "+what)
}

func nearScores(t *testing.T, want map[string]float64, got *models.Scores, tolerance float64, what string) {
	t.Helper()
	assert.Len(t, got.Names(), len(want), what)
	for name, w := range want {
		g, ok := got.Get(name)
		assert.True(t, ok, "%s has %s", what, name)
		near(t, []float64{w}, []float64{g}, tolerance, what+" "+name)
	}
}

func guide(t *testing.T) *guideFile {
	t.Helper()
	text, err := os.ReadFile("testdata/guide.json")
	require.NoError(t, err)
	var file guideFile
	require.NoError(t, json.Unmarshal(text, &file))
	require.NotEmpty(t, file.Programs)
	return &file
}

// named is the case of a name.
func (f *guideFile) named(t *testing.T, name string) *guideCase {
	t.Helper()
	for _, c := range f.Programs {
		if c.Name == name {
			return c
		}
	}
	require.Fail(t, "testdata/guide.json has no "+name)
	return nil
}

// Every program of the guides gives what it gives in Keras, from the names of the
// layers to the weights after four steps.
func TestGuideProgramsAreThoseOfKeras(t *testing.T) {
	file, programs := guide(t), guidePrograms()
	require.Len(t, programs, len(file.Programs))
	for _, c := range file.Programs {
		t.Run(c.Name, func(t *testing.T) {
			p, ok := programs[c.Name]
			require.True(t, ok, "a program for the fixture's %q", c.Name)
			keras.ClearSession()
			m, err := p.make()
			require.NoError(t, err)
			c.structure(t, m)
			sine(t, m, c.Shift)
			two := rows(t, c.X.value, 0, 2)

			outputs, err := m.PredictAll(two)
			require.NoError(t, err)
			nearAll(t, c.Outputs, outputs, forward, "outputs")
			c.features(t, m, two)

			require.NoError(t, m.Compile(p.compile))
			scores, err := m.Evaluate(c.X.value, c.Y.value, models.EvaluateConfig{BatchSize: c.EvaluateBatch, Verbose: models.Silent})
			require.NoError(t, err)
			nearScores(t, c.Scores, scores, forward, "evaluate")
			near(t, c.Evaluate, scores.Values(), forward, "evaluate, in the order "+strings.Join(scores.Names(), ", "))

			for i, want := range c.Steps {
				from, to := i*c.Batch, (i+1)*c.Batch
				scores, err := m.TrainOnBatch(rows(t, c.X.value, from, to), rows(t, c.Y.value, from, to))
				require.NoError(t, err)
				nearScores(t, want, scores, trained, "training step")
			}
			for i, w := range c.Trained {
				w.near(t, m.Weights()[i].Value(), trained, w.Path+" after training")
			}
			outputs, err = m.PredictAll(two)
			require.NoError(t, err)
			nearAll(t, c.OutputsTrained, outputs, trained, "outputs after training")
			interop.Leave(t, "guide "+c.Name, m, two)
		})
	}
}

// structure compares names and sizes.
func (c *guideCase) structure(t *testing.T, m *models.Model) {
	assert.Equal(t, c.Model, m.Name())
	assert.Equal(t, c.Params, m.CountParams())
	var names []string
	for _, l := range m.Layers() {
		names = append(names, l.Name())
	}
	assert.Equal(t, c.Layers, names)
	require.Len(t, m.Weights(), len(c.Trained))
	for i, w := range m.Weights() {
		assert.Equal(t, c.Trained[i].Path, w.Path())
		assert.Equal(t, c.Trained[i].Shape, w.Shape(), w.Path())
	}
}

// features compares the outputs of all layers, which one model from the inputs to
// all of them gives. Those of a model inside belong to another graph; a subclassed model has none.
func (c *guideCase) features(t *testing.T, m *models.Model, x any) {
	if len(c.Features) == 0 {
		return
	}
	var outputs keras.List
	var names []string
	for _, l := range m.Layers() {
		if _, nested := l.(keras.Container); !nested {
			outputs = append(outputs, l.Output())
			names = append(names, l.Name())
		}
	}
	extractor, err := models.New(m.InputStructure(), outputs)
	require.NoError(t, err)
	got, err := extractor.PredictAll(x)
	require.NoError(t, err)
	if one, single := got.(*tensor.Dense); single {
		got = data.List{one}
	}
	require.Len(t, got, len(c.Features))
	for i, want := range c.Features {
		assert.Equal(t, want.Layer, names[i])
		want.near(t, got.(data.List)[i], forward, "output of "+want.Layer)
	}
}

// A model that was cut out of another shares its layers: training one trains both.
func TestSurgeryTrainsTheOriginalToo(t *testing.T) {
	file := guide(t)
	c := file.named(t, "surgery")
	original, err := mnistModel(0)
	require.NoError(t, err)
	sine(t, original, 0)
	binary, err := packaging.IsZero(original)
	require.NoError(t, err)
	sine(t, binary, 0)
	require.NoError(t, binary.Compile(byName("adam", "binary_crossentropy", "binary_accuracy")))
	for i := range c.Steps {
		from, to := i*c.Batch, (i+1)*c.Batch
		_, err := binary.TrainOnBatch(rows(t, c.X.value, from, to), rows(t, c.Y.value, from, to))
		require.NoError(t, err)
	}
	got, err := original.Predict(rows(t, c.X.value, 0, 2))
	require.NoError(t, err)
	require.Len(t, c.OriginalsTrained, 1)
	nearAll(t, c.OriginalsTrained[0], got, trained, "the original's outputs")
	untrained := numbers(file.named(t, "MnistModel").Outputs.value.(*tensor.Dense))
	moved := math.Abs(numbers(got)[0]/untrained[0] - 1)
	assert.Greater(t, moved, 10*trained, "training changes them by more than what the comparison allows")
}

// The packaged models are those of the guide. Their Dropout does nothing outside training.
func TestApplicationsAreTheGuidesModels(t *testing.T) {
	file := guide(t)
	for name, m := range map[string]*models.Model{"MnistModel": applications.MnistModel(), "MnistDictModel": applications.MnistDictModel()} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, m.Err())
			c := file.named(t, name)
			sine(t, m, c.Shift)
			require.NoError(t, m.Compile(digitClasses()))
			got, err := m.PredictAll(rows(t, c.X.value, 0, 2))
			require.NoError(t, err)
			nearAll(t, c.Outputs, got, forward, "outputs")
			scores, err := m.Evaluate(c.X.value, c.Y.value, models.EvaluateConfig{BatchSize: c.EvaluateBatch, Verbose: models.Silent})
			require.NoError(t, err)
			nearScores(t, c.Scores, scores, forward, "evaluate")
		})
	}
}

// A model with a layer of the user's own is rebuilt from its config, if the class is named.
func TestCustomLayerComesBackFromItsConfig(t *testing.T) {
	m, err := functional.CustomModel()
	require.NoError(t, err)
	text, err := m.ToJSON()
	require.NoError(t, err)

	_, err = models.FromJSON(text)
	assert.ErrorContains(t, err, "CustomDense")

	again, err := models.FromJSON(text, models.WithCustomLayers(map[string]func() keras.Layer{
		"CustomDense": func() keras.Layer { return functional.NewCustomDense(0) },
	}))
	require.NoError(t, err)
	c := guide(t).named(t, "custom layer")
	assert.Equal(t, c.Params, again.CountParams(), "units come from the config")
	sine(t, again, c.Shift)
	got, err := again.Predict(rows(t, c.X.value, 0, 2))
	require.NoError(t, err)
	nearAll(t, c.Outputs, got, forward, "outputs")
}
