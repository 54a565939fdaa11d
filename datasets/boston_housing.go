package datasets

import (
	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras/data"
)

// BostonHousing returns prices of houses around Boston in the 1970s, with 13 attributes
// each: 404 for training and 102 for testing, in Python Keras's order.
//
//	X (n, 13) float64   attributes
//	Y (n,)    float64   median price in 1000 dollars
//
// One of the attributes assumes that people of different skin colour should live apart:
// use [CaliforniaHousing] except to show what is wrong with this one.
//
// The data is boston_housing.npz as Keras publishes it, in Keras's cache, and is
// downloaded when it is not there. Options: TestSplit (0.2), WithSeed (113), Path
// (boston_housing.npz), WithDir, WithContext. A part without samples has neither X nor Y.
//
// Errors: a TestSplit outside of 0 … 1; no such file; a file that is not what it should
// be; a failed or cancelled download.
func BostonHousing(options ...Option) (train, test Split, err error) {
	c, err := newConfig(config{testSplit: 0.2, seed: kerasSeed}, options, "TestSplit", "WithSeed", "Path", "WithDir", "WithContext")
	if err == nil {
		train, test, err = loadHousing(c, remote{
			url:    storage + "boston_housing.npz",
			name:   "boston_housing.npz",
			size:   57026,
			sha256: "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5",
		}, tensor.Float64, 13)
	}
	return train, test, errors.WithMessage(err, "datasets: BostonHousing")
}

// loadHousing reads houses with so many attributes, of a type, and their prices.
func loadHousing(c *config, published remote, dtype tensor.Dtype, attributes int) (train, test Split, err error) {
	random, err := newShuffler(c.seed)
	if err != nil {
		return train, test, err
	}
	path, err := c.find(published)
	if err != nil {
		return train, test, err
	}
	var x, y *tensor.Dense
	err = readNPZ(path, func(z *npz) {
		x, y = z.array("x", dtype, -1, attributes), z.array("y", dtype, -1)
	})
	if err != nil {
		return train, test, err
	}
	n := x.Shape()[0]
	if ny := y.Shape()[0]; ny != n {
		return train, test, errors.Errorf("%s: y: expected %d prices, as many as x has houses, received %d", path, n, ny)
	}
	if c.version == "small" {
		n = min(n, smallHousing)
	}
	order := random.order(n)
	forTraining := c.forTraining(n)
	if train, err = rowsOf(x, y, order[:forTraining]); err != nil {
		return Split{}, Split{}, err
	}
	if test, err = rowsOf(x, y, order[forTraining:]); err != nil {
		return Split{}, Split{}, err
	}
	return train, test, nil
}

// rowsOf returns the samples with the given indices.
func rowsOf(x, y *tensor.Dense, indices []int) (s Split, err error) {
	if len(indices) == 0 {
		return Split{}, nil
	}
	if s.X, err = data.Rows(x, indices); err != nil {
		return Split{}, err
	}
	s.Y, err = data.Rows(y, indices)
	return s, err
}
