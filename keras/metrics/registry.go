package metrics

import "github.com/gokeras/gokeras/keras"

func init() { keras.Register(keras.KindMetric, table) }

// table has Keras's classes, then its second names.
var table = map[string]keras.Factory{
	"Accuracy":                      func() any { return Accuracy() },
	"BinaryAccuracy":                func() any { return BinaryAccuracy() },
	"BinaryCrossentropy":            func() any { return BinaryCrossentropy() },
	"CategoricalAccuracy":           func() any { return CategoricalAccuracy() },
	"CategoricalCrossentropy":       func() any { return CategoricalCrossentropy() },
	"Mean":                          func() any { return Mean() },
	"MeanAbsoluteError":             func() any { return MeanAbsoluteError() },
	"MeanSquaredError":              func() any { return MeanSquaredError() },
	"SparseCategoricalAccuracy":     func() any { return SparseCategoricalAccuracy() },
	"SparseCategoricalCrossentropy": func() any { return SparseCategoricalCrossentropy() },
	"SparseTopKCategoricalAccuracy": func() any { return SparseTopKCategoricalAccuracy() },
	"Sum":                           func() any { return Sum() },
	"TopKCategoricalAccuracy":       func() any { return TopKCategoricalAccuracy() },

	"bce": func() any { return BinaryCrossentropy() },
	"BCE": func() any { return BinaryCrossentropy() },
	"mae": func() any { return MeanAbsoluteError() },
	"MAE": func() any { return MeanAbsoluteError() },
	"mse": func() any { return MeanSquaredError() },
	"MSE": func() any { return MeanSquaredError() },
}
