// Package kerasfile reads the files that Keras writes.
//
// It knows what is where in them, and no layer: whoever reads or writes a file describes
// what there is to be stored as a tree of Objects.
//
//	weights.go   .weights.h5 of Keras 3: a group an object
//	legacy.go    .h5 of Keras 2, also those of keras.applications: a group a layer
//	variable.go  one weight
package kerasfile
