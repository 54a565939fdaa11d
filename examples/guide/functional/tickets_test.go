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
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
	"github.com/gokeras/gokeras/keras/plot"
)

func ExampleTickets() {
	keras.ClearSession()
	fmt.Println(models.Must(functional.Tickets()).Summary())
	// Output:
	// Model: "functional"
	// ┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)        ┃ Output Shape      ┃    Param # ┃ Connected to      ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━┩
	// │ title (InputLayer)  │ (None, None)      │          0 │ -                 │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ body (InputLayer)   │ (None, None)      │          0 │ -                 │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ embedding           │ (None, None, 64)  │    640,000 │ title[0][0]       │
	// │ (Embedding)         │                   │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ embedding_1         │ (None, None, 64)  │    640,000 │ body[0][0]        │
	// │ (Embedding)         │                   │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ lstm (LSTM)         │ (None, 128)       │     98,816 │ embedding[0][0]   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ lstm_1 (LSTM)       │ (None, 32)        │     12,416 │ embedding_1[0][0] │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ tags (InputLayer)   │ (None, 12)        │          0 │ -                 │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ concatenate         │ (None, 172)       │          0 │ lstm[0][0],       │
	// │ (Concatenate)       │                   │            │ lstm_1[0][0],     │
	// │                     │                   │            │ tags[0][0]        │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ department (Dense)  │ (None, 4)         │        692 │ concatenate[0][0] │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ priority (Dense)    │ (None, 1)         │        173 │ concatenate[0][0] │
	// └─────────────────────┴───────────────────┴────────────┴───────────────────┘
	//  Total params: 1,392,097 (5.31 MB)
	//  Trainable params: 1,392,097 (5.31 MB)
	//  Non-trainable params: 0 (0.00 B)
}

func ExampleTickets_plot() {
	dir, err := os.MkdirTemp("", "guide")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	model := models.Must(functional.Tickets())
	fmt.Println(plot.Model(model, filepath.Join(dir, "multi_input_and_output_model.png"), plot.ShowShapes()))
	// Output: <nil>
}

// Losses and their weights in a list are those of a list of outputs.
func ExampleTicketsList() {
	keras.ClearSession()
	model := models.Must(functional.TicketsList())
	fmt.Println(model.Summary())
	err := model.Compile(models.CompileConfig{
		Optimizer: optimizers.RMSprop(1e-3),
		Loss: losses.List{
			losses.BinaryCrossentropy().FromLogits(true),
			losses.CategoricalCrossentropy().FromLogits(true),
		},
		LossWeights: losses.WeightList{1, 0.2},
	})
	fmt.Println(err)
	// Output:
	// Model: "functional"
	// ┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)        ┃ Output Shape      ┃    Param # ┃ Connected to      ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━┩
	// │ title (InputLayer)  │ (None, None)      │          0 │ -                 │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ body (InputLayer)   │ (None, None)      │          0 │ -                 │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ embedding           │ (None, None, 64)  │    640,000 │ title[0][0]       │
	// │ (Embedding)         │                   │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ embedding_1         │ (None, None, 64)  │    640,000 │ body[0][0]        │
	// │ (Embedding)         │                   │            │                   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ lstm (LSTM)         │ (None, 128)       │     98,816 │ embedding[0][0]   │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ lstm_1 (LSTM)       │ (None, 32)        │     12,416 │ embedding_1[0][0] │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ tags (InputLayer)   │ (None, 12)        │          0 │ -                 │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ concatenate         │ (None, 172)       │          0 │ lstm[0][0],       │
	// │ (Concatenate)       │                   │            │ lstm_1[0][0],     │
	// │                     │                   │            │ tags[0][0]        │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ priority (Dense)    │ (None, 1)         │        173 │ concatenate[0][0] │
	// ├─────────────────────┼───────────────────┼────────────┼───────────────────┤
	// │ department (Dense)  │ (None, 4)         │        692 │ concatenate[0][0] │
	// └─────────────────────┴───────────────────┴────────────┴───────────────────┘
	//  Total params: 1,392,097 (5.31 MB)
	//  Trainable params: 1,392,097 (5.31 MB)
	//  Non-trainable params: 0 (0.00 B)
	// <nil>
}

// Losses and data by name. The guide has 1280 samples: go run ./examples/guide/train tickets.
func ExampleTickets_fit() {
	model := models.Must(functional.Tickets())
	err := model.Compile(models.CompileConfig{
		Optimizer: optimizers.RMSprop(1e-3),
		Loss: losses.ByOutput{
			"priority":   losses.BinaryCrossentropy().FromLogits(true),
			"department": losses.CategoricalCrossentropy().FromLogits(true),
		},
		LossWeights: losses.WeightsByOutput{"priority": 1, "department": 0.2},
	})
	if err != nil {
		log.Fatal(err)
	}
	const samples = 64
	history, err := model.Fit(
		data.Dict{
			"title": data.RandomInt(functional.NumWords, keras.Shape{samples, 12}),
			"body":  data.RandomInt(functional.NumWords, keras.Shape{samples, 100}),
			"tags":  data.RandomInt(2, keras.Shape{samples, functional.NumTags}),
		},
		data.Dict{
			"priority":   data.RandomUniform(keras.Shape{samples, 1}),
			"department": data.RandomInt(2, keras.Shape{samples, functional.NumDepartments}),
		},
		models.FitConfig{Epochs: 2, BatchSize: 32, Verbose: models.Silent},
	)
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"department_loss", "loss", "priority_loss"} {
		fmt.Println(name, len(history.History[name]))
	}
	// Output:
	// department_loss 2
	// loss 2
	// priority_loss 2
}
