//go:build !amd64

package kernels

// nativeSets returns the instruction sets that have assembly here.
func nativeSets() []*instructionSet { return nil }
