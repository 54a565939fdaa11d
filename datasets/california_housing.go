package datasets

import (
	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// CaliforniaHousing returns prices of houses in the districts of California in 1990,
// with 8 attributes each: 16512 for training and 4128 for testing, in Python Keras's
// order.
//
//	X (n, 8) float32   longitude, latitude, median age, rooms, bedrooms, population,
//	                   households, median income
//	Y (n,)   float32   median price in dollars
//
// The data is california_housing.npz as Keras publishes it, in Keras's cache, and is
// downloaded when it is not there. Options: Version ("large", or "small" for the first
// 600 districts), TestSplit (0.2), WithSeed (113), Path (california_housing.npz),
// WithDir, WithContext. A part without samples has neither X nor Y.
//
// Errors: another Version; a TestSplit outside of 0 … 1; no such file; a file that is
// not what it should be; a failed or cancelled download.
func CaliforniaHousing(options ...Option) (train, test Split, err error) {
	c, err := newConfig(config{version: "large", testSplit: 0.2, seed: kerasSeed}, options,
		"Version", "TestSplit", "WithSeed", "Path", "WithDir", "WithContext")
	if err == nil && c.version != "small" && c.version != "large" {
		err = errors.Errorf(`expected Version "small" or "large", received %q`, c.version)
	}
	if err == nil {
		train, test, err = loadHousing(c, remote{
			url:    storage + "california_housing.npz",
			name:   "california_housing.npz",
			size:   743530,
			sha256: "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f",
		}, tensor.Float32, 8)
	}
	return train, test, errors.WithMessage(err, "datasets: CaliforniaHousing")
}

// smallHousing is the number of districts in the small version.
const smallHousing = 600
