package functional

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/models"
)

// Features is a model on the graph of another one that gives what each of its layers
// gives, the input first.
func Features(model *models.Model) (*models.Model, error) {
	var features keras.List
	for _, layer := range model.Layers() {
		features = append(features, layer.Output())
	}
	return models.New(model.Input(), features)
}
