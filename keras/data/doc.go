// Package data feeds models: input pipelines in tf.data's words, and the small
// tensor functions that pipelines need.
//
// A [Dataset] is a recipe, written as a chain of stages; it is immutable, may be
// iterated many times and from several goroutines at once. A mistake in a stage
// makes a Dataset that carries the error through every later stage: Err reports
// it, and so does every iterator.
//
//	ds := data.FromTensorSlices(train.X, train.Y).
//		MapX(func(x *tensor.Dense) (*tensor.Dense, error) { return data.ExpandDims(x, -1), nil }).
//		Batch(256).Cache().Shuffle(5000).Repeat()
//	it := ds.Iter()
//	defer it.Close()
//	for it.Next() {
//		e := it.Element() // e.X is (256, 28, 28, 1), e.Y is (256,)
//	}
//	if err := it.Err(); err != nil { … }
//
// # Structures
//
// X, Y and SampleWeight are each nil, a *tensor.Dense, a [List] or a [Dict].
// Leaves are ordered as Keras orders them: a List as it is, a Dict by sorted key.
//
// # Ownership
//
// The tensors that an iterator hands out, and those that a Map function
// receives, belong to the receiver, who may write to them: a stage that holds on
// to memory (FromTensorSlices, FromFunc, Cache) gives copies. The tensors given to
// FromTensorSlices are not copied; leave them unchanged while the Dataset is used.
//
// # Panics
//
// [ExpandDims], [Reshape], [Slice], [Cast], [Scale], [Equal] and the Random
// functions are made to run inside a Dataset's Map. There a wrong axis or shape
// would clutter every function with error returns, so they panic with an error
// value, as gonum/mat does; the Dataset turns it into an ordinary error that names
// the stage. Everything else returns errors.
package data
