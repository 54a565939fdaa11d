// Package metrics has Keras's metrics: what is reported while a model is trained and
// evaluated.
//
//	metrics.List{metrics.SparseCategoricalAccuracy(), metrics.MeanAbsoluteError().WithName("mae")}
//	metrics.ByOutput{"priority": metrics.List{metrics.Named("accuracy")}}
//
// A metric is fed batch by batch and gives its result over all that it has seen:
//
//	m := metrics.BinaryAccuracy().Threshold(0.7)
//	err := m.Update(yTrue, yPred, nil)
//	fmt.Println(m.Result())
//
// Most are the mean of a value for each sample: Σ weight·value / Σ weight. Values are
// computed in the type of the predictions by the kernels of the losses, and added in
// float64. As in Keras, a batch whose value is one number (a mean over the only axis
// of targets and predictions of rank 1) counts as one sample.
//
// A metric is for one goroutine. Clone gives another one of the same options.
package metrics
