package docs_test

import (
	"fmt"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/applications"
	"github.com/gokeras/gokeras/datasets"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
	"github.com/gokeras/gokeras/keras/plot"
	"github.com/gokeras/gokeras/keras/symbolic"
)

// from-keras.md, "Inputs and layers" to "Summary and picture", "Data", "Compile, fit, evaluate,
// predict", "Save and load".
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

	fmt.Println(model.Summary())
	err = plot.Model(model, "model.png")
	check(err)
	err = plot.Model(model, "shapes.png",
		plot.ShowShapes())
	check(err)

	train, test, err := datasets.Digits(datasets.WithCount(600, 100))
	check(err)
	xTrain := data.Reshape(train.X, -1, 784)
	xTrain = data.Scale(xTrain, 1.0/255)
	xTest := data.Reshape(test.X, -1, 784)
	xTest = data.Scale(xTest, 1.0/255)
	yTrain, yTest := train.Y, test.Y

	err = model.Compile(models.CompileConfig{
		Loss: losses.SparseCategoricalCrossentropy().
			FromLogits(true),
		Optimizer: optimizers.RMSprop(),
		Metrics:   metrics.Named("accuracy"),
	})
	check(err)

	history, err := model.Fit(xTrain, yTrain, models.FitConfig{
		BatchSize: 64, Epochs: 2, ValidationSplit: 0.2,
		Verbose: models.Silent,
	})
	check(err)
	valLoss := history.History["val_loss"]

	scores, err := model.Evaluate(xTest, yTest,
		models.EvaluateConfig{Verbose: models.Silent})
	check(err)
	fmt.Println(scores.Names(), scores.Loss() < valLoss[0])
	accuracy, ok := scores.Get("accuracy")
	fmt.Println(accuracy > 0, ok)

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
		layers.InputLayer(keras.Shape{28, 28, 1}),
		layers.Conv2D(32, 3, 3).Activation("relu"),
		layers.MaxPooling2D(2, 2),
		layers.Conv2D(64, 3, 3).Activation("relu"),
		layers.MaxPooling2D(2, 2),
		layers.Flatten(),
		layers.Dense(10).Activation("softmax"),
	)
	check(err)
	fmt.Println(model.Name(), model.CountParams())

	model, err = models.Sequential(
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
	// Output:
	// sequential 34826
	// 2 50890
}

// from-keras.md, "Callbacks, schedules, weights of classes" and "One batch at a time".
func Example_training() {
	keras.ClearSession()
	keras.SetRandomSeed(3)
	inputs := keras.Input(keras.Shape{784})
	model, err := models.New(inputs, layers.Dense(1).Apply(inputs))
	check(err)
	x := data.RandomUniform(keras.Shape{64, 784})
	y := data.RandomInt(2, keras.Shape{64, 1})

	rate := optimizers.CosineDecay(0.1, 1000)
	err = model.Compile(models.CompileConfig{
		Optimizer: optimizers.SGD().Schedule(rate).Momentum(0.9),
		Loss:      losses.Named("mse"),
	})
	check(err)

	stop := callbacks.EarlyStopping().
		Monitor("loss").Patience(2)
	show := func(r *callbacks.Run, epoch int,
		logs callbacks.Logs) error {
		fmt.Println("epoch", epoch, logs.Names())
		return nil
	}
	log := callbacks.Lambda(callbacks.LambdaSpec{
		OnEpochEnd: show})
	_, err = model.Fit(x, y, models.FitConfig{
		Epochs: 2, Verbose: models.Silent,
		Callbacks:   []callbacks.Callback{stop, log},
		ClassWeight: map[int]float64{0: 2, 1: 0.5},
	})
	check(err)

	scores, err := model.TrainOnBatch(x, y)
	check(err)
	loss := scores.Loss()
	weights := model.GetWeights()
	err = model.SetWeights(weights)
	check(err)
	fmt.Println(loss > 0, len(weights))
	// Output:
	// epoch 0 [loss]
	// epoch 1 [loss]
	// true 2
}

// from-keras.md, "Pipelines" and "Surgery".
func Example_pipelines() {
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

	model := applications.MnistModel()
	err = model.Compile(models.CompileConfig{
		Optimizer: optimizers.Named("adam"),
		Loss: losses.Named(
			"sparse_categorical_crossentropy"),
		Metrics: metrics.Named(
			"sparse_categorical_accuracy"),
	})
	check(err)
	history, err := model.Fit(train, nil, models.FitConfig{
		StepsPerEpoch: 4, Epochs: 2,
		ValidationData: test, Verbose: models.Silent,
	})
	check(err)
	fmt.Println(len(history.History["val_loss"]))

	isZero := func(y *tensor.Dense) (*tensor.Dense, error) {
		return data.Equal(y, 0), nil
	}
	zeros := train.MapY(isZero)

	byName := func(e data.Element) (data.Element, error) {
		image := e.X.(*tensor.Dense)
		e.X = data.Dict{"image": image}
		return e, nil
	}
	named := train.Map(byName)
	check(zeros.Err())

	dictModel := applications.MnistDictModel()
	check(dictModel.Compile(models.CompileConfig{Loss: losses.SparseCategoricalCrossentropy()}))
	_, err = dictModel.Fit(named, nil, models.FitConfig{StepsPerEpoch: 1, Verbose: models.Silent})
	check(err)

	var walk func(l keras.Layer)
	walk = func(l keras.Layer) {
		inner, ok := l.(keras.Container)
		if !ok {
			fmt.Println(l.Name())
			return
		}
		for _, l := range inner.Layers() {
			walk(l)
		}
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
	check(binary.Compile(models.CompileConfig{Loss: losses.BinaryCrossentropy()}))
	_, err = binary.Fit(zeros, nil, models.FitConfig{StepsPerEpoch: 1, Verbose: models.Silent})
	check(err)
	fmt.Println(binary.CountParams())
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
	// 76369
}
