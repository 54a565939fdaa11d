package main

import (
	"bytes"
	"os"
	"testing"
)

// What is in the repository is what the generator writes.
func TestFilesAreGenerated(t *testing.T) {
	for name, want := range generate() {
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, got) {
			t.Errorf("%s differs: run go generate ./internal/kernels", name)
		}
	}
}
