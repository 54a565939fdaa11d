package functional_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/gokeras/gokeras/examples/guide/functional"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
	"github.com/gokeras/gokeras/keras/plot"
)

func ExampleToyResNet() {
	keras.ClearSession()
	fmt.Println(models.Must(functional.ToyResNet(0.5)).Summary())
	// Output:
	// Model: "toy_resnet"
	// ┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)        ┃ Output Shape      ┃    Param # ┃ Connected to      ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━┩
	// │ img (InputLayer)    │ (None, 32, 32, 3) │          0 │ -                 │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ conv2d (Conv2D)     │ (None, 30, 30,    │        896 │ img[0][0]         │
	// │                     │ 32)               │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ conv2d_1 (Conv2D)   │ (None, 28, 28,    │     18,496 │ conv2d[0][0]      │
	// │                     │ 64)               │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ max_pooling2d       │ (None, 9, 9, 64)  │          0 │ conv2d_1[0][0]    │
	// │ (MaxPooling2D)      │                   │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ conv2d_2 (Conv2D)   │ (None, 9, 9, 64)  │     36,928 │ max_pooling2d[0]… │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ conv2d_3 (Conv2D)   │ (None, 9, 9, 64)  │     36,928 │ conv2d_2[0][0]    │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ add (Add)           │ (None, 9, 9, 64)  │          0 │ conv2d_3[0][0],   │
	// │                     │                   │            │ max_pooling2d[0]… │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ conv2d_4 (Conv2D)   │ (None, 9, 9, 64)  │     36,928 │ add[0][0]         │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ conv2d_5 (Conv2D)   │ (None, 9, 9, 64)  │     36,928 │ conv2d_4[0][0]    │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ add_1 (Add)         │ (None, 9, 9, 64)  │          0 │ conv2d_5[0][0],   │
	// │                     │                   │            │ add[0][0]         │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ conv2d_6 (Conv2D)   │ (None, 7, 7, 64)  │     36,928 │ add_1[0][0]       │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ global_average_poo… │ (None, 64)        │          0 │ conv2d_6[0][0]    │
	// │ (GlobalAveragePool… │                   │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ dense (Dense)       │ (None, 256)       │     16,640 │ global_average_p… │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ dropout (Dropout)   │ (None, 256)       │          0 │ dense[0][0]       │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ dense_1 (Dense)     │ (None, 10)        │      2,570 │ dropout[0][0]     │
	// └─────────────────────┴───────────────────┴────────────┴───────────────────┘
	//  Total params: 223,242 (872.04 KB)
	//  Trainable params: 223,242 (872.04 KB)
	//  Non-trainable params: 0 (0.00 B)
}

func ExampleToyResNet_plot() {
	dir, err := os.MkdirTemp("", "guide")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	model := models.Must(functional.ToyResNet(0.5))
	fmt.Println(plot.Model(model, filepath.Join(dir, "mini_resnet.png"), plot.ShowShapes()))
	// Output: <nil>
}

// One epoch, here on random images: go run ./examples/guide/train resnet takes CIFAR-10.
func ExampleToyResNet_fit() {
	x := data.RandomUniform(keras.Shape{40, 32, 32, 3})
	y, err := data.ToCategorical(data.RandomInt(10, keras.Shape{40}), 10)
	if err != nil {
		log.Fatal(err)
	}
	model := models.Must(functional.ToyResNet(0.5))
	err = model.Compile(models.CompileConfig{
		Optimizer: optimizers.RMSprop(1e-3),
		Loss:      losses.CategoricalCrossentropy().FromLogits(true),
		Metrics:   metrics.List{metrics.Named("acc")},
	})
	if err != nil {
		log.Fatal(err)
	}
	history, err := model.Fit(x, y, models.FitConfig{BatchSize: 16, ValidationSplit: 0.2, Verbose: models.Silent})
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"acc", "loss", "val_acc", "val_loss"} {
		fmt.Println(name, len(history.History[name]))
	}
	// Output:
	// acc 1
	// loss 1
	// val_acc 1
	// val_loss 1
}
