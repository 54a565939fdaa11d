package packaging_test

import (
	"fmt"
	"log"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/datasets"
	"github.com/gokeras/gokeras/examples/guide/packaging"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// The numbers of the guide are a batch of 256 and 5 epochs.
const (
	batchSize = 8
	epochs    = 2
)

// pipelines are the guide's streams of data, here of a few drawn digits in place of
// datasets.MNIST. Images get an axis for their one channel.
func pipelines() (train, test *data.Dataset, stepsPerEpoch int) {
	trainDigits, testDigits, err := datasets.Digits(datasets.WithCount(32, 8))
	if err != nil {
		log.Fatal(err)
	}
	channel := func(x *tensor.Dense) (*tensor.Dense, error) { return data.ExpandDims(x, -1), nil }
	train = data.FromTensorSlices(trainDigits.X, trainDigits.Y).MapX(channel).Batch(batchSize).Cache().Shuffle(5000).Repeat()
	test = data.FromTensorSlices(testDigits.X, testDigits.Y).MapX(channel).Batch(10000).Cache()
	return train, test, trainDigits.Y.Shape()[0] / batchSize
}

func ExampleNewMnistModel() {
	train, test, stepsPerEpoch := pipelines()
	model, err := packaging.NewMnistModel()
	if err != nil {
		log.Fatal(err)
	}
	err = model.Compile(models.CompileConfig{
		Optimizer: optimizers.Named("adam"),
		Loss:      losses.Named("sparse_categorical_crossentropy"),
		Metrics:   metrics.List{metrics.Named("sparse_categorical_accuracy")},
	})
	if err != nil {
		log.Fatal(err)
	}
	history, err := model.Fit(train, nil, models.FitConfig{
		StepsPerEpoch: stepsPerEpoch, Epochs: epochs, ValidationData: test, Verbose: models.Silent})
	if err != nil {
		log.Fatal(err)
	}
	show(history, "loss", "sparse_categorical_accuracy")
	// Output:
	// loss: 2 epochs, 2 of validation
	// sparse_categorical_accuracy: 2 epochs, 2 of validation
}

func show(history *callbacks.History, names ...string) {
	for _, name := range names {
		fmt.Printf("%s: %d epochs, %d of validation\n", name, len(history.History[name]), len(history.History["val_"+name]))
	}
}

// Introspection: the summary, and a walk through the layers.
func ExampleNewMnistModel_introspection() {
	keras.ClearSession()
	model, err := packaging.NewMnistModel()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Summary())

	var walk func(l keras.Layer)
	walk = func(l keras.Layer) {
		if model, ok := l.(keras.Container); ok {
			for _, inside := range model.Layers() {
				walk(inside)
			}
			return
		}
		fmt.Println(l.Name())
	}
	fmt.Println("\nWalking model layers:")
	walk(model)
	// Output:
	// Model: "mnist_model"
	// ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
	// │ input_layer (InputLayer)        │ (None, None, None, 1)  │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ rescaling (Rescaling)           │ (None, None, None, 1)  │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ conv2d (Conv2D)                 │ (None, None, None, 16) │           160 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ conv2d_1 (Conv2D)               │ (None, None, None, 32) │        18,464 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ conv2d_2 (Conv2D)               │ (None, None, None, 48) │        55,344 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ global_average_pooling2d        │ (None, 48)             │             0 │
	// │ (GlobalAveragePooling2D)        │                        │               │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dense (Dense)                   │ (None, 48)             │         2,352 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dropout (Dropout)               │ (None, 48)             │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ classification_head (Dense)     │ (None, 10)             │           490 │
	// └─────────────────────────────────┴────────────────────────┴───────────────┘
	//  Total params: 76,810 (300.04 KB)
	//  Trainable params: 76,810 (300.04 KB)
	//  Non-trainable params: 0 (0.00 B)
	//
	// Walking model layers:
	// input_layer
	// rescaling
	// conv2d
	// conv2d_1
	// conv2d_2
	// global_average_pooling2d
	// dense
	// dropout
	// classification_head
}

// Surgery: another head on the same layers.
func ExampleIsZero() {
	keras.ClearSession()
	model, err := packaging.NewMnistModel()
	if err != nil {
		log.Fatal(err)
	}
	binaryModel, err := packaging.IsZero(model.Model)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(binaryModel.Summary())
	// Output:
	// Model: "functional"
	// ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
	// │ input_layer (InputLayer)        │ (None, None, None, 1)  │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ rescaling (Rescaling)           │ (None, None, None, 1)  │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ conv2d (Conv2D)                 │ (None, None, None, 16) │           160 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ conv2d_1 (Conv2D)               │ (None, None, None, 32) │        18,464 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ conv2d_2 (Conv2D)               │ (None, None, None, 48) │        55,344 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ global_average_pooling2d        │ (None, 48)             │             0 │
	// │ (GlobalAveragePooling2D)        │                        │               │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dense (Dense)                   │ (None, 48)             │         2,352 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dropout (Dropout)               │ (None, 48)             │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ binary_classification_head      │ (None, 1)              │            49 │
	// │ (Dense)                         │                        │               │
	// └─────────────────────────────────┴────────────────────────┴───────────────┘
	//  Total params: 76,369 (298.32 KB)
	//  Trainable params: 76,369 (298.32 KB)
	//  Non-trainable params: 0 (0.00 B)
}

// Labels of another kind for the new head: 1 for a zero, 0 for other digits.
func ExampleIsZero_fit() {
	train, test, stepsPerEpoch := pipelines()
	isZero := func(y *tensor.Dense) (*tensor.Dense, error) { return data.Equal(y, 0), nil }
	model, err := packaging.NewMnistModel()
	if err != nil {
		log.Fatal(err)
	}
	binaryModel, err := packaging.IsZero(model.Model)
	if err != nil {
		log.Fatal(err)
	}
	err = binaryModel.Compile(models.CompileConfig{
		Optimizer: optimizers.Named("adam"),
		Loss:      losses.Named("binary_crossentropy"),
		Metrics:   metrics.List{metrics.Named("binary_accuracy")},
	})
	if err != nil {
		log.Fatal(err)
	}
	history, err := binaryModel.Fit(train.MapY(isZero), nil, models.FitConfig{
		StepsPerEpoch: stepsPerEpoch, Epochs: epochs, ValidationData: test.MapY(isZero), Verbose: models.Silent})
	if err != nil {
		log.Fatal(err)
	}
	show(history, "binary_accuracy", "loss")
	// Output:
	// binary_accuracy: 2 epochs, 2 of validation
	// loss: 2 epochs, 2 of validation
}

func ExampleNewMnistDictModel() {
	keras.ClearSession()
	model, err := packaging.NewMnistDictModel()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Summary())
	// Output:
	// Model: "mnist_dict_model"
	// ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
	// │ image (InputLayer)              │ (None, None, None, 1)  │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ rescaling (Rescaling)           │ (None, None, None, 1)  │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ conv2d (Conv2D)                 │ (None, None, None, 16) │           160 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ conv2d_1 (Conv2D)               │ (None, None, None, 32) │        18,464 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ conv2d_2 (Conv2D)               │ (None, None, None, 48) │        55,344 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ global_average_pooling2d        │ (None, 48)             │             0 │
	// │ (GlobalAveragePooling2D)        │                        │               │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dense (Dense)                   │ (None, 48)             │         2,352 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ dropout (Dropout)               │ (None, 48)             │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ classification_head (Dense)     │ (None, 10)             │           490 │
	// └─────────────────────────────────┴────────────────────────┴───────────────┘
	//  Total params: 76,810 (300.04 KB)
	//  Trainable params: 76,810 (300.04 KB)
	//  Non-trainable params: 0 (0.00 B)
}

// Training on inputs by name.
func ExampleNewMnistDictModel_fit() {
	train, test, stepsPerEpoch := pipelines()
	byName := func(e data.Element) (data.Element, error) {
		return data.Element{X: data.Dict{"image": e.X.(*tensor.Dense)}, Y: e.Y}, nil
	}
	model, err := packaging.NewMnistDictModel()
	if err != nil {
		log.Fatal(err)
	}
	err = model.Compile(models.CompileConfig{
		Optimizer: optimizers.Named("adam"),
		Loss:      losses.Named("sparse_categorical_crossentropy"),
		Metrics:   metrics.List{metrics.Named("sparse_categorical_accuracy")},
	})
	if err != nil {
		log.Fatal(err)
	}
	history, err := model.Fit(train.Map(byName), nil, models.FitConfig{
		StepsPerEpoch: stepsPerEpoch, Epochs: epochs, ValidationData: test.Map(byName), Verbose: models.Silent})
	if err != nil {
		log.Fatal(err)
	}
	show(history, "loss", "sparse_categorical_accuracy")
	// Output:
	// loss: 2 epochs, 2 of validation
	// sparse_categorical_accuracy: 2 epochs, 2 of validation
}
