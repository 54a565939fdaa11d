package docs_test

import (
	"fmt"
	"math"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/applications"
	"github.com/gokeras/gokeras/datasets"
	"github.com/gokeras/gokeras/examples/guide/functional"
	"github.com/gokeras/gokeras/examples/guide/layout"
	"github.com/gokeras/gokeras/examples/guide/packaging"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/optimizers"
	"github.com/gokeras/gokeras/keras/plot"
	"github.com/gokeras/gokeras/keras/symbolic"
)

// from-keras.md, "Draw a model" to "Save and load".
func Example_fromKeras() {
	defer inFolder()()
	keras.ClearSession()
	keras.SetRandomSeed(42)

	inputs := keras.Input(keras.Shape{784})
	fmt.Println(inputs.Shape()) // (None, 784)
	fmt.Println(inputs.DType()) // float32

	dense := layers.Dense(64).Activation("relu")
	x := dense.Apply(inputs)
	x = layers.Dense(64).Activation("relu").Apply(x)
	outputs := layers.Dense(10).Apply(x)
	model, err := models.New(inputs, outputs,
		models.WithName("mnist_model"))
	check(err)

	summary := model.Summary()
	fmt.Println(summary)

	err = plot.Model(model, "model.png")
	check(err)
	err = plot.Model(model, "shapes.png", plot.ShowShapes())
	check(err)

	train, test, err := datasets.Digits(datasets.WithCount(600, 100))
	check(err)
	xTrain := data.Scale(data.Reshape(train.X, -1, 784), 1.0/255)
	xTest := data.Scale(data.Reshape(test.X, -1, 784), 1.0/255)

	err = model.Compile(models.CompileConfig{
		Loss:      losses.SparseCategoricalCrossentropy().FromLogits(true),
		Optimizer: optimizers.RMSprop(),
		Metrics:   metrics.Named("accuracy"),
	})
	check(err)

	quiet := models.Silent
	history, err := model.Fit(xTrain, train.Y, models.FitConfig{
		BatchSize: 64, Epochs: 2, ValidationSplit: 0.2, Verbose: quiet})
	check(err)
	valLoss := history.History["val_loss"]

	scores, err := model.Evaluate(xTest, test.Y,
		models.EvaluateConfig{Verbose: quiet})
	check(err)
	fmt.Println(scores.Names(), scores.Loss() < valLoss[0])
	accuracy, ok := scores.Get("accuracy")
	fmt.Println(accuracy > 0.1, ok)

	logits, err := model.Predict(xTest)
	check(err)
	fmt.Println(logits.Shape())

	err = model.Save("my_model.keras")
	check(err)
	model, err = models.Load("my_model.keras")
	check(err)
	fmt.Println(model.Name(), model.Compiled())

	// Output:
	// (None, 784)
	// float32
	// Model: "mnist_model"
	// ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
	// │ input_layer (InputLayer)        │ (None, 784)            │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dense (Dense)                   │ (None, 64)             │        50,240 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dense_1 (Dense)                 │ (None, 64)             │         4,160 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dense_2 (Dense)                 │ (None, 10)             │           650 │
	// └─────────────────────────────────┴────────────────────────┴───────────────┘
	//  Total params: 55,050 (215.04 KB)
	//  Trainable params: 55,050 (215.04 KB)
	//  Non-trainable params: 0 (0.00 B)
	// [loss accuracy] true
	// true true
	// (100, 10)
	// mnist_model true
}

// from-keras.md, "Several inputs and outputs": what is fed may be a list too.
func Example_severalInputs() {
	keras.ClearSession()
	model, err := functional.Tickets()
	check(err)
	const n = 8
	title := data.RandomInt(functional.NumWords, keras.Shape{n, 12})
	body := data.RandomInt(functional.NumWords, keras.Shape{n, 20})
	tags := data.RandomInt(2, keras.Shape{n, functional.NumTags})

	predictions, err := model.PredictAll(data.List{title, body, tags})
	check(err)
	byName := predictions.(data.Dict)
	fmt.Println(byName["priority"].Shape())
	fmt.Println(byName["department"].Shape())
	// Output:
	// (8, 1)
	// (8, 4)
}

// from-keras.md, "Operators between layers".
func Example_operators() {
	keras.ClearSession()
	x := keras.Input(keras.Shape{8})

	y := layers.Dense(8).Apply(x)
	y = symbolic.Add(y, x)
	y = symbolic.Multiply(y, 0.5)
	y = symbolic.GetItem(y, ":, :4")
	y = symbolic.Mean(y, symbolic.Axis(-1))

	model, err := models.New(x, y)
	check(err)
	for _, l := range model.Operations() {
		fmt.Println(l.Name())
	}
	fmt.Println(y.Shape())
	// Output:
	// input_layer
	// dense
	// add
	// multiply
	// get_item
	// mean
	// (None,)
}

// from-keras.md, "Sequential".
func Example_sequential() {
	keras.ClearSession()
	model, err := models.Sequential(
		layers.Dense(64).Activation("relu"),
		layers.Dense(10),
	)
	check(err)
	err = model.Add(layers.Softmax())
	check(err)
	err = model.Pop()
	check(err)
	err = model.Build(keras.Shape{keras.None, 784})
	check(err)
	fmt.Println(len(model.Layers()), model.CountParams())
	// Output: 2 50890
}

// from-keras.md, "Subclassing".
func Example_subclassing() {
	keras.ClearSession()
	model := layout.NewCustom(10)
	err := model.Build(keras.Shape{keras.None, 28, 28, 1})
	check(err)
	fmt.Println(model.CountParams())

	image := data.RandomNormal(keras.Shape{1, 28, 28, 1})
	output, err := models.Call(model, image)
	check(err)
	fmt.Println(output.Shape())
	// Output:
	// 34826
	// (1, 10)
}

// from-keras.md, "Package a model" to "Inputs by name".
func Example_packaging() {
	keras.ClearSession()
	keras.SetRandomSeed(7)
	digits, testDigits, err := datasets.Digits(datasets.WithCount(64, 16))
	check(err)

	channel := func(x *tensor.Dense) (*tensor.Dense, error) {
		return data.ExpandDims(x, -1), nil
	}
	train := data.FromTensorSlices(digits.X, digits.Y).
		MapX(channel).
		Batch(16).Cache().Shuffle(5000).Repeat()
	test := data.FromTensorSlices(testDigits.X, testDigits.Y).
		MapX(channel).
		Batch(10000).Cache()

	model, err := packaging.NewMnistModel()
	check(err)
	err = model.Compile(models.CompileConfig{
		Optimizer: optimizers.Named("adam"),
		Loss:      losses.Named("sparse_categorical_crossentropy"),
		Metrics:   metrics.Named("sparse_categorical_accuracy"),
	})
	check(err)
	quiet := models.Silent
	history, err := model.Fit(train, nil, models.FitConfig{
		StepsPerEpoch: 4, Epochs: 2, ValidationData: test, Verbose: quiet})
	check(err)
	fmt.Println(len(history.History["val_loss"]))

	var walk func(l keras.Layer)
	walk = func(l keras.Layer) {
		if inner, ok := l.(keras.Container); ok {
			for _, l := range inner.Layers() {
				walk(l)
			}
			return
		}
		fmt.Println(l.Name())
	}
	walk(model)

	head, err := model.GetLayer("classification_head")
	check(err)
	y := head.Input()
	output := layers.Dense(1).Activation("sigmoid").
		WithName("binary_classification_head").Apply(y)
	binary, err := models.New(model.Input(), output)
	check(err)

	for _, l := range model.Layers() {
		l.SetTrainable(false)
	}
	fmt.Println(binary.CountParams(), binary.Err())
	// Output:
	// 2
	// input_layer
	// rescaling
	// conv2d
	// conv2d_1
	// conv2d_2
	// global_average_pooling2d
	// dense
	// dropout
	// classification_head
	// 76369 <nil>
}

// from-keras.md, "Train": the rest of it.
func Example_training() {
	keras.ClearSession()
	keras.SetRandomSeed(3)
	model, err := functional.MLP()
	check(err)
	x := data.RandomUniform(keras.Shape{64, 784})
	y := data.RandomInt(10, keras.Shape{64})

	rate := optimizers.CosineDecay(0.1, 1000)
	err = model.Compile(models.CompileConfig{
		Optimizer: optimizers.SGD().Schedule(rate).Momentum(0.9),
		Loss:      losses.SparseCategoricalCrossentropy().FromLogits(true),
	})
	check(err)

	stop := callbacks.EarlyStopping().Monitor("loss").Patience(2)
	log := callbacks.Lambda(callbacks.LambdaSpec{
		OnEpochEnd: func(r *callbacks.Run, epoch int, logs callbacks.Logs) error {
			fmt.Println("epoch", epoch, logs.Names())
			return nil
		},
	})
	_, err = model.Fit(x, y, models.FitConfig{
		Epochs: 2, Callbacks: []callbacks.Callback{stop, log},
		ClassWeight: map[int]float64{0: 2, 1: 0.5},
		Verbose:     models.Silent,
	})
	check(err)

	scores, err := model.TrainOnBatch(x, y)
	check(err)
	fmt.Println(scores.Names())
	weights := model.GetWeights()
	err = model.SetWeights(weights)
	check(err)
	fmt.Println(len(weights))
	// Output:
	// epoch 0 [loss]
	// epoch 1 [loss]
	// [loss]
	// 6
}

// from-keras.md, "Features of a layer".
func Example_features() {
	keras.ClearSession()
	vgg19 := applications.VGG19(applications.WithoutTop(),
		applications.WithInputShape(keras.Shape{32, 32, 3}))
	check(vgg19.Err())

	var features keras.List
	for _, layer := range vgg19.Layers() {
		features = append(features, layer.Output())
	}
	extraction, err := models.New(vgg19.Input(), features)
	check(err)

	img := data.RandomUniform(keras.Shape{1, 32, 32, 3})
	extracted, err := extraction.PredictAll(img)
	check(err)
	fmt.Println(len(extracted.(data.List)))
	// Output: 22
}

// from-keras.md, "Losses and metrics of your own".
func Example_ownLoss() {
	keras.ClearSession()
	logCosh := losses.Func("log_cosh", func(t *keras.Trace, yTrue, yPred *gorgonia.Node) (*gorgonia.Node, error) {
		e := ops.Sub(yPred, yTrue)
		terms := ops.Scale(ops.Add(e, ops.Softplus(ops.Scale(e, -2, 0))), 1, -math.Ln2)
		return ops.Mean(terms, -1), nil
	})
	model, err := models.Sequential(layers.InputLayer(keras.Shape{4}),
		layers.Dense(1).KernelInitializer(initializers.Ones()))
	check(err)
	err = model.Compile(models.CompileConfig{Optimizer: optimizers.Named("sgd"), Loss: logCosh})
	check(err)
	x := tensor.New(tensor.WithShape(1, 4), tensor.WithBacking([]float32{1, 2, 3, 4}))
	y := tensor.New(tensor.WithShape(1, 1), tensor.WithBacking([]float32{8}))
	scores, err := model.TestOnBatch(x, y)
	check(err)
	fmt.Printf("%.4f %.4f\n", scores.Loss(), math.Log(math.Cosh(2)))
	// Output: 1.3250 1.3250
}
