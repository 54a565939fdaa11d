package datasets_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/datasets"
)

func TestDigitsRefusesWhatNoMemoryHolds(t *testing.T) {
	_, _, err := datasets.Digits(datasets.WithCount(4, math.MaxInt))
	require.ErrorContains(t, err, "expected at most 10000000 images, received 4 and")
	_, _, err = datasets.Digits(nil, datasets.WithCount(1, 1))
	require.NoError(t, err, "a nil option is none")
}

// What comes with an error has nothing to say, but says it.
func TestPartsWithoutDataPrint(t *testing.T) {
	require.Equal(t, "X: expected a tensor, received nil", datasets.Split{}.String())
	require.Equal(t, "X 0 sequences, Y: expected a tensor, received nil", datasets.Sequences{}.String())
}
