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
	fmt.Println(train.X[0], x.Shape(), train.Y.Shape())

	index, err := datasets.IMDBWordIndex(folder)
	if err != nil {
		log.Fatal(err)
	}
	const indexFrom = 3 // Keras's default
	fmt.Println(index["café"] + indexFrom)
	// Output:
	// [1 6 9 8] (12, 8) (12)
	// 6
}
