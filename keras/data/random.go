package data

import (
	"math/rand/v2"

	"github.com/gokeras/gokeras/keras"
	"gorgonia.org/tensor"
)

// RandomUniform returns float32 numbers from [0, 1), seeded by the global seed.
// An empty shape makes a scalar.
//
// Panics with an error: a dimension below 1.
func RandomUniform(shape []int) *tensor.Dense {
	return draw("RandomUniform", shape, (*rand.Rand).Float32)
}

// RandomNormal returns float32 numbers of mean 0 and standard deviation 1, seeded by
// the global seed. An empty shape makes a scalar.
//
// Panics with an error: a dimension below 1.
func RandomNormal(shape []int) *tensor.Dense {
	return draw("RandomNormal", shape, func(r *rand.Rand) float32 { return float32(r.NormFloat64()) })
}

// RandomInt returns int64 numbers from 0 to high-1, seeded by the global seed.
// An empty shape makes a scalar.
//
// Panics with an error: high below 1; a dimension below 1.
func RandomInt(high int, shape []int) *tensor.Dense {
	if high < 1 {
		throw("RandomInt", "expected an upper bound of at least 1, received %d", high)
	}
	return draw("RandomInt", shape, func(r *rand.Rand) int64 { return r.Int64N(int64(high)) })
}

// draw fills a tensor with numbers from next.
func draw[T any](who string, shape []int, next func(*rand.Rand) T) *tensor.Dense {
	if err := checkShape(shape); err != nil {
		throw(who, "%v", err)
	}
	random := rand.New(rand.NewPCG(keras.NextSeed(), 0))
	elements := make([]T, size(shape))
	for i := range elements {
		elements[i] = next(random)
	}
	return fromBacking(elements, shape...)
}
