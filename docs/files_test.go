package docs_test

import (
	"bytes"
	_ "embed"
	"fmt"
	"log"
	"os"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// A small model that Python's Keras 3.15 has trained and saved.
//
//go:embed testdata/tiny.keras
var tiny []byte

// files.md, "A model inside the program": what Keras itself predicts is 0.98317856 and 0.01971592.
func Example_embedded() {
	model, err := models.LoadBytes(tiny)
	check(err)
	x := tensor.New(tensor.WithShape(2, 4),
		tensor.WithBacking([]float32{0.1, 0.2, 0.3, 0.4, -1, -1, 0, 0}))
	y, err := model.Predict(x)
	check(err)
	fmt.Printf("%.5f\n", y.Float32s())
	// Output: [0.98318 0.01972]
}

// files.md, "Save and load".
func Example_saving() {
	defer inFolder()()
	model, err := models.LoadBytes(tiny)
	check(err)
	steps := model.Optimizer().Iterations()

	err = model.Save("tiny.keras")
	check(err)
	err = model.Save("tiny.h5") // the older format
	check(err)
	err = model.SaveWeights("tiny.weights.h5")
	check(err)

	model, err = models.Load("tiny.keras")
	check(err)
	fmt.Println(model.Optimizer().Iterations() == steps)
	err = model.LoadWeights("tiny.weights.h5")
	check(err)

	var buffer bytes.Buffer
	err = model.SaveTo(&buffer) // a .keras, to any io.Writer
	check(err)
	fmt.Println(buffer.Len() > 0)

	fmt.Println(model.Save("tiny.pb") != nil)
	// Output:
	// true
	// true
	// true
}

// README.md, "What it looks like".
func Example_digits() {
	defer inFolder()()
	model, err := models.LoadBytes(tiny)
	check(err)

	if err := model.Save("digits.keras"); err != nil { // keras.models.load_model reads it, from Keras 3.0 on
		log.Fatal(err)
	}
	model, err = models.Load("digits.keras") // also what model.save wrote, and .h5 of Keras 2 and 3
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Name())
	// Output: tiny
}

// files.md, "Weights alone".
func Example_weights() {
	defer inFolder()()
	trained, err := models.LoadBytes(tiny)
	check(err)
	check(trained.SaveWeights("trained.weights.h5"))
	check(trained.Save("trained.h5"))
	keras.SetWarnings(func(string) {})
	defer keras.SetWarnings(nil)

	// The same layers, and another head.
	model, err := models.Sequential(
		layers.InputLayer(keras.Shape{4}),
		layers.Dense(3).Activation("tanh").WithName("dense"),
		layers.Dense(7).WithName("seven_classes"),
	)
	check(err)
	err = model.LoadWeights("trained.weights.h5", models.SkipMismatch())
	check(err)
	err = model.LoadWeights("trained.h5", models.ByName())
	check(err)
	fmt.Println(model.Weights()[0].Value().Float32s()[0] == trained.Weights()[0].Value().Float32s()[0])
	// Output: true
}

// files.md, "Layers of your own": a Lambda of Python's is replaced by a function of Go's.
func Example_lambdaFromAFile() {
	keras.ClearSession()
	double := func() keras.Layer {
		return layers.Lambda("double", func(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
			return t.Out(ops.Scale(in[0], 2, 0))
		})
	}
	inputs := keras.Input(keras.Shape{2})
	saved, err := models.New(inputs, double().Apply(inputs))
	check(err)
	var file bytes.Buffer
	check(saved.SaveTo(&file))

	_, err = models.LoadBytes(file.Bytes())
	fmt.Println(err != nil)
	model, err := models.LoadBytes(file.Bytes(), models.WithCustomLayers(
		map[string]func() keras.Layer{"Lambda": double}))
	check(err)
	y, err := model.Predict(tensor.New(tensor.WithShape(1, 2), tensor.WithBacking([]float32{1, 2})))
	check(err)
	fmt.Println(y.Float32s())
	// Output:
	// true
	// [2 4]
}

// files.md, "Layers of your own": a loss and a metric.
func Example_lossFromAFile() {
	keras.ClearSession()
	inputs := keras.Input(keras.Shape{4})
	saved, err := models.New(inputs, layers.Dense(1).Apply(inputs))
	check(err)
	check(saved.Compile(models.CompileConfig{Loss: NewQuantile(0.9), Metrics: metrics.Func("log_cosh", logCosh)}))
	var file bytes.Buffer
	check(saved.SaveTo(&file))
	_, err = models.LoadBytes(file.Bytes())
	fmt.Println(err)

	keras.Register(keras.KindLoss, map[string]keras.Factory{
		"log_cosh": func() any { return losses.Func("log_cosh", logCosh) },
		"Quantile": func() any { return NewQuantile(0.5) }, // the config says which
	})
	keras.Register(keras.KindMetric, map[string]keras.Factory{
		"log_cosh": func() any { return metrics.Func("log_cosh", logCosh) },
	})
	model, err := models.LoadBytes(file.Bytes())
	check(err)
	x, y := data.RandomNormal(keras.Shape{8, 4}), data.RandomNormal(keras.Shape{8, 1})
	before, err := saved.TestOnBatch(x, y)
	check(err)
	after, err := model.TestOnBatch(x, y)
	check(err)
	fmt.Println(after.String() == before.String())
	// Output:
	// functional (Functional): cannot be compiled as it was: loss quantile: expected the name of a registered loss, received Quantile; keras.Register makes it known; read it WithoutCompile, and call Compile
	// true
}

// files.md, "While a model is trained".
func Example_checkpoints() {
	defer inFolder()()
	keras.SetRandomSeed(1)
	model, err := models.LoadBytes(tiny, models.WithoutCompile())
	check(err)
	check(model.Compile(models.CompileConfig{Optimizer: optimizers.Adam(), Loss: losses.Named("binary_crossentropy")}))
	x := data.RandomNormal(keras.Shape{64, 4})
	y := data.RandomInt(2, keras.Shape{64, 1})

	best := callbacks.ModelCheckpoint("best.keras").SaveBestOnly(true)
	each := callbacks.ModelCheckpoint("epoch-{epoch:02d}.weights.h5").
		SaveWeightsOnly(true)
	resume := callbacks.BackupAndRestore("backup")
	history, err := model.Fit(x, y, models.FitConfig{
		Epochs: 3, ValidationSplit: 0.25, Verbose: models.Silent,
		Callbacks: []callbacks.Callback{best, each, resume}})
	check(err)
	fmt.Println(len(history.Epoch))

	files, err := os.ReadDir(".")
	check(err)
	for _, f := range files {
		fmt.Println(f.Name())
	}
	// Output:
	// 3
	// best.keras
	// epoch-01.weights.h5
	// epoch-02.weights.h5
	// epoch-03.weights.h5
}
