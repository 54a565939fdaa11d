package losses

import "github.com/gokeras/gokeras/keras"

func init() { keras.Register(keras.KindLoss, table) }

// table has Keras's classes, then its second names.
var table = map[string]keras.Factory{
	"BinaryCrossentropy":            func() any { return BinaryCrossentropy() },
	"CategoricalCrossentropy":       func() any { return CategoricalCrossentropy() },
	"Huber":                         func() any { return Huber() },
	"MeanAbsoluteError":             func() any { return MeanAbsoluteError() },
	"MeanSquaredError":              func() any { return MeanSquaredError() },
	"SparseCategoricalCrossentropy": func() any { return SparseCategoricalCrossentropy() },

	"bce": func() any { return BinaryCrossentropy() },
	"BCE": func() any { return BinaryCrossentropy() },
	"mae": func() any { return MeanAbsoluteError() },
	"MAE": func() any { return MeanAbsoluteError() },
	"mse": func() any { return MeanSquaredError() },
	"MSE": func() any { return MeanSquaredError() },
}
