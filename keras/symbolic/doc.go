// Package symbolic has Keras's operations on symbolic tensors: what Python writes as x + y,
// x * 2, x[:, 0] or keras.ops.relu(x) between layers.
//
//	x := keras.Input(keras.Shape{4, 3})
//	y := symbolic.Multiply(symbolic.Add(x, 1), 2.0)
//	first := symbolic.GetItem(y, ":, 0")
//	mean := symbolic.Mean(y, symbolic.Axis(1), symbolic.KeepDims())
//
// Each call is a node of the model, with Keras's automatic name (add, multiply, get_item), a
// row in its summary and an entry in its JSON. A model's Layers are without them, its
// Operations are not. They have no weights, and a mask ends at them.
//
// Where an operand is of type any it may be a *keras.Tensor, a number (int or float64), a bool or a
// *tensor.Dense. Numbers take the type of the tensor; of tensors of two types the result has
// the wider one, as in Keras: integers with floats are floats, float32 with float64 is float64.
//
// Options are named after Keras's arguments; one that an operation does not have is an error,
// as is a wrong operand. The tensor that comes back carries it.
package symbolic
