// Package docs_test has the programs of the documents beside it, as examples that go test runs.
package docs_test

import (
	"log"
	"os"
)

// check ends an example that went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// inFolder makes a folder for files the working directory. The result undoes that.
func inFolder() func() {
	here, err := os.Getwd()
	check(err)
	dir, err := os.MkdirTemp("", "docs")
	check(err)
	check(os.Chdir(dir))
	return func() {
		check(os.Chdir(here))
		check(os.RemoveAll(dir))
	}
}
