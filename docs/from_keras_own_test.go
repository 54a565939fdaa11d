package docs_test

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// --- A subclassed model ---

type MLP struct {
	models.Subclassed
	Dense1 keras.Layer `keras:"dense_1"`
	Dense2 keras.Layer `keras:"dense_2"`
}

func NewMLP() *MLP {
	m := &MLP{
		Dense1: layers.Dense(64).Activation("relu"),
		Dense2: layers.Dense(10),
	}
	m.Init(m, "MLP")
	return m
}

func (m *MLP) Call(
	t *keras.Trace, in ...*gorgonia.Node,
) ([]*gorgonia.Node, error) {
	x := t.Apply(m.Dense1, in[0])
	return t.Out(t.Apply(m.Dense2, x))
}

// from-keras.md, "Subclassing".
func Example_subclassing() {
	keras.ClearSession()
	mlp := NewMLP()
	err := mlp.Build(keras.Shape{keras.None, 32})
	check(err)

	x := data.RandomNormal(keras.Shape{1, 32})
	y, err := models.Call(mlp, x)
	check(err)
	fmt.Println(y.Shape(), mlp.CountParams())
	// Output: (1, 10) 2762
}

// --- A layer ---

type CustomDense struct {
	keras.Base
	Units int `keras:"units"`
	w, b  *keras.Variable
}

func NewCustomDense(units int) *CustomDense {
	l := &CustomDense{Units: units}
	l.Init(l, "CustomDense")
	return l
}

func (l *CustomDense) Build(in ...keras.Shape) error {
	l.w = l.AddWeight("kernel",
		keras.Shape{in[0].Last(), l.Units},
		initializers.RandomNormal())
	l.b = l.AddWeight("bias",
		keras.Shape{l.Units},
		initializers.RandomNormal())
	return nil
}

func (l *CustomDense) Call(
	t *keras.Trace, in ...*gorgonia.Node,
) ([]*gorgonia.Node, error) {
	y := ops.MatMul(in[0], t.Var(l.w))
	return t.Out(ops.Add(y, t.Var(l.b)))
}

// from-keras.md, "Layers of your own".
func Example_customDense() {
	keras.ClearSession()
	inputs := keras.Input(keras.Shape{4})
	outputs := NewCustomDense(10).Apply(inputs)
	model, err := models.New(inputs, outputs)
	check(err)

	config, err := model.ToJSON()
	check(err)
	custom := func() keras.Layer { return NewCustomDense(32) }
	again, err := models.FromJSON(config,
		models.WithCustomLayers(map[string]func() keras.Layer{
			"CustomDense": custom}))
	check(err)
	fmt.Println(again.Output().Shape())
	// Output: (None, 10)
}

// --- A recurrence, step by step ---

type CustomRNN struct {
	keras.Base
	Units       int
	Projection1 keras.Layer `keras:"projection_1"`
	Projection2 keras.Layer `keras:"projection_2"`
	Classifier  keras.Layer
}

func NewCustomRNN(
	units int, classifier keras.Layer,
) *CustomRNN {
	l := &CustomRNN{
		Units: units,
		Projection1: layers.Dense(units).
			Activation("tanh"),
		Projection2: layers.Dense(units).
			Activation("tanh"),
		Classifier: classifier,
	}
	l.Init(l, "CustomRNN")
	return l
}

func (l *CustomRNN) Call(
	t *keras.Trace, in ...*gorgonia.Node,
) ([]*gorgonia.Node, error) {
	batch, steps := in[0].Shape()[0], in[0].Shape()[1]
	var outputs []*gorgonia.Node
	state := ops.Zeros(t, batch, l.Units)
	for step := range steps {
		x := ops.Take(in[0], 1, step)
		h := t.Apply(l.Projection1, x)
		y := t.Apply(l.Projection2, state)
		state = ops.Add(h, y)
		outputs = append(outputs, state)
	}
	features := ops.Stack(1, outputs...)
	return t.Out(t.Apply(l.Classifier, features))
}

// from-keras.md, "Mix the styles".
func Example_mixedStyles() {
	keras.ClearSession()
	inputs := keras.Input(keras.Shape{keras.None, 32})
	x := layers.GlobalAveragePooling1D().Apply(inputs)
	outputs := layers.Dense(1).Apply(x)
	classifier, err := models.New(inputs, outputs)
	check(err)

	inputs = keras.Input(nil,
		keras.WithBatchShape(keras.Shape{16, 10, 5}))
	x = layers.Conv1D(32, 3).Apply(inputs)
	outputs = NewCustomRNN(32, classifier).Apply(x)
	model, err := models.New(inputs, outputs)
	check(err)
	fmt.Println(model.Output().Shape())
	// Output: (16, 1)
}

// --- A package ---

type MnistModel struct{ *models.Model }

func NewMnistModel() (*MnistModel, error) {
	image := keras.Input(
		keras.Shape{keras.None, keras.None, 1},
		keras.WithDType(tensor.Uint8))
	model, err := models.New(image, classify(image, 0.4),
		models.WithClass("MnistModel"))
	return &MnistModel{model}, err
}

func classify(image *keras.Tensor, dropout float64) *keras.Tensor {
	y := layers.Rescaling(1.0 / 255).Apply(image)
	y = layers.Conv2D(16, 3).Padding("same").
		Activation("relu").Apply(y)
	y = layers.Conv2D(32, 6).Padding("same").
		Activation("relu").Strides(2).Apply(y)
	y = layers.GlobalAveragePooling2D().Apply(y)
	y = layers.Dense(48).Activation("relu").Apply(y)
	y = layers.Dropout(dropout).Apply(y)
	return layers.Dense(10).Activation("softmax").
		WithName("classification_head").Apply(y)
}

// from-keras.md, "Models as packages".
func Example_packages() {
	keras.ClearSession()
	model, err := NewMnistModel()
	check(err)
	fmt.Println(model.Name(), model.Input().Shape())

	image := keras.Input(
		keras.Shape{keras.None, keras.None, 1},
		keras.WithDType(tensor.Uint8),
		keras.WithName("image"))
	dictModel, err := models.New(
		keras.Dict{"image": image}, classify(image, 0.4))
	check(err)
	fmt.Println(dictModel.Layers()[0].Name())
	// Output:
	// mnist_model (None, None, None, 1)
	// image
}

// --- A loss ---

// logCosh is the logarithm of the hyperbolic cosine of the error.
func logCosh(
	t *keras.Trace, yTrue, yPred *gorgonia.Node,
) (*gorgonia.Node, error) {
	e := ops.Sub(yPred, yTrue)
	s := ops.Add(e, ops.Softplus(ops.Scale(e, -2, 0)))
	s = ops.Scale(s, 1, -math.Ln2) // factor, offset
	return ops.Mean(s, -1), nil
}

// from-keras.md, "Losses and metrics of your own".
func Example_ownLoss() {
	keras.ClearSession()
	model, err := models.Sequential(layers.InputLayer(keras.Shape{4}),
		layers.Dense(1).KernelInitializer(initializers.Ones()))
	check(err)
	err = model.Compile(models.CompileConfig{
		Optimizer: optimizers.Named("sgd"),
		Loss:      losses.Func("log_cosh", logCosh),
	})
	check(err)
	x := tensor.New(tensor.WithShape(1, 4), tensor.WithBacking([]float32{1, 2, 3, 4}))
	y := tensor.New(tensor.WithShape(1, 1), tensor.WithBacking([]float32{8}))
	scores, err := model.TestOnBatch(x, y)
	check(err)
	fmt.Printf("%.4f %.4f\n", scores.Loss(), math.Log(math.Cosh(2)))
	// Output: 1.3250 1.3250
}

// Quantile is a loss with an option.
type Quantile struct {
	*losses.FuncLoss
	Q float64 `keras:"q"`
}

func NewQuantile(q float64) *Quantile {
	l := &Quantile{Q: q}
	l.FuncLoss = losses.Func("quantile", l.values)
	return l
}

func (l *Quantile) values(
	t *keras.Trace, yTrue, yPred *gorgonia.Node,
) (*gorgonia.Node, error) {
	e := ops.Sub(yTrue, yPred)
	return ops.Mean(ops.Maximum(
		ops.Scale(e, l.Q, 0),
		ops.Scale(e, l.Q-1, 0)), -1), nil
}

// What a file has of it.
func (l *Quantile) Class() string { return "Quantile" }

func (l *Quantile) Config() keras.Config {
	return keras.EncodeFields(l)
}

func (l *Quantile) FromConfig(cfg keras.Config) error {
	return keras.DecodeFields(l, cfg)
}
