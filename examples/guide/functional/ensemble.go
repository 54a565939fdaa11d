package functional

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

// Ensemble is the average of three models.
func Ensemble() (*models.Model, error) {
	model := func() (*models.Model, error) {
		inputs := keras.Input(keras.Shape{128})
		outputs := layers.Dense(1).Apply(inputs)
		return models.New(inputs, outputs)
	}
	model1, err := model()
	if err != nil {
		return nil, err
	}
	model2, err := model()
	if err != nil {
		return nil, err
	}
	model3, err := model()
	if err != nil {
		return nil, err
	}

	inputs := keras.Input(keras.Shape{128})
	y1 := model1.Apply(inputs)
	y2 := model2.Apply(inputs)
	y3 := model3.Apply(inputs)
	outputs := layers.Average().Apply(y1, y2, y3)
	return models.New(inputs, outputs)
}
