package datasets_test

import (
	"fmt"
	"log"

	"github.com/gokeras/gokeras/datasets"
	"github.com/gokeras/gokeras/keras/data"
)

func ExampleIMDB() {
	folder := datasets.WithDir("testdata") // a few texts; without it: Keras's cache, or a download
	train, _, err := datasets.IMDB(datasets.NumWords(10), folder)
	if err != nil {
		log.Fatal(err)
	}
	x, err := data.PadSequences(train.X, data.MaxLen(8))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(train)
	fmt.Println(train.X[0], x.Shape())

	index, err := datasets.IMDBWordIndex(folder)
	if err != nil {
		log.Fatal(err)
	}
	const indexFrom = 3 // Keras's default
	fmt.Println(index["café"] + indexFrom)
	// Output:
	// X 12 sequences, Y (12,) int64
	// [1 6 9 8] (12, 8)
	// 6
}

func ExampleDigits() {
	train, _, err := datasets.Digits()
	fmt.Println(train, err)
	// Output: X (6000, 28, 28) uint8, Y (6000,) uint8 <nil>
}
