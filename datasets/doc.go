// Package datasets loads the data sets that Keras users know, from where Python
// Keras keeps them or from their publisher, and draws one of its own.
//
//	train, test, err := datasets.MNIST()
//	train, test, err = datasets.MNIST(datasets.WithDir("/data/mnist"))
//	train, test, err = datasets.Digits() // needs no files and no network
//	reviews, _, err := datasets.IMDB(datasets.NumWords(10000))
//	x, err := data.PadSequences(reviews.X, data.MaxLen(80))
//
// Options that are arguments of Keras have their names and defaults; samples come in the
// order that Python Keras gives them.
//
// Downloads go to $KERAS_HOME/datasets, or ~/.keras/datasets, are verified against
// the publisher's checksum and appear there complete or not at all. Files are not
// trusted: a file that is not what it should be is an error that names the file,
// what was expected and what was found.
package datasets
