package functional

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

// What the tickets of a customer service are made of.
const (
	NumTags        = 12    // number of unique issue tags
	NumWords       = 10000 // size of the vocabulary of titles and bodies
	NumDepartments = 4     // number of departments
)

// Tickets ranks the tickets of customers by priority and routes them to a department. It
// has three inputs, the title, the body and the tags, and two outputs, by name.
func Tickets() (*models.Model, error) {
	inputs, priority, department := tickets()
	return models.New(inputs, keras.Dict{"priority": priority, "department": department})
}

// TicketsList is Tickets with its outputs in a list.
func TicketsList() (*models.Model, error) {
	inputs, priority, department := tickets()
	return models.New(inputs, keras.List{priority, department})
}

func tickets() (inputs keras.List, priority, department *keras.Tensor) {
	title := keras.Input(keras.Shape{keras.None}, keras.WithName("title")) // ints, as many as there are words
	body := keras.Input(keras.Shape{keras.None}, keras.WithName("body"))
	tags := keras.Input(keras.Shape{NumTags}, keras.WithName("tags")) // 1 for each tag that the ticket has

	// Each word becomes a vector of 64 numbers.
	titleFeatures := layers.Embedding(NumWords, 64).Apply(title)
	bodyFeatures := layers.Embedding(NumWords, 64).Apply(body)

	// The vectors of a text become one, of 128 numbers for the title and 32 for the body.
	titleFeatures = layers.LSTM(128).Apply(titleFeatures)
	bodyFeatures = layers.LSTM(32).Apply(bodyFeatures)

	x := layers.Concatenate().Apply(titleFeatures, bodyFeatures, tags)
	priority = layers.Dense(1).WithName("priority").Apply(x)
	department = layers.Dense(NumDepartments).WithName("department").Apply(x)
	return keras.List{title, body, tags}, priority, department
}
