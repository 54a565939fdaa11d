package datasets

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"
)

func TestDigits(t *testing.T) {
	train, test, err := Digits()
	require.NoError(t, err)
	assert.Equal(t, tensor.Shape{6000, 28, 28}, train.X.Shape())
	assert.Equal(t, tensor.Shape{1000, 28, 28}, test.X.Shape())
	assert.Equal(t, tensor.Shape{6000}, train.Y.Shape())
	assert.Equal(t, tensor.Uint8, test.Y.Dtype())
	for digit, n := range histogram(train) {
		// Binomial (6000, 1/10): standard deviation 23.
		assert.InDelta(t, 600, n, 6*23, "digit %d", digit)
	}

	again, _, err := Digits()
	require.NoError(t, err)
	assert.Equal(t, train, again, "always the same")
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	few, fewTest, err := Digits(WithCount(10, 5))
	require.NoError(t, err)
	assert.Equal(t, bytesOf(train.X)[:10*28*28], bytesOf(few.X), "neither number nor cores change the first images")
	assert.Equal(t, bytesOf(test.X)[:5*28*28], bytesOf(fewTest.X))
	assert.NotEqual(t, bytesOf(few.X)[:5*28*28], bytesOf(fewTest.X), "test images are others")
	other, _, err := Digits(WithCount(10, 5), WithSeed(1))
	require.NoError(t, err)
	assert.NotEqual(t, bytesOf(few.X), bytesOf(other.X))
}

// Images of a digit must have something in common, and not everything: the nearest
// mean image finds the digit far more often than chance, and often fails.
func TestDigitsAreDigits(t *testing.T) {
	train, test, err := Digits(WithCount(2000, 400))
	require.NoError(t, err)
	const size = 28 * 28
	var mean [10][size]float64
	counts := histogram(train)
	for i, label := range bytesOf(train.Y) {
		for p := range size {
			mean[label][p] += float64(bytesOf(train.X)[i*size+p]) / float64(counts[label])
		}
	}
	right := 0
	for i, label := range bytesOf(test.Y) {
		best, nearest := 1e18, 0
		for digit := range mean {
			distance := 0.0
			for p, m := range mean[digit] {
				d := float64(bytesOf(test.X)[i*size+p]) - m
				distance += d * d
			}
			if distance < best {
				best, nearest = distance, digit
			}
		}
		if nearest == int(label) {
			right++
		}
	}
	t.Logf("nearest mean: %d of 400", right)
	assert.Greater(t, right, 160)
	assert.Less(t, right, 360)
}

func ExampleDigits() {
	train, test, err := Digits()
	fmt.Println(train.X.Shape(), train.Y.Shape(), test.X.Shape(), err)
	// Output: (6000, 28, 28) (6000) (1000, 28, 28) <nil>
}
