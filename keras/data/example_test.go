package data_test

import (
	"fmt"

	"github.com/gokeras/gokeras/keras/data"
	"gorgonia.org/tensor"
)

func Example_pipeline() {
	images := tensor.New(tensor.WithShape(10, 28, 28), tensor.Of(tensor.Uint8))
	labels := tensor.New(tensor.WithBacking([]uint8{5, 0, 4, 1, 9, 2, 1, 3, 1, 4}))

	train := data.FromTensorSlices(images, labels).
		MapX(func(x *tensor.Dense) (*tensor.Dense, error) { return data.ExpandDims(x, -1), nil }).
		Batch(4).Cache()
	// Batches are shuffled, for ever; each round has another order.
	endless := train.Shuffle(5000).Repeat()
	// The same batches for a model that has one named input and tells zeros from the rest.
	zeros := train.
		MapY(func(y *tensor.Dense) (*tensor.Dense, error) { return data.Equal(y, 0), nil }).
		Map(func(e data.Element) (data.Element, error) {
			return data.Element{X: data.Dict{"image": e.X.(*tensor.Dense)}, Y: e.Y}, nil
		})
	fmt.Println(train.Cardinality(), endless.Cardinality() == data.Infinite)

	it := zeros.Iter()
	defer it.Close()
	for it.Next() {
		e := it.Element()
		fmt.Println(e.X.(data.Dict)["image"].Shape(), e.Y.(*tensor.Dense).Data())
	}
	fmt.Println(it.Err())
	// Output:
	// 3 true
	// (4, 28, 28, 1) [0 1 0 0]
	// (4, 28, 28, 1) [0 0 0 0]
	// (2, 28, 28, 1) [0 0]
	// <nil>
}

func ExampleToCategorical() {
	labels := tensor.New(tensor.WithBacking([]int64{0, 2, 1}))
	y, err := data.ToCategorical(labels, 3)
	fmt.Println(y.Shape(), y.Data(), err)
	// Output: (3, 3) [1 0 0 0 0 1 0 1 0] <nil>
}

func ExamplePadSequences() {
	reviews := [][]int32{{1, 14, 22}, {1, 6}, {1, 9, 8, 7, 5}}
	x, err := data.PadSequences(reviews, data.MaxLen(4))
	fmt.Println(err)
	fmt.Println(x)
	// Output:
	// <nil>
	// ⎡ 0   1  14  22⎤
	// ⎢ 0   0   1   6⎥
	// ⎣ 9   8   7   5⎦
}

func ExampleFromTensorSlices_error() {
	images := tensor.New(tensor.WithShape(2, 4, 4), tensor.Of(tensor.Uint8))
	it := data.FromTensorSlices(images).
		MapX(func(x *tensor.Dense) (*tensor.Dense, error) { return data.Reshape(x, 15), nil }).
		Batch(2).Iter()
	defer it.Close()
	for it.Next() {
	}
	fmt.Println(it.Err())
	// Output: data: MapX (stage 2): element 0: data.Reshape: expected a shape of 16 elements for (4, 4) uint8, received [15]
}

func ExampleImages() {
	images := tensor.New(tensor.WithShape(60000, 28, 28), tensor.Of(tensor.Uint8))
	predictions := tensor.New(tensor.WithShape(60000, 10), tensor.Of(tensor.Float32))
	grid := data.Images(images, predictions).ClassNames("T-shirt/top", "Trouser", "Pullover")
	fmt.Println(grid) // the last value of a notebook's cell is shown as a picture
	fmt.Println(data.Images(images, []string{"a bag"}))
	// Output:
	// 60000 images of 28 × 28 uint8, the first 30 of which are shown
	// data: Images: labels 1: expected 60000 labels, received 1
}

func ExampleDescribe() {
	images := tensor.New(tensor.WithShape(60000, 28, 28), tensor.Of(tensor.Uint8))
	fmt.Println(data.Describe(images))
	fmt.Println(data.Describe(data.Dict{"predictions": tensor.New(tensor.WithBacking([]float32{0.125, 0.5, 0.375}))}))
	// Output:
	// (60000, 28, 28) uint8
	// [[[0 0 0 ... 0 0 0]
	//   [0 0 0 ... 0 0 0]
	//   [0 0 0 ... 0 0 0]
	//   ...
	//   [0 0 0 ... 0 0 0]
	//   [0 0 0 ... 0 0 0]
	//   [0 0 0 ... 0 0 0]]
	//
	//  ...]
	// ["predictions"] (3,) float32
	// [0.125   0.5 0.375]
}
