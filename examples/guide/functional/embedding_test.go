package functional_test

import (
	"fmt"

	"github.com/gokeras/gokeras/examples/guide/functional"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/models"
)

// The layer has one row and one matrix of weights.
func ExampleSharedEmbedding() {
	keras.ClearSession()
	fmt.Println(models.Must(functional.SharedEmbedding()).Summary())
	// Output:
	// Model: "functional"
	// ┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)        ┃ Output Shape      ┃    Param # ┃ Connected to      ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━┩
	// │ input_layer         │ (None, None)      │          0 │ -                 │
	// │ (InputLayer)        │                   │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ input_layer_1       │ (None, None)      │          0 │ -                 │
	// │ (InputLayer)        │                   │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ embedding           │ (None, None, 128) │    128,000 │ input_layer[0][0… │
	// │ (Embedding)         │                   │            │ input_layer_1[0]… │
	// └─────────────────────┴───────────────────┴────────────┴───────────────────┘
	//  Total params: 128,000 (500.00 KB)
	//  Trainable params: 128,000 (500.00 KB)
	//  Non-trainable params: 0 (0.00 B)
}
