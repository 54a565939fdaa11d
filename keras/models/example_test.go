package models_test

import (
	"fmt"
	"log"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

func ExampleNew() {
	keras.ClearSession()
	in := keras.Input(keras.Shape{784})
	x := layers.Dense(64).Activation("relu").Apply(in)
	out := layers.Dense(10).Activation("softmax").Apply(x)
	model, err := models.New(in, out, models.WithName("mnist_model"))
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range model.Layers() {
		fmt.Println(l.Name(), l.Output().Shape())
	}
	fmt.Println(model.CountParams())
	// Output:
	// input_layer (None, 784)
	// dense (None, 64)
	// dense_1 (None, 10)
	// 50890
}

func ExampleSequential() {
	keras.ClearSession()
	model, err := models.Sequential(layers.InputLayer(keras.Shape{28, 28, 1}), layers.Flatten(), layers.Dense(10))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Output().Shape())
	err = model.Add(layers.Dense(-1))
	fmt.Println(err != nil, len(model.Layers()))
	// Output:
	// (None, 10)
	// true 2
}

func ExampleModel_Fit() {
	keras.SetRandomSeed(42)
	in := keras.Input(keras.Shape{1})
	model := models.Must(models.New(in, layers.Dense(1).Apply(in)))
	if err := model.Compile(models.CompileConfig{Optimizer: optimizers.SGD(0.1), Loss: losses.MeanSquaredError()}); err != nil {
		log.Fatal(err)
	}
	// y = 2x − 1
	x := tensor.New(tensor.WithShape(4, 1), tensor.WithBacking([]float32{-1, 0, 1, 2}))
	y := tensor.New(tensor.WithShape(4, 1), tensor.WithBacking([]float32{-3, -1, 1, 3}))
	history, err := model.Fit(x, y, models.FitConfig{Epochs: 200, Verbose: models.Silent})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(history.History["loss"]))
	pred, err := model.Predict(tensor.New(tensor.WithShape(1, 1), tensor.WithBacking([]float32{10})))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", pred.Float32s()[0])
	// Output:
	// 200
	// 19.00
}

func ExampleModel_Summary() {
	keras.ClearSession()
	in := keras.Input(keras.Shape{4}, keras.WithName("x"))
	y := layers.Dense(4).Activation("relu").WithName("hidden").Apply(in)
	y = layers.Add().WithName("sum").Apply(y, in)
	model := models.Must(models.New(in, y, models.WithName("residual")))
	fmt.Println(model.Summary())
	// Output:
	// Model: "residual"
	// ┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)        ┃ Output Shape      ┃    Param # ┃ Connected to      ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━┩
	// │ x (InputLayer)      │ (None, 4)         │          0 │ -                 │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ hidden (Dense)      │ (None, 4)         │         20 │ x[0][0]           │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ sum (Add)           │ (None, 4)         │          0 │ hidden[0][0],     │
	// │                     │                   │            │ x[0][0]           │
	// └─────────────────────┴───────────────────┴────────────┴───────────────────┘
	//  Total params: 20 (80.00 B)
	//  Trainable params: 20 (80.00 B)
	//  Non-trainable params: 0 (0.00 B)
}

// A new head on the layers of another model: both share the weights below it.
func ExampleModel_GetLayer() {
	keras.ClearSession()
	in := keras.Input(keras.Shape{8})
	x := layers.Dense(4).Activation("relu").Apply(in)
	model := models.Must(models.New(in, layers.Dense(10).WithName("head").Apply(x)))

	head, err := model.GetLayer("head")
	if err != nil {
		log.Fatal(err)
	}
	binary := models.Must(models.New(model.Input(), layers.Dense(1).Activation("sigmoid").WithName("binary").Apply(head.Input())))
	for _, l := range binary.Layers() {
		fmt.Println(l.Name())
	}
	fmt.Println(model.Layers()[1] == binary.Layers()[1])
	_, err = model.GetLayer("tail")
	fmt.Println(err)
	// Output:
	// input_layer
	// dense
	// binary
	// true
	// functional (Functional): No such layer: tail. Existing layers are: ['input_layer', 'dense', 'head'].
}

// MyCustomModel is a model whose maths is written in Call.
type MyCustomModel struct {
	models.Subclassed
	Conv1, Pool1, Conv2, Pool2, Flatten, Dense keras.Layer
}

// NewMyCustomModel makes one for a number of classes.
func NewMyCustomModel(classes int) *MyCustomModel {
	m := &MyCustomModel{
		Conv1:   layers.Conv2D(32, 3).Activation("relu"),
		Pool1:   layers.MaxPooling2D(2),
		Conv2:   layers.Conv2D(64, 3).Activation("relu"),
		Pool2:   layers.MaxPooling2D(2),
		Flatten: layers.Flatten(),
		Dense:   layers.Dense(classes).Activation("softmax"),
	}
	m.Init(m, "MyCustomModel")
	return m
}

// Call is the forward pass.
func (m *MyCustomModel) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	x := t.Apply(m.Pool1, t.Apply(m.Conv1, in[0]))
	x = t.Apply(m.Pool2, t.Apply(m.Conv2, x))
	return t.Out(t.Apply(m.Dense, t.Apply(m.Flatten, x)))
}

func ExampleSubclassed() {
	keras.ClearSession()
	m := NewMyCustomModel(10)
	if err := m.Build(keras.Shape{keras.None, 28, 28, 1}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(m.Summary())
	y, err := m.Predict(data.RandomNormal(keras.Shape{1, 28, 28, 1}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(y.Shape())
	// Output:
	// Model: "my_custom_model"
	// ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
	// │ conv2d (Conv2D)                 │ (None, 26, 26, 32)     │           320 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ max_pooling2d (MaxPooling2D)    │ ?                      │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ conv2d_1 (Conv2D)               │ (None, 11, 11, 64)     │        18,496 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ max_pooling2d_1 (MaxPooling2D)  │ ?                      │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ flatten (Flatten)               │ (None, 1600)           │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dense (Dense)                   │ (None, 10)             │        16,010 │
	// └─────────────────────────────────┴────────────────────────┴───────────────┘
	//  Total params: 34,826 (136.04 KB)
	//  Trainable params: 34,826 (136.04 KB)
	//  Non-trainable params: 0 (0.00 B)
	// (1, 10)
}
