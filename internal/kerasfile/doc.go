// Package kerasfile reads and writes the files of Keras.
//
// It knows what is where in them, and no layer: whoever reads or writes a file describes
// what there is to be stored as [Weights].
//
//	f, err := kerasfile.Open(file, size)     // whatever Keras has written: the content tells
//	config, err := f.Config()                // of which the caller makes a model
//	err = f.Read(weights, kerasfile.Options{})
//
//	err := kerasfile.WriteArchive(file, config, weights)
//
// Nothing is read before all of it is known to fit, and then straight to where it is used; what is
// written is written from there. So a large model is never twice in memory.
//
//	file.go       what there is in a file, whatever its format
//	archive.go    .keras: a ZIP archive
//	weights.go    .weights.h5, also inside .keras: a group an object
//	shards.go     .weights.json: several .weights.h5 that have a part each
//	legacy.go     .h5 of Keras 2, also those of keras.applications: a group a layer; legacy_config.go
//	optimizer.go  the state of an optimizer
//	variable.go   one weight
//	upgrade.go    a model's config, of whatever Keras, as the present one writes it; upgrade_*.go: its calls, operations, compilation
//	portable.go   and as an older Keras understands it
//	vocabulary.*  which keys the classes of which releases have
package kerasfile
