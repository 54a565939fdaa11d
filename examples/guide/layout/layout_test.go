package layout_test

import (
	"fmt"
	"log"

	"github.com/gokeras/gokeras/examples/guide/layout"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/models"
)

func ExampleSequential() {
	keras.ClearSession()
	model := models.Must(layout.Sequential())
	fmt.Println(model.Summary())

	output, err := model.Predict(data.RandomNormal(keras.Shape{1, 28, 28, 1}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(output.Shape())
	// Output:
	// Model: "sequential"
	// ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
	// │ conv2d (Conv2D)                 │ (None, 26, 26, 32)     │           320 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ max_pooling2d (MaxPooling2D)    │ (None, 13, 13, 32)     │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ conv2d_1 (Conv2D)               │ (None, 11, 11, 64)     │        18,496 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ max_pooling2d_1 (MaxPooling2D)  │ (None, 5, 5, 64)       │             0 │
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

func ExampleFunctional() {
	keras.ClearSession()
	model := models.Must(layout.Functional())
	fmt.Println(model.Summary())

	image, text := data.RandomNormal(keras.Shape{1, 28, 28, 1}), data.RandomNormal(keras.Shape{1, 100})
	output, err := model.Predict(data.List{image, text})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(output.Shape())
	// Output:
	// Model: "functional"
	// ┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)        ┃ Output Shape      ┃    Param # ┃ Connected to      ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━┩
	// │ image_input         │ (None, 28, 28, 1) │          0 │ -                 │
	// │ (InputLayer)        │                   │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ conv2d (Conv2D)     │ (None, 26, 26,    │        320 │ image_input[0][0] │
	// │                     │ 32)               │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ max_pooling2d       │ (None, 13, 13,    │          0 │ conv2d[0][0]      │
	// │ (MaxPooling2D)      │ 32)               │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ conv2d_1 (Conv2D)   │ (None, 11, 11,    │     18,496 │ max_pooling2d[0]… │
	// │                     │ 64)               │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ max_pooling2d_1     │ (None, 5, 5, 64)  │          0 │ conv2d_1[0][0]    │
	// │ (MaxPooling2D)      │                   │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ text_input          │ (None, 100)       │          0 │ -                 │
	// │ (InputLayer)        │                   │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ flatten (Flatten)   │ (None, 1600)      │          0 │ max_pooling2d_1[… │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ dense (Dense)       │ (None, 128)       │     12,928 │ text_input[0][0]  │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ concatenate         │ (None, 1728)      │          0 │ flatten[0][0],    │
	// │ (Concatenate)       │                   │            │ dense[0][0]       │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ dense_1 (Dense)     │ (None, 10)        │     17,290 │ concatenate[0][0] │
	// └─────────────────────┴───────────────────┴────────────┴───────────────────┘
	//  Total params: 49,034 (191.54 KB)
	//  Trainable params: 49,034 (191.54 KB)
	//  Non-trainable params: 0 (0.00 B)
	// (1, 10)
}

// A type has no weights, and nothing to summarize, until it knows the shape of its input.
func ExampleCustom() {
	keras.ClearSession()
	model := layout.NewCustom(10)
	if err := model.Build(keras.Shape{keras.None, 28, 28, 1}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Summary())

	output, err := model.Predict(data.RandomNormal(keras.Shape{1, 28, 28, 1}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(output.Shape())
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
