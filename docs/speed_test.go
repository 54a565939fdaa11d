package docs_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/gokeras/gokeras/applications"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
)

// speed.md, "Serving".
func Example_serving() {
	model := applications.MnistModel()
	check(model.Err())

	// One prediction of each batch size that will come makes its program.
	for _, n := range []int{1, 8} {
		_, err := model.PredictOnBatch(data.RandomUniform(keras.Shape{n, 28, 28, 1}))
		check(err)
	}

	var wg sync.WaitGroup
	for range 4 { // requests
		wg.Go(func() {
			image := data.RandomUniform(keras.Shape{1, 28, 28, 1})
			_, err := model.PredictOnBatch(image)
			check(err)
		})
	}
	wg.Wait()
	fmt.Println("served")
	// Output: served
}

// speed.md, "Measure".
func BenchmarkPredict(b *testing.B) {
	model := applications.MnistModel()
	images := data.RandomUniform(keras.Shape{256, 28, 28, 1})
	predict := func() {
		if _, err := model.PredictOnBatch(images); err != nil {
			b.Fatal(err)
		}
	}
	predict() // makes the program
	b.ReportAllocs()
	for b.Loop() {
		predict()
	}
}
