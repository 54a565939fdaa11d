// Command mnist walks through Keras's guide on packaging models: it trains a
// packaged model on images of digits, looks inside, cuts off its head and gives it
// another, and feeds a model by the names of its inputs.
//
//	go run ./examples/mnist
//	go run ./examples/mnist -data folder-with-mnist.npz -epochs 5 -batch 256
//
// Without -data it downloads MNIST once, into Keras's own cache; where that fails it
// draws digits itself.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/applications"
	"github.com/gokeras/gokeras/datasets"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// options are the command's flags.
type options struct {
	data                 string
	drawn                bool
	epochs, steps, batch int
	seed                 int64
}

func main() {
	var o options
	flag.StringVar(&o.data, "data", "", "folder with mnist.npz or the four original files (default: download)")
	flag.BoolVar(&o.drawn, "drawn", false, "use drawn digits instead of MNIST")
	flag.IntVar(&o.epochs, "epochs", 3, "epochs of each of the three trainings")
	flag.IntVar(&o.steps, "steps", 0, "steps in an epoch (default: one pass over the data, at most 150)")
	flag.IntVar(&o.batch, "batch", 32, "images in a step")
	flag.Int64Var(&o.seed, "seed", 42, "seed of all random numbers")
	flag.Parse()

	// Ctrl-C ends a training after the step that runs.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "\nmnist:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	keras.SetRandomSeed(o.seed)

	// --- The data ---

	train, test, err := load(ctx, o)
	if err != nil {
		return err
	}
	n := train.X.Shape()[0]
	if o.batch < 1 || o.batch > n {
		return fmt.Errorf("expected -batch from 1 to %d, received %d", n, o.batch)
	}
	if o.steps == 0 {
		o.steps = min(n/o.batch, 150)
	}

	// A model of images wants a channel axis: (28, 28) becomes (28, 28, 1). Batches
	// are made once and kept; each epoch sees them in another order.
	channel := func(x *tensor.Dense) (*tensor.Dense, error) { return data.ExpandDims(x, -1), nil }
	trainData := data.FromTensorSlices(train.X, train.Y).MapX(channel).Batch(o.batch).Cache().Shuffle(5000).Repeat()
	testData := data.FromTensorSlices(test.X, test.Y).MapX(channel).Batch(500).Cache()

	fit := models.FitConfig{StepsPerEpoch: o.steps, Epochs: o.epochs, ValidationData: testData, Context: ctx}

	// --- A packaged model ---

	model := applications.MnistModel()
	fmt.Println(model.Summary())

	err = model.Compile(models.CompileConfig{
		Optimizer: optimizers.Adam(),
		Loss:      losses.SparseCategoricalCrossentropy(),
		Metrics:   metrics.List{metrics.SparseCategoricalAccuracy()},
	})
	if err != nil {
		return err
	}
	if _, err := model.Fit(trainData, nil, fit); err != nil {
		return err
	}
	scores, err := model.Evaluate(testData, nil, models.EvaluateConfig{Verbose: models.Silent, Context: ctx})
	if err != nil {
		return err
	}
	fmt.Printf("\nOn images it has not seen: %s\n\n", scores)
	if err := show(model, test); err != nil {
		return err
	}

	// --- Introspection ---

	fmt.Println("Walking model layers:")
	walk(model)

	// --- Surgery ---

	// Cut before the classification head and add a new one, for a simpler question:
	// is it a 0? All layers but the head are shared with the old model, so the new one
	// starts with what the old one has learned, and training either changes both.
	head, err := model.GetLayer("classification_head")
	if err != nil {
		return err
	}
	y := head.Input()
	output := layers.Dense(1).Activation("sigmoid").WithName("binary_classification_head").Apply(y)
	binaryModel, err := models.New(model.Input(), output)
	if err != nil {
		return err
	}
	fmt.Println()
	fmt.Println(binaryModel.Summary())

	err = binaryModel.Compile(models.CompileConfig{
		Optimizer: optimizers.Adam(),
		Loss:      losses.BinaryCrossentropy(),
		Metrics:   metrics.List{metrics.BinaryAccuracy()},
	})
	if err != nil {
		return err
	}
	isZero := func(y *tensor.Dense) (*tensor.Dense, error) { return data.Equal(y, 0), nil }
	fit.ValidationData = testData.MapY(isZero)
	if _, err := binaryModel.Fit(trainData.MapY(isZero), nil, fit); err != nil {
		return err
	}

	// --- Inputs by name ---

	dictModel := applications.MnistDictModel()
	byName := func(e data.Element) (data.Element, error) {
		return data.Element{X: data.Dict{"image": e.X.(*tensor.Dense)}, Y: e.Y}, nil
	}
	fmt.Printf("\nTraining %s on inputs by name\n", dictModel.Name())
	err = dictModel.Compile(models.CompileConfig{
		Optimizer: optimizers.Adam(),
		Loss:      losses.SparseCategoricalCrossentropy(),
		Metrics:   metrics.List{metrics.SparseCategoricalAccuracy()},
	})
	if err != nil {
		return err
	}
	fit.ValidationData = testData.Map(byName)
	_, err = dictModel.Fit(trainData.Map(byName), nil, fit)
	return err
}

// load gives MNIST, or drawn digits where nobody asked for files and there is no network.
func load(ctx context.Context, o options) (train, test datasets.Split, err error) {
	if o.drawn {
		return datasets.Digits()
	}
	train, test, err = datasets.MNIST(datasets.WithDir(o.data), datasets.WithContext(ctx))
	if err == nil || o.data != "" || ctx.Err() != nil {
		return train, test, err
	}
	fmt.Printf("Drawing digits instead of MNIST, which is not to be had: %v\n\n", err)
	return datasets.Digits()
}

// show prints a few images with what the model takes them for.
func show(model *models.Model, test datasets.Split) error {
	images := data.Slice(test.X, 0, min(5, test.X.Shape()[0]))
	probabilities, err := model.Predict(data.ExpandDims(images, -1))
	if err != nil {
		return err
	}
	classes := probabilities.Shape()[1]
	captions := make([]string, images.Shape()[0])
	for i := range captions {
		row := probabilities.Float32s()[i*classes : (i+1)*classes]
		best := 0
		for digit, p := range row {
			if p > row[best] {
				best = digit
			}
		}
		captions[i] = fmt.Sprintf("%d (%.0f %%)", best, 100*row[best])
	}
	fmt.Println(pictures(images, captions))
	return nil
}

// walk prints the names of layers, those inside models too.
func walk(l keras.Layer) {
	container, ok := l.(keras.Container)
	if !ok {
		fmt.Println(" ", l.Name())
		return
	}
	for _, inside := range container.Layers() {
		walk(inside)
	}
}
