// Package console writes the texts that Keras prints, the table of a model
// summary and the progress bar of training, as functions of plain data. It
// knows no models.
//
// The rules are those of Keras 3.15.1 and of rich, the library that lays out
// its tables; tools/golden/console.py records what both print and the tests
// compare byte for byte.
package console
