package functional_test

import (
	"fmt"
	"log"

	"github.com/gokeras/gokeras/examples/guide/functional"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/models"
)

func ExampleCustomModel() {
	keras.ClearSession()
	fmt.Println(models.Must(functional.CustomModel()).Summary())
	// Output:
	// Model: "functional"
	// ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
	// ┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
	// ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
	// │ input_layer (InputLayer)        │ (None, 4)              │             0 │
	// ├─────────────────────────────────┼────────────────────────┼───────────────┤
	// │ custom_dense (CustomDense)      │ (None, 10)             │            50 │
	// └─────────────────────────────────┴────────────────────────┴───────────────┘
	//  Total params: 50 (200.00 B)
	//  Trainable params: 50 (200.00 B)
	//  Non-trainable params: 0 (0.00 B)
}

// The tag of a field makes it part of the config. A model comes back from its config
// where somebody says what a CustomDense is: that is the layer's class in Go.
func ExampleCustomModel_config() {
	model := models.Must(functional.CustomModel())
	config, err := model.ToJSON()
	if err != nil {
		log.Fatal(err)
	}
	_, err = models.FromJSON(config)
	fmt.Println(err)

	newModel, err := models.FromJSON(config, models.WithCustomLayers(map[string]func() keras.Layer{
		"CustomDense": func() keras.Layer { return functional.NewCustomDense(32) }, // the config says how many units
	}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(newModel.Output().Shape())
	// Output:
	// custom_dense_1 (CustomDense): expected the name of a registered layer, received CustomDense; keras.RegisterLayer makes it known, models.WithCustomLayers to one call
	// (None, 10)
}
