package functional_test

import (
	"fmt"

	"github.com/gokeras/gokeras/examples/guide/functional"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/models"
)

func ExampleEnsemble() {
	keras.ClearSession()
	fmt.Println(models.Must(functional.Ensemble()).Summary())
	// Output:
	// Model: "functional_3"
	// ┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)        ┃ Output Shape      ┃    Param # ┃ Connected to      ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━┩
	// │ input_layer_3       │ (None, 128)       │          0 │ -                 │
	// │ (InputLayer)        │                   │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ functional          │ (None, 1)         │        129 │ input_layer_3[0]… │
	// │ (Functional)        │                   │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ functional_1        │ (None, 1)         │        129 │ input_layer_3[0]… │
	// │ (Functional)        │                   │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ functional_2        │ (None, 1)         │        129 │ input_layer_3[0]… │
	// │ (Functional)        │                   │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ average (Average)   │ (None, 1)         │          0 │ functional[0][0], │
	// │                     │                   │            │ functional_1[0][… │
	// │                     │                   │            │ functional_2[0][… │
	// └─────────────────────┴───────────────────┴────────────┴───────────────────┘
	//  Total params: 387 (1.51 KB)
	//  Trainable params: 387 (1.51 KB)
	//  Non-trainable params: 0 (0.00 B)
}
