// Package functional is Keras's guide to the functional API in Go: a function for each
// of its models, an example for each of its programs, in the order of the guide. What an
// example prints is what Keras prints.
//
//	go test -v ./examples/guide/functional
//
// The guide's longer trainings are a program, examples/guide/train.
package functional
