package metrics

// directions says of Keras's metrics whether more of them is better (_direction).
var directions = map[string]bool{
	"Accuracy":                      true,
	"BinaryAccuracy":                true,
	"CategoricalAccuracy":           true,
	"SparseCategoricalAccuracy":     true,
	"TopKCategoricalAccuracy":       true,
	"SparseTopKCategoricalAccuracy": true,

	"BinaryCrossentropy":            false,
	"CategoricalCrossentropy":       false,
	"SparseCategoricalCrossentropy": false,
	"MeanAbsoluteError":             false,
	"MeanSquaredError":              false,
}

// Rises reports whether more of a metric is better, and whether that is known: it is
// not of Mean and Func. A metric of a type of yours says it with a method Rises() bool.
func Rises(m Metric) (rises, known bool) {
	switch m := m.(type) {
	case nil:
		return false, false
	case interface{ Rises() bool }:
		return m.Rises(), true
	case *NamedMetric:
		if m.byShape() { // some accuracy
			return true, true
		}
	}
	rises, known = directions[m.Class()]
	return rises, known
}
