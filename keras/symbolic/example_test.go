package symbolic_test

import (
	"fmt"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/symbolic"
)

func Example() {
	keras.ClearSession()
	x := keras.Input(keras.Shape{4, 3}, keras.WithName("x"))
	y := symbolic.Multiply(symbolic.Add(x, 1), 2.0)           // (x + 1) * 2.0
	last := symbolic.GetItem(y, ":, -1")                      // y[:, -1]
	mean := symbolic.Mean(symbolic.ReLU(y), symbolic.Axis(1)) // keras.ops.mean(keras.ops.relu(y), axis=1)
	out := layers.Dense(1).Apply(symbolic.Concatenate(keras.List{last, mean}, symbolic.Axis(-1)))
	model := models.Must(models.New(x, out))
	for _, o := range model.Operations() {
		fmt.Println(o.Name(), o.Output().Shape())
	}
	// Output:
	// x (None, 4, 3)
	// add (None, 4, 3)
	// multiply (None, 4, 3)
	// relu (None, 4, 3)
	// get_item (None, 3)
	// mean (None, 3)
	// concatenate (None, 6)
	// dense (None, 1)
}
