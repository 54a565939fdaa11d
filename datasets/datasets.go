package datasets

import (
	"fmt"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras/data"
)

// Split is one part of a data set: sample i is row i of X, its label element i of Y.
type Split struct {
	X, Y *tensor.Dense
}

// String says what there is: "X (60000, 28, 28) uint8, Y (60000,) uint8".
func (s Split) String() string { return data.Element{X: s.X, Y: s.Y}.String() }

// Sequences is one part of a data set of texts: sample i is X[i], of any length, its
// label element i of Y.
type Sequences struct {
	X [][]int32
	Y *tensor.Dense
}

// String says what there is: "X 25000 sequences, Y (25000,) int64".
func (s Sequences) String() string {
	return fmt.Sprintf("X %d sequences, %v", len(s.X), data.Element{Y: s.Y})
}

// newSplit checks that x and y belong together and that labels are below classes.
// It names where they come from in its errors.
func newSplit(x, y *tensor.Dense, classes uint8, xFrom, yFrom string) (Split, error) {
	if nx, ny := x.Shape()[0], y.Shape()[0]; nx != ny {
		return Split{}, errors.Errorf("%s: expected %d labels, as many as %s has samples, received %d", yFrom, nx, xFrom, ny)
	}
	for i, label := range bytesOf(y) {
		if label >= classes {
			return Split{}, errors.Errorf("%s: expected labels from 0 to %d, received %d at position %d", yFrom, classes-1, label, i)
		}
	}
	return Split{X: x, Y: y}, nil
}

// bytesOf returns the elements of a uint8 tensor that is no scalar.
func bytesOf(t *tensor.Dense) []uint8 { return t.Data().([]uint8) }

// fromBytes returns a uint8 tensor over elements.
func fromBytes(elements []uint8, shape ...int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(elements))
}
